"""From request to handler and back: host, body, origin, who it is; errors to Dutch answers."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from appliance.collector.site import COOKIE, SIGNED_IN, SITE
from appliance.core import errors as e
from appliance.web import errors as w
from appliance.web.html import page

_LOGGER = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SENTENCES: Final = {
    "bad-request": "Dit kan zo niet: {field}.",
    "bad-json": "Dit is geen JSON.",
    "bad-envelope": "Dit is geen omslag die gelezen kan worden.",
    "bad-hello": "Deze aanmelding klopt niet.",
    "bad-rotation": "Deze wissel van sleutels klopt niet.",
    "bad-host": "Dit adres hoort niet bij deze site.",
    "foreign-origin": "Deze vraag kwam van een andere site. Er is niets veranderd.",
    "method-not-allowed": "Dat kan hier niet.",
    "not-found": "Deze bladzijde bestaat niet.",
    "not-signed-in": "Meld je eerst aan.",
    "storage-unavailable": "De gegevens zijn nu niet bereikbaar. Er is niets bewaard.",
    "timeout": "Het versturen duurde te lang. Er is niets bewaard.",
    "too-large": "Dit is te groot. Stuur het in kleinere stukken.",
    "too-many-tries": "Te vaak geprobeerd. Wacht {seconds} seconden.",
    "too-many-waiting": "Er wachten al te veel kasten op goedkeuring.",
    "unknown-box": "Deze kast is niet bekend.",
    "unsupported-type": "Deze soort inhoud wordt hier niet gelezen.",
    "wrong-password": "Naam en wachtwoord horen niet bij elkaar.",
    "failed": "Er ging iets mis bij ons. Probeer het later opnieuw.",
}
SCANNED: Final = re.compile(r"/boxes/[a-z2-7]{26}")
"""Where the picture on a box's screen leads: after signing in people go on there."""
STATUS: Final = {
    "wrong-password": 401,
    "unknown-box": 404,
    "bad-envelope": 400,
    "bad-hello": 400,
    "bad-rotation": 409,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One entry of the map: from it come the route, the checks and the description."""

    method: str
    path: str
    handler: Handler
    summary: str
    answer: int = 200
    answer_type: str = "application/json"
    signed_in: bool = True
    form: bool = False
    """A form of one of our own pages: needs the Origin and, signed in, the token."""
    origin: bool = False
    """A write by script: needs the Origin."""


def sentence(error: e.DigipuntError) -> str:
    """In Dutch; a sentence for every code."""
    text = SENTENCES.get(error.code, SENTENCES["failed"])
    facts = {"field": error, "seconds": 30, **error.facts}
    return text.format(**facts)


def status(error: e.DigipuntError) -> int:
    return STATUS.get(error.code) or w.status(error)


def guard(endpoint: Endpoint) -> Handler:
    """Wrap a handler in what its entry of the map demands."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        ours = request.headers.get("Origin") == site.origin(request)
        if (endpoint.form or endpoint.origin) and not ours:
            raise w.ForeignOrigin
        if endpoint.signed_in:
            found = await site.accounts.find(request.cookies.get(COOKIE), now=site.at_work())
            if found is None:
                raise w.NotSignedIn
            request[SIGNED_IN] = found
            if endpoint.form:
                token = str((await request.post()).get("csrf", ""))
                if not site.accounts.csrf_fits(found, token):
                    raise w.ForeignOrigin
        return await endpoint.handler(request)

    guarded.__name__ = endpoint.handler.__name__
    return guarded


@web.middleware
async def errors_to_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever a handler raises becomes the contract's error, or a page for people."""
    try:
        return await handler(request)
    except e.DigipuntError as error:
        return _answer(request, error)
    except web.HTTPRequestEntityTooLarge:
        return _answer(request, w.TooLarge())
    except web.HTTPNotFound:
        return _answer(request, w.NotFound())
    except web.HTTPMethodNotAllowed:
        return _answer(request, w.MethodNotAllowed())
    except (web.HTTPException, asyncio.CancelledError, ConnectionError):
        raise
    except Exception:
        _LOGGER.exception("A request to %s failed", request.match_info.handler.__name__)
        return _answer(request, e.DigipuntError())


@web.middleware
async def only_for_us(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not request.app[SITE].answers_to(request):
        raise w.BadHost
    return await handler(request)


@web.middleware
async def whole_body_in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body before anything else, so that nobody can hold a handler open."""
    site = request.app[SITE]
    if request.body_exists:
        if (request.content_length or 0) > site.config.body_mb * 2**20:
            raise w.TooLarge
        try:
            async with asyncio.timeout(site.patience):
                if request.content_type == "multipart/form-data":
                    await request.post()  # remembered; its stream can be read only once
                else:
                    await request.read()
        except TimeoutError:
            raise w.BodyTimeout from None
    return await handler(request)


MIDDLEWARES: Final[Sequence[Callable[..., Awaitable[web.StreamResponse]]]] = (
    errors_to_answers,
    only_for_us,
    whole_body_in_time,
)


def _answer(request: web.Request, error: e.DigipuntError) -> web.StreamResponse:
    code = status(error)
    headers = {"Retry-After": str(error.facts["seconds"])} if "seconds" in error.facts else {}
    if not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", ""):
        if isinstance(error, w.NotSignedIn) and request.method == "GET":
            scanned = f"?to={request.path}" if SCANNED.fullmatch(request.path) else ""
            return web.Response(status=303, headers={"Location": f"/sign-in{scanned}"})
        pages = request.app[SITE].pages
        response = page(
            request,
            render=lambda: pages.render("problem.html", problem=sentence(error)),
            status=code,
        )
        response.headers.update(headers)
        return response
    body = {"error": {"code": error.code, "message": sentence(error)}}
    return web.json_response(body, status=code, headers=headers)
