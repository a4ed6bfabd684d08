"""After the tap: the internet, until the kernel says that the time is over."""

import json
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from tests.netns.genuine import GENUINE
from tests.netns.space import GATEWAY, Phone
from tests.netns.world import SITE, WILDCARD, World

PAGE = f"http://{GATEWAY}/"
TABLE = ("inet", "digipunt")


def shorten(world: World, phone: Phone, seconds: int) -> None:
    """Turn the kernel's own clock for one phone: the daemon knows nothing of it."""
    world.box.run(
        "nft",
        f"add element inet digipunt released {{ {phone.mac} }}; "
        f"delete element inet digipunt released {{ {phone.mac} }}; "
        f"add element inet digipunt released {{ {phone.mac} timeout {seconds}s }}",
    )


def test_one_tap_opens_the_internet_and_says_for_how_long(phone: Phone) -> None:
    reply = phone.tap()
    assert (reply.status, reply.location) == (303, f"{PAGE}wifi")
    assert phone.state() == {"state": "online", "seconds_left": 14399, "internet": True}
    assert phone.get("http://example.org/").body == b"the real example.org"
    assert phone.get(f"https://{SITE}/", "-k").status == 200


@pytest.mark.parametrize(("host", "path"), GENUINE, ids=lambda part: part)
def test_every_probe_has_its_genuine_answer(phone: Phone, host: str, path: str) -> None:
    phone.tap()
    status, body = GENUINE[host, path]
    real = phone.get(f"http://{host}{path}")
    assert (real.status, real.body) == (status, body)
    stale = phone.get(f"http://{host}{path}", "--resolve", f"{host}:80:{WILDCARD}")
    assert (stale.status, stale.body) == (status, body), "remembering our address"


def test_the_https_probe_succeeds(phone: Phone) -> None:
    phone.tap()
    assert phone.get("https://www.google.com/generate_204", "-k").status == 204


def test_another_page_at_a_remembered_address_is_asked_for_again(phone: Phone) -> None:
    phone.tap()
    stale = phone.get("http://example.org/", "--resolve", f"example.org:80:{WILDCARD}")
    assert stale.status == 503
    assert b"refresh" in stale.body


def test_the_other_phone_is_still_captive(phone: Phone, other: Phone) -> None:
    phone.tap()
    assert other.state()["state"] == "waiting"
    assert other.get("http://captive.apple.com/hotspot-detect.html").status == 302
    assert other.get(f"https://{SITE}/", "-k", patience=2).status == 0


def test_leaving_is_a_tap_too(phone: Phone) -> None:
    phone.tap()
    assert phone.leave().status == 303
    assert phone.state()["state"] == "waiting"
    assert phone.get(f"http://{SITE}/").location == PAGE


def test_the_program_learns_from_the_kernel_who_is_in(world: World, phone: Phone) -> None:
    shorten(world, phone, 900)
    world.until(lambda: phone.state()["state"] == "online", patience=75)


SLOW = """
import socket, sys, time
s = socket.create_connection((sys.argv[1], 80), 3)
s.sendall(b"GET /slow HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n")
s.settimeout(4)
print("open", flush=True)
began = time.monotonic()
while time.monotonic() - began < 40:
    try:
        if not s.recv(4096):
            break
    except OSError:
        break
print(f"{time.monotonic() - began:.1f}", flush=True)
"""


def download(phone: Phone) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        ["ip", "netns", "exec", phone.name, sys.executable, "-I", "-c", SLOW, SITE],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def lasted(process: "subprocess.Popen[str]") -> float:
    said, _ = process.communicate(timeout=60)
    return float(said)


def test_the_end_comes_in_the_middle_of_a_download(world: World, phone: Phone) -> None:
    phone.tap()
    running = download(phone)
    shorten(world, phone, 3)
    assert 1.5 <= lasted(running) <= 5
    assert phone.get(f"http://{SITE}/").status in {302, 503}


def test_leaving_cuts_what_is_open(phone: Phone) -> None:
    phone.tap()
    running = download(phone)
    phone.leave()
    assert lasted(running) <= 3


def test_tapping_again_begins_the_whole_time_anew(world: World, phone: Phone) -> None:
    phone.tap()
    shorten(world, phone, 4)
    phone.tap()
    time.sleep(5)
    assert phone.get("http://example.org/").status == 200


def test_a_phone_with_a_new_radio_address_goes_on_by_its_ticket(world: World, phone: Phone) -> None:
    opened = phone.get(PAGE)
    assert opened.status == 200
    phone.tap()
    old = phone.mac
    try:
        world.give_mac(phone, "02:00:00:00:a0:99")
        phone.join(world.folder)
        assert phone.state()["state"] == "waiting"
        assert phone.tap().status == 303
        assert phone.get("http://example.org/").status == 200
        phone.leave()
    finally:
        world.give_mac(phone, old)
        phone.join(world.folder)


def test_one_phone_has_no_more_than_its_share(phone: Phone) -> None:
    phone.tap()
    began = time.monotonic()
    big = phone.get("http://example.org/big", patience=20)
    took = time.monotonic() - began
    assert len(big.body) == 4_000_000
    assert took > 2, "4 MB at 8 Mbit/s take about four seconds, less what may come at once"


def test_one_phone_has_no_more_than_its_connections(world: World, phone: Phone) -> None:
    phone.tap()
    said = phone.python(
        "import socket\n"
        "kept, got = [], 0\n"
        "for _ in range(200):\n"
        "    s = socket.socket()\n"
        "    s.setblocking(False)\n"
        f"    s.connect_ex(('{SITE}', 80))\n"
        "    kept.append(s)\n"
        "import time\n"
        "time.sleep(2)\n"
        "for s in kept:\n"
        "    try:\n"
        "        s.getpeername()\n"
        "        got += 1\n"
        "    except OSError:\n"
        "        pass\n"
        "print(got)\n"
    )
    assert 100 <= int(said) <= 150


def test_a_restart_puts_nobody_out(world: World, phone: Phone) -> None:
    phone.tap()
    world.kill_box()
    world.start_box()
    assert phone.state()["state"] == "online"
    assert phone.get("http://example.org/").status == 200


def test_killed_the_kernel_still_ends_the_time(world: World, phone: Phone, other: Phone) -> None:
    phone.tap()
    other.tap()
    running = download(phone)
    shorten(world, phone, 4)
    shorten(world, other, 60)
    world.kill_box(signal.SIGKILL)
    try:
        assert 2.5 <= lasted(running) <= 6
        assert other.get(f"http://{SITE}/").status == 200, "whose time is not over stays in"
        assert phone.get(f"https://{SITE}/", "-k", patience=2).status == 0
        assert "dnsmasq" not in processes(world), "what it started went with it"
    finally:
        world.start_box()


def processes(world: World) -> str:
    found = world.box.run("ip", "netns", "pids", world.box.name)
    names = []
    for pid in found.split():
        try:
            with pathlib.Path(f"/proc/{pid}/comm").open(encoding="utf-8") as file:
                names.append(file.read().strip())
        except OSError:
            continue
    return " ".join(names)


def test_the_document_of_rfc_8908_tells_the_state(phone: Phone) -> None:
    def told() -> dict[str, object]:
        found: dict[str, object] = json.loads(phone.get(f"{PAGE}captive-portal/api").body)
        return found

    assert told() == {"captive": True, "user-portal-url": PAGE, "venue-info-url": PAGE}
    phone.tap()
    after = told()
    assert after["captive"] is False
    assert after["can-extend-session"] is True
    assert isinstance(after["seconds-remaining"], int)
    assert 14300 < after["seconds-remaining"] <= 14400
