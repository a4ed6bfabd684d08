"""The machine's clocks, and a person who vouches for one."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.adapters.system_clock import EARLIEST, SystemClock
from appliance.core.errors import BadRequest
from appliance.core.stamp import ClockSource, elapsed


def test_two_stamps_tell_an_honest_duration() -> None:
    clock = SystemClock()
    first, second = clock.stamp(), clock.stamp()
    duration = elapsed(first, second)
    assert duration is not None
    assert timedelta(0) <= duration < timedelta(seconds=5)
    assert first.wall.tzinfo is UTC


def test_a_person_is_believed_unless_the_network_knows_better() -> None:
    clock = SystemClock()
    said = datetime(2031, 5, 5, 10, tzinfo=UTC)
    clock.confirm(said)
    if clock.source() is ClockSource.PERSON:
        assert timedelta(0) <= clock.now() - said < timedelta(seconds=5)
    else:
        assert clock.source() is ClockSource.NTP


def test_nobody_is_believed_who_says_it_is_1970() -> None:
    with pytest.raises(BadRequest):
        SystemClock().confirm(EARLIEST - timedelta(days=1))


async def test_sleeping_no_time_returns() -> None:
    await SystemClock().sleep(timedelta(0))
