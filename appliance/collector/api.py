"""What programs ask: letters, sessions, health."""

import json
from typing import Final

from aiohttp import web

from appliance.collector.doors import Endpoint
from appliance.collector.site import COOKIE, SIGNED_IN, SITE
from appliance.core.errors import BadRequest
from appliance.web.errors import BadJson, UnsupportedType

NDJSON: Final = "application/x-ndjson"
_LASTS: Final = 12 * 3600


async def reports(request: web.Request) -> web.StreamResponse:
    """One answer a letter; 200 only when all that is acknowledged is on disk."""
    site = request.app[SITE]
    raw = await request.read()
    if request.content_type == NDJSON:
        lines = [line for line in raw.split(b"\n") if line.strip()]
    elif request.content_type == "application/json":
        lines = [raw]
    else:
        raise UnsupportedType
    answers = await site.ingest.take(lines, now=site.now())
    for answer in answers:
        site.answered[answer["code"]] = site.answered.get(answer["code"], 0) + 1
    if request.content_type == "application/json":
        return web.json_response(answers[0])
    body = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
    return web.Response(text=body, content_type=NDJSON)


async def sign_in(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    if request.content_type != "application/json":
        raise UnsupportedType
    try:
        found = json.loads(await request.read())
        user, password = found["user"], found["password"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadJson from error
    if not isinstance(user, str) or not isinstance(password, str):
        raise BadRequest("naam en wachtwoord zijn tekst", field="user")
    cookie = await site.accounts.sign_in(user, password, now=site.at_work())
    response = web.json_response({"user": user.strip().lower()})
    give_cookie(response, cookie, secure=site.secure)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    await site.accounts.sign_out(request[SIGNED_IN], now=site.at_work())
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/")
    return response


async def health(request: web.Request) -> web.StreamResponse:
    """Whether the database answers; 503 when it does not."""
    await request.app[SITE].accounts.anybody()
    return web.json_response({"ok": True, "conditions": []})


async def metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus' text format: how many letters got which answer since the start."""
    lines = ["# TYPE digipunt_collector_letters_total counter"]
    for code, n in sorted(request.app[SITE].answered.items()):
        lines.append(f'digipunt_collector_letters_total{{code="{code}"}} {n}')
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")


def give_cookie(response: web.Response, value: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, value, max_age=_LASTS, path="/", secure=secure, httponly=True, samesite="Strict"
    )


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/api/v1/reports",
        handler=reports,
        summary="Letters: one envelope, or many as NDJSON; an answer for each",
        answer_type=NDJSON,
        signed_in=False,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/session",
        handler=sign_in,
        summary="Sign in",
        signed_in=False,
        origin=True,
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/session",
        handler=sign_out,
        summary="Sign out",
        answer=204,
        origin=True,
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        handler=health,
        summary="Whether it works",
        signed_in=False,
    ),
    Endpoint(
        method="GET",
        path="/metrics",
        handler=metrics,
        summary="Figures for Prometheus",
        answer_type="text/plain",
    ),
)
