"""How the panel page refuses: always in the same shape, always with a sentence."""

import logging
import re
from collections.abc import Callable, Collection

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from appliance.core.errors import BadRequest, DigipuntError, Refused

_LOGGER = logging.getLogger(__name__)

_LANGUAGES = ("nl", "fr", "en")
_CODES = {
    web.HTTPNotFound.status_code: "not-found",
    web.HTTPMethodNotAllowed.status_code: "method-not-allowed",
    web.HTTPRequestEntityTooLarge.status_code: "too-large",
    web.HTTPUnsupportedMediaType.status_code: "unsupported-type",
    web.HTTPMisdirectedRequest.status_code: "bad-host",
}


class UnknownFault(Refused):
    """There is no fault of that name."""

    code = "not-found"


_STATUSES: tuple[tuple[type[DigipuntError], int], ...] = (
    (UnknownFault, 404),
    (BadRequest, 400),
    (Refused, 409),
    (DigipuntError, 503),
)


def refusals(sentence: Callable[[str, str], str]) -> Middleware:
    """Errors become {"error": {"code", "message"}}; `sentence` knows code and language."""

    def refused(request: web.Request, status: int, code: str) -> web.Response:
        message = sentence(code, _language(request))
        return web.json_response({"error": {"code": code, "message": message}}, status=status)

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            code = _CODES.get(error.status)
            if code is None:
                raise
            response = refused(request, error.status, code)
            if hdrs.ALLOW in error.headers:
                response.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
            return response
        except DigipuntError as error:
            status = next(status for kind, status in _STATUSES if isinstance(error, kind))
            return refused(request, status, error.code)
        except Exception:
            _LOGGER.exception("The panel page could not answer %s", request.path)
            return refused(request, 500, "failed")

    return answer


def own_host(hosts: Callable[[], Collection[str]]) -> Middleware:
    """Who asks for another host than ours gets 421."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = re.sub(r":[0-9]+\Z", "", request.host).strip("[]").lower()
        if host not in hosts():
            raise web.HTTPMisdirectedRequest
        return await handler(request)

    return check


@web.middleware
async def plain_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing is kept, guessed or passed on by the browser."""
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _language(request: web.Request) -> str:
    asked = [
        request.query.get("lang", ""),
        *request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(","),
    ]
    for wish in asked:
        language = wish.strip()[:2].lower()
        if language in _LANGUAGES:
            return language
    return _LANGUAGES[0]
