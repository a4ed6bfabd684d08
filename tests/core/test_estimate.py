"""The wait is honest, or it is not said."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.estimate import ENOUGH, History, bucket, expected_wait, merged
from tests.core.story import Story, number

KNOWN = History(help={10: 10, 15: 10, 20: 10})


def test_with_too_little_data_nothing_is_promised() -> None:
    few = History(help={10: ENOUGH - 1})
    assert expected_wait(ahead=3, busy=2, helpers=2, history=few) is None


def test_without_helpers_nothing_is_promised() -> None:
    assert expected_wait(ahead=3, busy=0, helpers=0, history=KNOWN) is None


def test_a_free_helper_means_soon() -> None:
    wait = expected_wait(ahead=0, busy=1, helpers=2, history=KNOWN)
    assert wait is not None
    assert (wait.low, wait.high) == (0, 5)


def test_a_range_too_wide_to_help_anybody_is_withheld() -> None:
    assert expected_wait(ahead=60, busy=1, helpers=1, history=KNOWN) is None


@given(st.integers(0, 12), st.integers(1, 6))
def test_more_people_ahead_never_means_a_shorter_wait(ahead: int, helpers: int) -> None:
    here = expected_wait(ahead=ahead, busy=helpers, helpers=helpers, history=KNOWN)
    behind = expected_wait(ahead=ahead + 1, busy=helpers, helpers=helpers, history=KNOWN)
    if here is not None and behind is not None:
        assert behind.low >= here.low
        assert behind.high >= here.high
        assert here.low % 5 == here.high % 5 == 0
        assert here.low < here.high


def test_broken_promises_make_the_range_wider() -> None:
    kept = merged([KNOWN, History(kept=39, promised=40)])
    broken = merged([KNOWN, History(kept=10, promised=40)])
    good = expected_wait(ahead=3, busy=2, helpers=2, history=kept)
    bad = expected_wait(ahead=3, busy=2, helpers=2, history=broken)
    assert good is not None
    assert bad is not None
    assert bad.high - bad.low > good.high - good.low


def test_a_forgotten_visit_teaches_nothing() -> None:
    assert bucket(timedelta(hours=3)) is None
    assert bucket(None) is None
    assert bucket(timedelta(minutes=17)) == 15


def test_the_box_scores_itself() -> None:
    story = Story(history=KNOWN)
    story.take(2)
    story.call_next(1)
    story.pass_minutes(200)
    story.call_next(2)
    assert story.ticket("A1").promise is not None
    assert story.queue.lesson.promised == 2
    assert story.queue.lesson.kept == 1


def test_a_call_taken_back_is_no_score() -> None:
    story = Story(history=KNOWN)
    story.take()
    call = story.call_next(1)
    story.do(c.Undo(action=call))
    assert story.queue.lesson.promised == 0


def test_a_finished_visit_teaches_its_length_and_undo_forgets_it() -> None:
    story = Story()
    story.take()
    story.call_next(1)
    story.pass_minutes(12)
    finish = story.do(c.Finish(number=number("A1")))
    assert dict(story.queue.lesson.help) == {10: 1}
    story.do(c.Undo(action=finish))
    assert dict(story.queue.lesson.help) == {}
