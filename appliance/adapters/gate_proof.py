"""A virtual phone that tries to get past the gate: root builds it, and takes it down again.

Two network namespaces stand around the box: one is a phone that never tapped, one a world with an
ear. Through the rules that are in force now the phone knocks at every kind of door; the ear must
hear nothing. Then the phone is let in for a moment and must be heard, or the trial proves nothing.
"""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.core import gate_rules
from appliance.core.gate_rules import PROOF_PORT, Lan
from appliance.core.guests import Mac

_HERE: Final = Path("/proc/self/ns/net")
_OUT: Final = "dgp-out"
_NEAR: Final = "198.18.0.1"
_FAR: Final = "198.18.0.2"
"""Addresses for measuring equipment (RFC 2544): nobody's."""
_MAC: Final = Mac("02:64:67:70:00:01")
_NINTH: Final = 9
"""The phone's own address: below those that are given out."""
_LISTEN: Final = 2.5
PATIENCE: Final = 15.0

_EAR: Final = """
import socket, sys, time
ear = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
until = time.monotonic() + float(sys.argv[1])
print("listening", flush=True)
heard = 0
while (left := until - time.monotonic()) > 0:
    ear.settimeout(left)
    try:
        data, where = ear.recvfrom(2048)
    except TimeoutError:
        break
    if where[1] == 0x0800 and where[2] != socket.PACKET_OUTGOING:
        heard += 1
print(heard, flush=True)
"""
_KNOCK: Final = """
import socket, struct, sys
far = sys.argv[1]
for port in (22, 25, 53, 80, 443, 853, 1194, 5223, 8080):
    door = socket.socket()
    door.setblocking(False)
    door.connect_ex((far, port))
    bell = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bell.setblocking(False)
    bell.sendto(b"x" * 30, (far, port))
    globals()[f"kept{port}"] = (door, bell)
ping = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
body = struct.pack("!BBHHH", 8, 0, 0, 1, 1)
total = sum(struct.unpack("!4H", body))
ping.sendto(struct.pack("!BBHHH", 8, 0, ~(total + (total >> 16)) & 0xFFFF, 1, 1), (far, 0))
import time
time.sleep(1.2)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """What the ear heard of a phone that never tapped, and of one that was let in."""

    before: int
    after: int


def prove(lan: Lan) -> str | None:
    """None when the gate held, else what is wrong, in a sentence. Root only."""
    try:
        trial = _try(lan)
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        return f"the trial could not be made: {_reason(problem)}"
    if trial.before:
        return f"{trial.before} packets of a phone that never tapped got through"
    if not trial.after:
        return "not even a phone that was let in is heard, so nothing is proven"
    return None


def _try(lan: Lan) -> _Trial:
    address = lan.address.network.network_address + _NINTH
    # Named after the network they stand around, so that two boxes on one machine do not collide.
    around = _HERE.stat().st_ino
    phone, world = f"dgp-phone-{around}", f"dgp-world-{around}"
    with ExitStack() as stack:
        stack.callback(_take_down, phone, world)
        _take_down(phone, world)
        _build(phone, world, gateway=str(lan.address.ip), address=str(address))
        before = _heard(phone, world)
        stack.callback(_nft, gate_rules.expel(_MAC))
        _nft(gate_rules.admit(_MAC, 10))
        return _Trial(before=before, after=_heard(phone, world))


def _build(phone: str, world: str, *, gateway: str, address: str) -> None:
    for name in (phone, world):
        _ip("netns", "add", name)
    for near, space, mac in ((PROOF_PORT, phone, _MAC), (_OUT, world, "02:64:67:70:00:02")):
        _ip("link", "add", near, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("-n", space, "link", "set", "eth0", "address", mac, "up")
        _ip("link", "set", near, "address", "02:64:67:70:00:fe", "up")
    _ip("address", "add", f"{_NEAR}/30", "dev", _OUT)
    _ip("-n", world, "address", "add", f"{_FAR}/30", "dev", "eth0")
    _ip("-n", world, "route", "add", "default", "via", _NEAR)
    # The box may not have its own address there yet: whoever is who, is told by hand.
    _ip("route", "add", f"{address}/32", "dev", PROOF_PORT)
    _ip("neigh", "add", address, "lladdr", _MAC, "dev", PROOF_PORT)
    _ip("-n", phone, "address", "add", f"{address}/32", "dev", "eth0")
    _ip("-n", phone, "route", "add", f"{gateway}/32", "dev", "eth0")
    _ip("-n", phone, "neigh", "add", gateway, "lladdr", "02:64:67:70:00:fe", "dev", "eth0")
    _ip("-n", phone, "route", "add", "default", "via", gateway)


def _heard(phone: str, world: str) -> int:
    """How many packets the world hears while the phone knocks."""
    ear = subprocess.Popen(  # noqa: S603  our own words, no shell
        _inside(world, _EAR, str(_LISTEN)), stdout=subprocess.PIPE, text=True
    )
    try:
        if ear.stdout is None or ear.stdout.readline().strip() != "listening":
            raise ValueError("the ear is deaf")
        subprocess.run(  # noqa: S603  same
            _inside(phone, _KNOCK, _FAR), check=True, timeout=PATIENCE, capture_output=True
        )
        said, _ = ear.communicate(timeout=PATIENCE)
    finally:
        if ear.poll() is None:
            ear.kill()
        ear.wait()
        if ear.stdout is not None:
            ear.stdout.close()
    return int(said)


def _take_down(*spaces: str) -> None:
    for link in (PROOF_PORT, _OUT):
        _ip("link", "del", link, quiet=True)
    for name in spaces:
        _ip("netns", "del", name, quiet=True)


def _inside(space: str, script: str, *arguments: str) -> Sequence[str]:
    return ("/usr/sbin/ip", "netns", "exec", space, sys.executable, "-I", "-c", script, *arguments)


def _ip(*arguments: str, quiet: bool = False) -> None:
    subprocess.run(  # noqa: S603  same
        ("/usr/sbin/ip", *arguments), check=not quiet, capture_output=True, timeout=PATIENCE
    )


def _nft(text: str) -> None:
    subprocess.run(
        ("/usr/sbin/nft", "-f", "-"),
        input=text,
        text=True,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )


def _reason(problem: Exception) -> str:
    if isinstance(problem, subprocess.CalledProcessError):
        said = problem.stderr
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said or "")
        return text.strip().partition("\n")[0] or f"{problem.cmd[0]} failed"
    return str(problem)
