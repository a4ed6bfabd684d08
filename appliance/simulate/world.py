"""Some boxes of the simulated year, day by day, beside their coordinator; one process runs one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.tinydb_book import create_store, start_book
from appliance.collector.geography import on
from appliance.collector.program import open_store
from appliance.edges import STORE
from appliance.ports import Book
from appliance.simulate.office import PostOffice, config_of
from appliance.simulate.patterns import Site, Uplink, site, uplink_days
from appliance.simulate.town_box import ZONE, K, TownBox, Year
from appliance.simulate.truth import Truth
from appliance.simulation.books import MemoryBook

START: Final = date(2026, 11, 30)
"""A Monday; six weeks from here cross the end of two months, a quarter and a year."""
ON_DISK: Final = 5
"""So many boxes keep their book on a real disk; the others remember."""
NOTICED_AFTER: Final = 3
"""Days until a coordinator has looked at two cards of one box."""
LAST_TRIES: Final = 40
"""Nights after the last day, in which everything that waits must arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What `digipunt simulate` was asked."""

    boxes: int
    days: int
    seed: int
    directory: Path

    @property
    def start(self) -> datetime:
        return datetime.combine(START, time(5), ZONE)

    @property
    def end(self) -> date:
        """The first day after it."""
        return START + timedelta(days=self.days)

    def site(self, number: int) -> Site:
        codes = [one.nis for one in on(START)]
        return site(number, self._chance("site", number), codes, days=self.days)

    def keys(self, number: int) -> BoxKeys:
        seed = self._chance("key", number).randbytes(32)
        return BoxKeys(Ed25519PrivateKey.from_private_bytes(seed))

    def chance(self, number: int) -> Random:
        return self._chance("year", number)

    def uplink(self, kind: Uplink, number: int) -> list[bool]:
        return uplink_days(kind, self._chance("uplink", number), self.days)

    def _chance(self, what: str, number: int) -> Random:
        return Random(f"{self.seed} {what} {number}")  # noqa: S311  a world that can be repeated


@dataclass(slots=True, kw_only=True)
class Lived:
    """What a box has been through, and what really happened at its place."""

    site: Site
    box: str
    truth: Truth
    missed: int
    cuts: int
    undated: int
    letters: int
    waiting: int
    most_waiting: int
    most_bytes: int
    forked: bool
    faults: Sequence[str] = ()


@dataclass(slots=True)
class _Copy:
    """A second card of a box."""

    box: TownBox
    tried: bool = False
    flagged_on: int | None = None
    over: bool = field(default=False)


async def live(wanted: Wanted, numbers: Sequence[int]) -> list[Lived]:
    """These boxes from the first day to the last, and until their last letter has arrived."""
    async with AsyncExitStack() as stack:
        store = open_store(config_of(wanted.directory))
        database, key = await stack.enter_async_context(store)
        office = PostOffice(database=database, key=key, k=K)
        year = Year(start=wanted.start, coordinator=key.public, mail=office)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        boxes = []
        for number in numbers:
            book = await stack.enter_async_context(_book(wanted, number))
            one = TownBox(
                wanted.site(number),
                wanted.chance(number),
                book=book,
                keys=wanted.keys(number),
                year=year,
            )
            one.work_in(group)
            boxes.append(one)
        street = _Street(wanted, office, boxes, group)
        try:
            return await street.run()
        finally:
            street.stop()


class _Street:
    """All boxes of one process: their days, and the nights in which letters travel."""

    def __init__(
        self,
        wanted: Wanted,
        office: PostOffice,
        boxes: Sequence[TownBox],
        group: asyncio.TaskGroup,
    ) -> None:
        self._wanted = wanted
        self._office = office
        self._boxes = boxes
        self._group = group
        self._uplinks = {
            one.site.id: wanted.uplink(one.site.uplink, one.site.number) for one in boxes
        }
        self._copies: dict[str, _Copy] = {}

    def stop(self) -> None:
        """Every desk, of copied cards too."""
        for one in (*self._boxes, *(copy.box for copy in self._copies.values())):
            one.stop()

    async def run(self) -> list[Lived]:
        for one in self._boxes:
            await one.write_letters()  # from the first day on silence is a gap
        for day in range(self._wanted.days):
            today = START + timedelta(days=day)
            up = {one.site.id: self._uplinks[one.site.id][day] for one in self._boxes}
            await asyncio.gather(*(one.day(today, uplink=up[one.site.id]) for one in self._boxes))
            with_uplink = [one for one in self._boxes if up[one.site.id]]
            await self._night(today, day, with_uplink)
        for later in range(LAST_TRIES):
            today = self._wanted.end + timedelta(days=later)
            if not any(one.outbox.waiting for one in self._boxes) and later:
                break
            await asyncio.gather(*(one.late_letters(self._wanted.end) for one in self._boxes))
            await self._night(today, self._wanted.days + later, self._boxes)
        return [self._lived(one) for one in self._boxes]

    async def _night(self, today: date, day: int, boxes: Sequence[TownBox]) -> None:
        self._office.now = datetime.combine(today + timedelta(days=1), time(5), ZONE)
        await self._post(boxes)
        for one in boxes:
            await self._second_card(one, day)

    async def _post(self, boxes: Sequence[TownBox]) -> None:
        """Every box sends at once; their letters travel as one delivery."""
        sending = [self._group.create_task(one.send()) for one in boxes if one.outbox.waiting]
        while not all(one.done() for one in sending):
            await self._office.everybody_posted()
            await self._office.deliver()

    async def _second_card(self, one: TownBox, day: int) -> None:
        """A copied card tries to send what its box has sent already, and is found out."""
        if one.site.cloned_on is None or self._office.now is None:
            return
        copy = self._copies.get(one.site.id)
        if copy is None:
            if day >= one.site.cloned_on and not one.outbox.waiting and one.letters_written:
                twin = await one.twin(mail=self._office)
                self._copies[one.site.id] = _Copy(twin)
            return
        if copy.over:
            return
        if copy.flagged_on is not None:
            if day >= copy.flagged_on + NOTICED_AFTER:
                await self._office.let_go_on(one.keys.box, now=self._office.now)
                copy.box.stop()
                copy.over = True
            return
        await self._try_copy(one, copy, day)

    async def _try_copy(self, one: TownBox, copy: _Copy, day: int) -> None:
        if not copy.tried:
            copy.tried = True
            copy.box.work_in(self._group)
            await copy.box.try_out()
        await copy.box.wake_up(self._office.now)
        ahead = one.letters_arrived >= copy.box.letters_written > copy.box.letters_arrived
        if ahead:
            await self._post([copy.box])
            copy.flagged_on = day

    def _lived(self, one: TownBox) -> Lived:
        copy = self._copies.get(one.site.id)
        return Lived(
            site=one.site,
            box=one.keys.box,
            truth=one.truth,
            missed=one.diary.missed,
            cuts=one.diary.cuts,
            undated=one.diary.undated,
            letters=one.letters_written,
            waiting=len(one.outbox.waiting),
            most_waiting=one.diary.most_waiting,
            most_bytes=one.diary.most_bytes,
            forked=copy is not None and copy.flagged_on is not None,
            faults=one.diary.faults,
        )


@asynccontextmanager
async def _book(wanted: Wanted, number: int) -> AsyncIterator[Book]:
    if number >= ON_DISK:
        yield MemoryBook()
        return
    directory = wanted.directory / f"box-{number}"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    create_store(directory / STORE)
    async with start_book(directory / STORE, people="actions") as book:
        yield book
