"""From when until when a certificate of the box's own holds, on a box that may not know the date.

A tablet compares these dates with its own clock, which is right nearly always; the box's may say
1970. So the years of the authority are fixed, and only a clock that somebody vouches for moves the
certificate that it signs.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

AUTHORITY: Final = (
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
)
"""Never renewed, so that nobody has to install it twice."""
FLOOR: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that says less is right: this program did not exist."""
BEHIND: Final = timedelta(days=30)
"""So far a tablet's clock may be behind."""
LASTS: Final = timedelta(days=397)
"""Browsers believe no certificate for longer than 398."""
BEFORE_ITS_END: Final = timedelta(days=60)
"""Then the next one is made."""

Span = tuple[datetime, datetime]


def span(now: datetime, *, trusted: bool) -> Span:
    """The days of a certificate that is made now."""
    day = (now if trusted else max(now, FLOOR)).astimezone(UTC)
    start = day.replace(hour=0, minute=0, second=0, microsecond=0) - BEHIND
    return start, start + LASTS


def holds(known: Span, now: datetime, *, trusted: bool) -> bool:
    """Whether it may stay; whoever does not know the date changes nothing."""
    if not trusted:
        return True
    start, end = known
    return start <= now < end - BEFORE_ITS_END
