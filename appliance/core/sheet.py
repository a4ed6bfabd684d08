"""What a place did in a month or a year, as it may hang on a wall: totals, and folded tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from appliance.core.feedback import QUESTIONS
from appliance.core.ids import LocationId
from appliance.core.month import COSTS, MonthInput
from appliance.core.small import Folded, K, fold, together
from appliance.core.tally import Tables, added

TABLES: Final = (
    "service", "topic", "language", "outcome", "assist", "referral", "wait", "hour", "source",
)  # fmt: skip
"""The break-downs of a sheet, in order."""
ASIDE: Final = ("first", "group", "call", "home", "pc")
"""Counts beside the tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count beside the tickets; `few`: and a little more, too little to tell."""

    n: int
    few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One period of one place."""

    period: str
    """2026-11, or 2026."""
    total: Mapping[str, int]
    """sessions, tickets, served, left, open_minutes_planned, open_minutes_actual."""
    aside: Mapping[str, Figure]
    tables: Mapping[str, Folded]
    """Only of months that are over: a table is told once, so that no two can be subtracted."""
    feedback: Mapping[str, Folded]
    running: bool
    typed: MonthInput
    months: int = 1
    """How many months something was counted or typed in."""

    @property
    def cost_per_visit(self) -> int | None:
        """Cents; None when either is unknown."""
        served = self.total.get("served", 0)
        return round(self.typed.cost / served) if served and self.typed.cost is not None else None

    @property
    def empty(self) -> bool:
        return not self.total.get("sessions") and self.typed.empty


def month_sheet(
    tallies: Iterable[Mapping[str, Any]],
    *,
    period: str,
    location: LocationId,
    running: bool,
    typed: MonthInput,
) -> Sheet:
    """The sheet of one month; while it is running, totals only."""
    tables = _of(tallies, period, location)
    told = {} if running else tables
    return Sheet(
        period=period,
        total=tables.get("total", {}),
        aside={code: _figure(tables.get("nonticket", {}).get(code, 0)) for code in ASIDE},
        tables={name: fold(told[name]) for name in TABLES if told.get(name)},
        feedback={
            question: fold(cells)
            for question in QUESTIONS
            if (cells := _cells(told.get("feedback", {}), question))
        },
        running=running,
        typed=typed,
        months=int(bool(tables) or not typed.empty),
    )


def year_sheet(year: str, months: Sequence[Sheet]) -> Sheet:
    """A year is the sum of what its months may show."""
    total: Tables = added({"total": month.total} for month in months)
    return Sheet(
        period=year,
        total=total.get("total", {}),
        aside={
            code: Figure(
                n=sum(month.aside[code].n for month in months),
                few=any(month.aside[code].few for month in months),
            )
            for code in ASIDE
        },
        tables={
            name: together(month.tables[name] for month in months if name in month.tables)
            for name in TABLES
            if any(name in month.tables for month in months)
        },
        feedback={
            question: together(m.feedback[question] for m in months if question in m.feedback)
            for question in QUESTIONS
            if any(question in month.feedback for month in months)
        },
        running=any(month.running for month in months),
        typed=_together([month.typed for month in months]),
        months=sum(month.months for month in months),
    )


def _of(
    tallies: Iterable[Mapping[str, Any]], period: str, location: LocationId
) -> Mapping[str, Mapping[str, int]]:
    for document in tallies:
        if document["period"] == period and document["location"] == location:
            tables: Mapping[str, Mapping[str, int]] = document["tables"]
            return tables
    return {}


def _figure(n: int) -> Figure:
    return Figure(n=0, few=True) if 0 < n < K else Figure(n=n)


def _cells(feedback: Mapping[str, int], question: str) -> dict[str, int]:
    """The three levels of one question."""
    prefix = f"{question}-"
    return {code.removeprefix(prefix): n for code, n in feedback.items() if code.startswith(prefix)}


def _together(typed: Sequence[MonthInput]) -> MonthInput:
    costs = {kind: [n for one in typed if (n := one.cents(kind)) is not None] for kind in COSTS}
    return MonthInput(
        volunteer_minutes=_sum(one.volunteer_minutes for one in typed),
        staff_minutes=_sum(one.staff_minutes for one in typed),
        cost_cents=tuple((kind, sum(found)) for kind, found in costs.items() if found),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
