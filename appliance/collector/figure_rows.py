"""The rows that figures are made from, asked so that a year of a thousand places is quick.

Weeks are put together by the database: of them only names and contacts matter.
"""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import JSON, BigInteger, ColumnElement, cast, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector import register
from appliance.collector.database import Database
from appliance.collector.judging import Told
from appliance.collector.register import Register
from appliance.collector.spans import Span
from appliance.collector.tables import PLACES, TOLD

_MANY: Final = 5000
"""Names in one question."""
Month = tuple[str, str, str, str]
"""Of a row of `told`: place, period, totals as known now, and tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What figures are made from: rows as the database has them, or as somebody recomputed them."""

    register: Register
    heard: Mapping[str, tuple[str, str]]
    """Places that nobody registered: since which day they tell, and their NIS code."""
    weeks: Mapping[str, tuple[frozenset[str], int]]
    """By place: the weeks that were told, and their contacts together."""
    months: Sequence[Month]
    """What was told of months and quarters."""


async def source_of(
    database: Database, span: Span, *, place: str = "", told: bool = True
) -> Source:
    """What is known of a span, of one place if it is named; or only the places."""
    here = TOLD.c.location == place if place else TOLD.c.location != ""
    async with database.reading() as connection:
        known = await register.read_in(connection)
        column = TOLD.c.location
        firsts = select(column, func.min(TOLD.c.first_day), func.max(TOLD.c.nis))
        strangers = firsts.where(here, column.not_in(select(PLACES.c.location))).group_by(column)
        heard = {
            location: (first_day, nis)
            for location, first_day, nis in await connection.execute(strangers)
        }
        months = await _months(connection, span, here) if told else ()
        with_months = {row[0] for row in months}
        return Source(
            register=known if not place else known.only(place),
            heard=heard,
            weeks=await _weeks(connection, span, here, with_months) if told else {},
            months=months,
        )


def contacts_in(connection: AsyncConnection) -> ColumnElement[int]:
    """The contacts of some rows of `told` together, added up by the database."""
    return cast(func.sum(count_in(connection, TOLD.c.totals, "contacts")), BigInteger)


def count_in(
    connection: AsyncConnection, text: ColumnElement[str], *path: str
) -> ColumnElement[int]:
    """One count out of a text of JSON; NULL when it is not told."""
    plain = cast(text, JSON) if connection.dialect.name == "postgresql" else type_coerce(text, JSON)
    return cast(plain[path].as_string(), BigInteger)


async def _weeks(
    connection: AsyncConnection, span: Span, here: ColumnElement[bool], told: AbstractSet[str]
) -> Mapping[str, tuple[frozenset[str], int]]:
    """A week belongs to the span in which its Thursday lies.

    Its contacts matter until a month is told: only places that told of none have them added up.
    """
    thursday = timedelta(days=3)
    weeks = (
        here,
        TOLD.c.grain == "week",
        TOLD.c.first_day >= (span.first - thursday).isoformat(),
        TOLD.c.first_day < (span.end - thursday).isoformat(),
    )
    names = select(TOLD.c.location, func.aggregate_strings(TOLD.c.period, " ")).where(*weeks)
    rows = (await connection.execute(names.group_by(TOLD.c.location))).all()
    counts: dict[str, int] = {}
    if any(location not in told for location, _ in rows):
        without = select(TOLD.c.location, contacts_in(connection)).where(*weeks)
        if len(told) < _MANY:
            without = without.where(TOLD.c.location.not_in(sorted(told)))
        found = await connection.execute(without.group_by(TOLD.c.location))
        counts = {location: contacts or 0 for location, contacts in found}
    return {
        location: (frozenset(periods.split(" ")), counts.get(location, 0))
        for location, periods in rows
    }


async def _months(
    connection: AsyncConnection, span: Span, here: ColumnElement[bool]
) -> Sequence[Month]:
    """Months and quarters that lie wholly in it."""
    columns = (
        TOLD.c.location,
        TOLD.c.period,
        TOLD.c.totals,
        TOLD.c.breakdown,
    )
    question = select(*columns).where(
        here,
        TOLD.c.grain != "week",
        TOLD.c.first_day >= span.first.isoformat(),
        TOLD.c.first_day < span.end.isoformat(),
    )
    periods = set(
        (await connection.execute(question.with_only_columns(TOLD.c.period).distinct())).scalars()
    )
    rows = await connection.execute(
        question.where(TOLD.c.period.in_([one for one in periods if span.holds(one)]))
    )
    return rows.all()


def source_from(register: Register, told: Sequence[Told], span: Span) -> Source:
    """The same, out of rows of `told` that somebody has at hand."""
    registered = {one.location for one in register.places}
    heard: dict[str, tuple[str, str]] = {}
    weeks: dict[str, tuple[frozenset[str], int]] = {}
    months: list[Month] = []
    thursday = timedelta(days=3)
    for one in told:
        if one.location not in registered:
            since, nis = heard.get(one.location, (one.first_day, one.nis))
            heard[one.location] = (min(since, one.first_day), max(nis, one.nis))
        if one.grain != "week":
            if span.holds(one.period):
                months.append((one.location, one.period, one.totals, one.breakdown))
        elif span.first <= date.fromisoformat(one.first_day) + thursday < span.end:
            names, contacts = weeks.get(one.location, (frozenset(), 0))
            counted = json.loads(one.totals).get("contacts", 0)
            weeks[one.location] = (names | {one.period}, contacts + counted)
    return Source(register=register, heard=heard, weeks=weeks, months=months)
