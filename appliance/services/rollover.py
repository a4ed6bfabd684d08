"""Opens and closes sessions by schedule, brings back who was on hold, ends what is empty."""

import asyncio
import logging
from datetime import datetime, timedelta

from appliance.core.commands import JoinWindow, ReturnHeld, StartClosing
from appliance.core.errors import Refused, Unavailable
from appliance.core.session import SessionState
from appliance.core.stamp import elapsed, jumped
from appliance.core.ticket import Ticket, TicketState
from appliance.desk import Desk
from appliance.ports import Clock, Timetable, Window

_LOGGER = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""How long an emptied session stays, so that the last action can be undone."""
LONGEST_SLEEP = timedelta(minutes=1)


class Rollover:
    """Lets the clock act on the queue; all it does, a volunteer could do by hand."""

    def __init__(self, *, desk: Desk, clock: Clock, timetable: Timetable) -> None:
        self._desk = desk
        self._clock = clock
        self._timetable = timetable
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        while True:
            try:
                await self.tick()
            except (Refused, Unavailable) as problem:  # somebody was faster, or the book is shut
                _LOGGER.warning("The schedule waits: %s", problem)
            due = self.next_due()
            pause = LONGEST_SLEEP if due is None else due - self._clock.now()
            await self._clock.sleep(min(max(pause, timedelta(seconds=0.5)), LONGEST_SLEEP))

    def now(self) -> datetime:
        """The wall clock by which the schedule goes."""
        return self._clock.now()

    def clock_jumped(self) -> bool:
        """Whether the wall clock jumped since the session opened; then people close it."""
        session = self._desk.queue.session
        return session is not None and jumped(session.opened, self._clock.stamp())

    def next_opening(self) -> datetime | None:
        """When the next planned session starts; None when nobody knows."""
        if not self._clock.source().trusted:
            return None
        now = self._clock.now()
        current = self._timetable.window(now)
        if current is not None and self._opens(current):
            return current.start
        following = self._timetable.next_window(now)
        return following.start if following else None

    def next_due(self) -> datetime | None:
        """When there is next something to do, on the wall clock."""
        now = self._clock.now()
        dues = [self._back_at(ticket, now) for ticket in self._desk.queue.held]
        if self._clock.source().trusted:
            current = self._timetable.window(now)
            following = self._timetable.next_window(now)
            dues += [current.end] if current else []
            dues += [following.start] if following else []
        if self._desk.queue.state is SessionState.CLOSING and self._empty():
            dues.append(now + GRACE)
        later = [due for due in dues if due is not None and due > now]
        return min(later, default=None)

    async def tick(self) -> None:
        """Do everything that is due now; whoever else asks waits, and finds nothing left to do."""
        async with self._turn:
            await self._tick()

    async def _tick(self) -> None:
        await self._return_held()
        if self._clock.source().trusted and not self.clock_jumped():
            await self._follow_schedule()
        queue = self._desk.queue
        if queue.state is SessionState.CLOSING and self._empty() and queue.last is not None:
            quiet = elapsed(queue.last, self._clock.stamp())
            if quiet is None or quiet >= GRACE:
                await self._close()

    async def _return_held(self) -> None:
        now = self._clock.now()
        for ticket in self._desk.queue.held:
            due = self._back_at(ticket, now)
            if due is not None and due <= now:
                try:
                    await self._desk.perform(ReturnHeld(number=ticket.number))
                except Refused:
                    _LOGGER.debug("%s came back by itself", ticket.number)

    def _back_at(self, ticket: Ticket, now: datetime) -> datetime | None:
        """When a hold ends, counted on the steady clock where the wall clock has jumped."""
        if ticket.until is None or ticket.held_since is None:
            return None
        passed = elapsed(ticket.held_since, self._clock.stamp())
        if passed is None:
            return ticket.until
        return now + (ticket.until - ticket.held_since.wall) - passed

    async def _follow_schedule(self) -> None:
        window = self._timetable.window(self._clock.now())
        queue = self._desk.queue
        session = queue.session
        if session is None:
            if window is not None and self._opens(window):
                await self._desk.open(window=window.start)
            return
        if window is not None and session.window != window.start:
            await self._meet(window)
        elif window is None and session.window is not None and session.state is SessionState.OPEN:
            await self._desk.perform(StartClosing())

    async def _meet(self, window: Window) -> None:
        """A window has started while a session is open: join it, or begin a new one."""
        session = self._desk.queue.session
        if session is None:
            return
        if session.window is None and self._same_day(session.opened.wall, window.start):
            await self._desk.perform(JoinWindow(window=window.start))
        elif self._empty():
            await self._desk.close(confirm=True)
            await self._desk.open(window=window.start)
        elif session.state is SessionState.OPEN:
            await self._desk.perform(JoinWindow(window=window.start))

    async def _close(self) -> None:
        try:
            await self._desk.close(confirm=False)
        except Refused:
            _LOGGER.debug("Somebody came in just before closing")

    def _opens(self, window: Window) -> bool:
        handled = self._desk.state.window
        return self._desk.queue.session is None and (handled is None or handled < window.start)

    def _same_day(self, one: datetime, other: datetime) -> bool:
        zone = self._desk.settings.zone
        return one.astimezone(zone).date() == other.astimezone(zone).date()

    def _empty(self) -> bool:
        queue = self._desk.queue
        return not any(queue.total(state) for state in TicketState if state.present)
