"""A box's end of the road, with everything real but its book and its clock, for tests."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select

from appliance.adapters import box_keys
from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.ed25519 import verify
from appliance.adapters.http_mail import HttpMail
from appliance.collector import register
from appliance.collector.boxes import BoxState
from appliance.collector.config import CollectorConfig
from appliance.collector.program import Collector, open_collector
from appliance.collector.tables import TOLD
from appliance.core import commands as c
from appliance.core.errors import Unavailable
from appliance.core.federation.report import Location
from appliance.core.ids import CounterId, LocationId
from appliance.desk import Desk
from appliance.ports import Mail
from appliance.services.letters import Letters, Sender
from appliance.services.outbox import Outbox
from appliance.services.road.road import Road
from appliance.services.road.road_book import Setup
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands
from tests.desks import BRUSSELS, Bench, press, running

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS)
PARK = register.Place(
    location="park",
    name="Digicafé ’t Park",
    nis="33011",
    kind="library",
    project="westhoek",
    expected_from="2026-01-01",
    expected_to=None,
)
BUS = register.Place(
    location="bus",
    name="De digibus",
    nis="33037",
    kind="mobile",
    project=None,
    expected_from="2026-01-01",
    expected_to=None,
)
WESTHOEK = register.Project(
    project="westhoek",
    name="Digibank Westhoek",
    promotor="Ieper",
    trajectory="implementatie",
    call_round=3,
    status="lopend",
    starts=None,
    ends=None,
    budget_cents=None,
    programmes="Digibanken, Iedereen Digitaal",
)


async def never() -> None:
    await asyncio.Event().wait()


@dataclass
class Cable:
    """`ports.Mail` that can be pulled out."""

    mail: Mail
    plugged: list[bool]

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        self._check()
        return await self.mail.post(path, body, content_type=content_type)

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        self._check()
        return await self.mail.get(path, query)

    def _check(self) -> None:
        if not self.plugged[0]:
            raise Unavailable("the cable is out")


@dataclass
class End:
    """One box: what it knows, and the people at it."""

    keys: BoxKeys
    bench: Bench
    book: MemoryBook
    desk: Desk
    road: Road
    letters: Letters
    outbox: Outbox
    news: asyncio.Event
    plugged: list[bool] = field(default_factory=lambda: [True])
    seconds: list[float] = field(default_factory=lambda: [0.0])

    @property
    def standing(self) -> str | None:
        return self.road.state.standing.value if self.road.state.standing else None

    async def session(self, visitors: int, *, location: str = "park") -> None:
        await self.desk.open(location=LocationId(location))
        for _ in range(visitors):
            await press(self.desk)
            await self.desk.perform(c.CallNext(counter=CounterId(1)))
        self.forward(hours=1)
        await self.desk.close(confirm=True)

    def forward(self, **duration: float) -> None:
        self.bench.hands.forward(timedelta(**duration))

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait for the road to say that something changed, until it is so."""
        while not so():
            self.news.clear()
            await self.news.wait()

    async def tell_all(self) -> int:
        """Write what is due and send it; how many letters were written."""
        written = await self.letters.tick()
        while self.outbox.waiting and await self.outbox.send():
            pass
        return written


def keys_in(directory: Path) -> BoxKeys:
    """The keys of the box in that directory, made when there are none."""
    directory.mkdir(parents=True, exist_ok=True)
    if not box_keys.exists(directory):
        box_keys.make(directory)
    return box_keys.load(directory)


@asynccontextmanager
async def an_end(
    directory: Path,
    *,
    hands: Hands | None = None,
    book: MemoryBook | None = None,
    address: str = "",
    key: bytes = b"",
    nis: bool = True,
    place: str = "park",
) -> AsyncIterator[End]:
    keys = keys_in(directory)
    book = book or MemoryBook()
    bench = Bench(book=book, start=MONDAY)
    if hands is not None:
        bench.hands = hands
        bench.clock = type(bench.clock)(hands)
    desk = bench.new_desk()
    turn, plugged, seconds, news = asyncio.Lock(), [True], [0.0], asyncio.Event()
    chains = count(int.from_bytes(keys.public[:6], "big"))
    nonces = count(1)
    road = Road(
        book=book,
        keys=keys,
        setup=Setup(address=address, key=key, place=place, known_nis=nis),
        mail_to=lambda to: Cable(HttpMail(to), plugged),
        verify=verify,
        clock=bench.clock,
        ticker=lambda: seconds[0],
        pause=lambda seconds: asyncio.sleep(seconds / 1000),
        chance=lambda n: next(nonces).to_bytes(n, "big"),
        name=lambda: "Digicafé ’t Park",
        wanted=lambda: True,
        turn=turn,
        tell=news.set,
    )
    sender = Sender(
        box=keys.box,
        sign=keys.sign,
        locations=(Location(id=place, nis="33011" if nis else "00000", kind="library"),),
        zone=BRUSSELS,
        software="0.1.0",
        k=5,
        breakdown="month",
        new_chain=lambda: f"{next(chains):016x}",
    )
    letters = Letters(
        book=book, desk=desk, clock=bench.clock, sender=sender, ready=lambda: road.ready, turn=turn
    )
    road.follow(lambda _places: letters.adopt(road.locations))
    outbox = Outbox(
        book=book,
        box=keys.box,
        coordinator=road,
        mail=road,
        changed=never,
        pause=asyncio.sleep,
        condition=lambda _name, _on: None,
        turn=turn,
    )
    async with running(desk):
        yield End(keys, bench, book, desk, road, letters, outbox, news, plugged, seconds)


@dataclass
class Office:
    """A collector with a register, on the same clock as its boxes."""

    collector: Collector
    hands: Hands

    async def approve(self, end: End, *places: str) -> None:
        now = self.collector.site.now()
        await self.collector.site.enrolment.approve(
            end.keys.box, places or ("park",), by="an", now=now
        )

    async def revoke(self, end: End) -> None:
        now = self.collector.site.now()
        await self.collector.site.boxes.decide(end.keys.box, BoxState.REVOKED, by="an", now=now)

    async def code(self, place: str = "park") -> str:
        now = self.collector.site.now()
        return await self.collector.site.enrolment.new_code(place, by="an", now=now)

    async def told(self) -> Sequence[tuple[str, str, str, int]]:
        """Box, place, period and tickets of all that counts."""
        async with self.collector.site.database.reading() as connection:
            rows = (await connection.execute(select(TOLD))).all()
        return sorted(
            (row.box, row.location, row.period, json.loads(row.totals)["tickets"]) for row in rows
        )

    async def tickets(self, grain: str) -> int:
        """How many people the weeks, or the months, make together."""
        return sum(
            n for _, _, period, n in await self.told() if ("W" in period) == (grain == "week")
        )


@asynccontextmanager
async def an_office(directory: Path, hands: Hands) -> AsyncIterator[Office]:
    config = CollectorConfig(directory=str(directory), port=0)

    def now() -> datetime:
        return (MONDAY + hands.passed()).astimezone(UTC)

    async with open_collector(config, now=now) as collector:
        await register.put_projects(collector.site.database, [WESTHOEK])
        await register.put_places(collector.site.database, [PARK, BUS])
        yield Office(collector, hands)
