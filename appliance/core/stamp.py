"""A moment on two clocks: the wall's, for people, and the steady one, for durations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

JUMP: Final = timedelta(minutes=5)
"""A wall clock that moves by more than this, all by itself, has jumped."""


class ClockSource(StrEnum):
    """Who vouches for the wall clock."""

    NTP = "ntp"
    RTC = "rtc"
    PEER = "peer"
    PERSON = "person"
    NONE = "none"

    @property
    def trusted(self) -> bool:
        return self is not ClockSource.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One moment: wall time (aware UTC), who vouches for it, and ms since the boot named."""

    wall: datetime
    source: ClockSource
    boot: str
    ms: int


def elapsed(earlier: Stamp, later: Stamp) -> timedelta | None:
    """The honest duration between two moments; None when no clock covers both.

    Within one boot the steady clock knows. Across boots only two trusted wall clocks do.
    """
    if earlier.boot == later.boot:
        return timedelta(milliseconds=max(0, later.ms - earlier.ms))
    if earlier.source.trusted and later.source.trusted and later.wall >= earlier.wall:
        return later.wall - earlier.wall
    return None


def jumped(earlier: Stamp, later: Stamp) -> bool:
    """Whether the wall clock, trusted at both moments, moved in a way that time does not.

    Across boots only a step back can be seen.
    """
    if not (earlier.source.trusted and later.source.trusted):
        return False
    moved = later.wall - earlier.wall
    if earlier.boot == later.boot:
        return abs(moved - timedelta(milliseconds=later.ms - earlier.ms)) > JUMP
    return moved < -JUMP
