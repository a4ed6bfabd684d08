"""What truly happened, beside what the collector knows: equal to the unit, or it is said where."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from appliance.collector.database import Database
from appliance.collector.figures import Figures, read
from appliance.collector.shelving import FORK
from appliance.collector.spans import Span
from appliance.collector.tables import LETTERS, TOLD
from appliance.collector.workbook_sheets import per_province
from appliance.core.federation.calendar import Kind, Period, ended
from appliance.core.federation.report import SUMS
from appliance.core.federation.small_cells import REST
from appliance.simulate.town_box import K
from appliance.simulate.truth import Tables
from appliance.simulate.world import START, Lived, Wanted

TOTALS: Final = {
    "tickets": "numbers given",
    "served": "visits",
    "left": "left before they were helped",
    "called": "called at least once",
    "contacts": "contacts",
    "nonticket": "contacts without a number",
    "pc_uses": "computers used",
    "first_visits": "first visits",
    "group_sessions": "lessons",
    "group_people": "people in lessons",
    "referred": "sent on to somebody",
    "said_ease": "answers: was it easy",
    "said_friendly": "answers: was it friendly",
    "said_confidence": "answers: do you dare",
    "sessions": "walk-in moments",
    "open_minutes_actual": "minutes open",
}
FROM_TABLES: Final = frozenset(
    {"referred", "pc_uses", "said_ease", "said_friendly", "said_confidence"}
)
"""Totals of what only a table tells; a week has no tables, and so none of these."""
COLUMNS: Final = {"Bezoeken": "served", "Contacten": "contacts", "Eerste bezoeken": "first_visits"}
"""Columns of the workbook whose total row must say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure: what happened, where it is, and what is known of it."""

    name: str
    truth: int
    undated: int
    running: int
    known: int

    @property
    def fits(self) -> bool:
        return self.truth == self.undated + self.running + self.known


@dataclass(slots=True, kw_only=True)
class Verdict:
    """Everything that is printed; `wrong` decides the exit code."""

    lines: list[Line] = field(default_factory=list)
    cells: int = 0
    """Named figures in tables that were compared."""
    folded: int = 0
    """Visits, answers and so on that stand in no named cell."""
    wrong: list[str] = field(default_factory=list)
    letters: Counter[str] = field(default_factory=Counter)
    copied: int = 0
    flagged: int = 0
    corrected: int = 0
    workbook: dict[str, int] = field(default_factory=dict)
    lived: Sequence[Lived] = ()


Rows = Mapping[str, Mapping[str, Any]]
"""What counts of one box, by period."""


async def verdict(database: Database, wanted: Wanted, lived: Sequence[Lived]) -> Verdict:
    """Compare every letter's period at every place, then the sums, then the workbook."""
    found = Verdict()
    told: dict[str, dict[str, Mapping[str, Any]]] = {}
    async with database.reading() as connection:
        for row in (await connection.execute(select(TOLD))).mappings():
            told.setdefault(row["box"], {})[row["period"]] = dict(row)
        kinds = (LETTERS.c.state, LETTERS.c.code)
        counted = select(*kinds, func.count()).group_by(*kinds)
        for state, code, n in await connection.execute(counted):
            found.letters[code or state] += n
        copies = select(LETTERS.c.box).where(LETTERS.c.state == FORK).distinct()
        flagged = {box for (box,) in await connection.execute(copies)}
    for one in lived:
        _compare_box(found, one, told.get(one.box, {}), wanted)
    _compare_copies(found, lived, flagged)
    found.corrected = sum(row["revision"] > 0 for rows in told.values() for row in rows.values())
    found.lines = [_line(code, lived, told, wanted) for code in TOTALS]
    found.wrong += [f"{one.name}: the sum is wrong" for one in found.lines if not one.fits]
    await _compare_workbook(found, database, wanted)
    return found


async def figures_of(database: Database, wanted: Wanted) -> Figures:
    """The whole time, as the coordinator's pages and workbook have it."""
    first = Period.quarter_of(START).start.strftime("%Y-%m")
    last = (wanted.end - timedelta(days=1)).strftime("%Y-%m")
    return await read(database, Span.of(first, last), today=wanted.end + timedelta(days=1), k=K)


# ------------------------------------------------------------------ one box


def _over(wanted: Wanted, kind: Kind) -> Sequence[Period]:
    """The periods of which there must be a letter."""
    return ended(kind, since=START, today=wanted.end + timedelta(days=1))


def _compare_box(found: Verdict, one: Lived, rows: Rows, wanted: Wanted) -> None:
    if one.waiting:
        found.wrong.append(f"{one.site.id}: {one.waiting} letters never arrived")
    found.wrong += [f"{one.site.id}: {fault}" for fault in one.faults]
    kinds: tuple[Kind, ...] = ("week", one.site.breakdown)
    for kind in kinds:
        for period in _over(wanted, kind):
            row, where = rows.get(period.name), f"{one.site.id} {period.name}"
            if row is None:
                found.wrong.append(f"{where}: nothing is known")
                continue
            truth = one.truth.within(period.start, period.end)
            _compare_totals(found, where, truth, json.loads(row["totals"]), week=kind == "week")
            if kind != "week":
                _compare_tables(found, where, truth, json.loads(row["breakdown"]))


def _compare_totals(
    found: Verdict, where: str, truth: Tables, totals: Mapping[str, int], *, week: bool
) -> None:
    marks = truth.get("total", Counter())
    for code in TOTALS:
        known = totals.get(code, 0)
        if marks[code] != known and not (week and code in FROM_TABLES):
            found.wrong.append(f"{where}: {code} was {marks[code]}, known is {known}")


def _compare_tables(
    found: Verdict, where: str, truth: Tables, tables: Mapping[str, Mapping[str, int]]
) -> None:
    for name in SUMS:
        cells, marks = dict(tables.get(name, {})), truth.get(name, Counter())
        rest = cells.pop(REST, 0)
        found.cells += len(cells)
        found.folded += rest
        found.wrong += [
            f"{where}: {name}.{code} was {marks[code]}, known is {n}"
            for code, n in cells.items()
            if marks[code] != n
        ]
        if rest + sum(cells.values()) != marks.total():
            found.wrong.append(f"{where}: {name} does not make {marks.total()}")
        if min(cells.values(), default=K) < K or (cells and 0 < rest < K):
            found.wrong.append(f"{where}: somebody could be found in {name}")


def _compare_copies(found: Verdict, lived: Sequence[Lived], flagged: set[str]) -> None:
    copied = {one.box: one.site.id for one in lived if one.forked}
    found.copied, found.flagged = len(copied), len(flagged)
    found.wrong += [
        f"{name}: its card was copied, and nobody was told"
        for box, name in copied.items()
        if box not in flagged
    ]
    found.wrong += [f"{box}: flagged, though no card was copied" for box in flagged - set(copied)]


# ------------------------------------------------------------------ all of them


def _line(code: str, lived: Sequence[Lived], told: Mapping[str, Rows], wanted: Wanted) -> Line:
    undated = running = known = truth = 0
    for one in lived:
        over = _over(wanted, one.site.breakdown)
        end = over[-1].end if over else START
        undated += one.truth.undated.get("total", Counter())[code]
        running += (
            one.truth.within(end, wanted.end).get("total", Counter())[code]
            if end < wanted.end
            else 0
        )
        truth += one.truth.total(code)
        rows = told.get(one.box, {}).values()
        known += sum(json.loads(r["totals"]).get(code, 0) for r in rows if r["grain"] != "week")
    return Line(name=TOTALS[code], truth=truth, undated=undated, running=running, known=known)


async def _compare_workbook(found: Verdict, database: Database, wanted: Wanted) -> None:
    sheet = per_province(await figures_of(database, wanted))
    names = [column.name for column in sheet.columns]
    for title, code in COLUMNS.items():
        known = sheet.rows[-1][names.index(title)] or 0
        expected = next(one.known for one in found.lines if one.name == TOTALS[code])
        found.workbook[title] = int(str(known))
        if known != expected:
            found.wrong.append(f"workbook, {title}: {known}, the letters make {expected}")
