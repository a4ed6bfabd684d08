"""What is left of a session when it is over."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.closing import settle
from appliance.core.errors import BadRequest, PeopleWaiting, SessionClosed
from appliance.core.queue import Queue
from appliance.core.tally import added, fold
from appliance.core.ticket import Assist, Outcome, TicketState
from tests.core.story import RULES, Story, number


def local(moment: datetime) -> datetime:
    return moment


def test_a_morning_becomes_counts() -> None:
    story = Story()
    story.take(4)
    story.call_next(1)
    story.pass_minutes(12)
    story.do(
        c.Finish(number=number("A1"), topic="tax", outcome=Outcome.SOLVED, assist=Assist.TOGETHER)
    )
    story.do(c.Rate(number=number("A1"), ease=2, friendly=2, confidence=1))
    story.call_next(1)
    story.do(c.Cancel(number=number("A3")))
    story.do(c.Count(measure="call", n=2))
    tables = fold(story.queue, story.stamp(), local)
    assert tables["total"]["tickets"] == 4
    assert tables["total"]["served"] == 2
    assert tables["total"]["left"] == 2
    assert tables["topic"] == {"tax": 1, "unknown": 1}
    assert tables["outcome"] == {"solved": 1, "unknown": 1}
    assert tables["feedback"] == {"ease-2": 1, "friendly-2": 1, "confidence-1": 1}
    assert tables["nonticket"] == {"call": 2}
    assert tables["channel"] == {"face": 2, "call": 2}
    assert tables["total"]["contacts"] == 4
    assert tables["total"]["called"] == sum(tables["wait"].values()) == 2
    assert tables["help"] == {"10-20": 1, "unknown": 1}  # the second was still being helped


def test_where_somebody_was_sent_on_to_is_counted() -> None:
    story = Story()
    story.take(3)
    for ticket, target in (("A1", "ocmw"), ("A2", None)):
        story.call_next(1)
        finish = c.Finish(number=number(ticket), outcome=Outcome.REFERRED, referral=target)
        story.do(finish)
    story.call_next(1)
    story.do(c.Finish(number=number("A3"), referral="bank"))
    tables = fold(story.queue, story.stamp(), local)
    assert tables["referral"] == {"ocmw": 1, "bank": 1}
    assert tables["outcome"] == {"referred": 3}


@pytest.mark.parametrize(
    ("outcome", "referral"), [(Outcome.REFERRED, "nowhere"), (Outcome.SOLVED, "ocmw")]
)
def test_a_referral_must_be_known_and_one(outcome: Outcome, referral: str) -> None:
    story = Story()
    story.take()
    story.call_next(1)
    with pytest.raises(BadRequest):
        story.do(c.Finish(number=number("A1"), outcome=outcome, referral=referral))
    assert story.queue.tickets[number("A1")].state is TicketState.CALLED


def test_a_mistaken_ticket_counts_nowhere() -> None:
    story = Story()
    story.take()
    story.do(c.Undo(action=story.actions[-1].id))
    assert fold(story.queue, story.stamp(), local)["total"] == {
        "sessions": 1,
        "open_minutes_actual": 2,
    }


@given(st.integers(0, 12), st.integers(0, 12))
def test_every_table_sums_to_its_total(tickets: int, calls: int) -> None:
    story = Story()
    story.take(tickets)
    for _ in range(min(tickets, calls)):
        story.call_next(1)
    tables = fold(story.queue, story.stamp(), local)
    total = tables["total"]
    assert total.get("tickets", 0) == total.get("served", 0) + total.get("left", 0) == tickets
    for table in ("service", "language", "source", "hour"):
        assert sum(tables.get(table, {}).values()) == tickets
    for table in ("topic", "outcome", "assist"):
        assert sum(tables.get(table, {}).values()) == total.get("served", 0)


def test_a_group_is_people_and_one_lesson_and_no_contact() -> None:
    story = Story()
    story.do(c.Count(measure="group", n=12))
    story.do(c.Count(measure="group", n=3))
    story.do(c.Undo(action=story.actions[-1].id))
    total = fold(story.queue, story.stamp(), local)["total"]
    assert (total["group_people"], total["group_sessions"]) == (12, 1)
    assert "contacts" not in total


def test_periods_are_added_up() -> None:
    assert added([{"a": {"x": 1}}, {"a": {"x": 2, "y": 3}}, {"b": {"z": 4}}]) == {
        "a": {"x": 3, "y": 3},
        "b": {"z": 4},
    }


def test_closing_asks_before_anybody_is_sent_away() -> None:
    story = Story()
    story.take(3)
    with pytest.raises(PeopleWaiting) as refusal:
        settle(story.queue, story.stamp(), confirm=False, local=local)
    assert refusal.value.facts["waiting"] == 3
    end = settle(story.queue, story.stamp(), confirm=True, local=local)
    assert end is not None
    assert end.left == 3


def test_a_visit_that_goes_on_is_not_cut_off() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    assert settle(story.queue, story.stamp(), confirm=False, local=local) is None
    end = settle(story.queue, story.stamp(), confirm=True, local=local)
    assert end is not None
    assert (end.finished, end.left) == (1, 0)


def test_a_closed_session_cannot_be_closed() -> None:
    story = Story()
    with pytest.raises(SessionClosed):
        settle(Queue(rules=RULES), story.stamp(), confirm=True, local=local)
