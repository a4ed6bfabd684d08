"""From request to handler and back: language, host, origin, body; errors to answers; headers."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web

from appliance.core.errors import DigipuntError, NotAllowed
from appliance.web.cookies import session_cookie
from appliance.web.endpoints import Endpoint
from appliance.web.errors import (
    BadHost,
    BodyTimeout,
    ForeignOrigin,
    MethodNotAllowed,
    MissingKey,
    NotFound,
    NotSignedIn,
    TooLarge,
    status,
)
from appliance.web.keys import PAGES, PATIENCE, SESSIONS, SIGNED_IN, SITE, TEXTS
from appliance.web.sentences import error_sentence
from appliance.web.texts import Texts, negotiate

_LOGGER = logging.getLogger(__name__)
_KEY_LENGTH: Final = 100
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STRICT: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def language(request: web.Request) -> Texts:
    """The language asked for in the address, else by the browser, else the place's own."""
    place = request.app[PAGES].place
    accepted = request.headers.get("Accept-Language")
    lang = negotiate(accepted, request.query.get("lang"), place.offered)
    return Texts(lang, zone=place.zone)


@web.middleware
async def errors_to_answers(request: web.Request, handler: Next) -> web.StreamResponse:
    """Whatever a handler raises becomes the contract's error, or a page for people."""
    request[TEXTS] = language(request)
    try:
        return await handler(request)
    except DigipuntError as error:
        return _answer(request, error)
    except web.HTTPRequestEntityTooLarge:
        return _answer(request, TooLarge())
    except web.HTTPNotFound:
        return _answer(request, NotFound())
    except web.HTTPMethodNotAllowed as error:
        response = _answer(request, MethodNotAllowed())
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response
    except web.HTTPException:
        raise
    except asyncio.CancelledError:
        raise
    except (ConnectionError, TimeoutError):
        raise
    except Exception:
        _LOGGER.exception("A request to %s failed", request.match_info.handler.__name__)
        return _answer(request, DigipuntError())


@web.middleware
async def only_for_us(request: web.Request, handler: Next) -> web.StreamResponse:
    """Refuse what is meant for another host: DNS rebinding ends here."""
    if not is_ours(request):
        raise BadHost(host=_host(request)[:60])
    return await handler(request)


@web.middleware
async def whole_body_in_time(request: web.Request, handler: Next) -> web.StreamResponse:
    """Read the body before anything else, so that nobody can hold a handler open."""
    if request.body_exists:
        try:
            async with asyncio.timeout(request.app[PATIENCE]):
                await request.read()
        except TimeoutError:
            raise BodyTimeout from None
    return await handler(request)


def is_ours(request: web.Request) -> bool:
    """Whether the request names this box."""
    host = _host(request)
    return host.lower().strip("[]") in request.app[SITE].hosts or _own(request, host)


def guard(endpoint: Endpoint) -> Next:
    """Wrap a handler in what its entry of the map demands."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if endpoint.method not in {"GET", "HEAD"}:
            _check_origin(request, required=endpoint.keyed or endpoint.origin)
        if endpoint.signed_in:
            cookie = request.cookies.get(session_cookie(request))
            signed_in = request.app[SESSIONS].find(cookie)
            if signed_in is None:
                raise NotSignedIn
            if not signed_in.role.may(endpoint.least):
                raise NotAllowed(least=endpoint.least.value)
            request[SIGNED_IN] = signed_in
        if endpoint.keyed:
            key = request.headers.get("Idempotency-Key", "")
            if not (1 <= len(key) <= _KEY_LENGTH and key.isprintable()):
                raise MissingKey
        return await endpoint.handler(request)

    guarded.__name__ = endpoint.handler.__name__
    return guarded


async def security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Every answer, whoever made it."""
    if "Server" in response.headers:
        del response.headers["Server"]
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _STRICT)
    response.headers.setdefault("Cache-Control", "no-store")


def error_json(error: DigipuntError, texts: Texts) -> dict[str, object]:
    """The contract's shape; what helps a program stands beside code and sentence."""
    body: dict[str, object] = {"code": error.code, "message": error_sentence(error, texts)}
    for name in (
        "next_opening",
        "waiting",
        "field",
        "number",
        "state",
        "counter",
        "seconds",
        "least",
    ):
        if name in error.facts:
            body[name] = error.facts[name]
    return {"error": body}


def _answer(request: web.Request, error: DigipuntError) -> web.Response:
    texts = request[TEXTS]
    code = status(error)
    if code == 500:  # noqa: PLR2004  our own fault: a number that helps to find it
        _LOGGER.error("Fault %s", secrets.token_hex(3))
    headers = {}
    if "seconds" in error.facts:
        headers["Retry-After"] = str(error.facts["seconds"])
    if not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", ""):
        page = request.app[PAGES].problem(texts.lang, error_sentence(error, texts), nonce="")
        return web.Response(text=page, content_type="text/html", status=code, headers=headers)
    return web.json_response(error_json(error, texts), status=code, headers=headers)


def _check_origin(request: web.Request, *, required: bool) -> None:
    origin = request.headers.get("Origin")
    if origin is None and not required:
        return
    if origin != f"{request.scheme}://{request.host}":
        raise ForeignOrigin


def _host(request: web.Request) -> str:
    return request.host.rpartition(":")[0] if _has_port(request.host) else request.host


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")


def _own(request: web.Request, host: str) -> bool:
    """Whether the address is the very one this connection came in on."""
    local = request.transport.get_extra_info("sockname") if request.transport else None
    return isinstance(local, tuple) and host.strip("[]") == local[0]


MIDDLEWARES: Final[Sequence[Callable[..., Awaitable[web.StreamResponse]]]] = (
    errors_to_answers,
    only_for_us,
    whole_body_in_time,
)
