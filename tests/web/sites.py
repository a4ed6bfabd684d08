"""Both sites of one box in memory, with clients; time is turned by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.opening_hours import OsmTimetable
from appliance.core.access import Role
from appliance.core.errors import BadRequest
from appliance.core.federation.report import Location
from appliance.core.settings import Settings
from appliance.desk import Desk
from appliance.ports import Vouched
from appliance.services.calls_for_help import CallsForHelp
from appliance.services.keeping import Keeping
from appliance.services.letters import Letters, Sender
from appliance.services.month_book import MonthBook
from appliance.services.pairing import Pairing
from appliance.services.road.road import Road
from appliance.services.road.road_book import Setup
from appliance.services.rollover import Rollover
from appliance.services.settings_book import SettingsBook
from appliance.services.shift_pin import ShiftPin
from appliance.simulation.books import MemoryBook
from appliance.simulation.coordinator import SimulatedCoordinator
from appliance.web.apps import staff_app, visitor_app
from appliance.web.letterbox import Letterbox
from appliance.web.pages import Pages, Place
from appliance.web.sessions import Sessions
from appliance.web.site import Site
from tests.core.federation.letters import KEY, verify
from tests.desks import BRUSSELS, Bench, running

PIN = "123456"
ROOT = Ed25519PrivateKey.from_private_bytes(bytes(32))


class NeverOpen:
    """A timetable without any hours."""

    def window(self, _at: object) -> None:
        return None

    def next_window(self, _after: object) -> None:
        return None


class KnownPin:
    """A PIN that everybody in these tests knows."""

    is_set = True

    def __init__(self) -> None:
        self.pin = PIN
        self.tried = 0

    @property
    def mark(self) -> str:
        return f"mark of {self.pin}"

    async def matches(self, pin: str) -> bool:
        self.tried += 1
        await asyncio.sleep(0)
        return pin == self.pin

    async def change(self, pin: str) -> None:
        if len(pin) < 6:
            raise BadRequest(field="pin")
        self.pin = pin


class SilentConsole:
    """Nobody is at the console, until a test says so."""

    said: Vouched | None = None

    def vouched(self) -> Vouched | None:
        return self.said

    def taken(self) -> None:
        self.said = None


@dataclass
class Sites:
    """A phone, a tablet, and what stands behind them."""

    phone: "TestClient[Any, Any]"
    tablet: "TestClient[Any, Any]"
    desk: Desk
    bench: Bench
    book: MemoryBook
    conditions: list[str]
    pin: KnownPin
    pairing: Pairing
    console: SilentConsole
    settings: SettingsBook
    months: MonthBook
    road: Road
    site: Site
    coordinator: SimulatedCoordinator
    seconds: list[float] = field(default_factory=lambda: [0.0])
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def origin(self) -> str:
        return str(self.tablet.make_url("")).rstrip("/")

    async def sign_in(self) -> None:
        answer = await self.tablet.post("/api/v1/session", json={"pin": PIN})
        assert answer.status == 200, await answer.text()

    async def tap(self, path: str, body: object = None, **headers: str) -> ClientResponse:
        """A signed write, with a fresh key unless one is given."""
        sent = {"Origin": self.origin, "Idempotency-Key": f"key {next(self._keys)}", **headers}
        return await self.tablet.post(
            f"/api/v1/{path}", json={} if body is None else body, headers=sent
        )

    async def tapped(self, path: str, body: object = None, status: int = 200) -> Mapping[str, Any]:
        answer = await self.tap(path, body)
        found: Mapping[str, Any] = await answer.json()
        assert answer.status == status, found
        return found

    async def pair(self, role: Role = Role.VOLUNTEER) -> str:
        """Pair this tablet, as if somebody had vouched for it, and sign it in; its token."""
        sent = {"Origin": self.origin}
        answer = await self.tablet.post("/api/v1/pairing", json={}, headers=sent)
        offer = await answer.json()
        await self.pairing.confirm(offer["code"], role, by=Role.TECHNICIAN)
        token = str(offer["device_token"])
        assert (await self.with_token(token)).status == 200
        return token

    async def with_token(self, token: str) -> ClientResponse:
        return await self.tablet.post("/api/v1/session", json={"device_token": token})

    async def delete(self, path: str, body: object = None) -> ClientResponse:
        return await self.tablet.delete(
            f"/api/v1/{path}", json=body, headers={"Origin": self.origin}
        )

    async def press(self, times: int = 1) -> None:
        """Somebody gets a number at the tablet."""
        for _ in range(times):
            await self.tapped("tickets", {"service": "help", "lang": "nl"}, status=201)

    async def staff_queue(self) -> Mapping[str, Any]:
        answer = await self.tablet.get("/api/v1/queue")
        found: Mapping[str, Any] = await answer.json()
        return found


@asynccontextmanager
async def both_sites(
    *,
    open_: bool = True,
    metrics: bool = False,
    book: MemoryBook | None = None,
    hand_in: bool = True,
) -> AsyncIterator[Sites]:
    """Signed in, with an open session unless told otherwise."""
    book = book or MemoryBook()
    bench = Bench(book=book)
    seconds = [0.0]
    conditions: list[str] = []
    async with running(bench.new_desk()) as desk:

        async def confirm(now: datetime) -> None:
            bench.clock.confirm(now)

        rollover = Rollover(desk=desk, clock=bench.clock, timetable=NeverOpen())
        site = Site(
            desk=desk,
            name="Digicafé ’t Park",
            hosts=frozenset({"127.0.0.1", "localhost"}),
            next_opening=rollover.next_opening,
            conditions=lambda: conditions,
            cookie="staff_test",
            confirm_clock=confirm,
            calls_for_help=CallsForHelp(ticker=lambda: seconds[0], tell=desk.tell),
            metrics=metrics,
        )
        place = Place(name=site.name, zone=BRUSSELS, services=("help", "pc"), info_number="1777")
        pages = Pages(place)
        settings = SettingsBook(
            book=book,
            base=Settings(name=site.name, services=("help", "pc"), info_number="1777"),
            read_hours=partial(OsmTimetable, zone="Europe/Brussels"),
            today=bench.clock.now,
        )
        months = MonthBook(
            book=book,
            location=desk.settings.locations[0],
            tallies=desk.tallies,
            today=lambda: bench.clock.now().astimezone(BRUSSELS).date(),
        )
        lock, console = KnownPin(), SilentConsole()
        pin = ShiftPin(lock=lock, book=book, clock=bench.clock, ticker=lambda: seconds[0])
        tokens = count(1)
        pairing = Pairing(
            book=book,
            console=console,
            ticker=lambda: seconds[0],
            today=lambda: bench.clock.now().date(),
            new_code=lambda: f"{next(tokens):06}",
            new_token=lambda: f"token {next(tokens)}",
            paired=pin.unlock,
            tell=desk.tell,
        )
        keys = BoxKeys(KEY)
        coordinator = SimulatedCoordinator(
            sign=ROOT.sign, verify=verify, keys={}, root=ROOT.public_key().public_bytes_raw()
        )
        turn = asyncio.Lock()
        road = Road(
            book=book,
            keys=keys,
            setup=Setup(address="", key=b"", place="park", known_nis=True),
            mail_to=lambda _address: coordinator,
            verify=verify,
            clock=bench.clock,
            ticker=lambda: seconds[0],
            pause=asyncio.sleep,
            chance=lambda n: next(tokens).to_bytes(n, "big"),
            name=lambda: site.name,
            wanted=lambda: True,
            turn=turn,
        )
        keeping = Keeping(
            book=book,
            box=keys.box,
            now=bench.clock.now,
            erase=desk.erase,
            wiped=lambda: conditions.append("wiped"),
        )
        letterbox = Letterbox(
            letters=Letters(
                book=book,
                desk=desk,
                clock=bench.clock,
                sender=Sender(
                    box="b" * 26,
                    sign=KEY.sign,
                    locations=(Location(id="park", nis="33011"),),
                    zone=BRUSSELS,
                    software="0.1.0",
                    k=5,
                    breakdown="month",
                    new_chain=lambda: "0" * 16,
                ),
            ),
            outbox=None,
            road=road,
            sending=lambda: True,
        )
        sessions = Sessions(secret=b"s" * 32, pin=pin, pairing=pairing, clock=bench.clock)
        visitors = visitor_app(desk=desk, site=site, pages=pages, patience=0.3)
        staff = staff_app(
            desk=desk,
            site=site,
            pages=pages,
            sessions=sessions,
            settings=settings,
            months=months,
            letterbox=letterbox,
            keeping=keeping,
        )
        async with (
            TestClient(TestServer(visitors), cookie_jar=CookieJar(unsafe=True)) as phone,
            TestClient(TestServer(staff), cookie_jar=CookieJar(unsafe=True)) as tablet,
        ):
            sites = Sites(
                phone=phone,
                tablet=tablet,
                desk=desk,
                bench=bench,
                book=book,
                conditions=conditions,
                seconds=seconds,
                pin=lock,
                pairing=pairing,
                console=console,
                settings=settings,
                months=months,
                road=road,
                site=site,
                coordinator=coordinator,
            )
            if not hand_in:
                yield sites
                return
            await sites.sign_in()
            if open_:
                await sites.tapped("session/open")
            yield sites
