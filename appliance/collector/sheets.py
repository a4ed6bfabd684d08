"""The tables of the workbook, as plain values; one shape for Excel, CSV and JSON.

A count is a whole number, 0 included; None is "nobody told of it". What was folded away stands
in a row or column of its own, so that the parts always make the whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from appliance.collector.figures import Figures, PlaceFigures
from appliance.collector.labels import (
    CORRECTED,
    FOLDED,
    GOALS,
    LEVELS,
    OFFERS,
    QUESTIONS,
    in_order,
    label,
)
from appliance.core.catalogue import service
from appliance.core.federation.report import SUMS
from appliance.core.federation.small_cells import REST

Value = str | int | float | date | None
Row = tuple[Value, ...]


class Kind(StrEnum):
    """How a column is written."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    EURO = "euro"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    kind: Kind = Kind.COUNT
    width: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table; `total` says that its last row is the sum."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: bool = False


TOTAL: Final = "Totaal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One column of figures of some places together."""

    name: str
    of: Callable[[Sequence[PlaceFigures]], Value]
    kind: Kind = Kind.COUNT
    adds: bool = True


def text(name: str, width: int = 24) -> Column:
    return Column(name=name, kind=Kind.TEXT, width=width)


def count(name: str, width: int = 12) -> Column:
    return Column(name=name, width=width)


def _sum(*names: str) -> Callable[[Sequence[PlaceFigures]], Value]:
    """The total of that name; None when no place ever told of it."""

    def of(places: Sequence[PlaceFigures]) -> Value:
        found = [one.totals[name] for one in places for name in names if name in one.totals]
        return sum(found) if found else None

    return of


def _hours(name: str) -> Callable[[Sequence[PlaceFigures]], Value]:
    total = _sum(name)

    def of(places: Sequence[PlaceFigures]) -> Value:
        minutes = total(places)
        return round(minutes / 60, 2) if isinstance(minutes, int) else None

    return of


def _channel(code: str) -> Callable[[Sequence[PlaceFigures]], Value]:
    def of(places: Sequence[PlaceFigures]) -> Value:
        found = [one.channels.get(code, 0) for one in places if one.channels]
        return sum(found) if found else None

    return of


def _euro(prefix: str) -> Callable[[Sequence[PlaceFigures]], Value]:
    def of(places: Sequence[PlaceFigures]) -> Value:
        found = [n for one in places for name, n in one.totals.items() if name.startswith(prefix)]
        return sum(found) / 100 if found else None

    return of


MEASURES: Final = (
    Measure(name="Digipunten", of=len),
    Measure(name="Digipunten actief", of=lambda places: sum(one.active for one in places)),
    Measure(name="Inloopmomenten", of=_sum("sessions")),
    Measure(name="Open uren", of=_hours("open_minutes_actual"), kind=Kind.NUMBER),
    Measure(name="Bezoeken", of=_sum("served")),
    Measure(name="Eerste bezoeken", of=_sum("first_visits")),
    Measure(name="Groepsdeelnemers", of=_sum("group_people")),
    Measure(name="Contacten", of=_sum("contacts")),
    Measure(name="Aan de balie", of=_channel("face")),
    Measure(name="Telefoon", of=_channel("call")),
    Measure(name="Zelf online", of=_channel("click")),
    Measure(name="Aan huis", of=_channel("home")),
    Measure(name="Kanaal " + FOLDED, of=_channel(REST)),
    Measure(name="Uitgeleend", of=_sum("loans_out")),
    Measure(name="Ingezameld", of=_sum("intake")),
    Measure(name="Hersteld", of=_sum("repaired")),
    Measure(name="Vrijwilligersuren", of=_hours("volunteer_minutes"), kind=Kind.NUMBER),
    Measure(name="Kosten €", of=_euro("cost_cents"), kind=Kind.EURO),
)


def measure_columns() -> Sequence[Column]:
    return [Column(name=one.name, kind=one.kind, width=13) for one in MEASURES]


def measured(places: Sequence[PlaceFigures]) -> Row:
    return tuple(one.of(places) for one in MEASURES)


def added(rows: Iterable[Row], start: int, label_: Row) -> Row:
    """The row of totals: every column from `start` on summed, gaps left out."""
    columns = list(zip(*rows, strict=True))
    sums: list[Value] = []
    for column in columns[start:]:
        found = [one for one in column if isinstance(one, int | float)]
        sums.append(round(sum(found), 2) if found else None)
    return (*label_, *sums)


# ------------------------------------------------------------------ one way of breaking down


def broken_down(figures: Figures, table: str) -> Sequence[tuple[str, str, int]]:
    """Code, name and count of each row; together they make the total as known now."""
    cells = figures.table(table)
    rows = [(code, label(table, code), n) for code, n in in_order(table, cells)]
    later = corrected(figures, table, cells)
    return [*rows, ("_corrected", CORRECTED, later)] if later else rows


def corrected(figures: Figures, table: str, cells: Mapping[str, int]) -> int:
    """What corrections changed after the tables were made, and what has no table at all."""
    return figures.totals.get(SUMS[table], 0) - sum(cells.values())


def one_way(figures: Figures, *, title: str, table: str, first: str) -> Sheet:
    rows = broken_down(figures, table)
    total = figures.totals.get(SUMS[table], 0)
    return Sheet(
        title=title,
        columns=[text("Code", 14), text(first, 44), count("Aantal"), _share()],
        rows=[
            *((code, name, n, n / total if total else None) for code, name, n in rows),
            (TOTAL, "", total, 1.0 if total else None),
        ],
        total=True,
    )


def per_service(figures: Figures) -> Sheet:
    """Services with their goal and offer: two roll-ups that add up to the same total."""
    rows: list[Row] = []
    for code, name, n in broken_down(figures, "service"):
        known = service(code)
        goal = GOALS[known.goal] if known else ""
        offer = OFFERS[known.offer] if known else ""
        rows.append((code, name, goal, offer, n))
    total = figures.totals.get(SUMS["service"], 0)
    return Sheet(
        title="Per dienst",
        columns=[
            text("Code", 14),
            text("Dienst", 44),
            text("Doel", 24),
            text("Aanbod", 16),
            count("Aantal"),
        ],
        rows=[*rows, (TOTAL, "", "", "", total)],
        total=True,
    )


def satisfaction(figures: Figures) -> Sheet:
    """How people found it: answers, never persons."""
    rows: list[Row] = []
    for question, name in QUESTIONS.items():
        table = f"feedback-{question}"
        cells = figures.table(table)
        named = [cells.get(level, 0) for level in LEVELS]
        other = figures.totals.get(SUMS[table], 0) - sum(named)
        said = sum(named)
        rows.append((name, *named, other, sum(named) + other, named[2] / said if said else None))
    return Sheet(
        title="Tevredenheid",
        columns=[
            text("Vraag", 28),
            *(count(name) for name in LEVELS.values()),
            count(FOLDED, 34),
            count("Antwoorden"),
            Column(name="Goed, van wat uitgesplitst is", kind=Kind.SHARE, width=26),
        ],
        rows=rows,
    )


def _share() -> Column:
    return Column(name="Aandeel", kind=Kind.SHARE, width=10)
