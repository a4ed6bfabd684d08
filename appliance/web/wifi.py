"""The free wifi as its guests see it: one tap to begin, what that means, one tap to leave."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from appliance.core.guests import Guest, GuestState
from appliance.web.endpoints import Endpoint
from appliance.web.html import page
from appliance.web.keys import HOTSPOT, PAGES, PHONES, TEXTS


async def wifi(request: web.Request) -> web.StreamResponse:
    pages, texts = request.app[PAGES], request[TEXTS]
    holds = request.app[PHONES].ticket(request.remote or "")
    hotspot = request.app.get(HOTSPOT)
    guest = _guest(request)
    minute = (guest.state, guest.minutes_left, guest.uplink, guest.ready)
    return page(
        request,
        key=("wifi", texts.lang, *minute) if holds is None else None,
        render=lambda: pages.wifi(
            texts.lang,
            guest=guest,
            minutes=hotspot.settings.minutes if hotspot else 0,
            ticket_url=f"/t/{holds.token}" if holds else None,
            nonce="",
        ),
    )


async def begin(request: web.Request) -> web.StreamResponse:
    """One tap, and nothing is asked."""
    await request.read()
    hotspot = request.app.get(HOTSPOT)
    if hotspot is None:
        raise web.HTTPNotFound
    await hotspot.admit(request.remote or "")
    raise web.HTTPSeeOther(_back(request))


async def leave(request: web.Request) -> web.StreamResponse:
    await request.read()
    hotspot = request.app.get(HOTSPOT)
    if hotspot is None:
        raise web.HTTPNotFound
    await hotspot.expel(request.remote or "")
    raise web.HTTPSeeOther(_back(request))


async def how_it_stands(request: web.Request) -> web.StreamResponse:
    return web.json_response(_json(_guest(request)))


def _guest(request: web.Request) -> Guest:
    hotspot = request.app.get(HOTSPOT)
    if hotspot is None:
        return Guest(state=GuestState.NONE)
    return hotspot.guest(request.remote or "")


def _json(guest: Guest) -> dict[str, object]:
    return {
        "state": guest.state.value,
        "seconds_left": guest.left if guest.state is GuestState.ONLINE else None,
        "internet": guest.uplink and guest.state is not GuestState.NONE,
    }


def _back(request: web.Request) -> str:
    """To the page, in the language the form was in."""
    lang = request.query.get("lang")
    return f"/wifi?lang={lang}" if lang in request.app[PAGES].place.languages else "/wifi"


_HTML: Final = "text/html"

ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/wifi",
        handler=wifi,
        summary="The free wifi: how this phone stands, and a button",
        answer_type=_HTML,
    ),
    Endpoint(
        method="POST",
        path="/wifi",
        handler=begin,
        summary="Begin, or begin anew; then see that",
        answer=303,
        answer_type=_HTML,
        refusals=(404, 413, 503),
    ),
    Endpoint(
        method="POST",
        path="/wifi/leave",
        handler=leave,
        summary="Leave; then see that",
        answer=303,
        answer_type=_HTML,
        refusals=(404, 413, 503),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/wifi",
        handler=how_it_stands,
        summary="How this phone stands on the free wifi",
    ),
)
