"""The schedule opens and closes; it never ends a visit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from appliance.adapters.opening_hours import OsmTimetable
from appliance.core import commands as c
from appliance.core.stamp import ClockSource
from appliance.core.ticket import TicketState
from appliance.desk import Desk
from appliance.services.rollover import Rollover
from tests.desks import A1, BRUSSELS, ONE, Bench, numbers, press, running


def at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BRUSSELS)


class Day:
    """A desk, its schedule, and the hands of the clock."""

    def __init__(self, bench: Bench, desk: Desk) -> None:
        self.bench = bench
        self.desk = desk
        timetable = OsmTimetable("Tu 09:00-12:00,13:00-16:00; PH off", zone="Europe/Brussels")
        self.rollover = Rollover(desk=desk, clock=bench.clock, timetable=timetable)

    @property
    def state(self) -> str:
        return self.desk.queue.state.value

    async def until(self, moment: datetime) -> None:
        """Everything due on the way happens at its own moment."""
        while True:
            due = self.rollover.next_due()
            if due is None or due >= moment:
                break
            self.bench.hands.forward(due - self.bench.clock.now())
            await self.rollover.tick()
        self.bench.hands.forward(moment - self.bench.clock.now())
        await self.rollover.tick()


@asynccontextmanager
async def a_day(start: datetime | None = None) -> AsyncIterator[Day]:
    bench = Bench(start=start or at(8, 30))
    async with running(bench.new_desk()) as desk:
        yield Day(bench, desk)


async def test_a_day_opens_and_closes_by_itself() -> None:
    async with a_day() as day:
        await day.until(at(8, 59))
        assert day.state == "closed"
        await day.until(at(9))
        assert day.state == "open"
        await day.until(at(12, 1))
        assert day.state == "closed"
        await day.until(at(13))
        assert day.state == "open"


async def test_the_next_opening_is_known() -> None:
    async with a_day() as day:
        assert day.rollover.next_opening() == at(9)
        await day.until(at(9, 30))
        assert day.rollover.next_opening() == at(13)
        await day.until(at(17))
        assert day.rollover.next_opening() == at(9) + timedelta(days=7)


async def test_at_closing_time_whoever_is_here_is_still_helped() -> None:
    async with a_day() as day:
        await day.until(at(11, 50))
        await press(day.desk)
        await day.until(at(12, 20))
        assert day.state == "closing"
        await day.desk.perform(c.CallNext(counter=ONE))
        await day.until(at(12, 50))
        assert day.state == "closing"
        assert day.desk.queue.tickets[A1].state is TicketState.CALLED
        await day.desk.perform(c.Finish(number=A1))
        await day.until(at(12, 52))
        assert day.state == "closed"


async def test_the_last_finish_can_be_undone_before_the_session_ends() -> None:
    async with a_day() as day:
        await day.until(at(11, 50))
        await press(day.desk)
        await day.desk.perform(c.CallNext(counter=ONE))
        await day.until(at(12, 5))
        done = await day.desk.perform(c.Finish(number=A1))
        await day.rollover.tick()
        assert day.state == "closing"
        assert done.action is not None
        await day.desk.perform(c.Undo(action=done.action))
        await day.until(at(12, 30))
        assert day.state == "closing"


async def test_who_closes_early_by_hand_is_not_contradicted() -> None:
    async with a_day() as day:
        await day.until(at(10))
        await day.desk.close(confirm=True)
        await day.until(at(11))
        assert day.state == "closed"
        await day.until(at(13, 5))
        assert day.state == "open"


async def test_who_opens_early_by_hand_joins_the_schedule() -> None:
    async with a_day() as day:
        await day.desk.open()
        await press(day.desk)
        await day.until(at(9, 5))
        assert numbers(day.desk) == ["A1"]
        await day.desk.perform(c.Cancel(number=A1))
        await day.until(at(12, 5))
        assert day.state == "closed"


async def test_a_session_by_hand_outside_the_hours_stays_open() -> None:
    async with a_day(at(18)) as day:
        await day.desk.open()
        await day.until(at(23))
        assert day.state == "open"


async def test_a_session_forgotten_for_days_does_not_become_the_next_one() -> None:
    async with a_day(at(18)) as day:
        await day.desk.open()
        await press(day.desk)
        await day.desk.perform(c.Cancel(number=A1))
        await day.until(at(9, 5) + timedelta(days=7))
        assert day.state == "open"
        done = await press(day.desk)
        assert done.ticket is not None
        assert done.ticket.number == "A1"


async def test_a_restart_in_the_middle_of_the_window_opens_it() -> None:
    async with a_day(at(10, 15)) as day:
        await day.rollover.tick()
        assert day.state == "open"


async def test_a_clock_nobody_trusts_opens_nothing() -> None:
    async with a_day(at(10)) as day:
        day.bench.clock.trust = ClockSource.NONE
        await day.rollover.tick()
        assert day.state == "closed"
        assert day.rollover.next_opening() is None


async def test_who_asked_to_come_back_at_eleven_is_back_at_eleven() -> None:
    async with a_day() as day:
        await day.until(at(9, 5))
        await press(day.desk)
        await press(day.desk)
        await day.desk.perform(c.Hold(number=A1, until=at(11)))
        await day.until(at(10, 59))
        assert numbers(day.desk) == ["A2"]
        await day.until(at(11, 1))
        assert numbers(day.desk) == ["A1", "A2"]


@pytest.mark.parametrize("years", [-10, 10])
async def test_a_clock_that_jumps_does_not_change_how_long_a_hold_lasts(years: int) -> None:
    async with a_day() as day:
        await day.until(at(9, 5))
        await press(day.desk)
        await day.desk.perform(c.Hold(number=A1, until=at(10, 5)))
        day.bench.clock.trust = ClockSource.NONE
        day.bench.clock.jump(timedelta(days=365 * years))
        day.bench.hands.forward(timedelta(minutes=30))
        await day.rollover.tick()
        assert numbers(day.desk) == []
        day.bench.hands.forward(timedelta(minutes=31))
        await day.rollover.tick()
        assert numbers(day.desk) == ["A1"]


@pytest.mark.parametrize("years", [10, -10])
async def test_a_clock_that_jumps_closes_nobody_out_and_says_so(years: int) -> None:
    async with a_day() as day:
        await day.until(at(10))
        await press(day.desk)
        day.bench.clock.jump(timedelta(days=365 * years))
        await day.rollover.tick()
        assert (day.state, day.rollover.clock_jumped()) == ("open", True)
        assert (await press(day.desk)).ticket is not None
        day.bench.clock.jump(timedelta(days=-365 * years))
        await day.rollover.tick()
        assert (day.state, day.rollover.clock_jumped()) == ("open", False)
        await day.until(at(12, 1))
        assert day.state == "closing"


async def test_both_changes_of_summer_time_keep_the_hours() -> None:
    for day, month in ((24, 10), (27, 3)):
        year = 2026 if month == 10 else 2027
        start = datetime(year, month, day, 8, tzinfo=BRUSSELS)
        timetable = OsmTimetable("Sa,Su 09:00-12:00", zone="Europe/Brussels")
        bench = Bench(start=start)
        async with running(bench.new_desk()) as desk:
            both = Day(bench, desk)
            both.rollover = Rollover(desk=desk, clock=bench.clock, timetable=timetable)
            for offset in range(2):
                nine = datetime(year, month, day + offset, 9, tzinfo=BRUSSELS)
                await both.until(nine - timedelta(minutes=1))
                assert both.state == "closed"
                await both.until(nine)
                assert both.state == "open"
                await both.until(nine + timedelta(hours=3, minutes=1))
                assert both.state == "closed"
