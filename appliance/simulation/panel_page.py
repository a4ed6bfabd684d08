"""The front panel in a browser, with a finger, a clock to turn and a drawer of faults."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from aiohttp_sse import sse_response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from appliance import __version__
from appliance.core.dots import SIGNS
from appliance.core.errors import BadRequest, Unavailable
from appliance.core.feedback import SMILEYS
from appliance.core.openapi import PATH, Operation, document
from appliance.core.press import PressOutcome, PressReport
from appliance.simulation.panel import PanelState, SimulatedPanel
from appliance.simulation.panel_answers import UnknownFault, own_host, plain_answers, refusals
from appliance.simulation.panel_asked import body as read
from appliance.simulation.panel_asked import duration, moment, truth, whole

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FAULTS: Mapping[str, str] = {
    "power-cut": "Stroom weg",
    "disk-full": "Schijf vol",
    "read-only": "Kaart alleen-lezen",
    "clock-jump": "Klok springt",
    "clock-untrusted": "Klok onzeker",
    "uplink-gone": "Internet weg",
    "sibling-gone": "Buurkastje weg",
    "network-split": "Netwerk gesplitst",
    "wifi-gone": "Wifi weg",
    "button-stuck": "Knop klemt",
    "display-gone": "Scherm weg",
}
"""Everything that can be made to go wrong, and what stands below its switch."""

LARGEST_BODY = 16 * 1024
LONGEST_PRESS_MS = 60_000
PING_SECONDS = 2.0
_LONGEST_JUMP = timedelta(days=36_525)
_ANSWER_WITHIN = 12.0
_LOOK_AGAIN = 0.15
_DARK: PanelState = {"display": "", "frames": [], "mode": "fault", "lamp": "off", "sound": None}


class World(Protocol):
    """The simulated world around one box, whose hands and switches the page holds."""

    def now(self) -> datetime:
        """The simulated wall clock: aware."""

    def next_walk_in(self) -> datetime | None:
        """When the doors open next; None when that is not planned."""

    def faults(self) -> Collection[str]:
        """The names of the faults that are on."""

    async def turn(self, *, to: datetime | None = None, forward: timedelta | None = None) -> None:
        """Turn the clock to a moment or forward; everything due on the way has happened then."""

    async def fault(self, name: str, *, on: bool, seconds: int | None = None) -> None:
        """Switch a fault on or off; `seconds` is how far a clock jumps."""

    def works(self, name: str) -> bool:
        """Whether switching that fault does anything; a switch that does nothing is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelLabels:
    """What stands around the panel: the place's own name, and where its pages are."""

    name: str
    pin: str
    visitor: str
    staff: str
    board: str
    buttons: tuple[str, ...] = ("help",)
    """What each button is for: a service, or a smiley."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelBench:
    """What the page works with; panel and outcomes change when the box starts again."""

    panel: Callable[[], SimulatedPanel | None]
    """The panel of the box that runs now; None while it has no power."""
    outcomes: Callable[[], AbstractContextManager[asyncio.Queue[PressReport]]]
    world: World
    labels: PanelLabels
    sentence: Callable[[str, str], str]
    hosts: Callable[[], Collection[str]]
    """The names this page answers to, without port; any other Host is refused."""


def panel_app(bench: PanelBench) -> web.Application:
    """The page and its interface, for one box."""
    app = web.Application(
        client_max_size=LARGEST_BODY,
        middlewares=[plain_answers, refusals(bench.sentence), own_host(bench.hosts)],
    )
    app[_BENCH] = bench
    app[_VIEWS] = _Views(bench)
    app.on_shutdown.append(_end_streams)
    app.add_routes([web.route(one.method, one.path, handler) for one, handler in ENDPOINTS])
    return app


class _Views:
    """Numbers the states of the panel, across the lives of the box."""

    def __init__(self, bench: PanelBench) -> None:
        self._bench = bench
        self._revision = 0
        self._last: PanelState | None = None
        self._fingers: dict[int, asyncio.Lock] = {}
        self.closing = False

    def current(self) -> tuple[int, PanelState]:
        """The state now; its number grows when it differs from the last one asked for."""
        panel = self._bench.panel()
        state = _DARK if panel is None else panel.state()
        if state != self._last:
            self._last = state
            self._revision += 1
        return self._revision, state

    async def news(self) -> None:
        """Return when the panel may have changed."""
        panel = self._bench.panel()
        if panel is None:
            await asyncio.sleep(_LOOK_AGAIN)
            return
        try:
            async with asyncio.timeout(_LOOK_AGAIN):
                await panel.newer(panel.revision)
        except TimeoutError:
            return

    def finger(self, button: int) -> asyncio.Lock:
        """One finger at a time on a button, so that an answer belongs to one press."""
        return self._fingers.setdefault(button, asyncio.Lock())


_BENCH = web.AppKey("_BENCH", PanelBench)
_VIEWS = web.AppKey("_VIEWS", _Views)

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)

# Where the domes stand on the drawing: for so many of them, x of each and their radius.
_DOMES: Mapping[int, tuple[tuple[int, ...], int]] = {
    0: ((), 0),
    1: ((400,), 80),
    2: ((345, 455), 50),
    3: ((285, 400, 515), 52),
    4: ((274, 358, 442, 526), 40),
}
_FACES: Mapping[int, tuple[int, ...]] = {1: (400,), 2: (390, 470), 3: (352, 426, 500)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dome:
    """A button on the drawing, in its units; `level` is that of a smiley."""

    x: int
    y: int
    radius: int
    level: int | None = None


def _domes(buttons: int, meant: Sequence[str]) -> Sequence[_Dome]:
    """Numbers above; smileys, if there are any, in a row of their own below."""
    levels = [SMILEYS.get(word) for word in (*meant[:buttons], *[""] * (buttons - len(meant)))]
    faces = sum(level is not None for level in levels)
    xs, radius = _DOMES[buttons - faces]
    y = 276 if faces else 312
    upper = iter(xs)
    lower = iter(_FACES.get(faces, ()))
    return [
        _Dome(x=next(upper), y=y, radius=min(radius, 60) if faces else radius)
        if level is None
        else _Dome(x=next(lower), y=396, radius=26, level=level)
        for level in levels
    ]


# ------------------------------------------------------------------ the map


async def _page(request: web.Request) -> web.Response:
    bench = request.app[_BENCH]
    panel = bench.panel()
    nonce = secrets.token_urlsafe(16)
    meant = bench.labels.buttons
    domes = _domes(len(meant) if panel is None else panel.buttons, meant)
    text = await asyncio.to_thread(
        _PAGES.get_template("panel_page.html").render,
        labels=bench.labels,
        faults={name: label for name, label in FAULTS.items() if bench.world.works(name)},
        signs=SIGNS,
        domes=domes,
        faces=any(dome.level is not None for dome in domes),
        nonce=nonce,
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return web.Response(
        text=text, content_type="text/html", headers={"Content-Security-Policy": policy}
    )


async def _panel(request: web.Request) -> web.Response:
    return web.json_response(request.app[_VIEWS].current()[1])


async def _events(request: web.Request) -> web.StreamResponse:
    views = request.app[_VIEWS]
    sent = 0
    async with sse_response(request, ping_interval=PING_SECONDS) as stream:
        with suppress(ConnectionResetError):  # who left needs no answer
            while stream.is_connected() and not views.closing:
                revision, state = views.current()
                if revision == sent:
                    await views.news()
                    continue
                await stream.send(json.dumps(state), id=str(revision), retry=1000)
                sent = revision
    return stream


async def _press(request: web.Request) -> web.Response:
    body = await read(request)
    bench = request.app[_BENCH]
    panel = bench.panel()
    if panel is None:
        raise Unavailable("the box has no power")
    button = whole(body, "button", default=1, low=1, high=panel.buttons)
    length = whole(body, "ms", default=80, low=1, high=LONGEST_PRESS_MS)
    bounce = truth(body, "bounce", default=False)
    async with request.app[_VIEWS].finger(button):
        outcome = await _pressed(bench, panel, button, ms=length, bounce=bounce)
    return web.json_response({"outcome": outcome.outcome, "number": outcome.number})


async def _pressed(
    bench: PanelBench, panel: SimulatedPanel, button: int, *, ms: int, bounce: bool
) -> PressOutcome:
    if panel.stuck(button):
        return PressOutcome(outcome="refused")
    try:
        async with asyncio.timeout(ms / 1000 + _ANSWER_WITHIN):
            with bench.outcomes() as feed:
                await panel.press(button, ms, bounce=bounce)
                while True:
                    report = await feed.get()
                    if report.button == button:
                        return report.outcome
    except TimeoutError as error:
        raise Unavailable("the box does not answer") from error


async def _world(request: web.Request) -> web.Response:
    return web.json_response(_seen(request.app[_BENCH].world))


async def _clock(request: web.Request) -> web.Response:
    body = await read(request)
    world = request.app[_BENCH].world
    match body:
        case {"to": str(to)} if "forward" not in body:
            await world.turn(to=moment(to))
        case {"forward": str(forward)} if "to" not in body:
            await world.turn(forward=duration(forward))
        case _:
            raise BadRequest('expected {"to": ISO} or {"forward": "3d"}', field="to")
    return web.json_response(_seen(world))


async def _fault(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in FAULTS:
        raise UnknownFault(name=name)
    body = await read(request)
    on = truth(body, "on", default=None)
    seconds = None
    if "seconds" in body:
        most = int(_LONGEST_JUMP.total_seconds())
        seconds = whole(body, "seconds", default=0, low=-most, high=most)
    world = request.app[_BENCH].world
    await world.fault(name, on=on, seconds=seconds)
    return web.json_response(_seen(world))


async def _description(request: web.Request) -> web.Response:
    title = f"{request.app[_BENCH].labels.name}: panel"
    return web.json_response(document(title, __version__, [one for one, _ in ENDPOINTS]))


async def _end_streams(app: web.Application) -> None:
    app[_VIEWS].closing = True


def _reads(path: str, summary: str, kind: str = "application/json") -> Operation:
    return Operation(
        method="GET", path=path, summary=summary, answer_type=kind, refusals=frozenset({421})
    )


def _writes(path: str, summary: str, fields: Mapping[str, Mapping[str, Any]]) -> Operation:
    return Operation(
        method="POST",
        path=path,
        summary=summary,
        body={"type": "object", "properties": fields},
        refusals=frozenset({400, 404, 409, 413, 415, 421, 503}),
    )


_WHOLE = {"type": "integer"}
_TEXT = {"type": "string"}
_TRUTH = {"type": "boolean"}

ENDPOINTS: Sequence[tuple[Operation, Handler]] = (
    (_reads("/", "The panel as a page", "text/html"), _page),
    (
        _writes(
            "/api/v1/press",
            "A finger on a button; answered after the commit",
            {"button": _WHOLE, "ms": _WHOLE, "bounce": _TRUTH},
        ),
        _press,
    ),
    (_reads("/api/v1/panel", "What the panel shows"), _panel),
    (_reads("/api/v1/panel/events", "The same, live", "text/event-stream"), _events),
    (_reads("/api/v1/world", "The clock and the faults of this world"), _world),
    (_writes("/api/v1/clock", "Turn the clock", {"to": _TEXT, "forward": _TEXT}), _clock),
    (
        _writes(
            "/api/v1/faults/{name}",
            "Switch a fault on or off: " + " ".join(FAULTS),
            {"on": _TRUTH, "seconds": _WHOLE},
        ),
        _fault,
    ),
    (_reads(PATH, "This description"), _description),
)
"""From this list come the routes, and what is published about them."""


def _seen(world: World) -> dict[str, Any]:
    walk_in = world.next_walk_in()
    return {
        "now": world.now().isoformat(),
        "next": None if walk_in is None else walk_in.isoformat(),
        "faults": sorted(world.faults()),
    }
