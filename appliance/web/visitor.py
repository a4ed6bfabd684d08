"""The visitors' site: what a phone on the hotspot, and the waiting-room screen, can ask."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from appliance.core.commands import Cancel, Rate
from appliance.core.errors import OneTicketPerPhone, SessionClosed, UnknownTicket
from appliance.core.feedback import LEVELS, QUESTIONS
from appliance.core.guests import Guest
from appliance.core.ids import ServiceId, Token
from appliance.core.ticket import Source, Ticket
from appliance.core.tokens import session_of
from appliance.desk import Done
from appliance.web import bodies
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotFound
from appliance.web.html import page
from appliance.web.keys import HOTSPOT, LIVE, PAGES, PHONES, SITE, TEXTS
from appliance.web.views import iso, public_json, ticket_json

TAKE: Final = {"service": bodies.text(32, required=True), "lang": bodies.text(3)}
FEEDBACK: Final = {name: bodies.whole(0, 2, required=True) for name in QUESTIONS}
_LEVELS: Final = tuple(str(level) for level in LEVELS)
FEEDBACK_FORM: Final = {
    "lang": bodies.text(3),
    **{name: bodies.text(1, enum=_LEVELS, required=True) for name in QUESTIONS},
}


async def welcome(request: web.Request) -> web.StreamResponse:
    site, pages, texts = request.app[SITE], request.app[PAGES], request[TEXTS]
    holds = request.app[PHONES].ticket(_address(request))
    opening = site.next_opening()
    guest = _guest(request)
    told = (guest.state, guest.uplink) if guest else None
    return page(
        request,
        key=("welcome", texts.lang, site.desk.revision, opening, site.on_paper, pages.place, told)
        if holds is None
        else None,
        render=lambda: pages.welcome(
            texts.lang,
            queue=site.view(),
            next_opening=opening,
            ticket_url=f"/t/{holds.token}" if holds else None,
            on_paper=site.on_paper,
            guest=guest,
            nonce="",
        ),
    )


async def take_by_form(request: web.Request) -> web.StreamResponse:
    form = await bodies.read_form(request, TAKE)
    holds = request.app[PHONES].ticket(_address(request))
    if holds is None:
        done = await _take(request, str(form["service"]), str(form.get("lang", "")))
        token = done.ticket.token if done.ticket else ""
    else:
        token = holds.token
    raise web.HTTPSeeOther(f"/t/{token}")


async def ticket_page(request: web.Request) -> web.StreamResponse:
    """The ticket, in the language it was taken in unless the address asks for another."""
    site, pages, texts = request.app[SITE], request.app[PAGES], request[TEXTS]
    token = request.match_info["token"]
    ticket = site.desk.queue.by_token(Token(token))
    if ticket is None:
        serial = session_of(token)
        current = site.desk.queue.session
        over = serial is not None and 0 < serial <= site.desk.state.numbering.serial
        if over and (current is None or serial != current.serial):
            opening = site.next_opening()
            return page(request, render=lambda: pages.session_over(texts.lang, opening, nonce=""))
        return page(request, render=lambda: pages.unknown_ticket(texts.lang, nonce=""), status=404)
    request.app[PHONES].seen(_address(request), ticket)
    own = "lang" not in request.query and ticket.lang in pages.place.offered
    return page(
        request,
        render=lambda: pages.ticket(
            ticket.lang if own else texts.lang,
            ticket=site.desk.ticket(ticket),
            queue=site.view(),
            url=f"/t/{token}",
            on_paper=site.on_paper,
            answers=_answers(request),
            nonce="",
        ),
    )


def _answers(request: web.Request) -> Sequence[int]:
    """What the address says of the first questions; the last one is answered by the form."""
    answers: list[int] = []
    for question in QUESTIONS[:-1]:
        level = request.query.get(question, "")
        if level not in _LEVELS:
            break
        answers.append(int(level))
    return answers


async def feedback_by_form(request: web.Request) -> web.StreamResponse:
    """Say how it was; said twice, after "back", it counts once and is thanked for again."""
    form = await bodies.read_form(request, FEEDBACK_FORM)
    found = _find(request)
    if found.rated is None:
        await _rate(request, found, {name: int(form[name]) for name in QUESTIONS})
    lang = f"?lang={form['lang']}" if form.get("lang") in request.app[PAGES].place.languages else ""
    raise web.HTTPSeeOther(f"/t/{found.token}{lang}")


async def cancel_by_form(request: web.Request) -> web.StreamResponse:
    await _leave(request)
    raise web.HTTPSeeOther(f"/t/{request.match_info['token']}")


async def what_we_count(request: web.Request) -> web.StreamResponse:
    pages, lang = request.app[PAGES], request[TEXTS].lang
    return page(
        request,
        key=("count", lang, pages.place),
        render=lambda: pages.what_we_count(lang, nonce=""),
    )


async def what_is_kept(request: web.Request) -> web.StreamResponse:
    pages, lang = request.app[PAGES], request[TEXTS].lang
    return page(
        request,
        key=("kept", lang, pages.place),
        render=lambda: pages.what_is_kept(lang, nonce=""),
    )


async def without_ticket(request: web.Request) -> web.StreamResponse:
    site, pages, texts = request.app[SITE], request.app[PAGES], request[TEXTS]
    code = request.match_info["service"]
    if (code, request.path) not in pages.place.links:
        raise NotFound
    opening = site.next_opening()
    return page(request, render=lambda: pages.without_ticket(texts.lang, code, opening, nonce=""))


async def board(request: web.Request) -> web.StreamResponse:
    site, pages, lang = request.app[SITE], request.app[PAGES], request[TEXTS].lang
    opening = site.next_opening()
    return page(
        request,
        render=lambda: pages.board(
            lang, queue=site.view(), next_opening=opening, on_paper=site.on_paper, nonce=""
        ),
    )


async def take(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, TAKE)
    if request.app[PHONES].ticket(_address(request)) is not None:
        raise OneTicketPerPhone
    done = await _take(request, str(asked["service"]), str(asked.get("lang", "")))
    if done.ticket is None:
        raise AssertionError("taking gives a ticket")
    body = ticket_json(done.ticket, request[TEXTS])
    body |= {"token": done.ticket.token, "url": f"/t/{done.ticket.token}"}
    return web.json_response(body, status=201)


async def ticket(request: web.Request) -> web.StreamResponse:
    found = _find(request)
    request.app[PHONES].seen(_address(request), found)
    return web.json_response(ticket_json(request.app[SITE].desk.ticket(found), request[TEXTS]))


async def leave(request: web.Request) -> web.StreamResponse:
    left = await _leave(request)
    return web.json_response(ticket_json(request.app[SITE].desk.ticket(left), request[TEXTS]))


async def feedback(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, FEEDBACK)
    await _rate(request, _find(request), asked)
    return web.Response(status=204)


async def _rate(request: web.Request, ticket: Ticket, said: Mapping[str, int]) -> None:
    rate = Rate(
        number=ticket.number,
        ease=said["ease"],
        friendly=said["friendly"],
        confidence=said["confidence"],
    )
    await request.app[SITE].desk.perform(rate)


async def queue(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    return web.json_response(
        public_json(site.view(), site.next_opening(), paper=site.on_paper, edition=site.edition())
    )


async def events(request: web.Request) -> web.StreamResponse:
    return await request.app[LIVE].stream(request, request.app[SITE].public_snapshot)


async def _take(request: web.Request, service: str, lang: str) -> Done:
    site, phones, address = request.app[SITE], request.app[PHONES], _address(request)
    if not phones.reserve(address):
        raise OneTicketPerPhone
    taken: Ticket | None = None
    try:
        done = await site.desk.take(
            ServiceId(service), source=Source.PHONE, lang=lang or request[TEXTS].lang
        )
        if done.ticket is not None:
            taken = site.desk.queue.tickets.get(done.ticket.number)
    except SessionClosed as closed:
        opening = site.next_opening()
        closed.facts["next_opening"] = iso(opening)
        closed.facts["next_opening_at"] = opening
        raise
    else:
        return done
    finally:
        phones.settle(address, taken)


async def _leave(request: web.Request) -> Ticket:
    found = _find(request)
    desk = request.app[SITE].desk
    await desk.perform(Cancel(number=found.number))
    return desk.queue.tickets[found.number]


def _find(request: web.Request) -> Ticket:
    found = request.app[SITE].desk.queue.by_token(Token(request.match_info["token"]))
    if found is None:
        raise UnknownTicket
    return found


def _guest(request: web.Request) -> Guest | None:
    """How this phone stands on our wifi; None where there is none."""
    hotspot = request.app.get(HOTSPOT)
    return hotspot.guest(_address(request)) if hotspot else None


def _address(request: web.Request) -> str:
    """The phone: its source address. Never stored on disk, never logged."""
    return request.remote or ""


_TOKEN: Final = "{token:[A-Za-z0-9_-]{1,64}}"  # noqa: S105  the shape of one, not one
_HTML: Final = "text/html"

ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/",
        handler=welcome,
        summary="Welcome: take a number",
        answer_type=_HTML,
    ),
    Endpoint(
        method="POST",
        path="/tickets",
        handler=take_by_form,
        summary="Take a number, then see it",
        answer=303,
        answer_type=_HTML,
        body=TAKE,
        form=True,
        refusals=(400, 404, 409, 413, 415, 429, 503),
    ),
    Endpoint(
        method="GET",
        path=f"/t/{_TOKEN}",
        handler=ticket_page,
        summary="One's own place in the queue",
        answer_type=_HTML,
        refusals=(404,),
    ),
    Endpoint(
        method="POST",
        path=f"/t/{_TOKEN}/cancel",
        handler=cancel_by_form,
        summary="Leave the queue, then see that",
        answer=303,
        answer_type=_HTML,
        refusals=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path=f"/t/{_TOKEN}/feedback",
        handler=feedback_by_form,
        summary="Say how the visit was, then see thanks",
        answer=303,
        answer_type=_HTML,
        body=FEEDBACK_FORM,
        form=True,
        refusals=(400, 404, 409, 413, 415, 503),
    ),
    Endpoint(
        method="GET",
        path="/wat-tellen-wij",
        handler=what_we_count,
        summary="What is counted and what is not",
        answer_type=_HTML,
    ),
    Endpoint(
        method="GET",
        path="/wat-bewaren-wij",
        handler=what_is_kept,
        summary="What is kept, what for, how long, and where it goes",
        answer_type=_HTML,
    ),
    Endpoint(
        method="GET",
        path="/s/{service:[a-z]{1,16}}",
        handler=without_ticket,
        summary="A service that nobody queues for",
        answer_type=_HTML,
        refusals=(404,),
    ),
    Endpoint(
        method="GET",
        path="/board",
        handler=board,
        summary="The waiting-room screen",
        answer_type=_HTML,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/tickets",
        handler=take,
        summary="Take a ticket",
        answer=201,
        body=TAKE,
        refusals=(400, 404, 409, 413, 415, 429, 503),
    ),
    Endpoint(
        method="GET",
        path=f"/api/v1/tickets/{_TOKEN}",
        handler=ticket,
        summary="One's own ticket",
        refusals=(404,),
    ),
    Endpoint(
        method="DELETE",
        path=f"/api/v1/tickets/{_TOKEN}",
        handler=leave,
        summary="Leave the queue",
        refusals=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path=f"/api/v1/tickets/{_TOKEN}/feedback",
        handler=feedback,
        summary="Say how the visit was, once",
        answer=204,
        body=FEEDBACK,
        refusals=(400, 404, 409, 413, 415, 503),
    ),
    Endpoint(method="GET", path="/api/v1/queue", handler=queue, summary="The queue, for everybody"),
    Endpoint(
        method="GET",
        path="/api/v1/events",
        handler=events,
        summary="The same, live: one snapshot an event",
        answer_type="text/event-stream",
    ),
)
