"""The settings and the months for programs: the same checks as on the lead's pages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from appliance.core import month
from appliance.core.access import Role
from appliance.core.ids import Key
from appliance.core.month import COSTS, MOST_CENTS, MOST_MINUTES
from appliance.core.settings import FIELDS, plain, plainly
from appliance.core.sheet import Sheet
from appliance.services.settings_book import SettingsBook
from appliance.web import bodies
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotFound
from appliance.web.keys import MONTHS, SETTINGS

SETTINGS_BODY: Final = {
    "name": bodies.text(200),
    "helper_word": bodies.text(200),
    "hours": bodies.text(1000),
    "closed": bodies.texts(100, 40),
    "services": bodies.texts(40, 32),
    "labels": bodies.mapping(bodies.mapping(bodies.text(200))),
    "info_number": bodies.text(200),
    "language_rule": bodies.text(32),
    "profile": bodies.text(32),
    "contacts": bodies.mapping(bodies.text(300)),
    "hotspot": bodies.flag(),
    "mdns": bodies.flag(),
    "federation": bodies.flag(),
    "tablet_wifi": bodies.flag(),
    "feedback_buttons": bodies.flag(),
    "shortcuts": bodies.texts(10, 16),
    "back": bodies.texts(20, 32),
    "revision": bodies.whole(0, 10**9),
}
"""Any of the settings; `back` names those that go back to how the box was set up."""

MONTH_BODY: Final = {
    "volunteer_minutes": bodies.whole(0, MOST_MINUTES),
    "staff_minutes": bodies.whole(0, MOST_MINUTES),
    "cost_cents": bodies.mapping(bodies.whole(0, MOST_CENTS), names=COSTS),
}


async def settings(request: web.Request) -> web.StreamResponse:
    return web.json_response(settings_json(request.app[SETTINGS]))


async def change(request: web.Request) -> web.StreamResponse:
    asked = dict(await bodies.read_json(request, SETTINGS_BODY))
    back, revision = asked.pop("back", ()), asked.pop("revision", None)
    kept = request.app[SETTINGS]
    key = Key(f"tap {request.headers['Idempotency-Key']}")
    await kept.change(asked, back=back, revision=revision, key=key)
    return web.json_response(settings_json(kept))


async def month_of(request: web.Request) -> web.StreamResponse:
    return web.json_response(month_json(request))


async def type_month(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, MONTH_BODY)
    await request.app[MONTHS].type(_period(request), asked)
    return web.json_response(month_json(request))


def settings_json(kept: SettingsBook) -> dict[str, Any]:
    """What holds, what the box was set up with, and which of it was changed."""
    return {
        "settings": plainly(kept.current),
        "configured": {name: plain(name, getattr(kept.base, name)) for name in FIELDS},
        "changed": sorted(kept.changed),
        "revision": kept.revision,
    }


def month_json(request: web.Request) -> Mapping[str, Any]:
    """What was typed, and the sheet made of it and of the counts."""
    book, period = request.app[MONTHS], _period(request)
    return {"month": period, **month.plain(book.typed(period)), "sheet": _json(book.sheet(period))}


def _json(sheet: Sheet) -> Mapping[str, Any]:
    """Only what may be shown: folded tables, and no figure that is too small."""
    return {
        "total": dict(sheet.total),
        "aside": {code: {"n": figure.n, "few": figure.few} for code, figure in sheet.aside.items()},
        "tables": {
            name: {**table.named, "_rest": table.rest} for name, table in sheet.tables.items()
        },
        "feedback": {
            name: {**table.named, "_rest": table.rest} for name, table in sheet.feedback.items()
        },
        "running": sheet.running,
    }


def _period(request: web.Request) -> str:
    period = request.match_info["month"]
    if not month.is_month(period) or period > request.app[MONTHS].this_month:
        raise NotFound
    return period


_MONTH: Final = "/api/v1/months/{month:[0-9]{4}-[0-9]{2}}"

ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/api/v1/settings",
        handler=settings,
        summary="What people can change on screen",
        least=Role.LEAD,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/settings",
        handler=change,
        summary="Change some of it, all or none; in force at once",
        body=SETTINGS_BODY,
        least=Role.LEAD,
        keyed=True,
    ),
    Endpoint(
        method="GET",
        path=_MONTH,
        handler=month_of,
        summary="Hours and costs of a month, and its sheet",
        refusals=(404,),
        least=Role.LEAD,
    ),
    Endpoint(
        method="POST",
        path=_MONTH,
        handler=type_month,
        summary="Type hours and costs of a month; takes the place of what was there",
        body=MONTH_BODY,
        refusals=(404,),
        least=Role.LEAD,
        keyed=True,
    ),
)
