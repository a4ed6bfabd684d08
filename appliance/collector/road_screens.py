"""The coordinator's pages about boxes, and about what goes down to them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from appliance.collector import register
from appliance.collector.boxes import BoxState, UnknownBox
from appliance.collector.doors import Endpoint
from appliance.collector.enrolment import Belongs
from appliance.collector.showing import form, page_at, see, shown
from appliance.collector.site import SIGNED_IN, SITE
from appliance.core.errors import BadRequest
from appliance.core.federation.code import spaced
from appliance.core.federation.news import LONGEST_TEXT, LONGEST_TITLE, Sort
from appliance.core.federation.words import spoken

_STATES: Final = {
    BoxState.WAITING: "wacht op goedkeuring",
    BoxState.APPROVED: "goedgekeurd",
    BoxState.REFUSED: "geweigerd",
    BoxState.REVOKED: "ingetrokken",
    BoxState.FORKED: "gestopt: er zijn er twee",
}
_APPROVE: Final = (BoxState.APPROVED.value, "Keur goed")
_REVOKE: Final = (BoxState.REVOKED.value, "Trek in")
_DECISIONS: Final = {
    BoxState.WAITING: (_APPROVE, (BoxState.REVOKED.value, "Weiger")),
    BoxState.APPROVED: ((BoxState.APPROVED.value, "Bewaar de plekken"), _REVOKE),
    BoxState.REFUSED: (_APPROVE,),
    BoxState.REVOKED: (_APPROVE,),
    BoxState.FORKED: ((BoxState.APPROVED.value, "Laat verdergaan"), _REVOKE),
}
_SORTS: Final = {Sort.NEWS: "nieuws", Sort.EVENT: "activiteit", Sort.GUIDE: "wegwijzer"}
_BOX: Final = "{box:[a-z2-7]{26}}"


# ------------------------------------------------------------------ boxes


async def boxes(request: web.Request) -> web.StreamResponse:
    return await _boxes(request)


async def one_box(request: web.Request) -> web.StreamResponse:
    """Where the code on the box's screen leads: that one, and no other."""
    return await _boxes(request, only=request.match_info["box"])


async def _boxes(
    request: web.Request, *, only: str = "", code: Mapping[str, str] | None = None
) -> web.Response:
    site = request.app[SITE]
    found = [one for one in await site.boxes.listed() if only in {"", one.box}]
    if only and not found:
        raise UnknownBox
    known = await register.read(site.database)
    return shown(
        request,
        "boxes.html",
        boxes=found,
        states=_STATES,
        decisions=_DECISIONS,
        belongs=await site.enrolment.belonging(),
        nobody=Belongs(),
        places=[(one.location, one.name) for one in known.places],
        names={one.location: one.name for one in known.places},
        only=only,
        called="woorden" in request.query,
        code=code,
        own_words=spoken(site.key),
    )


async def decide(request: web.Request) -> web.StreamResponse:
    """Vouch for a box at a place of the register, or for no longer."""
    site = request.app[SITE]
    posted = await request.post()
    state, box = str(posted.get("state", "")), request.match_info["box"]
    who, now = request[SIGNED_IN].user, site.now()
    if state == BoxState.REVOKED.value:
        await site.boxes.decide(box, BoxState.REVOKED, by=who, now=now)
        return see("/boxes")
    if state != BoxState.APPROVED.value:
        raise BadRequest("kies goedkeuren of intrekken", field="state")
    places = [str(one) for one in posted.getall("location", []) if one]
    if not places:
        raise BadRequest("kies de plek van de kast", field="location")
    await site.enrolment.approve(box, places, by=who, now=now)
    return see("/boxes")


async def new_code(request: web.Request) -> web.StreamResponse:
    """Shown once: it is kept nowhere as it stands here."""
    site = request.app[SITE]
    place = str((await request.post()).get("location", ""))
    code = await site.enrolment.new_code(place, by=request[SIGNED_IN].user, now=site.now())
    return await _boxes(request, code={"place": place, "code": spaced(code)})


# ------------------------------------------------------------------ news


async def news(request: web.Request) -> web.StreamResponse:
    return await _news(request)


async def write_news(request: web.Request) -> web.StreamResponse:
    site, posted = request.app[SITE], await request.post()
    fields = {name: str(posted.get(name, "")) for name in _FIELDS}
    try:
        await site.press.write(**fields, by=request[SIGNED_IN].user)
    except BadRequest as error:
        response = await _news(request, fields=fields, problem=str(error))
        response.set_status(400)
        return response
    return see("/news")


async def withdraw(request: web.Request) -> web.StreamResponse:
    await request.app[SITE].press.withdraw(request.match_info["item"])
    return see("/news")


_FIELDS: Final[Sequence[str]] = ("sort", "title", "text", "since", "until")


async def _news(
    request: web.Request, *, fields: Mapping[str, str] | None = None, problem: str | None = None
) -> web.Response:
    site = request.app[SITE]
    fresh = {"since": site.today.isoformat(), "until": "", "sort": "news", "title": "", "text": ""}
    values: Mapping[str, Any] = {**fresh, **(fields or {})}
    return shown(
        request,
        "news.html",
        items=await site.press.items(),
        sorts=_SORTS,
        fields=values,
        problem=problem,
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
        today=site.today,
    )


ENDPOINTS: Final[Sequence[Endpoint]] = (
    page_at("/boxes", boxes, "Boxes, with the words to compare"),
    page_at(f"/boxes/{_BOX}", one_box, "One box, for who scanned its code"),
    form(f"/boxes/{_BOX}", decide, "Approve a box at a place, or revoke it"),
    form("/codes", new_code, "A code with which a box is approved at a place", answer=200),
    page_at("/news", news, "What goes down to the helpers of every place"),
    form("/news", write_news, "Write to the helpers of every place"),
    form("/news/{item:[0-9a-f]{12}}", withdraw, "Take it back"),
)
