"""The figures of a span of months: what was told, and what was not.

Every table comes from here, so they cannot disagree. Figures of months and quarters are summed
from break-down letters; weekly letters say who is alive.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import orjson

from appliance.collector.database import Database
from appliance.collector.figure_rows import Month, Source, source_of
from appliance.collector.geography import as_of
from appliance.collector.register import Place, Register
from appliance.collector.spans import GRACE, Span
from appliance.core.federation.calendar import Period, ended

Counts = defaultdict[str, int]


def _counts() -> Counts:
    return defaultdict(int)


@dataclass(slots=True, kw_only=True)
class PlaceFigures:
    """One place: what it told, and what is missing."""

    place: Place
    registered: bool
    nis: str | None
    """Its municipality at the day of the geography; None when that has no such code."""
    weeks: frozenset[str] = frozenset()
    """The weeks of which there is a letter."""
    week_contacts: int = 0
    """What those weeks tell together; a month that has no letter yet has nothing else."""
    months: set[str] = field(default_factory=set)
    """The months of which there is a break-down letter."""
    totals: Counts = field(default_factory=_counts)
    """As known now, corrections included."""
    channels: Counts = field(default_factory=_counts)
    """The one table that the sheets show place by place."""
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
    def contacts(self) -> int | None:
        """By months, or by weeks while there is no month; None when nothing is known."""
        if self.months:
            return self.totals.get("contacts", 0)
        return self.week_contacts if self.weeks else None

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
    tables: Mapping[str, Counts]
    """Every way of breaking down, over all places."""
    register: Register

    @property
    def totals(self) -> Counts:
        return summed(one.totals for one in self.places)

    def table(self, name: str) -> Mapping[str, int]:
        """One way of breaking down, over all places."""
        return self.tables.get(name, {})

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
    place: str = "",
    told: bool = True,
) -> Figures:
    """The figures as they are now, of one place if it is named; UnknownRegion.

    Without what was `told` there are only the places, and that is quick.
    """
    source = await source_of(database, span, place=place, told=told)
    return await asyncio.to_thread(
        lambda: put_together(source, span, today=today, k=k, region=region, geography=geography)
    )


def put_together(
    source: Source,
    span: Span,
    *,
    today: date,
    k: int,
    region: str = "",
    geography: date | None = None,
) -> Figures:
    """The same rows always make the same figures; UnknownRegion."""
    geography = geography or span.end - timedelta(days=1)
    known = source.register
    if region and region not in (known.regions or {}):
        raise UnknownRegion(region)
    codes = (known.regions or {})[region] if region else None
    wanted = {as_of(nis, geography) or nis for nis in codes} if codes is not None else None
    places = {
        location: one
        for location, one in sorted(_places(source, span, today=today, of=geography).items())
        if wanted is None or (one.nis or one.place.nis) in wanted
    }
    for location, (weeks, contacts) in source.weeks.items():
        if location in places:
            places[location].weeks = weeks
            places[location].week_contacts = contacts
    tables: dict[str, Counts] = defaultdict(_counts)
    wanted_months = [row for row in source.months if row[0] in places]
    _add(places, tables, wanted_months)
    return Figures(
        span=span,
        today=today,
        geography=geography,
        region=region,
        codes=frozenset(wanted) if wanted is not None else None,
        k=k,
        places=list(places.values()),
        tables=tables,
        register=known,
    )


def summed(parts: Iterable[Mapping[str, int]]) -> Counts:
    """Several as one; what nobody told of stays absent."""
    total = _counts()
    for part in parts:
        add(total, part)
    return total


def add(total: Counts, part: Mapping[str, int]) -> None:
    """Into a total that begins with nothing; a year of a thousand places comes by here."""
    for code, n in part.items():
        total[code] += n


def _places(source: Source, span: Span, *, today: date, of: date) -> Mapping[str, PlaceFigures]:
    """Places of the register, and those that nobody registered but that sent letters."""
    places = {one.location: (one, True) for one in source.register.places}
    for location, (since, nis) in source.heard.items():
        unknown = Place(
            location=location,
            name=location,
            nis=nis,
            kind="other",
            project=None,
            expected_from=since,
            expected_to=None,
        )
        places.setdefault(location, (unknown, False))
    weeks = _edges(span.weeks(today))
    months = _edges(ended("month", since=span.first, today=min(today - GRACE, span.end)))
    return {
        location: PlaceFigures(
            place=place,
            registered=registered,
            nis=as_of(place.nis, of),
            expected_weeks=_expected(place, weeks),
            expected_months=_expected(place, months),
        )
        for location, (place, registered) in places.items()
    }


def _edges(periods: Iterable[Period]) -> Sequence[tuple[str, str, str]]:
    return [(one.name, one.start.isoformat(), one.end.isoformat()) for one in periods]


def _expected(place: Place, periods: Sequence[tuple[str, str, str]]) -> Sequence[str]:
    """The names of those in which something should have come."""
    since, until = place.expected_from, place.expected_to
    return [
        name for name, start, end in periods if since < end and (until is None or until > start)
    ]


def _add(
    places: Mapping[str, PlaceFigures], tables: dict[str, Counts], rows: Sequence[Month]
) -> None:
    """What boxes told of their months; several boxes of a place add up.

    A year of a thousand places has a hundred thousand cells, in ten megabytes of JSON.
    """
    for location, period, known, broken_down in rows:
        totals, breakdown = orjson.loads(f"[{known},{broken_down}]")
        place = places[location]
        place.months.update(_months(period))
        add(place.totals, totals)
        for name, cells in breakdown.items():
            table = tables[name]
            for code, n in cells.items():
                table[code] += n
        if "channel" in breakdown:
            add(place.channels, breakdown["channel"])


@cache
def _months(period: str) -> tuple[str, ...]:
    return Period.named(period).months
