"""The pages about letters: those of a place, those that do not count, those behind a figure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy import or_, select

from appliance.collector.answers import REASONS
from appliance.collector.boxes import BoxState
from appliance.collector.database import Database
from appliance.collector.figure_rows import count_in
from appliance.collector.figures import Figures
from appliance.collector.labels import label
from appliance.collector.screens import asked
from appliance.collector.shelving import FORK, PARKED
from appliance.collector.showing import page_at, shown
from appliance.collector.site import SITE
from appliance.collector.tables import BOXES, LETTERS, TOLD
from appliance.core.errors import BadRequest
from appliance.core.federation.report import SUMS

MOST: Final = 500
_CODE: Final = re.compile(r"[a-z0-9_+-]{1,40}")
TOTALS: Final = {
    "contacts": "contacten",
    "served": "bezoeken",
    "tickets": "nummers",
    "called": "oproepen",
    "first_visits": "eerste bezoeken",
    "group_people": "mensen in groep",
    "open_minutes_actual": "minuten open",
    "open_minutes_planned": "minuten gepland",
    "cost_cents": "eurocent kosten",
}
"""Totals that a page shows, and what they are called there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one period of one place adds to a figure, and the letters in which that stands."""

    location: str
    period: str
    letters: Sequence[str]
    n: int


async def letters(request: web.Request) -> web.StreamResponse:
    """The letters of a place; without one, those that do not count, and boxes that were copied."""
    place = request.query.get("place", "")
    question = select(LETTERS).order_by(LETTERS.c.arrived.desc(), LETTERS.c.box, LETTERS.c.nr)
    waits = or_(LETTERS.c.code != "", LETTERS.c.state == PARKED)
    wanted = LETTERS.c.location == place if place else waits
    copied = select(BOXES.c.name).where(BOXES.c.state == BoxState.FORKED.value)
    async with request.app[SITE].database.reading() as connection:
        rows = (await connection.execute(question.where(wanted).limit(MOST))).all()
        names = (await connection.execute(copied.order_by(BOXES.c.name))).scalars().all()
    return shown(
        request,
        "letters.html",
        place=place,
        copied=names,
        letters=[
            {
                "location": row.location,
                "period": row.period,
                "revision": row.revision,
                "seq": row.seq,
                "arrived": row.arrived,
                "contacts": json.loads(row.totals).get("contacts"),
                "verdict": verdict(row.state, row.code),
            }
            for row in rows
        ],
    )


def verdict(state: str, code: str) -> str:
    """Whether a letter counts, in a sentence."""
    if state == PARKED:
        return REASONS["rivals" if code == FORK else "parked"]
    return REASONS[code or "accepted"]


async def figure(request: web.Request) -> web.StreamResponse:
    """The letters that a figure was summed from: together they make it."""
    of = request.query.get("of", "contacts")
    found, given = await asked(request, request.app[SITE], told=False)
    pieces = await behind(request.app[SITE].database, found, of)
    return shown(
        request,
        "figure.html",
        name=_name(of),
        span_name=found.span.name,
        region=found.region,
        pieces=pieces[:MOST],
        more=max(0, len(pieces) - MOST),
        total=sum(one.n for one in pieces),
        given=given,
    )


async def behind(database: Database, figures: Figures, of: str) -> Sequence[Piece]:
    """Every month and quarter of the span that tells of it; BadRequest for what is no figure."""
    _name(of)
    table, _, code = of.partition(":")
    places = {one.place.location for one in figures.places}
    columns = (TOLD.c.location, TOLD.c.period, TOLD.c.letters)
    span = (
        TOLD.c.grain != "week",
        TOLD.c.first_day >= figures.span.first.isoformat(),
        TOLD.c.first_day < figures.span.end.isoformat(),
    )
    async with database.reading() as connection:
        cell = count_in(connection, TOLD.c.breakdown, table, code) if code else TOLD.c.totals
        rows = (await connection.execute(select(*columns, cell).where(*span))).all()
    found = []
    for location, period, letters_, kept in rows:
        n = kept if code else _total(kept, of)
        if n is not None and location in places and figures.span.holds(period):
            names = letters_.split(" ")
            found.append(Piece(location=location, period=period, letters=names, n=n))
    return sorted(found, key=lambda one: (one.location, one.period, one.letters))


def _total(text: str, name: str) -> int | None:
    totals: Mapping[str, int] = json.loads(text)
    found = [n for code, n in totals.items() if code == name or code.startswith(f"{name}_")]
    return sum(found) if name == "cost_cents" and found else totals.get(name)


def _name(of: str) -> str:
    table, colon, code = of.partition(":")
    if colon and table in SUMS and _CODE.fullmatch(code):
        return label(table, code)
    if of not in TOTALS:
        raise BadRequest("dit cijfer bestaat niet", field="of")
    return TOTALS[of]


ENDPOINTS: Final = (
    page_at("/letters", letters, "Letters of a place, or those that do not count"),
    page_at("/figure", figure, "The letters that a figure was summed from"),
)
