"""A small world on one machine: boxes with pretend pins, real stores, and a clock to turn."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from appliance.adapters.posix_files import PosixFiles
from appliance.box import Box, open_box
from appliance.config import Box as BoxConfig
from appliance.config import Config, Federation, Panel, Place, Web
from appliance.core.errors import Refused, Unavailable
from appliance.core.feedback import SMILEYS
from appliance.core.press import PressReport
from appliance.core.stamp import ClockSource
from appliance.demo_collector import HOUSES, DemoCollector, enrolled, open_demo_collector
from appliance.demo_kept import Kept, kept, key_seed
from appliance.edges import open_simulated_edges
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.files import SimulatedFiles
from appliance.simulation.panel import SimulatedPanel
from appliance.simulation.panel_page import PanelBench, PanelLabels, panel_app
from appliance.simulation.wifi import SimulatedWifi
from appliance.web.listening import listening
from appliance.web.sentences import sentence
from appliance.web.texts import Texts

PORTS_APART: Final = 10
COLLECTOR_PORT: Final = 9
"""After the first port; free whatever the number of boxes."""
BRUSSELS: Final = ZoneInfo("Europe/Brussels")
JUMP: Final = -315_360_000
"""Seconds of a clock jump unless asked otherwise: ten years back."""
_NO_EFFECT: Final = frozenset({"sibling-gone", "network-split"})
"""Faults of parts that this world does not have yet: accepted, but they change nothing."""
PLACES: Final = (
    ("park", "Digicafé ’t Park", "Tu 09:00-12:00; Th 13:00-16:00; Sa 10:00-12:00; PH off"),
    ("bib", "Bib De Molen", "We 13:00-17:00; Fr 09:00-12:00; PH off"),
    ("linde", "Buurthuis De Linde", "Mo 09:00-12:00; Tu 13:00-16:00; PH off"),
    ("brug", "Dienstencentrum De Brug", "Mo-Fr 09:30-11:30; PH off"),
    ("plein", "Digiplex Het Plein", "We 10:00-12:30,13:30-17:00; PH off"),
    ("haven", "Wijkhuis De Haven", "Th 09:00-12:00; PH off"),
    ("molen", "Kringwinkel Molendam", "Sa 13:00-16:00; PH off"),
    ("kade", "Buurtwerking De Kade", "Tu,Th 18:00-20:30; PH off"),
    ("hoek", "LDC De Zonnehoek", "Fr 13:30-16:00; PH off"),
    ("ster", "Digibank De Ster", "Mo 13:00-16:00; PH off"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """What the command line asks for; port 0 takes free ports."""

    boxes: int
    host: str
    port: int
    data: Path
    speed: float
    now: datetime
    seed: int | None
    ticker: Callable[[], float] = time.monotonic
    """Seconds for bounce and back-off; a test may turn them by hand."""
    pause: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep
    https_port: int = 0
    """Where the first box's staff site is also sealed; 0: nowhere."""


class DemoBox:
    """One box of the world: it can lose its power, and comes back on the same ports."""

    def __init__(
        self, config: Config, settings: DemoSettings, *, hands: Hands, pin: str, seed: bytes | None
    ) -> None:
        self.config = config
        self.pin = pin
        self.clock = SimulatedClock(hands)
        self.files = SimulatedFiles(PosixFiles())
        self.files.keep_log = False
        self.wifi = SimulatedWifi(lambda: self.clock.stamp().ms / 1000, host=settings.host)
        self.on: set[str] = set()
        self.jumped = timedelta(0)
        self.box: Box | None = None
        self.panel: SimulatedPanel | None = None
        self.panel_port = 0
        self.seed = seed
        self._settings = settings
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._cut = asyncio.Event()

    async def live(self) -> None:
        """Until cancelled; a power cut ends one life and begins the next."""
        while True:
            self._cut.clear()
            async with AsyncExitStack() as stack:
                edges, panel = await stack.enter_async_context(
                    open_simulated_edges(
                        self.config,
                        clock=self.clock,
                        ticker=self._settings.ticker,
                        pause=self._settings.pause,
                        files=self.files,
                        seed=self.seed,
                        wifi=self.wifi,
                        uplink_gone=lambda: "uplink-gone" in self.on,
                        sealed=self.config.web.staff_tls_port > 0,
                    )
                )
                box = await stack.enter_async_context(open_box(edges, self.config))
                self._keep_ports(box)
                await self.look_at_wifi(box)
                self.box, self.panel = box, panel
                self._down.clear()
                self._up.set()
                try:
                    await self._until_cut(box)
                finally:
                    self._up.clear()
                    self._down.set()
                    self.box = self.panel = None
            self.clock.reboot()
            self.wifi.gate.forget()

    async def up(self) -> Box:
        """The running box."""
        await self._up.wait()
        if self.box is None:
            raise Unavailable("the box has no power")
        return self.box

    async def look_at_wifi(self, box: Box) -> None:
        """See at once what was done to radio and uplink."""
        if box.hotspot is not None:
            await box.hotspot.look()

    async def cut(self) -> None:
        """Pull the plug, put it back, and return when the box answers again."""
        await self.up()
        self._cut.set()
        await self._down.wait()
        await self.up()

    def outcomes(self) -> AbstractContextManager[asyncio.Queue[PressReport]]:
        if self.box is None:
            raise Unavailable("the box has no power")
        return self.box.panel.outcomes()

    async def _until_cut(self, box: Box) -> None:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(box.run(), name="box")
            running.add_done_callback(lambda _: self._cut.set())  # all was wiped
            await self._cut.wait()
            running.cancel()

    def _keep_ports(self, box: Box) -> None:
        ports = replace(self.config.web, visitor_port=box.visitor.port, staff_port=box.staff.port)
        self.config = replace(self.config, web=ports)


class DemoWorld:
    """All boxes, their coordinator, and the hands of the clock that they share.

    Turning the clock at one panel lets time pass for everybody. A box whose own clock jumped, or
    is not vouched for, stays as far off as it was; the coordinator's is always right.
    """

    def __init__(
        self, hands: Hands, boxes: Sequence[DemoBox], *, kept: Kept, collector: DemoCollector
    ) -> None:
        self.hands = hands
        self.boxes = boxes
        self.collector = collector
        self._kept = kept
        self._turning = asyncio.Lock()

    def addresses(self, host: str) -> dict[str, Any]:
        """Where everything is, in the shape of `digipunt demo --json`."""
        boxes = [_described(one, host) for one in self.boxes]
        return {"boxes": boxes, "collector": self.collector.described()}

    async def turn(self, target: timedelta) -> None:
        """Let time pass until the world has seen that much, doing what is due on the way."""
        async with self._turning:
            while True:
                due = await self._next_due()
                if due is None or due >= target:
                    break
                self.hands.forward(due - self.hands.passed())
                await self._tick()
            self.hands.forward(target - self.hands.passed())
            await self._tick()
            self._kept.leave(self.hands.now())

    async def _next_due(self) -> timedelta | None:
        dues = []
        for one in self.boxes:
            box = await one.up()
            found = (box.rollover.next_due(), box.letterbox.letters.next_due())
            dues += [due - one.clock.now() + self.hands.passed() for due in found if due]
        return min(dues, default=None)

    async def _tick(self) -> None:
        for one in self.boxes:
            box = await one.up()
            try:
                await box.rollover.tick()
                await box.letterbox.deliver()
            except (Refused, Unavailable):
                continue


class _BenchWorld:
    """The world as the panel page of one box sees it."""

    def __init__(self, world: DemoWorld, box: DemoBox) -> None:
        self._world = world
        self._box = box

    def now(self) -> datetime:
        return self._box.clock.now()

    def next_walk_in(self) -> datetime | None:
        return self._box.box.rollover.next_opening() if self._box.box else None

    def faults(self) -> Collection[str]:
        return frozenset(self._box.on)

    async def turn(self, *, to: datetime | None = None, forward: timedelta | None = None) -> None:
        step = forward if forward is not None else (to or self.now()) - self.now()
        await self._world.turn(self._world.hands.passed() + max(step, timedelta(0)))

    async def fault(self, name: str, *, on: bool, seconds: int | None = None) -> None:
        one = self._box
        was = name in one.on
        (one.on.add if on else one.on.discard)(name)
        match name:
            case "power-cut":
                one.on.discard(name)
                if on:
                    await one.cut()
                    await self._wire_again()
            case "disk-full" | "read-only":
                self._set_disk()
            case "clock-jump":
                if on or was:
                    by = timedelta(seconds=JUMP if seconds is None else seconds)
                    one.clock.jump(by if on else -one.jumped)
                    one.jumped = one.jumped + by if on else timedelta(0)
            case "clock-untrusted":
                one.clock.trust = ClockSource.NONE if on else ClockSource.NTP
                (await one.up()).desk.tell()
            case "button-stuck" | "display-gone":
                await self._set_panel(name, on=on)
            case "wifi-gone" | "uplink-gone":
                one.wifi.radio.gone = "wifi-gone" in one.on
                one.wifi.uplink.gone = "uplink-gone" in one.on
                await one.look_at_wifi(await one.up())
            case _:
                return

    def works(self, name: str) -> bool:
        return name not in _NO_EFFECT

    def _set_disk(self) -> None:
        files, on = self._box.files, self._box.on
        files.heal()
        if "disk-full" in on:
            files.fill_up()
        if "read-only" in on:
            files.remount_read_only()

    async def _set_panel(self, name: str, *, on: bool) -> None:
        panel = self._box.panel
        if panel is None:
            raise Unavailable("the box has no power")
        if name == "button-stuck":
            panel.stick(1, on=on)
        else:
            await panel.lose_display(on=on)

    async def _wire_again(self) -> None:
        """Restart with whatever was pressed or pulled before still pressed or pulled."""
        for name in sorted(self._box.on & {"button-stuck", "display-gone"}):
            await self._set_panel(name, on=True)


@asynccontextmanager
async def open_demo(settings: DemoSettings) -> AsyncIterator[DemoWorld]:
    """Yield the world once every site of every box answers."""
    settings.data.mkdir(parents=True, exist_ok=True)
    known = kept(settings.data, boxes=settings.boxes, seed=settings.seed)
    start = max(settings.now, known.left_at or settings.now)
    hands = Hands(start, speed=settings.speed, ticker=time.monotonic)
    async with AsyncExitStack() as stack:
        stack.callback(lambda: known.leave(hands.now()))
        office = await stack.enter_async_context(
            open_demo_collector(
                settings.data,
                host=settings.host,
                port=settings.port + COLLECTOR_PORT if settings.port else 0,
                password=known.password,
                now=hands.now,
                at_work=lambda: start + timedelta(seconds=time.monotonic()),
            )
        )
        boxes = [
            DemoBox(
                _config(settings, i, office),
                settings,
                hands=hands,
                pin=known.pins[i],
                seed=key_seed(settings.seed, i),
            )
            for i in range(settings.boxes)
        ]
        known_boxes = [enrolled(one.config, pin=one.pin, seed=one.seed) for one in boxes]
        await office.enrol(known_boxes, now=hands.now())
        world = DemoWorld(hands, boxes, kept=known, collector=office)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        lives = [group.create_task(one.live(), name=one.config.place.id) for one in boxes]
        stack.callback(lambda: [life.cancel() for life in lives])
        for i, one in enumerate(boxes):
            await one.up()  # a start that fails ends the group, and this wait with it
            port = settings.port + PORTS_APART * i + 2 if settings.port else 0
            one.panel_port = await stack.enter_async_context(
                _panel_site(world, one, settings.host, port)
            )
        yield world


@asynccontextmanager
async def _panel_site(world: DemoWorld, one: DemoBox, host: str, port: int) -> AsyncIterator[int]:
    visitor, staff = one.config.web.visitor_port, one.config.web.staff_port
    bench = PanelBench(
        panel=lambda: one.panel,
        outcomes=one.outcomes,
        world=_BenchWorld(world, one),
        labels=PanelLabels(
            name=one.config.place.name,
            pin=one.pin,
            visitor=f"http://{host}:{visitor}/",
            staff=f"http://{host}:{staff}/",
            board=f"http://{host}:{visitor}/board",
            buttons=one.config.panel.services,
        ),
        sentence=lambda code, lang: sentence(code, {}, Texts(lang, zone=BRUSSELS)),
        hosts=lambda: {"localhost", "127.0.0.1", host},
    )
    async with listening(panel_app(bench), host, port) as where:
        yield where


def _described(one: DemoBox, host: str) -> dict[str, Any]:
    if one.box is None:
        raise AssertionError("the box answers")
    return {
        "id": one.box.id,
        "name": one.config.place.name,
        "letter": one.config.box.letter,
        "visitor": f"http://{host}:{one.config.web.visitor_port}",
        "staff": f"http://{host}:{one.config.web.staff_port}",
        "panel": f"http://{host}:{one.panel_port}",
        "pin": one.pin,
    }


def _config(settings: DemoSettings, i: int, office: DemoCollector) -> Config:
    place, name, hours = PLACES[i]
    house = HOUSES[place]
    base = settings.port + PORTS_APART * i if settings.port else 0
    return Config(
        place=Place(
            id=place, name=name, nis=house.nis, kind=house.kind, hours=hours, info_number="1777"
        ),
        federation=Federation(url=office.url, key=office.key),
        box=BoxConfig(letter="ABCDEFGHJK"[i], store=str(settings.data / place)),
        web=Web(
            visitor_host=settings.host,
            visitor_port=base,
            staff_host=settings.host,
            staff_port=base + 1 if base else 0,
            staff_tls_port=0 if i else settings.https_port,
        ),
        panel=Panel(buttons=(17, 22, 23, 24), services=("help", *SMILEYS)),
    )
