"""The week as people fill it in, and the line it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import week_hours
from appliance.core.errors import BadSetting
from appliance.core.week_hours import Week

TIMES = st.tuples(st.integers(0, 11), st.integers(12, 23)).map(
    lambda pair: (f"{pair[0]:02}:15", f"{pair[1]:02}:45")
)


@given(st.dictionaries(st.integers(1, 7), TIMES.map(lambda span: (span,))), st.booleans())
def test_what_is_written_is_read_back(days: dict[int, tuple[tuple[str, str]]], off: bool) -> None:  # noqa: FBT001  drawn
    line = week_hours.write(Week(days=days, holidays_off=off))
    read = week_hours.read(line)
    assert read is not None
    assert read.days == days
    assert read.holidays_off == (off and bool(days))


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Mo-We 09:00-12:00; PH off", {1, 2, 3}),
        ("Tu,Th 09:00-12:00,13:00-16:30", {2, 4}),
        ("Mo-Fr 09:00-12:00; We off", {1, 2, 4, 5}),
        ("", set()),
    ],
)
def test_usual_lines_fit_the_list(line: str, days: set[int]) -> None:
    week = week_hours.read(line)
    assert week is not None
    assert set(week.days) == days


@pytest.mark.parametrize(
    "line",
    [
        "We[1,3] 09:00-12:00",
        "week 1-53/2 We 14:00-17:00",
        "Jul-Aug off",
        '"op afspraak"',
        "24/7",
        "Mo 09:00-10:00,11:00-12:00,13:00-14:00",
        "Fr 22:00-02:00",
        "Sa-Mo 09:00-12:00",
    ],
)
def test_what_a_week_cannot_show_stays_a_line(line: str) -> None:
    assert week_hours.read(line) is None


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ((("09:00", ""),), "half"),
        ((("9", "12"),), "half"),
        ((("12:00", "09:00"),), "order"),
        ((("09:00", "12:00"), ("11:00", "14:00")), "overlap"),
    ],
)
def test_a_day_that_cannot_be_is_named(spans: tuple[tuple[str, str], ...], why: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        week_hours.write(Week(days={4: spans}))
    assert refusal.value.facts == {"field": "hours", "why": why, "which": "4"}
