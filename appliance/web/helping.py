"""What helpers ask of each other, and the page for somebody's first day."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from appliance.core.access import Role
from appliance.core.errors import UnknownCounter, WrongState
from appliance.core.ids import CounterId
from appliance.web import bodies
from appliance.web.endpoints import Endpoint
from appliance.web.html import page
from appliance.web.keys import PAGES, SITE, TEXTS
from appliance.web.views import help_json

HELP: Final = {"on": bodies.flag()}
COMING: Final = {"counter": bodies.whole(1, 99, required=True)}


async def ask(request: web.Request) -> web.StreamResponse:
    """Ask the others to come, or say that it is over."""
    asked = await bodies.read_json(request, HELP)
    counter = _counter(request, int(request.match_info["counter"]))
    calls = request.app[SITE].calls_for_help
    if asked.get("on", True):
        calls.ask(counter)
    else:
        calls.over(counter)
    return _standing(request)


async def come(request: web.Request) -> web.StreamResponse:
    """Say that this counter's helper goes there; the first who says so is the one."""
    asked = await bodies.read_json(request, COMING)
    counter = _counter(request, int(request.match_info["counter"]))
    by = _counter(request, asked["counter"])
    if not request.app[SITE].calls_for_help.come(counter, by):
        raise WrongState(helped=counter)
    return _standing(request)


async def first_day(request: web.Request) -> web.StreamResponse:
    pages, lang, site = request.app[PAGES], request[TEXTS].lang, request.app[SITE]
    return page(
        request,
        key=("first day", lang, site.button),
        render=lambda: pages.first_day(lang, button=site.button, nonce=""),
    )


def _counter(request: web.Request, counter: int) -> CounterId:
    if not 1 <= counter <= request.app[SITE].desk.settings.rules.counters:
        raise UnknownCounter(counter=counter)
    return CounterId(counter)


def _standing(request: web.Request) -> web.Response:
    return web.json_response({"help": help_json(request.app[SITE].calls_for_help.standing())})


_COUNTER: Final = "/api/v1/counters/{counter:[0-9]{1,3}}"

ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="POST",
        path=f"{_COUNTER}/help",
        handler=ask,
        summary="Ask the other helpers to come, or say that it is over",
        body=HELP,
        refusals=(404,),
        least=Role.VOLUNTEER,
        keyed=True,
    ),
    Endpoint(
        method="POST",
        path=f"{_COUNTER}/coming",
        handler=come,
        summary="Say that you go there",
        body=COMING,
        refusals=(404,),
        least=Role.VOLUNTEER,
        keyed=True,
    ),
    Endpoint(
        method="GET",
        path="/eerste-dag",
        handler=first_day,
        summary="Everything for a first day, on one sheet",
        answer_type="text/html",
        least=Role.VOLUNTEER,
    ),
)
