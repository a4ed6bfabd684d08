"""Contacts month by month, up to the end of a span, and of the span before it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select

from appliance.collector.database import Database
from appliance.collector.figure_rows import contacts_in
from appliance.collector.figures import Figures
from appliance.collector.overview import Bar, Chart
from appliance.collector.tables import TOLD
from appliance.core.federation.calendar import Period

MONTHS: Final = 12
NAMES: Final = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
_NOTE: Final = "Wie per kwartaal schrijft, staat bij de laatste maand ervan."


async def trend(database: Database, figures: Figures) -> tuple[Chart, int | None]:
    """The last twelve months as a chart; and what the span before told, if anything."""
    length = len(figures.span.months)
    since = _back(figures.span.end, max(MONTHS, 2 * length))
    by_month = await _contacts(database, figures, since)
    shown = [_back(figures.span.end, n) for n in range(MONTHS, 0, -1)]
    most = max(by_month.values(), default=0)
    bars = [
        Bar(
            label=f"{NAMES[day.month - 1]} {day.year}",
            n=by_month[day.strftime("%Y-%m")],
            width=100 * by_month[day.strftime("%Y-%m")] / most if most else 0.0,
            share=None,
        )
        for day in shown
        if day.strftime("%Y-%m") in by_month
    ]
    before = [_back(figures.span.first, n).strftime("%Y-%m") for n in range(length, 0, -1)]
    known = [by_month[month] for month in before if month in by_month]
    chart = Chart(id="trend", title="Hoeveel contacten, maand na maand?", bars=bars, note=_NOTE)
    return chart, sum(known) if known else None


async def _contacts(database: Database, figures: Figures, since: date) -> Mapping[str, int]:
    """By month; a month of which nobody told is absent."""
    places = [one.place.location for one in figures.places]
    async with database.reading() as connection:
        question = (
            select(TOLD.c.period, contacts_in(connection))
            .where(
                TOLD.c.grain != "week",
                TOLD.c.first_day >= since.isoformat(),
                TOLD.c.first_day < figures.span.end.isoformat(),
            )
            .group_by(TOLD.c.period)
        )
        if figures.codes is not None or len(places) == 1:
            question = question.where(TOLD.c.location.in_(places))
        rows: Sequence[tuple[str, int]] = (await connection.execute(question)).all()
    found: Counter[str] = Counter()
    for period, contacts in rows:
        found[Period.named(period).months[-1]] += contacts or 0
    return found


def _back(day: date, months: int) -> date:
    """The first day of a month so many months before."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)
