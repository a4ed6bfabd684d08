"""Writes the letters that are due: sealed once, flushed, and never written again."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from appliance.core.catalogue import VERSION as CATALOGUE
from appliance.core.errors import Unavailable
from appliance.core.federation import chain as chains
from appliance.core.federation.calendar import Period
from appliance.core.federation.chain import Breakdown, Chain, Due, Told
from appliance.core.federation.dsse import Sign, seal
from appliance.core.federation.report import TYPE, Location, Report, dump
from appliance.core.month import with_typed
from appliance.core.numbering import day_of
from appliance.core.periods import UNDATED
from appliance.desk import Desk
from appliance.ports import Book, Clock, Document, Write

_LOGGER = logging.getLogger(__name__)

LOOK_EVERY: Final = timedelta(minutes=10)
PATIENCE: Final = timedelta(hours=3)
"""So long after its end a period is over: late sessions are in it, and nobody is in the room."""
SPREAD: Final = 60
"""Boxes write within so many minutes of each other, each at its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, and of which places."""

    box: str
    """The box's id, which is made from its key."""
    sign: Sign
    locations: tuple[Location, ...]
    zone: ZoneInfo
    software: str
    k: int
    breakdown: Breakdown
    new_chain: Callable[[], str]
    """Sixteen hexadecimal digits, by chance."""


class Letters:
    """The only writer of the tables `chain`, `told` and, but for its pruning, `letters`."""

    def __init__(
        self,
        *,
        book: Book,
        desk: Desk,
        clock: Clock,
        sender: Sender,
        ready: Callable[[], bool] = lambda: True,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self._book = book
        self._desk = desk
        self._clock = clock
        self._sender = sender
        self._ready = ready
        self._turn = turn or asyncio.Lock()
        self._places = {one.id: one for one in sender.locations}
        self._fresh = sender.new_chain()
        own = timedelta(minutes=sum(sender.box.encode()) % SPREAD)
        self._patience = PATIENCE + own

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.tick()
            except Unavailable as error:
                _LOGGER.warning("Letters wait: %s", error)
            await self._clock.sleep(LOOK_EVERY)

    def adopt(self, places: Mapping[str, Location]) -> None:
        """Our own names of the places, and how the register names them, from the next letter on."""
        own = {one.id: one for one in self._sender.locations}
        self._places = {**own, **places}

    async def tick(self) -> int:
        """Write every letter that is due; how many. None is ever dated by a clock nobody trusts."""
        if not self._ready():
            return 0
        await self._date_the_undated()
        async with self._turn:
            written = 0
            if self._clock.source().trusted and not self._book.read("chain"):
                await self._begin()
            while self._clock.source().trusted:
                waiting = self.due()
                if not waiting:
                    break
                await self._write(waiting[0])
                written += 1
        return written

    def due(self) -> Sequence[Due]:
        """What would be written now."""
        open_day = self._open_day()
        if not self._clock.source().trusted or open_day is _UNKNOWN:
            return ()
        return chains.due(
            stored=self._stored(),
            told=[chains.load_told(record) for record in self._book.read("told").values()],
            locations=list(self._places),
            since=self._chain().since,
            today=self._day(self._clock.now() - self._patience),
            breakdown=self._sender.breakdown,
            k=self._sender.k,
            open_day=open_day,
        )

    def next_due(self) -> datetime | None:
        """When the next period is over, on the wall clock; None while nobody vouches for it."""
        if not self._clock.source().trusted:
            return None
        day = self._day(self._clock.now() - self._patience)
        end = min(Period.week_of(day).end, Period.of(self._sender.breakdown, day).end)
        midnight = datetime.combine(end, time(), self._sender.zone)
        return midnight.astimezone(UTC) + self._patience

    def upcoming(self) -> Sequence[Report]:
        """The letters of the periods that go on, as they would be written if these ended now."""
        today = self._today()
        ends = (Period.week_of(today).end, Period.of(self._sender.breakdown, today).end)
        found = chains.due(
            stored=self._stored(),
            told=(),
            locations=list(self._places),
            since=today,
            today=max(ends),
            breakdown=self._sender.breakdown,
            k=self._sender.k,
        )
        running = [one for one in found if one.period.start <= today < one.period.end]
        return [self._report(one, self._chain()) for one in running]

    # -------------------------------------------------------------- how

    def _stored(self) -> Sequence[Document]:
        """What was counted, and in the months what a lead typed of hours and costs."""
        counted = list(self._book.read("tallies").values())
        return with_typed(counted, self._book.read("months").values())

    async def _begin(self) -> None:
        """From today on silence is a gap; what was counted before is told too."""
        record = chains.dump_chain(self._chain())
        await self._book.commit([Write(table="chain", id=1, document=record)])
        self._fresh = self._sender.new_chain()

    async def _date_the_undated(self) -> None:
        """What nobody gave a date counts in the next week that is told, and is marked there."""
        if not any(one["period"] == UNDATED for one in self._book.read("tallies").values()):
            return
        fresh = [one for one in self.due() if not one.revision and one.period.kind == "week"]
        if fresh and await self._desk.date_undated(fresh[0].period.end - timedelta(days=1)):
            _LOGGER.info("Counts without a date were put in %s", fresh[0].period.name)

    async def _write(self, one: Due) -> None:
        """Letter, chain and what was told, as one record."""
        chain = self._chain()
        payload = dump(self._report(one, chain))
        envelope = seal(TYPE, payload, keyid=self._sender.box, sign=self._sender.sign)
        chain = chains.after(chain, payload)
        told = Told(
            location=one.location,
            period=one.period.name,
            revision=one.revision,
            totals=one.totals,
        )
        letter = {
            "v": chains.VERSION,
            "envelope": envelope.decode(),
            "digest": chain.prev,
            "location": one.location,
            "period": one.period.name,
            "revision": one.revision,
        }
        await self._book.commit(
            [
                Write(table="letters", id=chain.seq, document=letter),
                Write(table="chain", id=1, document=chains.dump_chain(chain)),
                Write(table="told", id=self._place_of(told), document=chains.dump_told(told)),
            ]
        )
        _LOGGER.info("Letter %d written: %s", chain.seq, one.period.name)
        self._desk.tell()

    def _report(self, one: Due, chain: Chain) -> Report:
        return Report(
            box=self._sender.box,
            chain=chain.id,
            seq=chain.seq + 1,
            prev=chain.prev,
            location=self._places[one.location],
            period=one.period,
            zone=self._sender.zone.key,
            revision=one.revision,
            generated_at=self._clock.now().astimezone(UTC).replace(microsecond=0),
            clock=self._clock.source(),
            catalogue=CATALOGUE,
            k=self._sender.k,
            software=self._sender.software,
            totals=one.totals,
            tables=one.tables,
        )

    def _chain(self) -> Chain:
        """The chain that goes on; a new one begins with the first day that was counted."""
        record = self._book.read("chain").get(1)
        if record is not None:
            return chains.load_chain(record)
        counted = {str(one["period"]) for one in self._book.read("tallies").values()} - {UNDATED}
        weeks = {name for name in counted if "W" in name}
        days = [Period.named(name).start for name in weeks or counted]
        return Chain(id=self._fresh, since=min([*days, self._today()]))

    def _place_of(self, told: Told) -> int:
        known = self._book.read("told")
        for number, record in known.items():
            if (record["location"], record["period"]) == (told.location, told.period):
                return number
        return max(known, default=0) + 1

    def _today(self) -> date:
        return self._day(self._clock.now())

    def _open_day(self) -> date | None:
        """The date of the session that goes on; date.min when nobody knows it."""
        session = self._desk.queue.session
        if session is None:
            return None
        return session.day or day_of(session.opened, self._clock.stamp(), self._day) or _UNKNOWN

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._sender.zone).date()


_UNKNOWN: Final = date.min
