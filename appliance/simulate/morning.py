"""One walk-in moment: people as they come, the box's own desk, and marks of what truly happened."""

import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from appliance.core import commands as c
from appliance.core.errors import NobodyWaiting, Refused
from appliance.core.ids import CounterId, ServiceId, TicketNumber
from appliance.core.stamp import ClockSource
from appliance.core.ticket import Assist, Outcome, Source
from appliance.desk import Desk
from appliance.services.rollover import Rollover
from appliance.simulate.patterns import Moment, Visitor
from appliance.simulate.truth import Tally, bucket, part_of_day
from appliance.simulation.clock import SimulatedClock

LATE: Final = timedelta(minutes=45)
"""So long after the planned end the last helpers go home, whoever waits."""
SIT_DOWN: Final = timedelta(minutes=2)
"""So long somebody who was called is waited for."""
TWICE: Final = 2
ASKED: Final = timedelta(minutes=75)
"""A visit without a sign for longer has no known end: 45 minutes, half an hour to answer."""


@dataclass(slots=True, kw_only=True)
class _Here:
    """A visitor in the room."""

    who: Visitor
    came: timedelta
    called: timedelta | None = None
    missed: int = 0
    gone: bool = False
    """Home again, helped or not."""


@dataclass(slots=True, kw_only=True)
class Morning:
    """Drives one session; `desk` is asked for anew, since a power cut makes another."""

    desk: Callable[[], Desk]
    rollover: Callable[[], Rollover]
    cut: Callable[[], Awaitable[None]]
    clock: SimulatedClock
    go_to: Callable[[datetime], None]
    plan: Moment
    opening: datetime
    length: timedelta
    zone: ZoneInfo
    tally: Tally = field(default_factory=Tally)
    sync: timedelta | None = None
    """When the network tells the box what time it is, if it did not know at the opening."""
    _does: dict[str, Callable[[Any], Awaitable[None]]] = field(init=False)
    _events: list[tuple[timedelta, int, str, Any]] = field(default_factory=list)
    _order: int = 0
    _here: dict[TicketNumber, _Here] = field(default_factory=dict)
    _free: deque[int] = field(default_factory=deque)
    _tables: dict[int, TicketNumber] = field(default_factory=dict)
    """Who sits at which, as the box has it."""
    _now: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self._does = {
            "arrive": self._arrive,
            "give_up": self._give_up,
            "back": self._back,
            "count": self._count,
            "mistake": self._mistake,
            "cut": self._cut,
            "synced": self._synced,
            "last": self._last,
            "miss": self._miss,
            "done": self._done,
        }

    async def run(self) -> None:
        """From the opening until the last helper goes home; the session is closed then."""
        self._free.extend(range(1, self.plan.helpers + 1))
        for who in self.plan.visitors:
            self._at(who.arrives, "arrive", who)
        for when, measure, n in self.plan.counts:
            self._at(when, "count", (measure, n))
        for when in self.plan.mistakes:
            self._at(when, "mistake", None)
        if self.plan.power_cut is not None and self.clock.source() is ClockSource.NTP:
            self._at(self.plan.power_cut, "cut", None)
        if self.sync is not None:
            self._at(self.sync, "synced", None)
        self._at(self.length, "last", None)
        while self._events:
            when, _, what, about = heapq.heappop(self._events)
            if when > self.length + LATE:
                self._forward(self.length + LATE)
                break
            self._forward(when)
            await self._does[what](about)
        self._settle()
        await self.desk().close(confirm=True)
        minutes = int(self._now.total_seconds() // 60)
        self.tally.mark("total", "sessions")
        self.tally.mark("total", "open_minutes_actual", minutes)

    # -------------------------------------------------------------- what happens

    async def _arrive(self, who: Visitor) -> None:
        done = await self.desk().take(
            ServiceId(who.service), source=Source(who.source), lang=who.lang
        )
        if done.ticket is None:
            raise AssertionError("taking gives a ticket")
        number = done.ticket.number
        self._here[number] = _Here(who=who, came=self._now)
        self._took(who)
        if who.gives_up_after is not None:
            self._at(self._now + who.gives_up_after, "give_up", number)
        if who.holds_for is not None:
            back = self.clock.now() + who.holds_for
            await self.desk().perform(c.Hold(number=number, until=back))
            self._at(self._now + who.holds_for, "back", None)
        await self._call_next()

    async def _give_up(self, number: TicketNumber) -> None:
        here = self._here[number]
        if here.gone or here.called is not None:
            return
        here.gone = True
        await self.desk().perform(c.Cancel(number=number))
        self.tally.mark("total", "left")

    async def _back(self, _about: None) -> None:
        await self.rollover().tick()
        await self._call_next()

    async def _count(self, about: tuple[str, int]) -> None:
        measure, n = about
        await self.desk().perform(c.Count(measure=measure, n=n))
        if measure in {"call", "home", "pc"}:
            self.tally.mark("total", "nonticket")
            self.tally.mark("total", "contacts")
            self.tally.mark("channel", "face" if measure == "pc" else measure)
            if measure == "pc":
                self.tally.mark("total", "pc_uses")
        elif measure == "first":
            self.tally.mark("total", "first_visits")
        else:
            self.tally.mark("total", "group_people", n)
            self.tally.mark("total", "group_sessions")

    async def _mistake(self, _about: None) -> None:
        done = await self.desk().take(ServiceId("help"), source=Source.TABLET, lang="nl")
        if done.action is None:
            raise AssertionError("taking is an action")
        await self.desk().perform(c.Undo(action=done.action))

    async def _cut(self, _about: None) -> None:
        await self.cut()

    async def _synced(self, _about: None) -> None:
        self.clock.confirm(self.opening + self._now)
        self.clock.trust = ClockSource.NTP

    async def _last(self, _about: None) -> None:
        """No more numbers; by the schedule, or by hand where nobody knows the hour."""
        await self.rollover().tick()
        try:
            await self.desk().perform(c.StartClosing())
        except Refused:
            return

    async def _miss(self, at: tuple[int, TicketNumber]) -> None:
        counter, number = at
        here = self._here[number]
        await self.desk().perform(c.NoShow(number=number))
        del self._tables[counter]
        self._free.append(counter)
        here.missed += 1
        if here.missed == TWICE:
            here.gone = True
            self.tally.mark("total", "left")
        await self._call_next()

    async def _done(self, at: tuple[int, TicketNumber]) -> None:
        counter, number = at
        here = self._here[number]
        if here.who.forgotten:
            self._free.append(counter)
            await self._call_next()
            return
        del self._tables[counter]
        who = here.who
        await self.desk().perform(
            c.Finish(
                number=number,
                topic=who.topic,
                outcome=Outcome(who.outcome),
                assist=Assist(who.assist),
                referral=who.referral,
            )
        )
        self._served(here, topic=who.topic, outcome=who.outcome, assist=who.assist)
        if who.referral is not None:
            self.tally.mark("total", "referred")
            self.tally.mark("referral", who.referral)
        self._free.append(counter)
        await self._answer(number, who)
        await self._call_next()

    async def _answer(self, number: TicketNumber, who: Visitor) -> None:
        if who.rates is not None:
            ease, friendly, confidence = who.rates
            await self.desk().perform(
                c.Rate(number=number, ease=ease, friendly=friendly, confidence=confidence)
            )
            answers = dict(zip(("ease", "friendly", "confidence"), who.rates, strict=True))
        elif who.smiles is not None:
            await self.desk().perform(c.Smile(question="ease", level=who.smiles))
            answers = {"ease": who.smiles}
        else:
            return
        for question, level in answers.items():
            self.tally.mark(f"feedback-{question}", str(level))
            self.tally.mark("total", f"said_{question}")

    async def _call_next(self) -> None:
        while self._free and self._now < self.length + LATE - SIT_DOWN:
            counter = self._free[0]
            try:
                done = await self.desk().perform(c.CallNext(counter=CounterId(counter)))
            except NobodyWaiting:
                return
            self._free.popleft()
            before = self._tables.pop(counter, None)
            if before is not None:
                self._served(self._here[before])
            if done.ticket is None:
                raise AssertionError("calling shows a ticket")
            self._called(counter, done.ticket.number)

    # -------------------------------------------------------------- marks on paper

    def _called(self, counter: int, number: TicketNumber) -> None:
        here = self._here[number]
        self._tables[counter] = number
        if here.called is None:
            self.tally.mark("total", "called")
            self.tally.mark("wait", bucket(self._now - here.came))
        here.called = self._now
        if here.missed < here.who.misses:
            self._at(self._now + SIT_DOWN, "miss", (counter, number))
        else:
            self._at(self._now + here.who.lasts, "done", (counter, number))

    def _took(self, who: Visitor) -> None:
        self.tally.mark("total", "tickets")
        self.tally.mark("service", who.service)
        self.tally.mark("language", who.lang)
        self.tally.mark("source", who.source)
        stamp = self.clock.stamp()
        known = stamp.source.trusted
        hour = stamp.wall.astimezone(self.zone).hour
        self.tally.mark("hour", part_of_day(hour) if known else "unknown")

    def _served(
        self,
        here: _Here,
        *,
        topic: str = "unknown",
        outcome: str = "unknown",
        assist: str = "unknown",
        door_shut: bool = False,
    ) -> None:
        here.gone = True
        self.tally.mark("total", "served")
        self.tally.mark("total", "contacts")
        self.tally.mark("channel", "face")
        self.tally.mark("topic", topic)
        self.tally.mark("outcome", outcome)
        self.tally.mark("assist", assist)
        lasted = None if here.called is None else self._now - here.called
        known = lasted is not None and not door_shut and lasted <= ASKED
        self.tally.mark("help", bucket(lasted) if known and lasted is not None else "unknown")

    def _settle(self) -> None:
        """The door shuts: who is at a table was helped, who waits has to go."""
        sitting = set(self._tables.values())
        for number, here in self._here.items():
            if here.gone:
                continue
            if number in sitting:
                self._served(here, door_shut=True)
            else:
                self.tally.mark("total", "left")

    # -------------------------------------------------------------- time

    def _at(self, when: timedelta, what: str, about: object) -> None:
        """On the second: a box's steady clock knows no smaller parts than milliseconds."""
        when = timedelta(seconds=round(when.total_seconds()))
        self._order += 1
        heapq.heappush(self._events, (when, self._order, what, about))

    def _forward(self, when: timedelta) -> None:
        self._now = max(self._now, when)
        self.go_to(self.opening + self._now)
