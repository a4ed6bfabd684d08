"""The pages of a coordinator, and the files that come from them."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from appliance.collector import figures, register
from appliance.collector.accounts import WrongPassword
from appliance.collector.api import give_cookie
from appliance.collector.doors import SCANNED, Endpoint, sentence
from appliance.collector.figures import Figures, UnknownRegion
from appliance.collector.geography import GEOGRAPHIES
from appliance.collector.overview import overview
from appliance.collector.plain_tables import csv_of, json_of
from appliance.collector.register_import import KINDS, take_in
from appliance.collector.showing import form, page_at, see, shown
from appliance.collector.site import COOKIE, SIGNED_IN, SITE, Site
from appliance.collector.spans import Span
from appliance.collector.spreadsheet import rows_of
from appliance.collector.trend import trend
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from appliance.core.errors import BadRequest, TooManyTries

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: Final = {
    "xlsx": (workbook, XLSX),
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "json": (json_of, "application/json"),
}

# ------------------------------------------------------------------ in and out


async def door(request: web.Request) -> web.StreamResponse:
    anybody = await request.app[SITE].accounts.anybody()
    to = _scanned(request.query.get("to", ""))
    return shown(request, "sign_in.html", anybody=anybody, problem=None, to=to)


async def enter(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    given = await request.post()
    user, password = str(given.get("user", "")), str(given.get("password", ""))
    try:
        cookie = await site.accounts.sign_in(user, password, now=site.at_work())
    except (WrongPassword, TooManyTries) as error:
        to = _scanned(str(given.get("to", "")))
        response = shown(request, "sign_in.html", anybody=True, problem=sentence(error), to=to)
        response.set_status(429 if isinstance(error, TooManyTries) else 401)
        return response
    response = see(_scanned(str(given.get("to", ""))) or "/")
    give_cookie(response, cookie, secure=site.secure)
    return response


def _scanned(text: str) -> str:
    """The page of a box, and nothing else that an address could hold."""
    return text if SCANNED.fullmatch(text) else ""


async def leave(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    await site.accounts.sign_out(request[SIGNED_IN], now=site.at_work())
    response = see("/sign-in")
    response.del_cookie(COOKIE, path="/")
    return response


# ------------------------------------------------------------------ figures


async def asked(
    request: web.Request, site: Site, *, told: bool = True
) -> tuple[Figures, Mapping[str, str]]:
    """The figures that the address asks for; last month unless it says otherwise."""
    before = site.today.replace(day=1) - timedelta(days=1)
    usual = before.strftime("%Y-%m")
    since = request.query.get("from", usual)
    until = request.query.get("to", max(since, usual) if "from" not in request.query else since)
    region, geography = request.query.get("region", ""), request.query.get("geo", "")
    if geography and geography not in GEOGRAPHIES:
        raise BadRequest("geo is 2022 of 2025", field="geo")
    try:
        found = await figures.read(
            site.database,
            Span.of(since, until),
            today=site.today,
            k=site.config.k,
            region=region,
            geography=GEOGRAPHIES.get(geography),
            told=told,
        )
    except UnknownRegion as error:
        raise BadRequest("deze regio bestaat niet", field="region") from error
    except ValueError as error:
        raise BadRequest("from en to zijn maanden, zoals 2026-10", field="from") from error
    given = {"from": since, "to": until, "region": region, "geo": geography}
    return found, {name: value for name, value in given.items() if value}


async def home(request: web.Request) -> web.StreamResponse:
    found, given = await asked(request, request.app[SITE])
    received, expected = found.coverage
    months, before = await trend(request.app[SITE].database, found)
    return shown(
        request,
        "overview.html",
        o=overview(found),
        months=months,
        before=before,
        span_name=found.span.name,
        since=given["from"],
        until=given["to"],
        region=found.region,
        regions=list(found.register.regions or {}),
        query=urlencode(given),
        received=received,
        expected=expected,
    )


async def file(request: web.Request) -> web.StreamResponse:
    """The workbook, or the same tables as CSV or JSON."""
    found, _ = await asked(request, request.app[SITE])
    ending = request.path.rpartition(".")[2]
    make, kind = FILES[ending]
    body = await asyncio.to_thread(lambda: make(workbook_sheets(found)))
    region = "".join(c if c.isascii() and c.isalnum() else "-" for c in found.region) or "alle"
    name = f"digipunten_{region}_{found.span.name}.{ending}"
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, headers=headers)


# ------------------------------------------------------------------ the register


async def typed(request: web.Request) -> web.StreamResponse:
    return await _register(request)


async def take_over(request: web.Request) -> web.StreamResponse:
    """A register file, whole or not at all."""
    posted = await request.post()
    given = posted.get("file")
    if not isinstance(given, web.FileField):
        raise BadRequest("kies een bestand", field="file")
    rows = rows_of(given.filename[:80], given.file.read())
    n, problems = await take_in(request.app[SITE].database, str(posted.get("kind", "")), rows)
    response = await _register(
        request, problems=problems, done=None if problems else f"{n} rijen overgenomen."
    )
    response.set_status(400 if problems else 200)
    return response


async def _register(
    request: web.Request, *, problems: object = (), done: str | None = None
) -> web.Response:
    kinds = [(one.code, one.name, (*one.columns, *one.optional)) for one in KINDS]
    known = await register.read(request.app[SITE].database)
    return shown(
        request, "register.html", register=known, kinds=kinds, problems=problems, done=done
    )


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/sign-in",
        handler=door,
        summary="Where a coordinator signs in",
        answer_type="text/html",
        signed_in=False,
    ),
    Endpoint(
        method="POST",
        path="/sign-in",
        handler=enter,
        summary="Sign in by form",
        answer=303,
        answer_type="text/html",
        signed_in=False,
        origin=True,
    ),
    form("/sign-out", leave, "Sign out by form"),
    page_at("/", home, "Who reported, who is silent since when, and the charts"),
    page_at("/register", typed, "The register"),
    form("/register", take_over, "Take a register file in", answer=200),
    *(
        Endpoint(
            method="GET",
            path=f"/workbook.{ending}",
            handler=file,
            summary=f"Every table as {ending}",
            answer_type=kind,
        )
        for ending, (_, kind) in FILES.items()
    ),
)
