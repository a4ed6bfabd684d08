"""A box that nobody uses says little, and only what it must."""

import os

import pytest

from tests.netns.space import Phone
from tests.netns.world import RESOLVER, World

SECONDS = int(os.environ.get("IDLE_SECONDS", "45"))
"""Longer than the box waits between two looks at its uplink; `make nightly` listens for an hour."""
TRIAL = ("dgp-proof", "dgp-out")
"""The trial of the gate: cables to a phone and a world that are both inside the box."""
EAR = """
import socket, struct, sys, time
ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
end = time.monotonic() + float(sys.argv[1])
heard = set()
while (left := end - time.monotonic()) > 0:
    ear.settimeout(left)
    try:
        frame, where = ear.recvfrom(4096)
    except TimeoutError:
        break
    port, kind = where[0], struct.unpack("!H", frame[12:14])[0]
    if port == "lo" or kind == 0x0806:
        continue
    if kind == 0x86DD:
        heard.add((port, "ipv6", frame[20], 0, ""))
        continue
    if kind != 0x0800:
        heard.add((port, hex(kind), 0, 0, ""))
        continue
    length = (frame[14] & 15) * 4
    protocol = frame[23]
    source, target = (socket.inet_ntoa(frame[n:n + 4]) for n in (26, 30))
    ports = struct.unpack("!HH", frame[14 + length:18 + length]) if protocol in (6, 17) else (0, 0)
    heard.add((port, f"{source}>{target}", protocol, min(ports), ""))
for one in sorted(heard):
    print(*one[:4])
"""


@pytest.mark.timeout(SECONDS + 180)
def test_an_idle_box_asks_for_a_name_and_nothing_else(world: World, phone: Phone) -> None:
    phone.join(world.folder)
    said = world.box.python(EAR, str(SECONDS), timeout=SECONDS + 30)
    heard = [line.split() for line in said.splitlines()]
    outside = [one for one in heard if not one[0].startswith(TRIAL)]
    assert outside, "the uplink is looked at"
    assert [one for one in outside if not allowed(*one)] == []


def allowed(port: str, ways: str, protocol: str, number: str) -> bool:
    """Neighbours of the kernel's own, and a name asked of the place's resolver."""
    if ways == "ipv6":
        return protocol == "58"
    return port == "wan0" and RESOLVER in ways and (protocol, number) == ("17", "53")
