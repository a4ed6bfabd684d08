"""What a phone on the free wifi may do now, and for how long."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from appliance.core.errors import BadRequest

Mac = NewType("Mac", str)
"""The address of a phone's radio, in small letters. Never on disk, never in a log."""

_MAC: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_SSID_BYTES: Final = 32
_MINUTE: Final = 60


class GuestState(StrEnum):
    """Where a phone stands."""

    NONE = "none"
    """This box has no wifi of its own."""
    OUTSIDE = "outside"
    """The phone is not on our wifi."""
    WAITING = "waiting"
    """It has not tapped yet; only the essential sites are open to it."""
    ONLINE = "online"
    ENDED = "ended"
    """Its time is over; another tap begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One phone, as its pages need to know it."""

    state: GuestState
    left: int = 0
    """Seconds until its time is over."""
    uplink: bool = True
    """Whether there is internet to be had at all."""
    ready: bool = True
    """Whether the gate is in place, so that a tap can be taken."""

    @property
    def captive(self) -> bool:
        """Whether its questions must end at our page."""
        return self.state is not GuestState.ONLINE or not self.uplink

    @property
    def minutes_left(self) -> int:
        """As people say it: begun minutes count."""
        return -(-self.left // _MINUTE)


def mac(text: str) -> Mac:
    """Read an address; BadRequest when it is none, so that no rule is ever made of it."""
    small = text.strip().lower()
    if not _MAC.fullmatch(small):
        raise BadRequest(field="mac")
    return Mac(small)


def network_name(name: str, secret: bytes) -> str:
    """The place's own name and four figures of this box, as an SSID has room for."""
    tail = f" {secret[:2].hex()}"
    room = _SSID_BYTES - len(tail.encode())
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    head = plain.encode()[:room].decode(errors="ignore").rstrip()
    return head + tail
