"""The rules of the queue, one story each."""

from datetime import timedelta

import pytest

from appliance.core import commands as c
from appliance.core.errors import (
    BadRequest,
    DependedOn,
    NobodyToRate,
    NobodyWaiting,
    SessionClosed,
    SessionOpen,
    UnknownAction,
    UnknownCounter,
    UnknownService,
    UnknownTicket,
    WrongState,
)
from appliance.core.ids import ActionId, CounterId, LocationId, ServiceId, TicketNumber, Token
from appliance.core.queue import Queue
from appliance.core.session import SessionState
from appliance.core.ticket import Assist, Outcome, Reason, Source, TicketState
from tests.core.story import RULES, START, Story, number


def test_numbers_are_the_boxs_letter_and_a_count_from_one() -> None:
    assert Story().take(3) == ["A1", "A2", "A3"]


def test_past_999_the_count_simply_goes_on() -> None:
    assert Story(count=998).take(3) == ["A999", "A1000", "A1001"]


def test_the_first_who_came_is_called_first() -> None:
    story = Story()
    story.take(3)
    story.call_next(2)
    assert story.ticket("A1").state is TicketState.CALLED
    assert story.ticket("A1").counter == 2
    assert story.line() == ["A2", "A3"]


def test_calling_the_next_ends_the_visit_still_open_there_as_unknown() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.do(c.Serve(number=number("A1")))
    story.call_next(1)
    assert story.ticket("A1").state is TicketState.FINISHED
    assert story.ticket("A1").topic == "unknown"
    assert story.ticket("A2").counter == 1


def test_two_counters_get_two_people() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.call_next(2)
    assert {story.ticket("A1").counter, story.ticket("A2").counter} == {1, 2}


def test_nobody_waiting_is_said() -> None:
    with pytest.raises(NobodyWaiting):
        Story().call_next(1)


def test_a_no_show_goes_three_places_back_once_and_then_has_left() -> None:
    story = Story()
    story.take(5)
    story.call_next(1)
    story.do(c.NoShow(number=number("A1")))
    assert story.line() == ["A2", "A3", "A4", "A1", "A5"]
    assert story.ticket("A1").reason is Reason.MISSED
    story.do(c.Call(number=number("A1"), counter=CounterId(1)))
    story.do(c.NoShow(number=number("A1")))
    assert story.ticket("A1").state is TicketState.LEFT
    assert story.line() == ["A2", "A3", "A4", "A5"]


def test_a_no_show_with_few_waiting_goes_to_the_end_but_before_who_comes_later() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.do(c.NoShow(number=number("A1")))
    story.take(1)
    assert story.line() == ["A2", "A1", "A3"]


def test_many_no_shows_into_one_gap_keep_their_order() -> None:
    story = Story()
    story.take(120)
    for n in range(1, 101):
        story.do(c.Call(number=number(f"A{n}"), counter=CounterId(1)))
        story.do(c.NoShow(number=number(f"A{n}")))
    places = [ticket.place for ticket in story.queue.waiting]
    assert places == sorted(set(places))
    assert story.replayed().waiting == story.queue.waiting


def test_someone_who_comes_back_late_gets_the_old_place() -> None:
    story = Story()
    story.take(3)
    story.call_next(1)
    story.do(c.NoShow(number=number("A1")))
    story.do(c.Call(number=number("A1"), counter=CounterId(1)))
    story.do(c.NoShow(number=number("A1")))
    story.do(c.Requeue(number=number("A1")))
    assert story.ticket("A1").state is TicketState.WAITING


def test_requeue_keeps_the_place() -> None:
    story = Story()
    story.take(3)
    story.call_next(1)
    story.do(c.Requeue(number=number("A1")))
    assert story.line() == ["A1", "A2", "A3"]
    assert story.ticket("A1").counter is None


def test_a_hold_steps_aside_and_returns_to_its_place() -> None:
    story = Story()
    story.take(3)
    story.do(c.Hold(number=number("A1"), until=START + timedelta(hours=2)))
    assert story.line() == ["A2", "A3"]
    assert [ticket.number for ticket in story.queue.held] == ["A1"]
    story.do(c.ReturnHeld(number=number("A1")))
    assert story.line() == ["A1", "A2", "A3"]


def test_a_hold_until_a_moment_that_has_passed_is_refused() -> None:
    story = Story()
    story.take()
    with pytest.raises(BadRequest):
        story.do(c.Hold(number=number("A1"), until=START - timedelta(hours=1)))


def test_a_transfer_keeps_the_number_and_the_place() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.do(c.Transfer(number=number("A1"), service=ServiceId("pc")))
    assert story.line() == ["A1", "A2"]
    assert story.ticket("A1").service == "pc"


def test_a_transfer_to_a_counter_waits_for_that_counter() -> None:
    story = Story()
    story.take(2)
    story.do(c.Transfer(number=number("A1"), counter=CounterId(3)))
    story.call_next(1)
    assert story.ticket("A2").counter == 1
    with pytest.raises(NobodyWaiting):
        story.call_next(2)
    story.call_next(3)
    assert story.ticket("A1").counter == 3


def test_finishing_needs_no_topic() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.do(c.Finish(number=number("A1")))
    ticket = story.ticket("A1")
    assert (ticket.topic, ticket.outcome, ticket.assist) == (
        "unknown",
        Outcome.UNKNOWN,
        Assist.UNKNOWN,
    )


def test_people_ahead_are_counted() -> None:
    story = Story()
    story.take(3)
    assert [story.queue.ahead(story.ticket(n)) for n in ("A1", "A2", "A3")] == [0, 1, 2]


def test_a_number_is_shown_as_called_until_the_call_is_taken_back() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    call = story.call_next(2)
    assert [x.number for x in story.queue.last_calls(5)] == ["A2", "A1"]
    story.do(c.Undo(action=call))
    assert [x.number for x in story.queue.last_calls(5)] == ["A1"]


def test_a_recall_counts_as_a_new_call() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    before = story.queue.call_seq
    story.do(c.Recall(number=number("A1")))
    assert story.queue.call_seq == before + 1


def test_closing_gives_no_numbers_but_helps_who_is_here() -> None:
    story = Story()
    story.take()
    story.do(c.StartClosing())
    assert story.queue.state is SessionState.CLOSING
    with pytest.raises(SessionClosed):
        story.take()
    story.call_next(1)


def test_a_closed_queue_refuses_everything_but_opening() -> None:
    story = Story()
    closed = Queue(rules=RULES)
    story.queue = closed
    for command in (
        c.Take(service=ServiceId("help"), source=Source.PHONE, lang="nl", token=Token("t")),
        c.CallNext(counter=CounterId(1)),
        c.Undo(action=ActionId(1)),
        c.Count(measure="call"),
    ):
        with pytest.raises(SessionClosed):
            story.do(command)


def test_opening_twice_is_refused() -> None:
    with pytest.raises(SessionOpen):
        Story().do(
            c.Open(location=LocationId("park"), helpers=1, letter="A", serial=2, count=0, day=None)
        )


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (c.Take(service=ServiceId("wifi"), source=Source.PHONE, lang="nl", token=Token("x")),
         UnknownService),
        (c.Take(service=ServiceId("help"), source=Source.PHONE, lang="NL!", token=Token("x")),
         BadRequest),
        (c.CallNext(counter=CounterId(9)), UnknownCounter),
        (c.CallNext(counter=CounterId(0)), UnknownCounter),
        (c.Call(number=TicketNumber("A99"), counter=CounterId(1)), UnknownTicket),
        (c.Serve(number=TicketNumber("A1")), WrongState),
        (c.Finish(number=TicketNumber("A1")), WrongState),
        (c.Recall(number=TicketNumber("A1")), WrongState),
        (c.NoShow(number=TicketNumber("A1")), WrongState),
        (c.Transfer(number=TicketNumber("A1")), BadRequest),
        (c.Transfer(number=TicketNumber("A1"), service=ServiceId("x")), UnknownService),
        (c.Transfer(number=TicketNumber("A1"), counter=CounterId(7)), UnknownCounter),
        (c.ReturnHeld(number=TicketNumber("A1")), WrongState),
        (c.Rate(number=TicketNumber("A1"), ease=1, friendly=1, confidence=1), WrongState),
        (c.Confirm(number=TicketNumber("A1")), WrongState),
        (c.Smile(question="ease", level=2), NobodyToRate),
        (c.Smile(question="ease", level=3), BadRequest),
        (c.Smile(question="price", level=2), BadRequest),
        (c.Count(measure="souls"), BadRequest),
        (c.Count(measure="call", n=0), BadRequest),
        (c.CountHelpers(helpers=-1), BadRequest),
        (c.Undo(action=ActionId(99)), UnknownAction),
        (c.Undo(action=ActionId(0)), UnknownAction),
    ],
)  # fmt: skip
def test_a_refusal_changes_nothing(command: c.Command, refusal: type[Exception]) -> None:
    story = Story()
    story.take(2)
    before = (dict(story.queue.tickets), story.line(), story.queue.revision)
    with pytest.raises(refusal):
        story.do(command)
    assert (dict(story.queue.tickets), story.line(), story.queue.revision) == before


def test_a_visit_is_rated_once_and_only_after_it() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.do(c.Finish(number=number("A1")))
    story.do(c.Rate(number=number("A1"), ease=2, friendly=2, confidence=0))
    assert story.ticket("A1").rated == (2, 2, 0)
    with pytest.raises(WrongState):
        story.do(c.Rate(number=number("A1"), ease=0, friendly=0, confidence=0))


# ------------------------------------------------------------------ undo


def test_an_old_action_is_undone_when_nothing_rests_on_it() -> None:
    story = Story()
    story.take(3)
    call = story.call_next(1)
    story.do(c.Count(measure="call"))
    story.call_next(2)
    story.do(c.Undo(action=call))
    assert story.line() == ["A1", "A3"]
    assert story.ticket("A2").counter == 2


def test_undo_says_what_stands_in_the_way() -> None:
    story = Story()
    story.take(2)
    call = story.call_next(1)
    finish = story.do(c.Finish(number=number("A1")))
    with pytest.raises(DependedOn) as refusal:
        story.do(c.Undo(action=call))
    assert refusal.value.facts["by"] == finish


def test_a_counter_that_went_on_stands_in_the_way() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    finish = story.do(c.Finish(number=number("A1")))
    later = story.call_next(1)
    with pytest.raises(DependedOn) as refusal:
        story.do(c.Undo(action=finish))
    assert refusal.value.facts["by"] == later
    story.do(c.Undo(action=later))
    story.do(c.Undo(action=finish))
    assert story.ticket("A1").state is TicketState.CALLED
    assert story.line() == ["A2"]


def test_undoing_a_call_that_ended_a_visit_brings_the_visit_back() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.do(c.Serve(number=number("A1")))
    call = story.call_next(1)
    story.do(c.Undo(action=call))
    assert story.ticket("A1").state is TicketState.SERVING
    assert story.line() == ["A2"]


def test_undoing_a_take_makes_the_ticket_count_nowhere_and_its_number_stays_used() -> None:
    story = Story()
    story.take(1)
    story.do(c.Undo(action=story.actions[-1].id))
    assert story.queue.given == 0
    assert story.line() == []
    assert story.take() == ["A2"]
    with pytest.raises(WrongState):
        story.do(c.Call(number=number("A1"), counter=CounterId(1)))


def test_undoing_an_undo_does_it_again() -> None:
    story = Story()
    story.take(2)
    call = story.call_next(1)
    undo = story.do(c.Undo(action=call))
    story.do(c.Undo(action=undo))
    assert story.ticket("A1").counter == 1
    story.do(c.Undo(action=call))
    assert story.line() == ["A1", "A2"]


def test_an_undo_is_not_undone_over_what_came_after() -> None:
    story = Story()
    story.take(2)
    call = story.call_next(1)
    undo = story.do(c.Undo(action=call))
    story.call_next(1)
    with pytest.raises(DependedOn):
        story.do(c.Undo(action=undo))


def test_the_same_action_is_not_undone_twice() -> None:
    story = Story()
    story.take()
    call = story.call_next(1)
    story.do(c.Undo(action=call))
    with pytest.raises(WrongState):
        story.do(c.Undo(action=call))


def test_a_tally_is_taken_back_and_given_again() -> None:
    story = Story()
    tally = story.do(c.Count(measure="group", n=12))
    undo = story.do(c.Undo(action=tally))
    assert story.queue.tallies["group"] == 0
    story.do(c.Undo(action=undo))
    assert story.queue.tallies["group"] == 12


def test_stopping_and_counting_helpers_are_undone() -> None:
    story = Story(helpers=2)
    helpers = story.do(c.CountHelpers(helpers=5))
    stop = story.do(c.StartClosing())
    story.do(c.Undo(action=stop))
    assert story.queue.state is SessionState.OPEN
    story.do(c.Undo(action=helpers))
    assert story.queue.session is not None
    assert story.queue.session.helpers == 2


def test_an_opening_by_mistake_is_undone_while_nothing_else_happened() -> None:
    story = Story()
    story.do(c.Undo(action=ActionId(1)))
    assert story.queue.session is None
    story = Story()
    story.take()
    with pytest.raises(DependedOn):
        story.do(c.Undo(action=ActionId(1)))


def test_undoing_the_closing_leaves_what_others_changed_since() -> None:
    story = Story(helpers=2)
    stop = story.do(c.StartClosing())
    story.do(c.CountHelpers(helpers=5))
    story.do(c.Undo(action=stop))
    session = story.queue.session
    assert session is not None
    assert (session.state, session.helpers) == (SessionState.OPEN, 5)
