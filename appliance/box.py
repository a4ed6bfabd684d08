"""The composition root: which service gets what. Whoever reads this has seen the whole box."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from appliance import __version__
from appliance.box_road import locations, named_places, open_letterbox
from appliance.config import Config
from appliance.core.catalogue import MEASURES, REFERRALS, TOPICS, service
from appliance.core.commands import Smile
from appliance.core.errors import SessionClosed
from appliance.core.feedback import SMILEYS
from appliance.core.ids import Key, LocationId, ServiceId
from appliance.core.language_rule import LanguageRule
from appliance.core.press import PressOutcome
from appliance.core.profiles import Profile
from appliance.core.queue import Rules
from appliance.core.session import SessionState
from appliance.core.settings import Settings
from appliance.core.showing import Call, Situation
from appliance.core.stamp import ClockSource, elapsed
from appliance.core.ticket import Source
from appliance.desk import Desk, DeskSettings
from appliance.ports import Edges, Timetable, Window, Write
from appliance.services.calls_for_help import CallsForHelp
from appliance.services.front_panel import FrontPanelService, Take
from appliance.services.hotspot import Condition, Hotspot, HotspotSettings
from appliance.services.keeping import Keeping
from appliance.services.month_book import MonthBook
from appliance.services.pairing import Pairing
from appliance.services.rollover import Rollover
from appliance.services.settings_book import SettingsBook
from appliance.services.shift_pin import ShiftPin
from appliance.services.supervisor import supervise
from appliance.web.apps import staff_app, visitor_app
from appliance.web.letterbox import Letterbox
from appliance.web.listening import Sealed, listening
from appliance.web.pages import Pages, Place
from appliance.web.roads import Roads, sealed_roads
from appliance.web.sessions import Sessions
from appliance.web.site import Site

UNKNOWN_LANGUAGE = "und"
"""Whoever presses the button says nothing, not even which language they speak (ISO 639)."""
PAPER = "NEEM PA- PIER"
"""What the display says while nothing can be kept: at most four signs a word."""
_BACK_FOR = timedelta(minutes=2)
"""How long the tablet says that the box is back."""
_LOOK_BACK = timedelta(days=62)
"""Windows that nobody opened longer ago are forgotten: the box was away, not the helpers."""
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
    settings: SettingsBook
    months: MonthBook
    hotspot: Hotspot | None
    letterbox: Letterbox
    wiped: asyncio.Event
    roads: Roads
    visitor: Address
    staff: Address

    async def run(self) -> None:
        """Until cancelled, until something essential fails, or until all was wiped.

        A box that was wiped must be opened again.
        """
        wifi = {"hotspot": self.hotspot.run} if self.hotspot else {}
        box = self.letterbox
        mail = {"letters": box.letters.run}
        mail |= {"outbox": box.outbox.run} if box.outbox else {}
        mail |= {"road": box.road.run} if box.road else {}
        others = {**wifi, **mail, **self.roads.services()}
        async with asyncio.TaskGroup() as group:
            life = group.create_task(
                supervise(
                    essential={"desk": self.desk.run, "rollover": self.rollover.run},
                    optional={"front panel": self.panel.run, **others},
                )
            )
            await self.wiped.wait()
            life.cancel()


@asynccontextmanager
async def open_box(edges: Edges, config: Config) -> AsyncIterator[Box]:
    """Introduce everybody to everybody, and open the sites."""
    zone = ZoneInfo(config.place.zone)
    _remember_clock(edges)
    settings = SettingsBook(
        book=edges.book,
        base=settings_of(config),
        read_hours=edges.read_hours,
        today=edges.clock.now,
    )
    desk = Desk(
        book=edges.book,
        clock=edges.clock,
        settings=desk_settings(config, settings.current, zone),
        new_token=lambda: secrets.token_urlsafe(12),
        planned=lambda after, until: planned_windows(settings, after, until),
    )
    rollover = Rollover(desk=desk, clock=edges.clock, timetable=settings)
    months = MonthBook(
        book=edges.book,
        location=desk.settings.locations[0],
        tallies=desk.tallies,
        today=lambda: edges.clock.now().astimezone(zone).date(),
    )
    started = edges.clock.stamp()
    in_session = desk.queue.session is not None
    troubles: set[str] = set()

    def conditions() -> Sequence[str]:
        past = elapsed(started, edges.clock.stamp())
        back = in_session and past is not None and past < _BACK_FOR
        jumped = rollover.clock_jumped()
        return [
            *_conditions(edges),
            *(["settings-do-not-fit"] if settings.damage else []),
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
        take=_button_taker(desk, config, settings),
        situation=lambda: _situation(desk, rollover, zone),
        changed=_ChangesOf(desk).wait,
        condition=condition,
        boot=secrets.token_hex(4),
        ticker=edges.ticker,
        pause=edges.pause,
        pairing=pairing,
    )
    hotspot = _hotspot(edges, config, condition, wanted=lambda: settings.current.hotspot)
    places = _PlaceNow(settings, edges, zone)
    site = Site(
        desk=desk,
        name=settings.current.name,
        hosts=_hosts(config),
        next_opening=rollover.next_opening,
        conditions=conditions,
        cookie=f"staff_{edges.keys.box[:8]}",
        metrics=config.web.metrics,
        confirm_clock=lambda now: _confirm_clock(edges, desk, now),
        calls_for_help=CallsForHelp(ticker=edges.ticker, tell=desk.tell),
        still_there=config.rules.still_there_minutes,
        nudge=(config.rules.nudge_minutes, config.rules.nudge_waiting),
        lock_minutes=config.web.lock_minutes,
        button=edges.panel.buttons > 0,
        health=lambda: _health(edges, settings.current, hotspot),
        edition=places.edition,
        parts=hotspot.parts if hotspot else dict,
    )
    pages = Pages(places.place(), renewed=places.place)

    letterbox = open_letterbox(
        edges, config, desk, settings, changed=_ChangesOf(desk).wait, condition=condition
    )
    road = letterbox.road

    def adopt(now: Settings) -> None:
        site.name = now.name
        desk.adopt(desk_settings(config, now, zone, locations(config, road)))

    settings.follow(adopt)
    wiped = asyncio.Event()
    if road is not None:
        known = road
        known.follow(lambda _places: adopt(settings.current))
        site.places = lambda: named_places(config, known, settings.current.name)
        site.news = lambda: known.papers.news(edges.clock.now().astimezone(zone).date())
        places.papers = lambda: known.papers.edition

    sessions = Sessions(
        secret=edges.keys.secret("staff cookies"),
        pin=pin,
        pairing=pairing,
        clock=edges.clock,
    )
    visitors = visitor_app(desk=desk, site=site, pages=pages, hotspot=hotspot)
    staff_site = partial(
        staff_app,
        desk=desk,
        site=site,
        pages=pages,
        settings=settings,
        months=months,
        letterbox=letterbox,
        keeping=Keeping(
            book=edges.book,
            box=edges.keys.box,
            now=edges.clock.now,
            erase=desk.erase,
            wiped=wiped.set,
        ),
    )
    roads = sealed_roads(
        seal=edges.seal,
        host=config.web.staff_host,
        port=config.web.staff_tls_port,
        clock=edges.clock,
        pause=edges.pause,
        wifi=edges.wifi,
        wanted=lambda: settings.current.hotspot and settings.current.tablet_wifi,
        changed=_ChangesOf(desk).wait,
        app=lambda: staff_site(sessions=sessions.of_devices()),
    )
    staff = staff_site(sessions=sessions, https=roads.https)
    async with (
        listening(
            visitors,
            config.web.visitor_host,
            config.web.visitor_port,
            sealed=_sealed(edges, config),
        ) as visitor_port,
        listening(
            staff, config.web.staff_host, config.web.staff_port, sealed=roads.sealed
        ) as staff_port,
    ):
        yield Box(
            id=edges.keys.box,
            desk=desk,
            rollover=rollover,
            panel=panel,
            settings=settings,
            months=months,
            hotspot=hotspot,
            letterbox=letterbox,
            wiped=wiped,
            roads=roads,
            visitor=Address(host=_reachable(config.web.visitor_host), port=visitor_port),
            staff=Address(host=_reachable(config.web.staff_host), port=staff_port),
        )


def _sealed(edges: Edges, config: Config) -> Sealed | None:
    if edges.wifi is None or edges.wifi.sealed is None:
        return None
    return config.hotspot.https_port, edges.wifi.sealed


def _hotspot(
    edges: Edges, config: Config, condition: Condition, *, wanted: Callable[[], bool]
) -> Hotspot | None:
    if edges.wifi is None:
        return None
    place = config.hotspot
    return Hotspot(
        wifi=edges.wifi,
        settings=HotspotSettings(
            minutes=place.minutes,
            list_name=place.essentials,
            own_name=place.name,
            api=f"https://{place.name}/captive-portal/api" if place.name else None,
            upstreams=place.resolvers,
        ),
        clock=edges.clock,
        ticker=edges.ticker,
        pause=edges.pause,
        condition=condition,
        salt=secrets.token_bytes(32),
        wanted=wanted,
    )


class _ChangesOf:
    """The desk's changes, one at a time, for a reader that keeps no revision itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen = desk.revision

    async def wait(self) -> None:
        await self._desk.changed(self._seen)
        self._seen = self._desk.revision


def _button_taker(desk: Desk, config: Config, settings: SettingsBook) -> Take:
    async def take(button: int, key: str) -> PressOutcome:
        meant, once = button_services(config, settings.current)[button - 1], Key(f"press {key}")
        try:
            if meant in SMILEYS:
                if not settings.current.feedback_buttons:
                    return PressOutcome(outcome="refused")
                smile = Smile(question=config.panel.question, level=SMILEYS[meant])
                await desk.perform(smile, key=once)
                return PressOutcome(outcome="thanks")
            done = await desk.take(
                ServiceId(meant), source=Source.BUTTON, lang=UNKNOWN_LANGUAGE, key=once
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


def _health(edges: Edges, settings: Settings, hotspot: Hotspot | None) -> Mapping[str, object]:
    wifi = None if hotspot is None else {**hotspot.parts(), "guests": hotspot.online()}
    return {
        "wifi": wifi,
        "version": __version__,
        "clock": edges.clock.source().value,
        "store": {"failure": edges.book.failure, "damage": list(edges.book.damage)},
        "panel": list(edges.panel.faults()),
        "switched_on": [
            name
            for name in ("hotspot", "mdns", "federation", "tablet_wifi")
            if getattr(settings, name)
        ],
    }


def _today(edges: Edges, zone: ZoneInfo) -> date | None:
    return edges.clock.now().astimezone(zone).date() if edges.clock.source().trusted else None


def settings_of(config: Config) -> Settings:
    """What the box was set up with, as the first value of what people change on screen."""
    place = config.place
    return Settings(
        name=place.name,
        helper_word=place.helper_word,
        hours=place.hours,
        closed=place.closed,
        services=place.services,
        info_number=place.info_number,
        language_rule=LanguageRule(place.language_rule),
        feedback_buttons=any(code in SMILEYS for code in config.panel.services),
        profile=Profile(place.profile),
    )


def button_services(config: Config, settings: Settings) -> tuple[str, ...]:
    """The service of each button; a profile chooses that of the first."""
    first, *others = config.panel.services
    return (settings.ways.button or first, *others)


def desk_settings(
    config: Config,
    settings: Settings,
    zone: ZoneInfo,
    where: tuple[LocationId, ...] | None = None,
) -> DeskSettings:
    """What the desk is told of this place, and of others that the box visits."""
    return DeskSettings(
        rules=Rules(
            services=frozenset(
                ServiceId(code)
                for code in (*settings.offered, *button_services(config, settings))
                if (known := service(code)) is not None and known.ticket
            ),
            counters=config.place.counters,
            topics=frozenset(topic.code for topic in TOPICS),
            measures=frozenset(MEASURES),
            referrals=frozenset(one.code for one in REFERRALS),
            back_places=config.rules.back_places,
            still_there=timedelta(minutes=config.rules.still_there_minutes),
        ),
        letter=config.box.letter,
        locations=where or (LocationId(config.place.id),),
        helpers=config.place.helpers,
        zone=zone,
    )


class _PlaceNow:
    """The place as the screens show it: made again after a change, and on another day."""

    def __init__(self, settings: SettingsBook, edges: Edges, zone: ZoneInfo) -> None:
        self._settings = settings
        self._edges = edges
        self._zone = zone
        self.papers: Callable[[], int] = int
        """Another number after every paper that came down: tablets show those too."""
        self._made: tuple[object, Place | None] = (None, None)

    def edition(self) -> int:
        """Another number after every change that a screen must be drawn anew for."""
        return self._settings.revision + self.papers()

    def place(self) -> Place:
        now = self._edges.clock.now()
        key = (self.edition(), now.astimezone(self._zone).date())
        known, place = self._made
        if place is None or known != key:
            place = self._make(now)
            self._made = (key, place)
        return place

    def _make(self, now: datetime) -> Place:
        settings = self._settings.current
        shown = [one for code in settings.offered if (one := service(code)) is not None]
        return Place(
            name=settings.name,
            zone=self._zone,
            services=tuple(one.code for one in shown if one.ticket),
            language_rule=settings.language_rule,
            info_number=settings.info_number or None,
            helper_word=settings.helper_word,
            hours=week(self._settings, now, self._zone),
            links=(
                *((("wifi", "/wifi"),) if self._edges.wifi and settings.hotspot else ()),
                *((one.code, f"/s/{one.code}") for one in shown if not one.ticket),
            ),
            labels=settings.labels,
            ways=settings.ways,
            shortcuts=settings.shortcuts,
            edition=self.edition(),
        )


def planned_windows(
    timetable: Timetable, after: datetime | None, until: datetime
) -> Sequence[Window]:
    """The planned windows after the last one that was handled, up to the one that was."""
    at = until - timedelta(seconds=1) if after is None else max(after, until - _LOOK_BACK)
    found: list[Window] = []
    window = timetable.next_window(at)
    while window is not None and window.start <= until:
        found.append(window)
        window = timetable.next_window(window.start)
    return found


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
