"""The lead's pages about the coordinator, and about all that the box keeps."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from appliance import __version__
from appliance.core.errors import BadRequest, DigipuntError, Refused
from appliance.services.road.road import NothingOffered, Road
from appliance.web import lead_forms
from appliance.web.access import qr
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotFound
from appliance.web.keys import KEEPING, SETTINGS, TEXTS
from appliance.web.lead import kept_language, lead_page, read_at, write_at
from appliance.web.lead_forms import Form
from appliance.web.letterbox import LETTERBOX
from appliance.web.road_words import paper_words, silence_words, standing_words


class NotSure(Refused):
    """Whoever wants to wipe has not said that they are sure."""

    code = "not-sure"


# ------------------------------------------------------------------ the coordinator


async def coordinator(request: web.Request) -> web.StreamResponse:
    return _coordinator(request)


async def change(request: web.Request) -> web.StreamResponse:
    """Go to another one, say that the words are the same, seal with another key."""
    form, road = await lead_forms.read_form(request), _road(request)
    try:
        await _change(form, road)
    except DigipuntError as error:
        return _coordinator(request, form=form, error=error)
    raise web.HTTPSeeOther(f"/lead/coordinator?saved=1{kept_language(request)}")


async def _change(form: Form, road: Road) -> None:
    match form.one("do"):
        case "move":
            await road.move(form.one("address"), form.one("code"))
        case "same" | "other" as said:
            try:
                key = b64decode(form.one("key"), validate=True)
            except ValueError as error:
                raise NothingOffered from error
            await road.compare(key, same=said == "same")
        case "leave":
            await road.leave()
        case "key":
            await road.changes.change()
        case _:
            raise BadRequest(field="do")


def _coordinator(
    request: web.Request, *, form: Form | None = None, error: DigipuntError | None = None
) -> web.Response:
    box, texts, road = request.app[LETTERBOX], request[TEXTS], _road(request)
    sending, state = box.sending(), road.state
    refused, roster = road.papers.refused, road.papers.roster
    values: Mapping[str, Any] = {
        "address": road.address,
        "typed": form.one("address") if form else "",
        "standing": standing_words(road, texts, sending=sending),
        "silence": silence_words(road, texts) if sending else "",
        "trouble": bool(state.address) and state.standing in _TROUBLED,
        "sending": sending,
        "own_words": road.own_words,
        "their_words": road.their_words,
        "compare": b64encode(state.offered).decode() if state.offered and not state.key else "",
        "qr": qr(f"{road.address}/boxes/{road.box}") if road.address else None,
        "waiting": len(box.waiting()),
        "places": road.places,
        "expired": road.papers.roster_expired,
        "until": texts.full_date(roster.head.expires) if roster else "",
        "refused": paper_words(refused.code, texts) if refused else "",
        "changes": road.changes.count,
        "follows": road.follows is not None,
    }
    return lead_page(request, "lead_coordinator.html", values, error=error)


_TROUBLED: Final = ("refused", "revoked", "forked")


def _road(request: web.Request) -> Road:
    road = request.app[LETTERBOX].road
    if road is None:
        raise NotFound
    return road


# ------------------------------------------------------------------ all that is kept


async def data(request: web.Request) -> web.StreamResponse:
    return lead_page(request, "lead_data.html", {"step": 0})


async def export(request: web.Request) -> web.StreamResponse:
    """Everything as one file; the browser saves it."""
    body = request.app[KEEPING].export(software=__version__)
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in _name(request))
    headers = {"Content-Disposition": f'attachment; filename="digipunt_{name.strip("-")}.json"'}
    return web.Response(body=body, content_type="application/json", headers=headers)


async def wipe(request: web.Request) -> web.StreamResponse:
    """Asked twice: the first yes only leads to the second question."""
    form = await lead_forms.read_form(request)
    try:
        if form.one("sure") != "1":
            raise NotSure
        if form.one("step") != "2":
            return lead_page(request, "lead_data.html", {"step": 2})
        await request.app[KEEPING].wipe()
    except DigipuntError as error:
        step = 2 if form.one("step") == "2" else 0
        return lead_page(request, "lead_data.html", {"step": step}, error=error)
    return lead_page(request, "lead_data.html", {"step": 3})


def _name(request: web.Request) -> str:
    return str(request.app[SETTINGS].current.name)


ENDPOINTS: Final[Sequence[Endpoint]] = (
    read_at("/lead/coordinator", coordinator, "The coordinator: how we stand, words, code"),
    write_at("/lead/coordinator", change, "Go to another coordinator, compare words, change key"),
    read_at("/lead/data", data, "All that this box keeps: take it along, or wipe it"),
    read_at(
        "/lead/export", export, "All that this box keeps, as one file", kind="application/json"
    ),
    write_at("/lead/wipe", wipe, "Wipe all that this box keeps; asked twice"),
)
