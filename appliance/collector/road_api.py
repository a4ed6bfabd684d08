"""What boxes ask: to be known, to seal with another key, and what there is for them."""

from typing import Final

from aiohttp import web

from appliance.collector.doors import Endpoint
from appliance.collector.site import SITE
from appliance.core.errors import BadRequest

_JSON: Final = "application/json"
_LONGEST: Final = 12


async def introductions(request: web.Request) -> web.StreamResponse:
    """A box asks to be known; how it stands is sealed, so that it is believed."""
    site = request.app[SITE]
    return web.json_response(await site.enrolment.hello(await request.read(), now=site.now()))


async def keys(request: web.Request) -> web.StreamResponse:
    """A box seals with another key, says a statement that both keys sealed."""
    site = request.app[SITE]
    change = await site.key_book.change(await request.read(), now=site.now())
    return web.json_response({"box": change.box, "n": change.n})


async def roster(request: web.Request) -> web.StreamResponse:
    """Places and boxes of the municipality where that box stands; nothing when it has it."""
    site = request.app[SITE]
    found = await site.press.roster(request.query.get("box", ""), _have(request), now=site.now())
    return web.Response(body=found, content_type=_JSON)


async def news(request: web.Request) -> web.StreamResponse:
    """What helpers should know; nothing when the box has it."""
    site = request.app[SITE]
    return web.Response(
        body=await site.press.news(_have(request), now=site.now()), content_type=_JSON
    )


async def roots(request: web.Request) -> web.StreamResponse:
    """Every change of our own key, in order, a line each."""
    return web.Response(body=await request.app[SITE].roots(), content_type="application/x-ndjson")


def _have(request: web.Request) -> int:
    text = request.query.get("have", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        raise BadRequest("have is een versie", field="have")
    return int(text)


def _open(method: str, path: str, handler: object, summary: str, kind: str = _JSON) -> Endpoint:
    return Endpoint(
        method=method,
        path=path,
        handler=handler,  # type: ignore[arg-type]
        summary=summary,
        answer_type=kind,
        signed_in=False,
    )


ENDPOINTS: Final = (
    _open("POST", "/api/v1/boxes", introductions, "A box asks to be known, also with a code"),
    _open("POST", "/api/v1/boxes/keys", keys, "A box seals with another key from now on"),
    _open("GET", "/api/v1/roster", roster, "Places and boxes, sealed"),
    _open("GET", "/api/v1/news", news, "News, events and guides, sealed"),
    _open(
        "GET",
        "/api/v1/roots",
        roots,
        "Changes of the coordinator's own key",
        "application/x-ndjson",
    ),
)
