"""What a letter says, and what no letter may say."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.federation import report
from appliance.core.federation.calendar import Period
from appliance.core.federation.report import BadReport, dump, figures, load, released
from appliance.core.tally import fold
from appliance.core.ticket import Assist, Outcome
from tests.core.federation.letters import NOVEMBER
from tests.core.story import Story, number


def test_a_letter_is_read_back_as_it_was_written() -> None:
    assert load(dump(NOVEMBER)) == NOVEMBER
    assert dump(load(dump(NOVEMBER))) == dump(NOVEMBER)


def test_a_week_has_totals_only_and_a_zero_is_told() -> None:
    quiet = replace(NOVEMBER, period=Period.named("2026-W48"), tables={}, totals={"tickets": 0})
    assert load(dump(quiet)) == quiet


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    raw = json.loads(dump(NOVEMBER))
    change(raw)
    return json.dumps(raw).encode()


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "another schema": lambda r: r.update(schema="digipunt.report/2"),
    "no period": lambda r: r.pop("period"),
    "a period that is none": lambda r: r["period"].update(name="2026-13"),
    "a period with another end": lambda r: r["period"].update(end="2026-12-02"),
    "a month that says it is a week": lambda r: r.update(kind="week"),
    "a box that is none": lambda r: r.update(box="A" * 26),
    "a number as text": lambda r: r.update(seq="7"),
    "a number that is true": lambda r: r.update(seq=True),
    "the number nought": lambda r: r.update(seq=0),
    "a NIS as number": lambda r: r["location"].update(nis=33011),
    "no place": lambda r: r.pop("location"),
    "a negative count": lambda r: r["totals"].update(left=-4),
    "half a visit": lambda r: r["totals"].update(left=4.0),
    "a count that no reader keeps": lambda r: r["totals"].update(x=2**53),
    "a code with a sentence": lambda r: r["totals"].update({"Jan was here": 1}),
    "a table that nobody knows": lambda r: r["tables"].update(names={"jan": 9}),
    "a table that sums to another total": lambda r: r["sums"].update(topic="tickets"),
    "a table that makes less than its total": lambda r: r["tables"]["topic"].update(tax=19),
    "a small cell": lambda r: r["tables"]["service"].update(help=34, egov=4),
    "a small rest": lambda r: r["tables"]["service"].update(help=32, _rest=4),
    "k of two": lambda r: r.update(k=2),
    "more served than came": lambda r: r["totals"].update(tickets=43),
    "tables in a correction": lambda r: r.update(revision=1),
    "no moment": lambda r: r.update(generated_at="soon"),
    "a moment anywhere": lambda r: r.update(generated_at="2026-12-01T03:30:00"),
    "a clock nobody vouched for": lambda r: r.update(clock="none"),
    "a clock nobody knows": lambda r: r.update(clock="sun"),
    "a name that goes on": lambda r: r.update(software="x" * 65),
    "a name of two lines": lambda r: r.update(catalogue="a\nb"),
    "totals as a list": lambda r: r.update(totals=[]),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_letter_that_does_not_hold_is_refused(wrong: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(BadReport) as refusal:
        load(changed(wrong))
    assert str(refusal.value) != "bad-report"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_nothing_else_ever_comes_out_of_a_strange_letter(strange: object) -> None:
    raw = json.loads(dump(NOVEMBER))
    for name in raw:
        try:
            load(json.dumps({**raw, name: strange}).encode())
        except BadReport:
            continue


def test_a_sessions_counts_become_a_letter_whose_tables_make_its_totals() -> None:
    story = Story()
    story.take(12)
    for n in range(9):
        story.call_next(1)
        finish = c.Finish(number=number(f"A{n + 1}"), topic="tax" if n % 2 else "bank")
        if n < 6:
            story.do(replace(finish, referral="ocmw"))
        else:
            story.do(replace(finish, outcome=Outcome.SOLVED, assist=Assist.TOGETHER))
        story.do(c.Rate(number=number(f"A{n + 1}"), ease=2, friendly=2, confidence=n % 3))
    story.do(c.Count(measure="call", n=6))
    story.do(c.Count(measure="group", n=2))
    totals, tables = figures(fold(story.queue, story.stamp(), lambda moment: moment))
    letter = replace(NOVEMBER, totals=totals, tables=released(tables, 5))
    assert load(dump(letter)) == letter
    assert set(letter.tables) <= set(report.SUMS)
    assert letter.tables["channel"] == {"call": 6, "face": 9}
    assert letter.tables["topic"] == {"_rest": 9}
    assert letter.tables["referral"] == {"ocmw": 6}
    assert totals["referred"] == 6
    assert letter.tables["feedback-ease"] == {"2": 9}
    assert totals["said_confidence"] == 9
    assert totals["group_people"] == 2
