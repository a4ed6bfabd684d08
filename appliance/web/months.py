"""Of which place a lead reads months: the box's own, or one that it visits."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from appliance.core.ids import LocationId
from appliance.services.month_book import MonthBook
from appliance.web.errors import NotFound
from appliance.web.keys import MONTHS, PAGES, SITE


def book_of(request: web.Request) -> MonthBook:
    """The months of the place that the address names; NotFound when the box never goes there."""
    asked = request.query.get("place")
    if asked is None:
        return request.app[MONTHS]
    if asked not in dict(request.app[SITE].places()):
        raise NotFound
    return request.app[MONTHS].at(LocationId(asked))


def place_values(request: web.Request) -> Mapping[str, Any]:
    """What a page of months needs to name the place, and to lead to the others."""
    places: Sequence[tuple[str, str]] = request.app[SITE].places()
    asked = request.query.get("place")
    return {
        "places": places if len(places) > 1 else (),
        "where": dict(places).get(asked or "", request.app[PAGES].place.name),
        "at": f"&place={asked}" if asked else "",
        "asked_place": asked or (places[0][0] if places else ""),
    }
