"""A desk with a book in memory and a clock to turn, for tests that need no more."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.core.ids import CounterId, Key, LocationId, ServiceId, TicketNumber
from appliance.core.queue import Rules
from appliance.core.ticket import Source
from appliance.desk import Desk, DeskSettings, Done, PlannedWindows
from appliance.ports import Book, Clock
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands, SimulatedClock

BRUSSELS = ZoneInfo("Europe/Brussels")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=BRUSSELS)
SETTINGS = DeskSettings(
    rules=Rules(
        services=frozenset({ServiceId("help"), ServiceId("pc")}),
        counters=3,
        topics=frozenset({"unknown", "tax"}),
        measures=frozenset({"call", "group"}),
        referrals=frozenset({"ocmw", "bank"}),
    ),
    letter="A",
    locations=(LocationId("park"), LocationId("bus")),
    helpers=2,
    zone=BRUSSELS,
)


class Bench:
    """What a test of the desk holds in its hands."""

    def __init__(self, *, book: Book | None = None, start: datetime = TUESDAY) -> None:
        self.hands = Hands(start)
        self.clock = SimulatedClock(self.hands)
        self.book: Book = book or MemoryBook()
        self.planned: PlannedWindows = lambda _after, _until: ()

    def new_desk(self, clock: Clock | None = None) -> Desk:
        tokens = itertools.count(1)
        return Desk(
            book=self.book,
            clock=clock or self.clock,
            settings=SETTINGS,
            new_token=lambda: f"token{next(tokens)}",
            planned=self.planned,
        )


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Desk]:
    """The desk at work; let go at the end."""
    async with asyncio.TaskGroup() as group:
        work = group.create_task(desk.run())
        try:
            yield desk
        finally:
            work.cancel()


async def press(desk: Desk, key: str | None = None) -> Done:
    return await desk.take(
        ServiceId("help"), source=Source.BUTTON, lang="nl", key=Key(key) if key else None
    )


def numbers(desk: Desk) -> list[str]:
    return [str(ticket.number) for ticket in desk.queue.waiting]


ONE, TWO = CounterId(1), CounterId(2)
A1 = TicketNumber("A1")
