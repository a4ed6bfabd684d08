"""A moment on two clocks: the wall's, for people, and the steady one, for durations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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
