"""The sheets of months and years, and what a lead typed for them."""

from typing import Any

import pytest

from appliance.core import month
from appliance.core.errors import BadSetting, BadStore
from appliance.core.ids import LocationId
from appliance.core.month import MonthInput
from appliance.core.sheet import Figure, Sheet, month_sheet, year_sheet
from appliance.core.small import Folded

HERE = LocationId("park")


def counted(period: str, **tables: dict[str, int]) -> dict[str, Any]:
    return {"v": 1, "period": period, "location": "park", "tables": tables}


TALLIES = [
    counted(
        "2026-10",
        total={"served": 30, "tickets": 33, "left": 3, "sessions": 4, "open_minutes_actual": 700},
        topic={"tax": 22, "bank": 5, "health": 3},
        nonticket={"first": 9, "call": 3},
        feedback={"ease-2": 8, "ease-1": 5, "friendly-2": 2},
    ),
    counted(
        "2026-11",
        total={"served": 10, "tickets": 10, "sessions": 1, "open_minutes_actual": 180},
        topic={"tax": 10},
        nonticket={"first": 2},
    ),
    {**counted("2026-10", total={"served": 99}), "location": "bus"},
    counted("2026-W44", total={"served": 50}),
]
TYPED = MonthInput(volunteer_minutes=1440, cost_cents=(("huur", 6000),))


def sheet(period: str, *, running: bool = False, typed: MonthInput = TYPED) -> Sheet:
    return month_sheet(TALLIES, period=period, location=HERE, running=running, typed=typed)


def test_a_month_shows_totals_and_folded_tables_of_its_own_place() -> None:
    october = sheet("2026-10")
    assert october.total["served"] == 30
    assert october.tables["topic"] == Folded(named={"tax": 22}, rest=8)
    assert october.aside["first"] == Figure(n=9)
    assert october.aside["call"] == Figure(n=0, few=True)
    assert october.feedback["ease"] == Folded(named={"2": 8, "1": 5})
    assert october.feedback["friendly"] == Folded(named={}, rest=2)
    assert october.cost_per_visit == 200


def test_a_month_that_runs_shows_no_table_that_could_be_subtracted_tomorrow() -> None:
    november = sheet("2026-11", running=True)
    assert november.total["served"] == 10
    assert november.tables == {}
    assert november.feedback == {}


def test_a_year_adds_what_its_months_may_show() -> None:
    year = year_sheet("2026", [sheet("2026-10"), sheet("2026-11", running=True)])
    assert year.total["served"] == 40
    assert year.tables["topic"] == Folded(named={"tax": 22}, rest=8)
    assert year.aside["first"] == Figure(n=9, few=True)
    assert year.typed.volunteer_minutes == 2880
    assert year.typed.cost == 12000
    assert year.running


def test_a_month_without_anything_is_empty() -> None:
    assert sheet("2026-09", typed=MonthInput()).empty
    assert not sheet("2026-09").empty
    assert sheet("2026-09").cost_per_visit is None


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"volunteer_minutes": -1}, "volunteer_minutes"),
        ({"staff_minutes": 10**6}, "staff_minutes"),
        ({"staff_minutes": "12"}, "staff_minutes"),
        ({"cost_cents": {"huur": 10**9}}, "cost_huur"),
        ({"cost_cents": {"koffie": 1}}, "cost_cents"),
        ({"cost_cents": []}, None),
        ({"cost_cents": [1]}, "cost_cents"),
    ],
)
def test_what_is_typed_is_checked(raw: dict[str, Any], field: str | None) -> None:
    if field is None:
        assert month.read(raw).empty
        return
    with pytest.raises(BadSetting) as refusal:
        month.read(raw)
    assert refusal.value.facts["field"] == field


def test_what_was_typed_survives_being_written_down() -> None:
    assert month.load(month.dump("2026-10", HERE, TYPED)) == TYPED
    for record in ({"v": 2}, {"v": 1, "volunteer_minutes": -3}):
        with pytest.raises(BadStore):
            month.load(record)


@pytest.mark.parametrize(
    ("text", "fine"),
    [("2026-11", True), ("2026-W11", False), ("2026-13", False), ("undated", False)],
)
def test_a_month_is_known_by_its_form(text: str, fine: bool) -> None:  # noqa: FBT001  drawn
    assert month.is_month(text) is fine
