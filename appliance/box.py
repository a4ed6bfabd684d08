"""The composition root: which service gets what. Whoever reads this has seen the whole box."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from appliance import __version__
from appliance.config import Config
from appliance.core.catalogue import MEASURES, TOPICS
from appliance.core.errors import SessionClosed
from appliance.core.ids import Key, LocationId, ServiceId
from appliance.core.press import PressOutcome
from appliance.core.queue import Rules
from appliance.core.session import SessionState
from appliance.core.showing import Call, Situation
from appliance.core.stamp import ClockSource, elapsed
from appliance.core.ticket import Source
from appliance.desk import Desk, DeskSettings
from appliance.ports import Edges, Timetable, Write
from appliance.services.front_panel import FrontPanelService, Take
from appliance.services.hotspot import Condition, Hotspot, HotspotSettings
from appliance.services.pairing import Pairing
from appliance.services.rollover import Rollover
from appliance.services.shift_pin import ShiftPin
from appliance.services.supervisor import supervise
from appliance.web.apps import staff_app, visitor_app
from appliance.web.listening import Sealed, listening
from appliance.web.pages import Pages, Place
from appliance.web.sessions import Sessions
from appliance.web.site import Site

UNKNOWN_LANGUAGE = "und"
"""Whoever presses the button says nothing, not even which language they speak (ISO 639)."""
PAPER = "NEEM PA- PIER"
"""What the display says while nothing can be kept: at most four signs a word."""
_BACK_FOR = timedelta(minutes=2)
"""How long the tablet says that the box is back."""
_DAYS = ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO")
_MONTHS = ("JAN", "FEB", "MRT", "APR", "MEI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a site listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box whose sites answer; `run` makes it live."""

    id: str
    desk: Desk
    rollover: Rollover
    panel: FrontPanelService
    hotspot: Hotspot | None
    visitor: Address
    staff: Address

    async def run(self) -> None:
        """Until cancelled, or until something essential fails."""
        wifi = {"hotspot": self.hotspot.run} if self.hotspot else {}
        await supervise(
            essential={"desk": self.desk.run, "rollover": self.rollover.run},
            optional={"front panel": self.panel.run, **wifi},
        )


@asynccontextmanager
async def open_box(edges: Edges, config: Config) -> AsyncIterator[Box]:
    """Introduce everybody to everybody, and open the sites."""
    zone = ZoneInfo(config.place.zone)
    _remember_clock(edges)
    desk = Desk(
        book=edges.book,
        clock=edges.clock,
        settings=desk_settings(config, zone),
        new_token=lambda: secrets.token_urlsafe(12),
    )
    rollover = Rollover(desk=desk, clock=edges.clock, timetable=edges.timetable)
    started = edges.clock.stamp()
    in_session = desk.queue.session is not None
    troubles: set[str] = set()

    def conditions() -> Sequence[str]:
        past = elapsed(started, edges.clock.stamp())
        back = in_session and past is not None and past < _BACK_FOR
        jumped = rollover.clock_jumped()
        return [
            *_conditions(edges),
            *(["clock-jumped"] if jumped else []),
            *(["power-came-back"] if back else []),
            *sorted(troubles),
        ]

    def condition(name: str, on: bool) -> None:  # noqa: FBT001  the panel's own shape
        (troubles.add if on else troubles.discard)(name)
        desk.tell()

    pin = ShiftPin(lock=edges.pin, book=edges.book, clock=edges.clock, ticker=edges.ticker)
    pairing = Pairing(
        book=edges.book,
        console=edges.console,
        ticker=edges.ticker,
        today=lambda: _today(edges, zone),
        new_code=lambda: f"{secrets.randbelow(10**6):06}",
        new_token=lambda: secrets.token_urlsafe(32),
        paired=pin.unlock,
        tell=desk.tell,
    )
    panel = FrontPanelService(
        panel=edges.panel,
        take=_button_taker(desk, config),
        situation=lambda: _situation(desk, rollover, zone),
        changed=_ChangesOf(desk).wait,
        condition=condition,
        boot=secrets.token_hex(4),
        ticker=edges.ticker,
        pause=edges.pause,
        pairing=pairing,
    )
    hotspot = _hotspot(edges, config, condition)
    site = Site(
        desk=desk,
        name=config.place.name,
        hosts=_hosts(config),
        next_opening=rollover.next_opening,
        conditions=conditions,
        cookie=f"staff_{edges.keys.box[:8]}",
        metrics=config.web.metrics,
        confirm_clock=lambda now: _confirm_clock(edges, desk, now),
        lock_minutes=config.web.lock_minutes,
        button=edges.panel.buttons > 0,
        health=lambda: _health(edges, hotspot),
        parts=hotspot.parts if hotspot else dict,
    )
    pages = Pages(_place(config, edges, zone))
    sessions = Sessions(
        secret=edges.keys.secret("staff cookies"),
        pin=pin,
        pairing=pairing,
        clock=edges.clock,
    )
    visitors = visitor_app(desk=desk, site=site, pages=pages, hotspot=hotspot)
    staff = staff_app(desk=desk, site=site, pages=pages, sessions=sessions)
    async with (
        listening(
            visitors,
            config.web.visitor_host,
            config.web.visitor_port,
            sealed=_sealed(edges, config),
        ) as visitor_port,
        listening(staff, config.web.staff_host, config.web.staff_port) as staff_port,
    ):
        yield Box(
            id=edges.keys.box,
            desk=desk,
            rollover=rollover,
            panel=panel,
            hotspot=hotspot,
            visitor=Address(host=_reachable(config.web.visitor_host), port=visitor_port),
            staff=Address(host=_reachable(config.web.staff_host), port=staff_port),
        )


def _sealed(edges: Edges, config: Config) -> Sealed | None:
    if edges.wifi is None or edges.wifi.sealed is None:
        return None
    return config.hotspot.https_port, edges.wifi.sealed


def _hotspot(edges: Edges, config: Config, condition: Condition) -> Hotspot | None:
    if edges.wifi is None:
        return None
    wanted = config.hotspot
    return Hotspot(
        wifi=edges.wifi,
        settings=HotspotSettings(
            minutes=wanted.minutes,
            list_name=wanted.essentials,
            own_name=wanted.name,
            api=f"https://{wanted.name}/captive-portal/api" if wanted.name else None,
            upstreams=wanted.resolvers,
        ),
        clock=edges.clock,
        ticker=edges.ticker,
        pause=edges.pause,
        condition=condition,
        salt=secrets.token_bytes(32),
    )


class _ChangesOf:
    """The desk's changes, one at a time, for a reader that keeps no revision itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen = desk.revision

    async def wait(self) -> None:
        await self._desk.changed(self._seen)
        self._seen = self._desk.revision


def _button_taker(desk: Desk, config: Config) -> Take:
    async def take(button: int, key: str) -> PressOutcome:
        service = ServiceId(config.panel.services[button - 1])
        try:
            done = await desk.take(
                service, source=Source.BUTTON, lang=UNKNOWN_LANGUAGE, key=Key(f"press {key}")
            )
        except SessionClosed:
            return PressOutcome(outcome="closed")
        if done.ticket is None:
            raise AssertionError("taking gives a ticket")
        return PressOutcome(outcome="ticket", number=done.ticket.number)

    return take


def _situation(desk: Desk, rollover: Rollover, zone: ZoneInfo) -> Situation:
    calls = desk.queue.last_calls(1)
    return Situation(
        open=desk.queue.state is not SessionState.CLOSED,
        call=Call(seq=calls[0].seq, number=calls[0].number, counter=calls[0].counter)
        if calls
        else None,
        closed_frames=closed_frames(rollover.next_opening(), rollover.now(), zone),
        fault=None if desk.failure is None else PAPER,
    )


def closed_frames(opening: datetime | None, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The next opening in frames of four characters: DI 9.00, or 24 NOV 9.00 when it is far."""
    if opening is None:
        return ()
    at = opening.astimezone(zone)
    time = f"{at.hour}.{at.minute:02}"
    if opening - now < timedelta(days=6, hours=12):
        return (_DAYS[at.weekday()], time)
    return (str(at.day), _MONTHS[at.month - 1], time)


async def _confirm_clock(edges: Edges, desk: Desk, now: datetime) -> None:
    """A person vouches for the time; remembered for this boot, in case the program restarts."""
    if edges.clock.source() is ClockSource.NTP:
        return
    edges.clock.confirm(now)
    stamp = edges.clock.stamp()
    document = {"v": 1, "boot": stamp.boot, "ms": stamp.ms, "wall": stamp.wall.isoformat()}
    await edges.book.commit([Write(table="clock", id=1, document=document)])
    desk.tell()


def _remember_clock(edges: Edges) -> None:
    """What a person said earlier in this boot still holds."""
    said = edges.book.read("clock").get(1)
    stamp = edges.clock.stamp()
    if said is not None and said["boot"] == stamp.boot and not stamp.source.trusted:
        since = timedelta(milliseconds=stamp.ms - said["ms"])
        edges.clock.confirm(datetime.fromisoformat(said["wall"]) + since)


def _conditions(edges: Edges) -> Sequence[str]:
    found = {
        "store-read-only": edges.book.failure is not None,
        "store-damaged": bool(edges.book.damage),
        "clock-untrusted": not edges.clock.source().trusted,
    }
    return [name for name, so in found.items() if so]


def _health(edges: Edges, hotspot: Hotspot | None) -> Mapping[str, object]:
    wifi = None if hotspot is None else {**hotspot.parts(), "guests": hotspot.online()}
    return {
        "wifi": wifi,
        "version": __version__,
        "clock": edges.clock.source().value,
        "store": {"failure": edges.book.failure, "damage": list(edges.book.damage)},
        "panel": list(edges.panel.faults()),
    }


def _today(edges: Edges, zone: ZoneInfo) -> date | None:
    return edges.clock.now().astimezone(zone).date() if edges.clock.source().trusted else None


def desk_settings(config: Config, zone: ZoneInfo) -> DeskSettings:
    """What the desk is told of this place."""
    return DeskSettings(
        rules=Rules(
            services=frozenset(
                ServiceId(code) for code in (*config.place.services, *config.panel.services)
            ),
            counters=config.place.counters,
            topics=frozenset(topic.code for topic in TOPICS),
            measures=frozenset(MEASURES),
            back_places=config.rules.back_places,
        ),
        letter=config.box.letter,
        locations=(LocationId(config.place.id),),
        helpers=config.place.helpers,
        zone=zone,
    )


def _place(config: Config, edges: Edges, zone: ZoneInfo) -> Place:
    return Place(
        name=config.place.name,
        zone=zone,
        services=(*config.place.services, *(("wifi",) if edges.wifi else ())),
        info_number=config.place.info_number or None,
        hours=week(edges.timetable, edges.clock.now(), zone),
        links=(("wifi", "/wifi"),) if edges.wifi else (),
    )


def week(timetable: Timetable, now: datetime, zone: ZoneInfo) -> tuple[tuple[int, str], ...]:
    """The coming seven days as people write hours: (2, "9 – 12"); ISO weekday, Monday first."""
    start = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days: dict[int, list[str]] = {}
    window = timetable.next_window(start - timedelta(seconds=1))
    while window is not None and window.start < start + timedelta(days=7):
        begin, end = window.start.astimezone(zone), window.end.astimezone(zone)
        days.setdefault(begin.isoweekday(), []).append(f"{_clock(begin)} – {_clock(end)}")
        window = timetable.next_window(window.start)
    return tuple((day, ", ".join(hours)) for day, hours in sorted(days.items()))


def _clock(at: datetime) -> str:
    return f"{at.hour}.{at.minute:02}" if at.minute else str(at.hour)


def _hosts(config: Config) -> frozenset[str]:
    named = {"localhost", config.web.visitor_host, config.web.staff_host, *config.web.hosts}
    if config.hotspot.kind != "none":
        named |= {config.hotspot.address.partition("/")[0], config.hotspot.name}
    return frozenset(name.lower() for name in named if name)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
