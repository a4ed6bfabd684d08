"""When a wall clock has jumped."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.stamp import ClockSource, Stamp, jumped

START = Stamp(
    wall=datetime(2026, 11, 24, 8, 30, tzinfo=UTC), source=ClockSource.NTP, boot="one", ms=1000
)
HOUR = timedelta(hours=1)
YEARS = timedelta(days=3650)


def later(
    wall: timedelta, steady: timedelta, *, boot: str = "one", source: ClockSource = ClockSource.NTP
) -> Stamp:
    ms = 1000 + int(steady / timedelta(milliseconds=1))
    return Stamp(wall=START.wall + wall, source=source, boot=boot, ms=ms)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (later(HOUR, HOUR), False),
        (later(HOUR + timedelta(minutes=4), HOUR), False),
        (later(HOUR + YEARS, HOUR), True),
        (later(HOUR - YEARS, HOUR), True),
        (later(HOUR - YEARS, HOUR, source=ClockSource.NONE), False),
        (later(HOUR, timedelta(0), boot="two"), False),
        (later(-YEARS, timedelta(0), boot="two"), True),
    ],
)
def test_only_a_trusted_clock_that_moves_by_itself_has_jumped(
    stamp: Stamp,
    expected: bool,  # noqa: FBT001
) -> None:
    assert jumped(START, stamp) is expected
