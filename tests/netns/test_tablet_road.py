"""A tablet on the free wifi: silence until a lead wants it; then sealed, and paired only."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netns.space import GATEWAY, Phone
from tests.netns.world import NOBODY, ROOT, STAFF, World

PORT = 8444
ROAD = f"https://{GATEWAY}:{PORT}"
PLAIN = f"http://{STAFF}:8081"
PIN = "482913"
JSON = ("-H", "Content-Type: application/json")


class Hand:
    """Somebody who asks the staff site: on its own network, or on the free wifi."""

    def __init__(self, world: World, phone: Phone, address: str, *options: str) -> None:
        self.world, self.phone, self.address = world, phone, address
        self.jar = world.folder / f"jar-{phone.name}-{len(options)}"
        self.jar.unlink(missing_ok=True)
        self.options = ("-b", str(self.jar), "-c", str(self.jar), *options)
        self.taps = 0

    def ask(self, path: str, body: object = None, *more: str) -> tuple[int, dict[str, object]]:
        self.taps += 1
        sent = () if body is None else ("-d", json.dumps(body), *JSON)
        key = (
            "-H",
            f"Origin: {self.address}",
            "-H",
            f"Idempotency-Key: {self.jar.name} {self.taps}",
        )
        reply = self.phone.get(f"{self.address}{path}", *self.options, *key, *sent, *more)
        try:
            return reply.status, json.loads(reply.body or b"{}")
        except ValueError:
            return reply.status, {}

    def pair(self, role: str) -> None:
        """Where there is no button to hold, the console vouches."""
        status, offer = self.ask("/api/v1/pairing", {})
        assert status == 201, offer
        run_as_box(self.world, "pair", str(offer["code"]), "--role", role, wait=False)
        token = {"device_token": offer["device_token"]}
        self.world.until(lambda: self.ask("/api/v1/session", token)[0] == 200)


def run_as_box(world: World, *words: str, wait: bool = True) -> None:
    """A command at the box's console, as the box's own user."""
    process = world.box.start(
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        sys.executable, "-m", "appliance", *words, "--config",
        str(world.folder / "digipunt.toml"), log=world.folder / "console.log",
        env={"PYTHONPATH": str(ROOT), "HOME": str(world.folder)},
    )  # fmt: skip
    if wait:
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def lead(built: World) -> Iterator[Hand]:
    """A lead's device on the staff's own network."""
    run_as_box(built, "pin", PIN)
    built.kill_box()
    built.start_box()
    hand = Hand(built, built.staff, PLAIN)
    hand.pair("lead")
    yield hand
    switch(hand, on=False)


@pytest.fixture
def ca(world: World) -> Path:
    """What a tablet installs, fetched as a tablet does."""
    path = world.folder / "ca.pem"
    der = world.staff.get(f"{PLAIN}/veilig/kast.crt").body
    pem = subprocess.run(
        ["openssl", "x509", "-inform", "DER"], input=der, capture_output=True, check=True
    )
    path.write_bytes(pem.stdout)
    return path


def switch(lead: Hand, *, on: bool) -> None:
    assert lead.ask("/api/v1/settings", {"tablet_wifi": on})[0] == 200


def told(world: World) -> bool:
    """Whether the box says that the road is there."""
    https = world.health()["https"]
    assert isinstance(https, dict)
    return bool(https["free_wifi"])


def silent(phone: Phone, url: str) -> bool:
    return phone.get(url, "-k", patience=1.5).status == 0


def test_while_no_lead_wants_it_there_is_silence_tapped_or_not(
    world: World, phone: Phone, lead: Hand
) -> None:
    assert not told(world)
    assert silent(phone, ROAD)
    assert phone.tap().status == 303
    for address in (GATEWAY, STAFF):
        assert silent(phone, f"https://{address}:{PORT}")
    assert lead.ask("/api/v1/settings")[0] == 200


def test_the_staffs_own_network_has_it_sealed_too(world: World, ca: Path, lead: Hand) -> None:
    address = f"https://{STAFF}:{PORT}/"
    assert world.staff.get(address, "--cacert", str(ca)).status == 200
    assert world.staff.get(address).status == 0, "nobody else's authority vouches for it"
    assert lead.ask("/healthz")[0] == 200


def test_a_paired_tablet_runs_the_queue_and_nobody_else_gets_past_the_door(
    world: World, phone: Phone, other: Phone, ca: Path, lead: Hand
) -> None:
    switch(lead, on=True)
    world.until(lambda: told(world), patience=8)
    for who in (phone, other):  # captive as well as tapped
        stranger = Hand(world, who, ROAD, "--cacert", str(ca))
        assert stranger.ask("/")[0] == 200
        status, said = stranger.ask("/api/v1/session", {"pin": PIN})
        assert (status, said["error"]["code"]) == (403, "pin-not-here")  # type: ignore[index]
        for path in ("/healthz", "/metrics", "/api/v1/queue", "/api/v1/openapi.json", "/lead"):
            assert stranger.ask(path)[0] == 401, path
        assert silent(who, f"http://{GATEWAY}:8081/")
        assert who.get(f"http://{GATEWAY}:{PORT}/").status in {0, 400}
        other.tap()
    tablet = Hand(world, phone, ROAD, "--cacert", str(ca))
    tablet.pair("volunteer")
    assert "__Host-" in tablet.jar.read_text("utf-8")
    assert tablet.ask("/api/v1/session/open", {})[0] in {200, 409}
    status, ticket = tablet.ask("/api/v1/tickets", {"service": "help", "lang": "nl"})
    assert status == 201, ticket
    assert tablet.ask("/api/v1/counters/1/call-next", {})[0] == 200
    assert tablet.ask("/api/v1/session/close", {"confirm": True})[0] == 200


def test_switched_off_again_an_open_connection_dies_at_once(
    world: World, phone: Phone, ca: Path, lead: Hand
) -> None:
    switch(lead, on=True)
    world.until(lambda: told(world), patience=8)
    tablet = Hand(world, phone, ROAD, "--cacert", str(ca))
    tablet.pair("volunteer")
    heard = world.folder / "stream.txt"
    stream = phone.start(
        "curl", "-sN", "--cacert", str(ca), "-b", str(tablet.jar), "-o", str(heard),
        f"{ROAD}/api/v1/events", log=world.folder / "stream.log",
    )  # fmt: skip
    world.until(lambda: heard.exists() and heard.stat().st_size > 0)
    assert stream.poll() is None
    switch(lead, on=False)
    assert stream.wait(5) is not None
    assert not told(world)
    assert silent(phone, ROAD)
    assert "goto site" not in world.box.run("nft", "list", "chain", "inet", "digipunt", "tablets")
