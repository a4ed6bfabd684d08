"""The pages about places: all of them beside each other, and a year of one on a sheet of paper."""

import re
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from appliance.collector import figures
from appliance.collector.geography import name_of
from appliance.collector.overview import charts, overview
from appliance.collector.screens import asked
from appliance.collector.showing import page_at, shown
from appliance.collector.site import SITE
from appliance.collector.spans import Span
from appliance.collector.trend import trend
from appliance.core.errors import BadRequest
from appliance.web.errors import NotFound

ON_PAPER: Final = ("channel", "topic", "language", "wait", "said")
_YEAR: Final = re.compile(r"20\d\d")


async def places(request: web.Request) -> web.StreamResponse:
    """Places beside each other; never people."""
    found, given = await asked(request, request.app[SITE])
    rows = [
        {
            "location": one.place.location,
            "name": one.place.name,
            "municipality": name_of(one.nis or one.place.nis),
            "contacts": one.contacts,
            "visits": one.totals.get("served"),
            "first_visits": one.totals.get("first_visits"),
            "hours": _hours(one.totals.get("open_minutes_actual")),
            "received": len(one.expected_weeks) - len(one.missing_weeks),
            "expected": len(one.expected_weeks),
            "silent_since": one.silent_since,
        }
        for one in found.places
    ]
    return shown(
        request,
        "places.html",
        places=sorted(rows, key=lambda row: (str(row["municipality"]), str(row["name"]))),
        span_name=found.span.name,
        year=found.span.first.year,
        query=urlencode(given),
    )


async def sheet(request: web.Request) -> web.StreamResponse:
    """What one place did in a year, for the council: one A4."""
    site = request.app[SITE]
    location, year = request.query.get("place", ""), request.query.get("year", "")
    if not _YEAR.fullmatch(year):
        raise BadRequest("year is een jaar, zoals 2026", field="year")
    found = await figures.read(
        site.database,
        Span.of(f"{year}-01", f"{year}-12"),
        today=site.today,
        k=site.config.k,
        place=location,
    )
    if not found.places:
        raise NotFound
    (one,) = found.places
    months, _ = await trend(site.database, found)
    return shown(
        request,
        "place.html",
        one=one,
        year=year,
        municipality=name_of(one.nis or one.place.nis),
        o=overview(found),
        months=months,
        charts=[chart for chart in charts(found) if chart.id in ON_PAPER and chart.bars],
        sessions=one.totals.get("sessions"),
        k=site.config.k,
    )


def _hours(minutes: int | None) -> float | None:
    return minutes / 60 if minutes is not None else None


ENDPOINTS: Final = (
    page_at("/places", places, "Places beside each other"),
    page_at("/place", sheet, "A year of one place on an A4"),
)
