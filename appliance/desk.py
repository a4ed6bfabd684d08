"""The desk: the only writer of the queue. Decide, write down, apply, tell."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar, cast
from zoneinfo import ZoneInfo

from appliance.core import box_state, commands, facts, numbering, periods, records, tally
from appliance.core.about import opens_session, subject
from appliance.core.box_state import BoxState, Closing
from appliance.core.closing import settle
from appliance.core.commands import Command, digest
from appliance.core.decide import decide
from appliance.core.errors import (
    BadStore,
    KeyReused,
    Refused,
    SessionOpen,
    Unavailable,
    UnknownLocation,
)
from appliance.core.estimate import merged
from appliance.core.ids import ActionId, Key, LocationId, ServiceId, Token
from appliance.core.numbering import Numbering
from appliance.core.queue import Queue, Rules
from appliance.core.records import Action
from appliance.core.session import Session, SessionState
from appliance.core.stamp import Stamp
from appliance.core.tally import Tables
from appliance.core.ticket import Source, Ticket
from appliance.core.tokens import base36
from appliance.core.view import QueueView, TicketView, queue_view, ticket_view
from appliance.ports import Book, Clock, Document, Window, Write

_LOGGER = logging.getLogger(__name__)
_CLOSED: Final = 999_999
_PER_SESSION: Final = 1_000_000
_REFUSALS: Final = 1000
_T = TypeVar("_T")

PlannedWindows = Callable[[datetime | None, datetime], Sequence[Window]]
"""The opening windows that start after the one moment, up to and with the other."""
_Request = tuple[Callable[[], Awaitable[object]], asyncio.Future[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What the desk must know of its place."""

    rules: Rules
    letter: str
    locations: tuple[LocationId, ...]
    helpers: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a request."""

    action: ActionId | None
    state: SessionState
    ticket: TicketView | None = None
    left: int = 0
    finished: int = 0
    again: bool = False
    """The key was known: nothing was done this time."""


def _unplanned(_after: datetime | None, _until: datetime) -> Sequence[Window]:
    return ()


class Desk:
    """One session's queue, and what lies between sessions."""

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        settings: DeskSettings,
        new_token: Callable[[], str],
        planned: PlannedWindows = _unplanned,
    ) -> None:
        self.settings = settings
        self._planned = planned
        self._book = book
        self._clock = clock
        self._new_token = new_token
        self._inbox: asyncio.Queue[_Request] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._answers: dict[Key, tuple[str, Done | Refused]] = {}
        self._refusals = deque[Key]()
        self.state = box_state.load(book.read("box").get(1))
        self._left_out = 0
        self.queue = self._new_queue()
        self._replay()

    # -------------------------------------------------------------- what may be read

    @property
    def revision(self) -> int:
        """Grows with every change, also over sessions and restarts."""
        session = self.queue.session
        if session is None:
            return self.state.numbering.serial * _PER_SESSION + _CLOSED
        return session.serial * _PER_SESSION + self.queue.revision

    @property
    def failure(self) -> str | None:
        """Why nothing can be written any more."""
        return self._book.failure

    def view(self) -> QueueView:
        return queue_view(self.queue, self.revision, self._clock.stamp())

    def ticket(self, ticket: Ticket) -> TicketView:
        return ticket_view(self.queue, ticket, self._clock.stamp())

    async def changed(self, since: int) -> None:
        """Return once the revision differs from that one, or something else was told."""
        if self.revision == since:
            await self._changed.wait()

    def tell(self) -> None:
        """Wake everybody who waits for a change."""
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    def adopt(self, settings: DeskSettings) -> None:
        """Go by other settings from now on; who has a number keeps it."""
        self.settings = settings
        self.queue.rules = settings.rules
        self.tell()

    def tallies(self) -> Sequence[Document]:
        """The counts that survive sessions, a document for each period and location."""
        return list(self._book.read("tallies").values())

    # -------------------------------------------------------------- what may be asked

    async def take(
        self, service: ServiceId, *, source: Source, lang: str, key: Key | None = None
    ) -> Done:
        """Give a ticket; the same key gives the same ticket."""
        command = commands.Take(service=service, source=source, lang=lang, token=Token(""))
        return await self.perform(command, key=key)

    async def perform(self, command: Command, *, key: Key | None = None) -> Done:
        """Do it once, durably; raises a Refused or StorageUnavailable, then nothing changed."""
        return await self._in_turn(lambda: self._perform(command, key))

    async def open(
        self,
        *,
        location: LocationId | None = None,
        helpers: int | None = None,
        window: datetime | None = None,
        key: Key | None = None,
    ) -> Done:
        """Open a session, by hand or for a planned window."""
        return await self._in_turn(lambda: self._open(location, helpers, window, key))

    async def close(self, *, confirm: bool, key: Key | None = None) -> Done:
        """End the session: tickets become counts. PeopleWaiting unless confirmed.

        Without confirmation, visits still going on are not cut off: the session starts closing.
        """
        return await self._in_turn(lambda: self._close(confirm, key))

    async def date_undated(self, day: date) -> int:
        """Put what was counted on days that no clock knew on that one; how many sessions."""
        return await self._in_turn(lambda: self._date_undated(day))

    async def erase(self, tables: Sequence[str]) -> None:
        """Take these tables away as one record, and overwrite what they held; SessionOpen.

        The box must be opened again: whoever read them before still remembers.
        """
        await self._in_turn(lambda: self._erase(tables))

    # -------------------------------------------------------------- the one writer

    async def run(self) -> None:
        """Do what is asked, one after the other, for as long as the box lives."""
        try:
            while True:
                work, answer = await self._inbox.get()
                try:
                    result = await work()
                except Exception as error:  # noqa: BLE001  it belongs to whoever asked
                    if not answer.done():
                        answer.set_exception(error)
                else:
                    if not answer.done():
                        answer.set_result(result)
        finally:
            while not self._inbox.empty():
                _, answer = self._inbox.get_nowait()
                if not answer.done():
                    answer.set_exception(Unavailable("the box is stopping"))

    async def _in_turn(self, work: Callable[[], Awaitable[_T]]) -> _T:
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait((work, answer))
        return cast("_T", await answer)

    async def _perform(self, command: Command, key: Key | None) -> Done:
        asked = digest(command)
        known = self._known(key, asked)
        if known:
            return known
        stamp = self._clock.stamp()
        if isinstance(command, commands.Take):
            serial = self.queue.session.serial if self.queue.session else 0
            command = replace(command, token=Token(f"{base36(serial)}-{self._new_token()}"))
        try:
            written = decide(self.queue, command, stamp)
        except Refused as refusal:
            self._remember_refusal(key, asked, refusal)
            raise
        if self._takes_back_the_opening(written):
            await self._forget_session(stamp, key, asked)
            return self._closed_answer(again=False)
        number = ActionId(max(self.queue.next_action, self._left_out + 1))
        action = Action(id=number, stamp=stamp, facts=written, key=key, asked=asked)
        await self._write([Write(table="actions", id=action.id, document=records.dump(action))])
        done = self._apply(action)
        self.tell()
        return done

    async def _open(
        self,
        location: LocationId | None,
        helpers: int | None,
        window: datetime | None,
        key: Key | None,
    ) -> Done:
        place = location or self.settings.locations[0]
        if place not in self.settings.locations:
            raise UnknownLocation(location=place)
        count, day = numbering.start(self.state.numbering, self._clock.stamp(), self._day)
        command = commands.Open(
            location=place,
            helpers=self.settings.helpers if helpers is None else helpers,
            letter=self.settings.letter,
            serial=self.state.numbering.serial + 1,
            count=count,
            day=day,
            window=window,
        )
        done = await self._perform(command, key)
        if not done.again:
            _LOGGER.info("Session opened, numbers go on after %d", count)
        return done

    async def _close(self, confirm: bool, key: Key | None) -> Done:  # noqa: FBT001
        asked = f"close confirm={confirm}"
        known = self._known(key, asked)
        if known:
            return known
        stamp = self._clock.stamp()
        end = settle(self.queue, stamp, confirm=confirm, local=self._local)
        if end is None:
            command = commands.StartClosing()
            if self.queue.state is SessionState.CLOSING:
                return Done(action=None, state=SessionState.CLOSING)
            return await self._perform(command, key)
        session = self.queue.session
        if session is None:
            raise AssertionError("settle refuses a closed session")
        day = self._day_of(session, stamp)
        state = replace(
            self.state,
            numbering=self._numbers_used(session, stamp),
            lessons=(*self.state.lessons, self.queue.lesson)[-box_state.LESSONS :],
            window=session.window or self.state.window,
            closing=Closing(key=key, asked=asked, left=end.left, finished=end.finished),
        )
        counted = [(day, end.tables), *self._promised_hours(session)]
        await self._end_session(state, self._tally(session.location, counted))
        _LOGGER.info("Session closed: %d finished, %d left", end.finished, end.left)
        return self._closed_answer(again=False)

    async def _date_undated(self, day: date) -> int:
        stored = self._book.read("tallies")
        undated = [one for one in stored.values() if one["period"] == periods.UNDATED]
        changed = periods.dated(stored, day)
        if changed:
            await self._write(
                [Write(table="tallies", id=n, document=one) for n, one in changed.items()]
            )
            self.tell()
        return sum(int(one["tables"].get("total", {}).get("sessions", 0)) for one in undated)

    async def _erase(self, tables: Sequence[str]) -> None:
        if self.queue.session is not None:
            raise SessionOpen
        await self._write([], drop=tables)
        await self._tidied()

    async def _forget_session(self, stamp: Stamp, key: Key | None, asked: str) -> None:
        """The session was opened by mistake: it counts nowhere, numbers it gave stay used."""
        session = self.queue.session
        if session is None:
            raise AssertionError("an opening can be undone only while the session is open")
        unused = replace(self.state.numbering, serial=session.serial)
        state = replace(
            self.state,
            numbering=self._numbers_used(session, stamp) if self.queue.tickets else unused,
            closing=Closing(key=key, asked=asked, left=0, finished=0),
        )
        await self._end_session(state, [])

    async def _end_session(self, state: BoxState, tallies: Sequence[Write]) -> None:
        box = Write(table="box", id=1, document=box_state.dump(state))
        await self._write([box, *tallies], drop=["actions"])
        self.state = state
        self._answers.clear()
        self._refusals.clear()
        self.queue = self._new_queue()
        self.tell()
        await self._tidied()

    async def _tidied(self) -> None:
        try:
            await self._book.tidy(wipe=True)
        except Unavailable as error:
            _LOGGER.warning("What the journal held is wiped at the next start: %s", error)
            self.tell()

    async def _write(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        try:
            await self._book.commit(writes, drop=drop)
        except Unavailable:
            self.tell()
            raise

    # -------------------------------------------------------------- small print

    def _takes_back_the_opening(self, written: Sequence[facts.Fact]) -> bool:
        undone = {fact.action for fact in written if isinstance(fact, facts.ActionUndone)}
        first = next(iter(self.queue.actions), None)
        return first is not None and first.id in undone and opens_session(first)

    def _numbers_used(self, session: Session, stamp: Stamp) -> Numbering:
        """The numbering once this session is over."""
        return numbering.closed(
            replace(self.state.numbering, serial=session.serial, count=self.queue.count),
            day=self._day_of(session, stamp),
            opened=session.opened,
            stamp=stamp,
            local=self._day,
        )

    def _day_of(self, session: Session, stamp: Stamp) -> date | None:
        return session.day or numbering.day_of(session.opened, stamp, self._day)

    def _new_queue(self) -> Queue:
        return Queue(rules=self.settings.rules, history=merged(self.state.lessons))

    def _replay(self) -> None:
        """Do again what is in the book; of a damaged one, all that still makes sense."""
        actions = [records.load(n, record) for n, record in self._book.read("actions").items()]
        while actions:
            self.queue = self._new_queue()
            self._answers.clear()
            for action in actions:
                try:
                    self._apply(action)
                except LookupError as error:
                    if not self._book.damage:
                        raise BadStore(f"action {action.id} rests on one that is gone") from error
                    _LOGGER.warning("Action %d is left out: what it rests on is gone", action.id)
                    self._left_out = max(self._left_out, action.id)
                    actions.remove(action)
                    break
            else:
                return

    def _apply(self, action: Action) -> Done:
        self.queue.apply(action)
        number = subject(action, self.queue)
        ticket = self.queue.tickets.get(number) if number else None
        done = Done(
            action=action.id,
            state=self.queue.state,
            ticket=ticket_view(self.queue, ticket, action.stamp) if ticket else None,
        )
        if action.key is not None:
            self._answers[action.key] = (action.asked, done)
        return done

    def _known(self, key: Key | None, asked: str) -> Done | None:
        if key is None:
            return None
        if key in self._answers:
            before, answer = self._answers[key]
            if before != asked:
                raise KeyReused
            if isinstance(answer, Refused):
                raise answer.with_traceback(None)
            return replace(answer, again=True)
        closing = self.state.closing
        if closing is not None and closing.key == key:
            if closing.asked != asked:
                raise KeyReused
            return self._closed_answer(again=True)
        return None

    def _remember_refusal(self, key: Key | None, asked: str, refusal: Refused) -> None:
        """Asked again under the same key, a no stays the same no; the oldest are forgotten."""
        if key is None:
            return
        self._answers[key] = (asked, refusal)
        self._refusals.append(key)
        if len(self._refusals) > _REFUSALS:
            del self._answers[self._refusals.popleft()]

    def _closed_answer(self, *, again: bool) -> Done:
        closing = self.state.closing
        return Done(
            action=None,
            state=SessionState.CLOSED,
            left=closing.left if closing else 0,
            finished=closing.finished if closing else 0,
            again=again,
        )

    def _promised_hours(self, session: Session) -> Sequence[tuple[date, Tables]]:
        """What the schedule promised since the last session, windows that nobody opened too."""
        if session.window is None:
            return ()
        return [
            (self._day(window.start), tally.planned(_minutes(window)))
            for window in self._planned(self.state.window, session.window)
        ]

    def _tally(
        self, location: LocationId, parts: Sequence[tuple[date | None, Tables]]
    ) -> Sequence[Write]:
        stored = self._book.read("tallies")
        grown = periods.grown_by(stored, location=location, parts=parts)
        return [Write(table="tallies", id=n, document=document) for n, document in grown.items()]

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.settings.zone)

    def _day(self, at: datetime) -> date:
        return self._local(at).date()


def _minutes(window: Window) -> int:
    return int((window.end - window.start).total_seconds() // 60)
