"""Weeks, months and quarters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.federation.calendar import Kind, Period, ended

KINDS = st.sampled_from(["week", "month", "quarter"])
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(KINDS, DAYS)
def test_a_day_lies_in_its_period_and_the_next_one_begins_where_it_ends(
    kind: Kind, day: date
) -> None:
    period = Period.of(kind, day)
    assert period.start <= day < period.end
    assert period.next.start == period.end
    assert Period.named(period.name) == period
    assert Period.of(kind, period.end - timedelta(days=1)) == period


@pytest.mark.parametrize(
    ("name", "start", "end", "months"),
    [
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4), ()),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), ("2026-12",)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1), ("2026-10", "2026-11", "2026-12")),
    ],
)
def test_they_are_half_open(name: str, start: date, end: date, months: tuple[str, ...]) -> None:
    period = Period.named(name)
    assert (period.start, period.end) == (start, end)
    assert period.months == months


@pytest.mark.parametrize("name", ["2026-W54", "2025-W53", "2026-13", "2026-Q5", "2026", "", "x"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period.named(name)


def test_only_what_is_over_is_told() -> None:
    since = date(2026, 11, 24)
    assert ended("week", since=since, today=date(2026, 11, 29)) == ()
    weeks = ended("week", since=since, today=date(2026, 12, 7))
    assert [week.name for week in weeks] == ["2026-W48", "2026-W49"]
    assert [m.name for m in ended("month", since=since, today=date(2027, 1, 1))] == [
        "2026-11",
        "2026-12",
    ]
