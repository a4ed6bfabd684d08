"""The figures of a span of months: what was told, and what was not.

Every table comes from here, so they cannot disagree. Figures of months and quarters are summed
from break-down letters; weekly letters say who is alive.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import RowMapping, func, select

from appliance.collector import register
from appliance.collector.database import Database
from appliance.collector.geography import as_of
from appliance.collector.register import Place, Register
from appliance.collector.tables import TOLD
from appliance.core.federation.calendar import Period, ended

GRACE: Final = timedelta(days=1)
"""So long after its end a week's letter may be on its way before a place is called silent."""

Counts = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole months, half-open."""

    first: date
    end: date

    @classmethod
    def of(cls, since: str, until: str) -> "Span":
        """From 2026-10 up to and including 2026-12; ValueError when that is nothing."""
        first, last = Period.named(since), Period.named(until)
        if first.kind != "month" or last.kind != "month" or last.start < first.start:
            raise ValueError(f"{since} to {until} is no span of months")
        return cls(first=first.start, end=last.end)

    @property
    def months(self) -> Sequence[str]:
        return [one.name for one in ended("month", since=self.first, today=self.end)]

    @property
    def name(self) -> str:
        """`2026-10_2026-12`, or `2026-10`."""
        months = self.months
        return months[0] if len(months) == 1 else f"{months[0]}_{months[-1]}"

    def weeks(self, today: date) -> Sequence[Period]:
        """The weeks of which the Thursday lies in it, and that were over by then."""
        thursday = timedelta(days=3)
        found = ended("week", since=self.first, today=min(today - GRACE, self.end + 2 * thursday))
        return [one for one in found if self.first <= one.start + thursday < self.end]


@dataclass(slots=True, kw_only=True)
class PlaceFigures:
    """One place: what it told, period by period."""

    place: Place
    registered: bool
    nis: str | None
    """Its municipality at the day of the geography; None when that has no such code."""
    weeks: dict[str, Counts] = field(default_factory=dict)
    """Totals by week."""
    months: set[str] = field(default_factory=set)
    """The months of which there is a break-down letter."""
    totals: Counts = field(default_factory=dict)
    """As known now, corrections included."""
    released: Counts = field(default_factory=dict)
    """As they were when the tables were made."""
    tables: dict[str, Counts] = field(default_factory=dict)
    letters: list[tuple[str, str]] = field(default_factory=list)
    """Box, and chain and number, of each letter that was summed."""
    expected_weeks: Sequence[str] = ()
    expected_months: Sequence[str] = ()

    @property
    def missing_weeks(self) -> Sequence[str]:
        return [week for week in self.expected_weeks if week not in self.weeks]

    @property
    def missing_months(self) -> Sequence[str]:
        return [month for month in self.expected_months if month not in self.months]

    @property
    def silent_since(self) -> str | None:
        """The first of the weeks at the end of which nothing is known."""
        silent = None
        for week in reversed(self.expected_weeks):
            if week in self.weeks:
                break
            silent = week
        return silent

    @property
    def active(self) -> bool:
        """Whether a session was held."""
        return any(self.totals.get(name, 0) for name in ("sessions", "contacts", "tickets"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A region in a span of months, by one geography."""

    span: Span
    today: date
    geography: date
    """The day whose municipalities are used."""
    region: str
    codes: frozenset[str] | None
    """Its municipalities; None: all."""
    k: int
    places: Sequence[PlaceFigures]
    register: Register

    @property
    def totals(self) -> Counts:
        return summed(one.totals for one in self.places)

    @property
    def released(self) -> Counts:
        return summed(one.released for one in self.places)

    def table(self, name: str) -> Counts:
        """One way of breaking down, over all places."""
        return summed(one.tables.get(name, {}) for one in self.places)

    @property
    def coverage(self) -> tuple[int, int]:
        """Weekly letters received, and expected."""
        expected = sum(len(one.expected_weeks) for one in self.places)
        missing = sum(len(one.missing_weeks) for one in self.places)
        return expected - missing, expected


class UnknownRegion(ValueError):
    """There is no region of that name."""


async def read(
    database: Database,
    span: Span,
    *,
    today: date,
    k: int,
    region: str = "",
    geography: date | None = None,
) -> Figures:
    """The figures as they are now; UnknownRegion."""
    async with database.reading() as connection:
        known = await register.read_in(connection)
        question = (
            select(TOLD)
            .where(
                TOLD.c.first_day >= (span.first - timedelta(days=7)).isoformat(),
                TOLD.c.first_day < span.end.isoformat(),
            )
            .order_by(*TOLD.primary_key.columns)
        )
        told = (await connection.execute(question)).mappings().all()
        column = TOLD.c.location
        firsts = select(column, func.min(TOLD.c.first_day), func.max(TOLD.c.nis))
        heard = {
            location: (first_day, nis)
            for location, first_day, nis in await connection.execute(firsts.group_by(column))
        }
    if region and region not in (known.regions or {}):
        raise UnknownRegion(region)
    return await asyncio.to_thread(
        lambda: _put_together(
            known,
            heard,
            told,
            span,
            today=today,
            k=k,
            region=region,
            geography=geography or span.end - timedelta(days=1),
        )
    )


def _put_together(
    known: Register,
    heard: Mapping[str, tuple[str, str]],
    told: Sequence[RowMapping],
    span: Span,
    *,
    today: date,
    k: int,
    region: str,
    geography: date,
) -> Figures:
    codes = (known.regions or {})[region] if region else None
    places = _places(known, heard, span, today=today, geography=geography)
    for row in told:
        _add(places[row["location"]], row, span)
    wanted = {as_of(nis, geography) or nis for nis in codes} if codes is not None else None
    return Figures(
        span=span,
        today=today,
        geography=geography,
        region=region,
        codes=frozenset(wanted) if wanted is not None else None,
        k=k,
        places=[
            one
            for _, one in sorted(places.items())
            if wanted is None or (one.nis or one.place.nis) in wanted
        ],
        register=known,
    )


def summed(parts: Iterable[Mapping[str, int]]) -> Counts:
    """Several as one; what nobody told of stays absent."""
    total: Counts = {}
    for part in parts:
        for code, n in part.items():
            total[code] = total.get(code, 0) + n
    return total


def _places(
    known: Register,
    heard: Mapping[str, tuple[str, str]],
    span: Span,
    *,
    today: date,
    geography: date,
) -> dict[str, PlaceFigures]:
    """Places of the register, and those that nobody registered but that sent letters."""
    places = {place.location: (place, True) for place in known.places}
    for location, (since, nis) in heard.items():
        if location not in places:
            unknown = Place(
                location=location,
                name=location,
                nis=nis,
                kind="other",
                project=None,
                expected_from=since,
                expected_to=None,
            )
            places[location] = (unknown, False)
    found = {}
    weeks = span.weeks(today)
    months = ended("month", since=span.first, today=min(today - GRACE, span.end))
    for location, (place, registered) in places.items():
        found[location] = PlaceFigures(
            place=place,
            registered=registered,
            nis=as_of(place.nis, geography),
            expected_weeks=[one.name for one in weeks if _expected(place, one)],
            expected_months=[one.name for one in months if _expected(place, one)],
        )
    return found


def _expected(place: Place, period: Period) -> bool:
    begun = place.expected_from < period.end.isoformat()
    return begun and (place.expected_to is None or place.expected_to > period.start.isoformat())


def _add(place: PlaceFigures, row: RowMapping, span: Span) -> None:
    """One row of `told`: several boxes of a place add up."""
    totals: Counts = json.loads(row["totals"])
    period = Period.named(row["period"])
    if period.kind == "week":
        if span.first <= period.start + timedelta(days=3) < span.end:
            place.weeks[period.name] = summed([place.weeks.get(period.name, {}), totals])
        return
    if period.start < span.first or period.end > span.end:
        return
    place.months.update(period.months)
    place.totals = summed([place.totals, totals])
    place.released = summed([place.released, json.loads(row["released"])])
    breakdown: Mapping[str, Counts] = json.loads(row["breakdown"])
    for name, cells in breakdown.items():
        place.tables[name] = summed([place.tables.get(name, {}), cells])
    place.letters += [(row["box"], letter) for letter in row["letters"].split(" ")]
