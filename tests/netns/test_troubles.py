"""What goes wrong: no uplink, broken rules, a gate with a hole, floods."""

import re
import shutil
import sys
import time

from tests.netns.space import GATEWAY, Phone, run
from tests.netns.world import World

PAGE = f"http://{GATEWAY}/"


def conditions(world: World) -> set[str]:
    found = world.health().get("conditions", [])
    assert isinstance(found, list)
    return {str(one["name"]) for one in found}


def test_with_the_uplink_gone_everybody_is_told_and_nothing_is_faked(
    world: World, phone: Phone, other: Phone
) -> None:
    phone.tap()
    run("ip", "-n", world.box.name, "link", "set", "wan0", "down")
    try:
        world.until(lambda: world.parts()["uplink"] == "uplink-gone", patience=45)
        for one in (phone, other):
            probe = one.get("http://connectivitycheck.gstatic.com/generate_204")
            assert (probe.status, probe.location) == (302, PAGE)
            page = one.get(f"{PAGE}wifi")
            assert "geen internet" in page.body.decode()
            assert "geen internet" in one.get(PAGE).body.decode(), "the page that opens by itself"
    finally:
        run("ip", "-n", world.box.name, "link", "set", "wan0", "up")
        world.route()
    world.until(lambda: world.parts()["uplink"] == "ok", patience=45)
    assert phone.get("http://example.org/").body == b"the real example.org", "no second tap"


def test_a_list_with_a_mistake_leaves_the_old_one_in_force(world: World, phone: Phone) -> None:
    path = world.folder / "essentials.txt"
    path.write_text("vlaanderen.be\nthis is no name\n", encoding="utf-8")
    try:
        world.until(lambda: "essential-list" in conditions(world))
        assert "essentials.txt, line 2" in (world.folder / "box.log").read_text("utf-8")
        assert phone.get("https://vlaanderen.be/", "-k").status == 200
        path.write_text("# ours\nexample.org\n", encoding="utf-8")
        world.until(lambda: phone.get("http://example.org/").body == b"the real example.org")
        assert "essential-list" not in conditions(world)
        world.until(lambda: phone.get("http://vlaanderen.be/").location == PAGE)
    finally:
        world.box.run("nft", "flush", "set", "inet", "digipunt", "essential")
        path.unlink()
        world.until(lambda: phone.ask("vlaanderen.be") == (0, ["198.19.0.10"]))


def rules(world: World) -> str:
    """What is in force, and who is in; not the seconds and meters that run."""
    who = world.box.run("nft", "-j", "list", "set", "inet", "digipunt", "released")
    macs = sorted(re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", who))
    return world.box.run("nft", "-t", "-s", "list", "ruleset") + " ".join(macs)


def test_rules_that_do_not_load_leave_the_old_ones_and_the_wifi_shut(
    world: World, phone: Phone
) -> None:
    world.kill_box()
    before = rules(world)
    fake = world.folder / "nft"
    shutil.copy("/usr/sbin/nft", world.folder / "nft.real")
    # A kernel that refuses: nft itself, told to read one line more, that makes no sense.
    fake.write_text(
        f"#!/bin/sh\nreal={world.folder / 'nft.real'}\n"
        '[ "$1" = -f ] || exec $real "$@"\n{ cat; echo nonsense; } | $real -f -\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    world.start_box(wait=False, before=f"mount --bind {fake} /usr/sbin/nft")
    try:
        world.until(lambda: "gate-broken" in conditions(world))
        assert rules(world) == before
        assert GATEWAY not in run("ip", "-n", world.box.name, "-4", "address", "show", "br0")
    finally:
        world.kill_box()
        world.start_box()
    assert phone.tap().status == 303


def test_a_gate_with_a_hole_keeps_the_wifi_shut(world: World, phone: Phone) -> None:
    world.kill_box()
    world.hole = "insert rule inet digipunt outward tcp dport 22 accept"
    world.start_box(wait=False)
    try:
        world.until(lambda: "gate-open" in conditions(world), patience=40)
        assert GATEWAY not in run("ip", "-n", world.box.name, "-4", "address", "show", "br0")
        assert phone.get(PAGE, patience=1).status == 0
    finally:
        world.kill_box()
        world.hole = ""
        world.start_box()


TIMED = """
import socket, sys, time
took = []
for n in range(40):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2)
    began = time.monotonic()
    head = bytes([1, n, 1, 0, 0, 1]) + bytes(6)
    s.sendto(head + b"\\x07example\\x03org\\x00\\x00\\x01\\x00\\x01", (sys.argv[1], 53))
    s.recv(512)
    took.append(time.monotonic() - began)
    time.sleep(0.05)
print(sorted(took)[37])
"""


def test_a_box_without_a_radio_says_so_and_runs_on(world: World, phone: Phone) -> None:
    world.kill_box()
    world.start_box(wait=False, kind="wifi", interface="wlan9")
    try:
        world.until(lambda: "wifi-gone" in conditions(world), patience=40)
        assert "No wifi: " in (world.folder / "box.log").read_text("utf-8")
        assert world.health()["ok"]
        board = world.staff.get("http://192.168.77.1:8080/board")
        assert board.status == 200, "the queue works"
        assert phone.get(PAGE, patience=1).status == 0
    finally:
        world.kill_box()
        world.start_box()


def test_a_flood_of_questions_does_not_keep_the_other_phone_waiting(
    world: World, phone: Phone, other: Phone
) -> None:
    flood = phone.start(
        "python3", "-I", "-c",
        "import socket, time\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "end = time.monotonic() + 6\n"
        "n = 0\n"
        "while time.monotonic() < end:\n"
        "    n += 1\n"
        "    s.sendto(b'\\x12\\x34\\x01\\x00\\x00\\x01' + bytes(6) + b'\\x03abc\\x02be\\x00'\n"
        f"             + bytes([0, 1, 0, 1]), ('{GATEWAY}', 53))\n"
        "    time.sleep(0.0005)\n",
        log=world.folder / "flood.log",
    )  # fmt: skip
    time.sleep(1)
    said = other.python(TIMED, GATEWAY)
    flood.terminate()
    flood.wait()
    phone.running.clear()
    assert float(said) <= 0.25, "p95 of forty questions"


SILENT = """
import socket, sys, time
kept = []
for _ in range(int(sys.argv[2])):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex((sys.argv[1], 80))
    kept.append(s)
print("open", flush=True)
time.sleep(float(sys.argv[3]))
"""


def test_silent_connections_of_one_phone_do_not_shut_the_others_out(
    world: World, phone: Phone, other: Phone
) -> None:
    phone.start(
        "python3", "-I", "-c", SILENT, GATEWAY, "1100", "8", log=world.folder / "silent.log"
    )
    time.sleep(1.5)
    took = sorted(other.get(f"{PAGE}wifi", patience=3).seconds for _ in range(40))
    phone.stop()
    assert took[0] > 0
    assert took[37] <= 0.25, "p95"


def test_a_phone_that_changes_its_radio_address_again_and_again(world: World, phone: Phone) -> None:
    old = phone.mac
    try:
        for n in range(12):
            world.give_mac(phone, f"02:00:00:00:b0:{n:02x}")
            phone.join(world.folder)
            assert phone.tap().status == 303
        assert phone.state()["state"] == "online"
    finally:
        for n in range(12):
            world.box.run(
                "nft", f"delete element inet digipunt released {{ 02:00:00:00:b0:{n:02x} }}",
                check=False,
            )  # fmt: skip
        world.give_mac(phone, old)
        phone.join(world.folder)


def test_nothing_about_a_phone_is_on_disk_or_in_a_log(world: World, phone: Phone) -> None:
    lease = phone.join(world.folder)
    phone.tap()
    for path in [
        world.folder / "box.log",
        *world.folder.glob("box/**/*"),
        *world.folder.glob("run/*"),
    ]:
        if path.is_file():
            text = path.read_bytes()
            assert phone.mac.encode() not in text, path.name
            assert bytes.fromhex(phone.mac.replace(":", "")) not in text, path.name
            assert lease["ip"].encode() not in text, path.name
    assert not list(world.folder.rglob("*.leases"))


def test_the_self_test_tells_every_part(world: World) -> None:
    said = world.box.run(
        sys.executable, "-m", "appliance", "check", "--config",
        str(world.folder / "digipunt.toml"), check=False,
    )  # fmt: skip
    told = {line[:14].strip(): line[15:17] for line in said.splitlines()}
    assert told == {
        "box": "ok", "button": "ok", "display": "ok", "sound": "ok", "disk": "ok", "clock": "--",
        "wifi": "ok", "gate": "ok", "names": "ok", "uplink": "ok", "staff network": "ok",
        "staff https": "ok", "collector": "ok",
    }  # fmt: skip
    assert "cable (lan0)" in said


def test_the_trial_goes_on_while_the_wifi_is_on_the_air(world: World) -> None:
    before = world.trials
    assert before >= 1
    said = world.box.run(
        sys.executable, "-m", "appliance", "prove", "--config",
        str(world.folder / "digipunt.toml"),
    )  # fmt: skip
    assert said == "The gate held.\n"
    assert world.parts()["gate"] == "ok"
