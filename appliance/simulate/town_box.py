"""One whole box of the simulated year: the queue, the counts, the letters and the outbox."""

import asyncio
import itertools
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from appliance import __version__
from appliance.adapters import ed25519
from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.opening_hours import OsmTimetable
from appliance.box import desk_settings, planned_windows, settings_of
from appliance.config import Box as BoxConfig
from appliance.config import Config, Place
from appliance.core.errors import Unavailable
from appliance.core.federation.report import Location
from appliance.core.ids import ServiceId
from appliance.core.stamp import ClockSource
from appliance.core.ticket import Source
from appliance.desk import Desk
from appliance.ports import Book, Mail, Window, Write
from appliance.services.letters import Letters, Sender
from appliance.services.outbox import Coordinator, Outbox
from appliance.services.rollover import Rollover
from appliance.simulate.morning import Morning
from appliance.simulate.patterns import Site, moment
from appliance.simulate.truth import Truth
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands, SimulatedClock

ZONE: Final = ZoneInfo("Europe/Brussels")
K: Final = 5
TABLES: Final = ("box", "tallies", "chain", "told", "letters", "actions")
"""What a copy of a card holds of all this."""


@dataclass(slots=True, kw_only=True)
class Year:
    """What a box must know of the world: when it begins, and to whom letters go."""

    start: datetime
    coordinator: bytes
    """Its public key."""
    mail: Mail


@dataclass(slots=True)
class Diary:
    """What befell a box, for the table at the end."""

    missed: int = 0
    cuts: int = 0
    undated: int = 0
    sent: int = 0
    most_waiting: int = 0
    most_bytes: int = 0
    faults: list[str] = field(default_factory=list)


class TownBox:
    """Production code around a clock that is turned by hand; `live` must run beside it."""

    def __init__(self, site: Site, rng: Random, *, book: Book, keys: BoxKeys, year: Year) -> None:
        self.site = site
        self.truth = Truth()
        self.diary = Diary()
        self.keys = keys
        self.book = book
        self._rng = rng
        self._year = year
        self._hands = Hands(year.start)
        self.clock = SimulatedClock(self._hands)
        self._timetable = OsmTimetable(site.hours, zone=ZONE.key)
        self._window = self._timetable.next_window(year.start)
        self._letter_due: datetime | None = year.start
        self._desk_work: asyncio.Task[None] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._config = Config(
            place=Place(id=site.id, name=site.id, nis=site.nis, kind=site.kind, hours=site.hours),
            box=BoxConfig(letter=site.letter),
        )
        self._switch_on()

    def _switch_on(self) -> None:
        """Desk and services over what the book holds, as at every start of a box."""
        tokens = itertools.count(1)
        settings = desk_settings(self._config, settings_of(self._config), ZONE)
        self.desk = Desk(
            book=self.book,
            clock=self.clock,
            settings=settings,
            new_token=lambda: f"t{next(tokens)}",
            planned=lambda after, until: planned_windows(self._timetable, after, until),
        )
        self.rollover = Rollover(desk=self.desk, clock=self.clock, timetable=self._timetable)
        self.letters = Letters(
            book=self.book,
            desk=self.desk,
            clock=self.clock,
            sender=Sender(
                box=self.keys.box,
                sign=self.keys.sign,
                locations=(Location(id=self.site.id, nis=self.site.nis, kind=self.site.kind),),
                zone=ZONE,
                software=__version__,
                k=K,
                breakdown=self.site.breakdown,
                new_chain=lambda: f"{self._rng.getrandbits(64):016x}",
            ),
        )
        self.outbox = Outbox(
            book=self.book,
            box=self.keys.box,
            coordinator=Coordinator(key=self._year.coordinator, verify=ed25519.verify),
            mail=self._year.mail,
            changed=_never,
            pause=_no_pause,
            condition=self._condition,
        )

    def work_in(self, group: asyncio.TaskGroup) -> None:
        """The desk works from now on; the group ends it."""
        self._tasks = group
        self._desk_work = group.create_task(self.desk.run(), name=self.site.id)

    def stop(self) -> None:
        if self._desk_work is not None:
            self._desk_work.cancel()

    # -------------------------------------------------------------- days

    async def day(self, today: date, *, uplink: bool) -> None:
        """Every walk-in moment of the day, and the letters of the night after it."""
        while self._window is not None and self._window.start.astimezone(ZONE).date() <= today:
            window, self._window = self._window, self._timetable.next_window(self._window.start)
            await self._session(window, uplink=uplink)
        self._go_to(datetime.combine(today + timedelta(days=1), time(5), ZONE))
        if not self.site.plugged or uplink:
            self._know_the_hour(uplink=uplink)
            await self.write_letters()

    async def write_letters(self) -> None:
        """What is due; looked at when something can be."""
        if not self.clock.source().trusted:
            return
        if self._letter_due is None or self.clock.now() >= self._letter_due:
            due = self.letters.due() if self._has_undated else ()
            weeks = [one.period for one in due if one.period.kind == "week" and not one.revision]
            await self.letters.tick()
            if weeks and not self._has_undated:  # the box gave them the next week that it told
                self.truth.date_undated(weeks[0].end - timedelta(days=1))
            self._letter_due = self.letters.next_due()
            waiting = self.outbox.waiting
            size = sum(len(letter["envelope"]) for _, letter in waiting)
            self.diary.most_waiting = max(self.diary.most_waiting, len(waiting))
            self.diary.most_bytes = max(self.diary.most_bytes, size)

    async def late_letters(self, end: date) -> None:
        """After the last day the network tells every box the hour; nobody comes any more."""
        self._window = None
        self._go_to(datetime.combine(end + timedelta(days=1), time(5), ZONE))
        self._know_the_hour(uplink=True)
        self._letter_due = None
        await self.write_letters()

    async def wake_up(self, now: datetime | None) -> None:
        """A card that lay in a drawer learns what time it is, and writes what is due."""
        if now is not None:
            self._go_to(now)
        await self.write_letters()

    @property
    def _has_undated(self) -> bool:
        return any(one["period"] == "undated" for one in self.book.read("tallies").values())

    @property
    def letters_written(self) -> int:
        chain = self.book.read("chain").get(1)
        return int(chain["seq"]) if chain else 0

    @property
    def letters_arrived(self) -> int:
        chain = self.book.read("chain").get(1)
        return int(chain["received"]) if chain else 0

    async def send(self) -> bool:
        """Once, if anything waits; whether a letter arrived."""
        if not self.outbox.waiting:
            return False
        self.diary.sent += 1
        try:
            return await self.outbox.send()
        except Unavailable as trouble:
            self.diary.faults.append(str(trouble))
            return False

    async def twin(self, *, mail: Mail) -> "TownBox":
        """A copy of the card in another Pi; somebody at home presses its button once."""
        book = MemoryBook()
        for table in TABLES:
            writes = [
                Write(table=table, id=n, document=deepcopy(dict(one)))
                for n, one in self.book.read(table).items()
            ]
            await book.commit(writes)
        year = Year(start=self._hands.now(), coordinator=self._year.coordinator, mail=mail)
        other = TownBox(self.site, Random(0), book=book, keys=self.keys, year=year)  # noqa: S311  a copy draws nothing
        other._window = None
        return other

    async def try_out(self) -> None:
        """One press and one call, about which the truth knows nothing."""
        await self.desk.open()
        await self.desk.take(ServiceId("help"), source=Source.BUTTON, lang="und")
        await self.desk.close(confirm=True)

    # -------------------------------------------------------------- small print

    async def _session(self, window: Window, *, uplink: bool) -> None:
        length = window.end - window.start
        plan = moment(self.site, self._rng, length)
        if plan.missed:
            self.diary.missed += 1
            return
        self._go_to(window.start)
        sync = self._boot(plan.person, uplink=uplink)
        before = self.clock.stamp()
        await self.rollover.tick()
        if self.desk.queue.session is None:
            await self.desk.open()
        morning = Morning(
            desk=lambda: self.desk,
            rollover=lambda: self.rollover,
            cut=self._power_cut,
            clock=self.clock,
            go_to=self._go_to,
            plan=plan,
            opening=window.start,
            length=length,
            zone=ZONE,
            sync=sync,
        )
        await morning.run()
        after = self.clock.stamp()
        dated = before.source.trusted or (after.source.trusted and after.boot == before.boot)
        self.diary.undated += not dated
        self.truth.add(window.start.astimezone(ZONE).date() if dated else None, morning.tally)

    def _boot(self, person: timedelta | None, *, uplink: bool) -> timedelta | None:
        """What the clock knows at the opening; when the network will tell it, if it will."""
        if not self.site.plugged:
            self._know_the_hour(uplink=uplink)
            return None
        self.clock.reboot()
        self.clock.trust = ClockSource.NONE
        self.clock.jump(-timedelta(hours=self._rng.randint(20, 200)))
        if uplink and self._rng.random() < 0.5:  # noqa: PLR2004  half the time it is quick
            self._know_the_hour(uplink=True)
            return None
        if uplink:
            return timedelta(minutes=self._rng.randint(1, 9))
        if person is not None:
            self.clock.confirm(self._hands.now() + person)
        return None

    def _know_the_hour(self, *, uplink: bool) -> None:
        """The network says what time it is; who is always on keeps time without it."""
        if uplink:
            self.clock.confirm(self._hands.now())
            self.clock.trust = ClockSource.NTP

    async def _power_cut(self) -> None:
        """The plug out and in: another desk over the same book."""
        self.diary.cuts += 1
        self.stop()
        self.clock.reboot()
        self._switch_on()
        if self._tasks is None:
            raise AssertionError("a box works in a group")
        self.work_in(self._tasks)

    def _go_to(self, moment: datetime) -> None:
        self._hands.forward(moment.astimezone(UTC) - self._hands.now())

    def _condition(self, name: str, on: bool) -> None:  # noqa: FBT001  the outbox's own shape
        """Tablets would show it; the table at the end counts letters."""


async def _never() -> None:
    await asyncio.Event().wait()


async def _no_pause(_seconds: float) -> None:
    return
