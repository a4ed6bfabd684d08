"""The staff site: the volunteers' tablet and what it asks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from appliance.core import commands as c
from appliance.core.access import Role
from appliance.core.catalogue import REFERRALS
from appliance.core.errors import BadRequest, DependedOn, UnknownAction, UnknownSibling
from appliance.core.facts import (
    SmileyPressed,
    TicketReturned,
    TicketTaken,
    VisitRated,
    WindowJoined,
)
from appliance.core.feedback import QUESTIONS
from appliance.core.ids import ActionId, CounterId, Key, LocationId, ServiceId, TicketNumber
from appliance.core.records import Action
from appliance.core.ticket import Assist, Outcome, Source
from appliance.desk import Desk, Done
from appliance.web import (
    access,
    bodies,
    health,
    helping,
    https,
    lead,
    lead_road,
    letterbox,
    sign_in,
)
from appliance.web.cookies import session_cookie
from appliance.web.endpoints import Endpoint, Handler
from appliance.web.errors import NotFound
from appliance.web.health import conditions
from appliance.web.keys import LIVE, SESSIONS, SITE, TEXTS
from appliance.web.sentences import action_sentence
from appliance.web.views import iso, staff_ticket_json

_OUTCOMES: Final = tuple(o.value for o in Outcome)
_ASSISTS: Final = tuple(a.value for a in Assist)
COUNTER: Final = {"counter": bodies.whole(1, 99, required=True)}
FINISH: Final = {
    "topic": bodies.text(32),
    "outcome": bodies.text(16, enum=_OUTCOMES),
    "assist": bodies.text(16, enum=_ASSISTS),
    "referral": bodies.text(32, enum=tuple(one.code for one in REFERRALS)),
}
TRANSFER: Final = {
    "service": bodies.text(32),
    "counter": bodies.whole(1, 99),
    "sibling": bodies.text(64),
}
FEEDBACK: Final = {name: bodies.whole(0, 2, required=True) for name in QUESTIONS}
HOLD: Final = {"until": bodies.text(40)}
_ACTIONS: Final[Mapping[str, bodies.Body]] = {
    "call": COUNTER,
    "recall": {},
    "serve": {},
    "finish": FINISH,
    "confirm": {},
    "no-show": {},
    "requeue": {},
    "transfer": TRANSFER,
    "hold": HOLD,
    "cancel": {},
    "feedback": FEEDBACK,
}
OPEN: Final = {"location": bodies.text(64), "helpers": bodies.whole(0, 99)}
CLOSE: Final = {"confirm": bodies.flag(), "last": bodies.flag()}
TAKE: Final = {
    "service": bodies.text(32, required=True),
    "lang": bodies.text(3),
    "source": bodies.text(8, enum=("tablet",)),
}
UNDO: Final = {"action": bodies.whole(1, 10**9), "counter": bodies.whole(1, 99)}
TALLY: Final = {"measure": bodies.text(16, required=True), "n": bodies.whole(1, 500)}
HELPERS: Final = {"helpers": bodies.whole(0, 99, required=True)}
CLOCK: Final = {"now": bodies.text(40, required=True)}
LOG_LENGTH: Final = 200


# ------------------------------------------------------------------ reading


async def queue(request: web.Request) -> web.StreamResponse:
    site, texts = request.app[SITE], request[TEXTS]
    return web.json_response(site.staff_view(texts, conditions(request)))


async def events(request: web.Request) -> web.StreamResponse:
    site, texts = request.app[SITE], request[TEXTS]
    sessions, cookie = request.app[SESSIONS], request.cookies.get(session_cookie(request))
    return await request.app[LIVE].stream(
        request,
        lambda: site.staff_snapshot(texts, conditions(request)),
        allowed=lambda: sessions.find(cookie) is not None,
    )


async def log(request: web.Request) -> web.StreamResponse:
    site, texts = request.app[SITE], request[TEXTS]
    book = site.desk.queue
    shown = [action for action in book.actions if action_sentence(action, book, texts)]
    return web.json_response(
        {
            "actions": [
                {
                    "id": action.id,
                    "at": iso(action.stamp.wall),
                    "text": action_sentence(action, book, texts),
                    "undone": book.deeds.undone(action.id),
                    "undoable": _undoable(site.desk, action),
                    "own": _by_a_volunteer(action),
                }
                for action in shown[-LOG_LENGTH:]
            ]
        }
    )


# ------------------------------------------------------------------ writing


async def open_session(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, OPEN)
    location = LocationId(asked["location"]) if "location" in asked else None
    done = await request.app[SITE].desk.open(
        location=location, helpers=asked.get("helpers"), key=_key(request)
    )
    return web.json_response({"session": done.state.value})


async def close_session(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, CLOSE)
    desk = request.app[SITE].desk
    if asked.get("last"):
        done = await desk.perform(c.StartClosing(), key=_key(request))
    else:
        done = await desk.close(confirm=bool(asked.get("confirm")), key=_key(request))
    return web.json_response(
        {"session": done.state.value, "finished": done.finished, "left": done.left}
    )


async def call_next(request: web.Request) -> web.StreamResponse:
    await bodies.read_json(request, {})
    counter = CounterId(int(request.match_info["counter"]))
    return await _perform(request, c.CallNext(counter=counter))


async def take(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, TAKE)
    done = await request.app[SITE].desk.take(
        ServiceId(asked["service"]),
        source=Source.TABLET,
        lang=asked.get("lang", request[TEXTS].lang),
        key=_key(request),
    )
    return _ticket_answer(request, done, status=201)


async def act(request: web.Request) -> web.StreamResponse:
    action = request.match_info["action"]
    if action not in _ACTIONS:
        raise NotFound
    asked = await bodies.read_json(request, _ACTIONS[action])
    number = TicketNumber(request.match_info["number"])
    return await _perform(request, _COMMANDS[action](number, asked))


async def undo(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, UNDO)
    desk = request.app[SITE].desk
    if ("action" in asked) == ("counter" in asked):
        raise BadRequest(field="action")
    if "counter" in asked:
        last = desk.queue.last_at(CounterId(asked["counter"]))
        if last is None:
            raise UnknownAction(counter=asked["counter"])
        action = last
    else:
        action = ActionId(asked["action"])
    try:
        done = await desk.perform(c.Undo(action=action), key=_key(request))
    except DependedOn as refusal:
        by = next((a for a in desk.queue.actions if a.id == refusal.facts["by"]), None)
        if by is not None:
            refusal.facts["by_text"] = action_sentence(by, desk.queue, request[TEXTS])
        raise
    body: dict[str, Any] = {"undone": action, "session": done.state.value}
    if done.ticket is not None:
        body |= staff_ticket_json(done.ticket, request[TEXTS])
    return web.json_response(body)


async def tally(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, TALLY)
    desk = request.app[SITE].desk
    done = await desk.perform(
        c.Count(measure=asked["measure"], n=asked.get("n", 1)), key=_key(request)
    )
    return web.json_response({"action": done.action, "tallies": dict(desk.queue.tallies)})


async def helpers(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, HELPERS)
    await request.app[SITE].desk.perform(
        c.CountHelpers(helpers=asked["helpers"]), key=_key(request)
    )
    return web.json_response({"helpers": asked["helpers"]})


async def clock(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, CLOCK)
    now = _moment(asked["now"], "now")
    await request.app[SITE].confirm_clock(now)
    return web.json_response({"now": iso(request.app[SITE].view().at)})


# ------------------------------------------------------------------ small print


async def _perform(request: web.Request, command: c.Command) -> web.Response:
    done = await request.app[SITE].desk.perform(command, key=_key(request))
    return _ticket_answer(request, done, status=200)


def _ticket_answer(request: web.Request, done: Done, *, status: int) -> web.Response:
    if done.ticket is None:
        raise AssertionError("this action is about a ticket")
    body = staff_ticket_json(done.ticket, request[TEXTS])
    return web.json_response({**body, "action": done.action}, status=status)


def _transfer(number: TicketNumber, asked: Mapping[str, Any]) -> c.Command:
    if sum(name in asked for name in TRANSFER) != 1:
        raise BadRequest(field="service")
    if "sibling" in asked:
        raise UnknownSibling(sibling=asked["sibling"])
    return c.Transfer(
        number=number,
        service=ServiceId(asked["service"]) if "service" in asked else None,
        counter=CounterId(asked["counter"]) if "counter" in asked else None,
    )


def _hold(number: TicketNumber, asked: Mapping[str, Any]) -> c.Command:
    until = _moment(asked["until"], "until") if "until" in asked else None
    return c.Hold(number=number, until=until)


def _moment(text: str, field: str) -> datetime:
    """An aware moment in ISO 8601; BadRequest otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(field=field) from None
    if moment.tzinfo is None:
        raise BadRequest(field=field)
    return moment


def _finish(number: TicketNumber, asked: Mapping[str, Any]) -> c.Command:
    return c.Finish(
        number=number,
        topic=asked.get("topic", "unknown"),
        outcome=Outcome(asked.get("outcome", "unknown")),
        assist=Assist(asked.get("assist", "unknown")),
        referral=asked.get("referral"),
    )


_COMMANDS: Final[Mapping[str, Callable[[TicketNumber, Mapping[str, Any]], c.Command]]] = {
    "call": lambda n, a: c.Call(number=n, counter=CounterId(a["counter"])),
    "recall": lambda n, _: c.Recall(number=n),
    "serve": lambda n, _: c.Serve(number=n),
    "finish": _finish,
    "confirm": lambda n, _: c.Confirm(number=n),
    "feedback": lambda n, a: c.Rate(
        number=n, ease=a["ease"], friendly=a["friendly"], confidence=a["confidence"]
    ),
    "no-show": lambda n, _: c.NoShow(number=n),
    "requeue": lambda n, _: c.Requeue(number=n),
    "transfer": _transfer,
    "hold": _hold,
    "cancel": lambda n, _: c.Cancel(number=n),
}


def _undoable(desk: Desk, action: Action) -> bool:
    book = desk.queue
    if book.deeds.undone(action.id) or action.id == 1:
        return False
    return book.deeds.blocker(action.id) is None


def _by_a_volunteer(action: Action) -> bool:
    """Whether somebody at a tablet did it, not a visitor and not the clock."""
    match action.facts[0]:
        case TicketTaken(source=source):
            return source is Source.TABLET
        case TicketReturned() | WindowJoined() | VisitRated() | SmileyPressed():
            return False
        case _:
            return True


def _key(request: web.Request) -> Key:
    return Key(f"tap {request.headers['Idempotency-Key']}")


def _write(
    path: str,
    handler: Handler,
    summary: str,
    body: bodies.Body,
    *,
    answer: int = 200,
    least: Role = Role.VOLUNTEER,
) -> Endpoint:
    return Endpoint(
        method="POST",
        path=path,
        handler=handler,
        summary=summary,
        body=body,
        answer=answer,
        refusals=(404,),
        least=least,
        keyed=True,
    )


def _read(path: str, handler: Handler, summary: str, kind: str = "application/json") -> Endpoint:
    return Endpoint(
        method="GET",
        path=path,
        handler=handler,
        summary=summary,
        answer_type=kind,
        least=Role.VOLUNTEER,
    )


_NUMBER: Final = "{number:[A-Za-z0-9]{1,12}}"

ENDPOINTS: Final[Sequence[Endpoint]] = (
    *sign_in.ENDPOINTS,
    *access.ENDPOINTS,
    *helping.ENDPOINTS,
    *lead.ENDPOINTS,
    *lead_road.ENDPOINTS,
    *letterbox.ENDPOINTS,
    *https.ENDPOINTS,
    _read("/api/v1/queue", queue, "The whole queue"),
    _read("/api/v1/events", events, "The same, live", "text/event-stream"),
    _read("/api/v1/log", log, "Today's actions, in order"),
    _write("/api/v1/session/open", open_session, "Open a session", OPEN),
    _write("/api/v1/session/close", close_session, "Close it, or stop giving numbers", CLOSE),
    _write(
        "/api/v1/counters/{counter:[0-9]{1,3}}/call-next",
        call_next,
        "Call the first who waits for this counter",
        {},
    ),
    _write("/api/v1/tickets", take, "Give somebody a ticket", TAKE, answer=201),
    _write(
        f"/api/v1/tickets/{_NUMBER}/{{action:[a-z-]{{1,16}}}}",
        act,
        "call recall serve finish confirm no-show requeue transfer hold cancel feedback",
        {
            **FINISH,
            **TRANSFER,
            **HOLD,
            **{name: bodies.whole(0, 2) for name in QUESTIONS},
        },
    ),
    _write("/api/v1/undo", undo, "Take an action back", UNDO),
    _write("/api/v1/tallies", tally, "Count help without a ticket", TALLY),
    _write("/api/v1/session/helpers", helpers, "How many helpers are here", HELPERS),
    _write(
        "/api/v1/clock",
        clock,
        "Say what time it is, when the box cannot know",
        CLOCK,
        least=Role.LEAD,
    ),
    *health.ENDPOINTS,
)
