"""A box at work on some medium: its desk over the real store, restarted now and then."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from appliance.adapters.tinydb_book import TinyDBBook, create_store, open_book, start_book
from appliance.core import box_state
from appliance.core.box_state import BoxState
from appliance.core.errors import Refused, StorageUnavailable
from appliance.core.numbering import Numbering
from appliance.desk import Desk
from appliance.ports import Book, Files, Window, Write
from appliance.simulation.clock import Hands, SimulatedClock
from tests.desks import SETTINGS, TUESDAY, running
from tests.torture.acts import HOUSEKEEPING, Act, Visitors
from tests.torture.diary import Diary, what_is_there

SEGMENT = 24 * 4096
"""Small, so that a day sees several."""

ACTS = 100
"""A life of so many acts has about four sessions and nine restarts."""


def an_hour(_after: datetime | None, until: datetime) -> Sequence[Window]:
    """Every window of the schedule lasts an hour here."""
    return [Window(start=until, end=until + timedelta(hours=1))]


MakeDesk = Callable[..., Desk]


@dataclass(slots=True)
class Home:
    """Where a box lives: its store, the file system as it sees it, and which desk it runs."""

    path: Path
    files: Files
    desk: MakeDesk = Desk
    hands: Hands = field(default_factory=lambda: Hands(TUESDAY))
    clock: SimulatedClock = field(init=False)
    tokens: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(self.hands)

    def new_token(self) -> str:
        return f"{self.tokens.getrandbits(96):024x}"

    def new_desk(self, book: Book) -> Desk:
        return self.desk(
            book=book,
            clock=self.clock,
            settings=SETTINGS,
            new_token=self.new_token,
            planned=an_hour,
        )

    async def provision(self, *, segment_bytes: int = SEGMENT) -> None:
        """A store of a box that has been open on many days: its closing takes several blocks."""
        create_store(self.path, segment_bytes=segment_bytes, files=self.files)
        days = tuple(date(2025, 6, 1) + timedelta(days=n) for n in range(390))
        state = BoxState(numbering=Numbering(serial=390, count=31, days=days))
        async with open_book(self.path, files=self.files) as book:
            await book.commit([Write(table="box", id=1, document=box_state.dump(state))])

    @asynccontextmanager
    async def started(self) -> AsyncIterator[tuple[Desk, TinyDBBook]]:
        """The box from start to stop, as it starts in the product: open, tidy, take over."""
        async with (
            start_book(self.path, people="actions", files=self.files) as book,
            running(self.new_desk(book)) as desk,
        ):
            yield desk, book

    @asynccontextmanager
    async def looked_at(self) -> AsyncIterator[tuple[Desk, TinyDBBook]]:
        """Only opened and read, which writes nothing."""
        async with open_book(self.path, files=self.files) as book:
            yield self.new_desk(book), book


async def live(
    home: Home,
    diary: Diary,
    *,
    seed: int | str,
    acts: int,
    position: Callable[[], int],
) -> None:
    """So many acts; every one is written into the diary when it has been acknowledged."""
    visitors = Visitors(seed)
    chance = random.Random(f"time {seed}")
    first = Act(name="restart", key=visitors.next_key())
    while len(diary.pages) < acts:
        async with home.started() as (desk, book):
            if not diary.pages:
                diary.ask(first, position())
            diary.acknowledge(what_is_there(desk, book), position())
            while len(diary.pages) < acts:
                act = visitors.next_act(desk.queue)
                home.hands.forward(timedelta(seconds=chance.randrange(100)))
                diary.ask(act, position())
                if act.name == "restart":
                    break
                try:
                    await (book.tidy(wipe=False) if act.name == "tidy" else act.ask(desk))
                except Refused:
                    continue
                except StorageUnavailable:
                    if book.failure is not None:
                        diary.stopped = await _refuses_everything(desk, visitors)
                        return
                    # No room to tidy just now: nothing has changed, and the day goes on.
                diary.acknowledge(what_is_there(desk, book), position())
        home.clock.reboot()


async def _refuses_everything(desk: Desk, visitors: Visitors) -> bool:
    """Whether the box, after the first failure, takes no act at all, and says so."""
    for _ in range(3):
        act = visitors.next_act(desk.queue)
        try:
            if act.name not in HOUSEKEEPING:
                await act.ask(desk)
                return False
        except (StorageUnavailable, Refused):
            pass
    return desk.failure is not None
