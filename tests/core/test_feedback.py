"""What visitors say of it, and visits that nobody ended."""

from datetime import datetime

import pytest

from appliance.core import commands as c
from appliance.core.errors import NobodyToRate, UnknownAction
from appliance.core.facts import TicketFinished
from appliance.core.tally import fold
from tests.core.story import Story, number


def local(moment: datetime) -> datetime:
    return moment


def press(story: Story, level: int = 2) -> None:
    story.do(c.Smile(question="ease", level=level))


def test_a_smiley_needs_a_visit_and_each_visit_earns_one() -> None:
    story = Story()
    story.take(2)
    with pytest.raises(NobodyToRate):
        press(story)
    story.call_next(1)
    press(story)
    with pytest.raises(NobodyToRate):
        press(story)
    story.call_next(1)
    press(story, 0)
    assert story.queue.smileys == {"ease-2": 1, "ease-0": 1}
    assert fold(story.queue, story.stamp(), local)["feedback"] == {"ease-2": 1, "ease-0": 1}


def test_who_answered_on_the_phone_leaves_no_smiley_for_the_button() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.do(c.Finish(number=number("A1")))
    story.do(c.Rate(number=number("A1"), ease=2, friendly=2, confidence=1))
    with pytest.raises(NobodyToRate):
        press(story)


def test_a_visit_whose_ending_was_a_mistake_can_be_rated_when_it_really_ends() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    finish = story.do(c.Finish(number=number("A1")))
    story.do(c.Rate(number=number("A1"), ease=0, friendly=0, confidence=0))
    story.do(c.Undo(action=finish))
    assert story.queue.unrated == 1
    story.do(c.Finish(number=number("A1")))
    story.do(c.Rate(number=number("A1"), ease=2, friendly=2, confidence=2))
    feedback = fold(story.queue, story.stamp(), local)["feedback"]
    assert feedback == {"ease-2": 1, "friendly-2": 1, "confidence-2": 1}


@pytest.mark.parametrize("said", ["rated", "pressed"])
def test_nobody_takes_back_what_a_visitor_said(said: str) -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.do(c.Finish(number=number("A1")))
    if said == "rated":
        story.do(c.Rate(number=number("A1"), ease=0, friendly=0, confidence=0))
    else:
        press(story, 0)
    with pytest.raises(UnknownAction):
        story.do(c.Undo(action=story.actions[-1].id))


# ------------------------------------------------------------------ left open


@pytest.mark.parametrize(("minutes", "known"), [(70, True), (80, False)])
def test_a_visit_left_open_for_too_long_teaches_nothing(minutes: int, *, known: bool) -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.pass_minutes(minutes)
    story.do(c.Finish(number=number("A1"), topic="tax"))
    tables = fold(story.queue, story.stamp(), local)
    assert tables["help"] == ({"40+": 1} if known else {"unknown": 1})
    assert tables["topic"] == {"tax": 1}
    assert bool(story.queue.lesson.help) is known
    assert story.replayed().lesson == story.queue.lesson


def test_a_helper_who_says_that_it_goes_on_is_believed() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    for _ in range(3):
        story.pass_minutes(50)
        story.do(c.Confirm(number=number("A1")))
    story.pass_minutes(50)
    story.do(c.Finish(number=number("A1")))
    assert fold(story.queue, story.stamp(), local)["help"] == {"40+": 1}


def test_calling_the_next_one_hours_later_does_not_make_a_long_visit() -> None:
    story = Story()
    story.take(2)
    story.call_next(1)
    story.pass_minutes(150)
    story.call_next(1)
    finished = story.actions[-1].facts[0]
    assert isinstance(finished, TicketFinished)
    assert finished.forgotten
    assert not story.queue.lesson.help
    assert story.ticket("A1").forgotten


def test_undoing_a_forgotten_end_brings_the_visit_back() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.pass_minutes(150)
    story.do(c.Finish(number=number("A1")))
    story.do(c.Undo(action=story.actions[-1].id))
    assert not story.ticket("A1").forgotten
    assert story.ticket("A1").counter == 1
