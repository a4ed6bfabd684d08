"""The one writer: durable first, once per key, and the same after a crash."""

import asyncio
from contextlib import nullcontext
from datetime import timedelta

import pytest

from appliance.core import commands as c
from appliance.core.errors import (
    BadStore,
    KeyReused,
    NobodyWaiting,
    PeopleWaiting,
    SessionClosed,
    StorageUnavailable,
    Unavailable,
    UnknownLocation,
)
from appliance.core.ids import ActionId, Key, LocationId
from appliance.core.session import SessionState
from appliance.core.stamp import ClockSource
from appliance.ports import Write
from appliance.simulation.books import MemoryBook
from tests.desks import A1, ONE, TWO, Bench, numbers, press, running


async def test_a_ticket_is_in_the_book_before_anybody_hears_of_it() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == "A1"
        assert len(bench.book.read("actions")) == 2


async def test_the_same_key_gives_the_same_ticket() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        first = await press(desk, "k")
        again = await press(desk, "k")
        assert again.again
        assert again.ticket == first.ticket
        assert numbers(desk) == ["A1"]


async def test_the_same_key_gives_the_same_answer_after_a_crash() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        before = await desk.perform(c.CallNext(counter=ONE), key=Key("tap"))
    bench.hands.forward(timedelta(minutes=7))
    async with running(bench.new_desk()) as desk:
        after = await desk.perform(c.CallNext(counter=ONE), key=Key("tap"))
        assert after.again
        assert after.ticket == before.ticket


async def test_a_key_for_something_else_is_refused() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk, "k")
        with pytest.raises(KeyReused):
            await desk.perform(c.CallNext(counter=ONE), key=Key("k"))
        assert numbers(desk) == ["A1"]


async def test_a_no_stays_the_same_no_under_its_key() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        with pytest.raises(NobodyWaiting):
            await desk.perform(c.CallNext(counter=ONE), key=Key("k"))
        await press(desk)
        with pytest.raises(NobodyWaiting):
            await desk.perform(c.CallNext(counter=ONE), key=Key("k"))


async def test_two_volunteers_at_the_same_moment_never_get_the_same_visitor() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        for _ in range(40):
            await press(desk)
        for _ in range(20):
            one, two = await asyncio.gather(
                desk.perform(c.CallNext(counter=ONE)), desk.perform(c.CallNext(counter=TWO))
            )
            assert one.ticket is not None
            assert two.ticket is not None
            assert one.ticket.number != two.ticket.number
        assert desk.queue.waiting_count == 0


async def test_after_a_crash_queue_order_and_next_number_are_the_same() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        for _ in range(5):
            await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
        await desk.perform(c.NoShow(number=A1))
        before = numbers(desk)
    bench.clock.reboot()
    async with running(bench.new_desk()) as desk:
        assert numbers(desk) == before
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == "A6"


async def test_when_the_book_refuses_nothing_has_changed_and_reading_goes_on() -> None:
    book = MemoryBook()
    bench = Bench(book=book)
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        book.fail("the card is full")
        with pytest.raises(StorageUnavailable):
            await press(desk)
        assert numbers(desk) == ["A1"]
        assert desk.failure == "the card is full"


async def test_closing_leaves_counts_and_no_ticket() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
        await desk.perform(c.Finish(number=A1, topic="tax"))
        done = await desk.close(confirm=False)
        assert (done.state, done.finished, done.left) == (SessionState.CLOSED, 1, 0)
        assert dict(bench.book.read("actions")) == {}
        month, week = desk.tallies()
        assert month["period"] == "2026-11"
        assert month["tables"]["topic"] == {"tax": 1}
        assert week["period"] == "2026-W48"
        assert set(week["tables"]) == {"total"}


async def test_a_second_session_adds_to_the_same_month() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        for _ in range(2):
            await desk.open()
            await press(desk)
            await desk.close(confirm=True)
        month = desk.tallies()[0]
        assert month["tables"]["total"]["tickets"] == 2
        assert month["tables"]["total"]["sessions"] == 2
        assert len(desk.tallies()) == 2


async def test_people_who_wait_are_not_sent_away_without_a_word() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        with pytest.raises(PeopleWaiting):
            await desk.close(confirm=False)
        assert desk.queue.state is SessionState.OPEN
        done = await desk.close(confirm=True)
        assert done.left == 1


async def test_a_visit_that_goes_on_lets_the_session_close_when_it_ends() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
        assert (await desk.close(confirm=False)).state is SessionState.CLOSING
        assert (await desk.close(confirm=False)).state is SessionState.CLOSING


async def test_closing_twice_under_one_key_is_one_closing_also_after_a_crash() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await desk.close(confirm=True, key=Key("shut"))
        again = await desk.close(confirm=True, key=Key("shut"))
        assert (again.again, again.left) == (True, 1)
    async with running(bench.new_desk()) as desk:
        assert (await desk.close(confirm=True, key=Key("shut"))).left == 1
        with pytest.raises(KeyReused):
            await desk.close(confirm=False, key=Key("shut"))
        with pytest.raises(SessionClosed):
            await desk.close(confirm=True)


async def test_numbers_go_on_in_a_second_session_that_day_and_begin_again_on_another() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        seen = []
        for days in (0, 0, 1):
            bench.hands.forward(timedelta(days=days))
            await desk.open()
            done = await press(desk)
            assert done.ticket is not None
            seen.append(done.ticket.number)
            await desk.close(confirm=True)
        assert seen == ["A1", "A2", "A1"]


async def test_a_session_over_midnight_keeps_its_date() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        bench.hands.forward(timedelta(hours=20))
        await press(desk)
        await desk.close(confirm=True)
        assert desk.tallies()[0]["period"] == "2026-11"
        assert desk.state.numbering.days[-1].day == 24


async def test_an_untrusted_clock_counts_on() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await press(desk)
        await desk.close(confirm=True)
        bench.clock.trust = ClockSource.NONE
        bench.clock.jump(timedelta(days=-3650))
        await desk.open()
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == "A2"
        await desk.close(confirm=True)
        assert [t["period"] for t in desk.tallies()] == ["2026-11", "2026-W48", "undated"]


async def test_an_opening_by_mistake_leaves_nothing() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        await desk.perform(c.Undo(action=ActionId(1)))
        assert desk.queue.session is None
        assert desk.tallies() == []
        await desk.open()
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == "A1"


async def test_taking_back_the_opening_is_one_record_and_known_by_its_key() -> None:
    book = MemoryBook()
    bench = Bench(book=book)
    async with running(bench.new_desk()) as desk:
        await desk.open()
        before = book.commits
        await desk.perform(c.Undo(action=ActionId(1)), key=Key("oops"))
        assert book.commits == before + 1
    async with running(bench.new_desk()) as desk:
        assert (await desk.perform(c.Undo(action=ActionId(1)), key=Key("oops"))).again


async def test_a_number_given_in_a_session_opened_by_mistake_is_not_given_again() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        done = await press(desk)
        assert done.action is not None
        await desk.perform(c.Undo(action=done.action))
        await desk.perform(c.Undo(action=ActionId(1)))
        await desk.open()
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == "A2"


@pytest.mark.parametrize("gone", range(1, 7))
async def test_a_hole_in_the_book_costs_no_more_than_what_was_in_it(gone: int) -> None:
    book = MemoryBook()
    bench = Bench(book=book)
    async with running(bench.new_desk()) as desk:
        await desk.open()
        for _ in range(3):
            await press(desk)
        await desk.perform(c.CallNext(counter=ONE))
        await desk.perform(c.Finish(number=A1))
    book.commit_now([Write(table="actions", id=gone, document=None)])
    with pytest.raises(BadStore) if gone == 2 else nullcontext():
        bench.new_desk()
    book.damage = ("a hole",)
    kept = set(book.read("actions"))
    async with running(bench.new_desk()) as desk:
        if desk.queue.session is None:
            await desk.open()
        done = await press(desk)
        assert done.ticket is not None
        assert done.ticket.number == ("A5" if gone == 5 else "A4")
        assert kept < set(book.read("actions"))


async def test_a_hybrid_box_opens_at_the_place_where_it_stands() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        with pytest.raises(UnknownLocation):
            await desk.open(location=LocationId("moon"))
        await desk.open(location=LocationId("bus"))
        await desk.close(confirm=True)
        assert desk.tallies()[0]["location"] == "bus"


async def test_the_revision_grows_over_sessions_and_restarts() -> None:
    bench = Bench()
    seen = []
    async with running(bench.new_desk()) as desk:
        for _ in range(2):
            await desk.open()
            seen.append(desk.revision)
            await press(desk)
            seen.append(desk.revision)
            await desk.close(confirm=True)
            seen.append(desk.revision)
    seen.append(bench.new_desk().revision)
    assert seen == sorted(seen)
    assert len(set(seen)) == 6


async def test_whoever_waits_for_a_change_is_woken() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk, asyncio.timeout(5):
        await desk.open()
        async with asyncio.TaskGroup() as group:
            waiter = group.create_task(desk.changed(desk.revision))
            await asyncio.sleep(0)
            await press(desk)
            await waiter


async def test_whoever_gives_up_waiting_does_not_stop_the_desk() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        async with asyncio.TaskGroup() as group:
            hasty = group.create_task(press(desk))
            await asyncio.sleep(0)
            hasty.cancel()
        await press(desk)
        assert len(numbers(desk)) == desk.queue.given


async def test_who_asks_a_box_that_stops_is_told() -> None:
    bench = Bench()
    desk = bench.new_desk()
    async with asyncio.TaskGroup() as group:
        work = group.create_task(desk.run())
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(Unavailable):
            await desk.open()


async def test_ten_thousand_tickets_at_once_have_no_gap_and_no_double() -> None:
    bench = Bench()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        done = await asyncio.gather(*[press(desk) for _ in range(10_000)])
        given = [d.ticket.number for d in done if d.ticket]
        assert sorted(int(n[1:]) for n in given) == list(range(1, 10_001))
