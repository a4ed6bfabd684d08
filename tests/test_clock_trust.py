"""Whatever the wall clock does: the right numbers, the right day, and honest durations."""

from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.adapters.opening_hours import OsmTimetable
from appliance.core import commands as c
from appliance.core.stamp import ClockSource, elapsed
from appliance.core.ticket import TicketState
from appliance.desk import Desk
from appliance.services.rollover import Rollover
from tests.desks import A1, BRUSSELS, ONE, TUESDAY, Bench, numbers, press, running

TEN_YEARS = timedelta(days=3653)


async def taken(desk: Desk) -> str:
    done = await press(desk)
    assert done.ticket is not None
    return str(done.ticket.number)


def month(desk: Desk) -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = desk.tallies()[0]["tables"]
    return tables


# ------------------------------------------------------------------ ten years either way


@pytest.mark.parametrize("years", [-TEN_YEARS, TEN_YEARS])
async def test_a_jump_in_mid_session_changes_neither_order_nor_numbers(years: timedelta) -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await press(desk)
        bench.clock.jump(years)
        assert await taken(desk) == "A3"
        bench.clock.jump(-2 * years)
        assert await taken(desk) == "A4"
        assert numbers(desk) == ["A1", "A2", "A3", "A4"]
        done = await desk.perform(c.CallNext(counter=ONE))
        assert done.ticket is not None
        assert done.ticket.number == A1


@pytest.mark.parametrize("years", [-TEN_YEARS, TEN_YEARS])
async def test_a_jump_in_mid_visit_makes_it_no_longer(years: timedelta) -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        bench.hands.forward(timedelta(minutes=7))
        bench.clock.jump(years)
        await desk.perform(c.CallNext(counter=ONE))
        bench.hands.forward(timedelta(minutes=12))
        bench.clock.jump(-years)
        await desk.perform(c.Finish(number=A1))
        ticket = desk.queue.tickets[A1]
        assert ticket.called is not None
        assert ticket.ended is not None
        assert elapsed(ticket.taken, ticket.called) == timedelta(minutes=7)
        assert elapsed(ticket.called, ticket.ended) == timedelta(minutes=12)
        await desk.close(confirm=True)
        assert month(desk)["wait"] == {"5-10": 1}
        assert month(desk)["help"] == {"10-20": 1}
        assert month(desk)["total"]["open_minutes_actual"] == 19


@pytest.mark.parametrize("years", [-TEN_YEARS, TEN_YEARS])
async def test_the_session_keeps_the_day_on_which_it_opened(years: timedelta) -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        bench.clock.jump(years)
        await desk.close(confirm=True)
        assert [t["period"] for t in desk.tallies()] == ["2026-11", "2026-W48"]
        assert desk.state.numbering.days == (date(2026, 11, 24),)


@pytest.mark.parametrize("years", [-TEN_YEARS, TEN_YEARS])
async def test_a_day_that_comes_back_goes_on_with_its_numbers(years: timedelta) -> None:
    """A clock that was wrong for one session, and is right again the same day."""
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        assert await taken(desk) == "A1"
        await desk.close(confirm=True)
        bench.clock.jump(years)
        await desk.open()
        await press(desk)
        await desk.close(confirm=True)
        bench.clock.jump(-years)
        await desk.open()
        assert await taken(desk) != "A1"


# ------------------------------------------------------------------ a boot in 1970


def in_1970(bench: Bench) -> None:
    """A box without a clock battery, just switched on."""
    bench.clock.reboot()
    bench.clock.trust = ClockSource.NONE
    bench.clock.jump(datetime(1970, 1, 1, tzinfo=UTC) - bench.clock.now())


def set_right(bench: Bench) -> None:
    """The network tells the time."""
    bench.clock.trust = ClockSource.NTP
    bench.clock.jump(bench.hands.now() - bench.clock.now())


async def test_a_boot_in_1970_in_mid_session_goes_on_where_it_was() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
    in_1970(bench)
    async with running(bench.new_desk()) as desk:
        assert await taken(desk) == "A3"
        assert numbers(desk) == ["A2", "A3"]
        assert desk.queue.tickets[A1].state is TicketState.CALLED
        bench.hands.forward(timedelta(minutes=6))
        await desk.perform(c.Finish(number=A1))
        await desk.close(confirm=True)
        assert desk.state.numbering.days == (date(2026, 11, 24),)
        assert month(desk)["help"] == {"unknown": 1}, "no clock covers both ends"


async def test_a_session_opened_in_1970_gets_its_day_when_the_time_is_known() -> None:
    bench = Bench()
    in_1970(bench)
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        bench.hands.forward(timedelta(minutes=30))
        set_right(bench)
        await desk.perform(c.CallNext(counter=ONE))
        await desk.close(confirm=True)
        assert desk.state.numbering.days == (date(2026, 11, 24),)
        assert month(desk)["wait"] == {"20-40": 1}
        assert month(desk)["hour"] == {"unknown": 1}, "when it was taken, nobody knew the hour"


async def test_sessions_in_1970_never_give_a_number_twice() -> None:
    bench = Bench()
    given: list[str] = []
    for _ in range(4):
        in_1970(bench)
        async with running(bench.new_desk()) as desk:
            await desk.open()
            given += [await taken(desk), await taken(desk)]
            await desk.close(confirm=True)
            assert desk.tallies()[-1]["period"] == "undated"
    assert given == [f"A{n}" for n in range(1, 9)]


async def test_a_box_in_1970_opens_nothing_by_itself_until_the_time_is_known() -> None:
    bench = Bench()
    in_1970(bench)
    timetable = OsmTimetable("Tu 08:00-12:00", zone="Europe/Brussels")
    async with running(bench.new_desk()) as desk:
        rollover = Rollover(desk=desk, clock=bench.clock, timetable=timetable)
        await rollover.tick()
        assert desk.queue.session is None
        set_right(bench)
        await rollover.tick()
        assert desk.queue.session is not None


# ------------------------------------------------------------------ summer time


@pytest.mark.parametrize(
    ("before", "other"),
    [
        (datetime(2027, 3, 28, 1, 50, tzinfo=BRUSSELS), "3.10"),
        (datetime(2026, 10, 25, 2, 50, tzinfo=BRUSSELS), "2.10"),
    ],
    ids=["spring", "autumn"],
)
async def test_a_visit_across_the_change_of_summer_time_is_as_long_as_it_was(
    before: datetime, other: str
) -> None:
    bench = Bench(start=before)
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
        bench.hands.forward(timedelta(minutes=20))
        local = bench.clock.now().astimezone(BRUSSELS)
        assert f"{local.hour}.{local.minute}" == other
        await desk.perform(c.Finish(number=A1))
        assert await taken(desk) == "A2"
        await desk.close(confirm=True)
        assert month(desk)["help"] == {"20-40": 1}
        assert month(desk)["total"]["open_minutes_actual"] == 20
        assert desk.state.numbering.days == (before.date(),)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
async def test_a_day_of_23_or_25_hours_is_one_day(day: date) -> None:
    bench = Bench(start=datetime(day.year, day.month, day.day, 0, 5, tzinfo=BRUSSELS))
    seen = []
    async with running(bench.new_desk()) as desk:
        for hour in (0, 4, 9, 23):
            wanted = datetime(day.year, day.month, day.day, hour, 30, tzinfo=BRUSSELS)
            bench.hands.forward(wanted - bench.clock.now())
            await desk.open()
            seen.append(await taken(desk))
            await desk.close(confirm=True)
        bench.hands.forward(timedelta(hours=1))
        await desk.open()
        seen.append(await taken(desk))
    assert seen == ["A1", "A2", "A3", "A4", "A1"]


# ------------------------------------------------------------------ over midnight


async def test_a_session_over_midnight_keeps_its_numbers_and_the_next_day_begins_anew() -> None:
    bench = Bench(start=TUESDAY.replace(hour=23, minute=30))
    async with running(bench.new_desk()) as desk:
        await desk.open()
        assert await taken(desk) == "A1"
        bench.hands.forward(timedelta(hours=1))
        assert await taken(desk) == "A2"
        await desk.perform(c.CallNext(counter=ONE))
        await desk.close(confirm=True)
        assert desk.state.numbering.days == (date(2026, 11, 24),)
        assert month(desk)["wait"] == {"40+": 1}
        assert month(desk)["total"]["open_minutes_actual"] == 60
        await desk.open()
        assert await taken(desk) == "A1"


async def test_a_power_cut_around_midnight_changes_nothing() -> None:
    bench = Bench(start=TUESDAY.replace(hour=23, minute=55))
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
    bench.hands.forward(timedelta(minutes=10))
    bench.clock.reboot()
    async with running(bench.new_desk()) as desk:
        assert await taken(desk) == "A2"
        await desk.perform(c.CallNext(counter=ONE))
        await desk.close(confirm=True)
        assert [t["period"] for t in desk.tallies()] == ["2026-11", "2026-W48"]
        assert month(desk)["wait"] == {"10-20": 1}, "two trusted clocks know, across the boot"


async def test_new_year_is_a_new_day_a_new_month_and_a_new_week_or_not() -> None:
    bench = Bench(start=datetime(2026, 12, 31, 23, 50, tzinfo=BRUSSELS))
    async with running(bench.new_desk()) as desk:
        await desk.open()
        bench.hands.forward(timedelta(minutes=20))
        await press(desk)
        await desk.close(confirm=True)
        await desk.open()
        assert await taken(desk) == "A1"
        await desk.close(confirm=True)
        assert [t["period"] for t in desk.tallies()] == ["2026-12", "2026-W53", "2027-01"]
