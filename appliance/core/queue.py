"""The queue of one session: facts in, state out.

Two rules. Whatever may be done is decided in `decide.py`, which changes nothing.
Whatever changes is changed by `Queue.apply`, so replaying the book gives the same queue.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Final, assert_never

from appliance.core import facts as f
from appliance.core.changes import after
from appliance.core.deeds import Deed, Deeds
from appliance.core.estimate import History, bucket, expected_wait, merged
from appliance.core.feedback import answer_code
from appliance.core.ids import ActionId, CounterId, ServiceId, TicketNumber, Token
from appliance.core.records import Action
from appliance.core.session import Session, SessionState
from appliance.core.stamp import Stamp, elapsed
from appliance.core.ticket import Place, Range, Ticket, TicketState

UNANSWERED: Final = timedelta(minutes=30)
"""So long after that question without an answer, nobody knows when the visit ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this box offers and how it treats people."""

    services: frozenset[ServiceId]
    counters: int
    topics: frozenset[str]
    measures: frozenset[str]
    referrals: frozenset[str] = frozenset()
    back_places: int = 3
    """How many places back a first no-show goes."""
    still_there: timedelta = timedelta(minutes=45)
    """After so long without a sign a helper is asked whether the visit still goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledNumber:
    """One call, in the order of calling."""

    seq: int
    action: ActionId
    number: TicketNumber
    counter: CounterId


class Queue:
    """Who is here, who is next, who is helped where."""

    def __init__(
        self, *, rules: Rules, history: History | None = None, actions: Iterable[Action] = ()
    ) -> None:
        self.rules = rules
        self.session: Session | None = None
        self.count = 0
        self.tallies: dict[str, int] = {}
        self.groups = 0
        """How many groups were counted; the tally has their people."""
        self.smileys: dict[str, int] = {}
        self._rated = 0
        self.given = 0
        self.revision = 0
        self.last: Stamp | None = None
        self._history = history or History()
        self._tickets: dict[TicketNumber, Ticket] = {}
        self._tokens: dict[Token, TicketNumber] = {}
        self._waiting: list[tuple[Place, TicketNumber]] = []
        self._held: dict[TicketNumber, None] = {}
        self._counters: dict[CounterId, TicketNumber] = {}
        self._totals = dict.fromkeys(TicketState, 0)
        self._help: dict[int, int] = {}
        self._kept = self._promised = 0
        self._merged: History | None = None
        self.deeds = Deeds()
        self._calls: list[CalledNumber] = []
        self._call_seq = 0
        for action in actions:
            self.apply(action)

    # -------------------------------------------------------------- what may be read

    @property
    def state(self) -> SessionState:
        return self.session.state if self.session else SessionState.CLOSED

    @property
    def tickets(self) -> Mapping[TicketNumber, Ticket]:
        return self._tickets

    @property
    def held(self) -> Sequence[Ticket]:
        return [self._tickets[number] for number in self._held]

    @property
    def waiting(self) -> Sequence[Ticket]:
        """Who waits, first come first; those on hold are elsewhere."""
        return [self._tickets[number] for _, number in self._waiting]

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    @property
    def actions(self) -> Sequence[Action]:
        return self.deeds.actions

    @property
    def next_action(self) -> ActionId:
        return ActionId(self.deeds.latest + 1)

    @property
    def call_seq(self) -> int:
        """How many calls there were; grows with each."""
        return self._call_seq

    @property
    def history(self) -> History:
        """Earlier sessions and this one."""
        if self._merged is None:
            self._merged = merged([self._history, self.lesson])
        return self._merged

    @property
    def lesson(self) -> History:
        """What this session alone teaches."""
        return History(help=dict(self._help), kept=self._kept, promised=self._promised)

    def total(self, state: TicketState) -> int:
        """How many tickets are in that state; mistakenly taken ones are in none."""
        return self._totals[state]

    def by_token(self, token: Token) -> Ticket | None:
        number = self._tokens.get(token)
        return self._tickets[number] if number else None

    def at_counter(self, counter: CounterId) -> Ticket | None:
        number = self._counters.get(counter)
        return self._tickets[number] if number else None

    def first_for(self, counter: CounterId) -> Ticket | None:
        """Who is next at that counter."""
        for _, number in self._waiting:
            if self._tickets[number].wanted in {None, counter}:
                return self._tickets[number]
        return None

    def forgotten(self, ticket: Ticket, now: Stamp) -> bool:
        """Whether that visit went on for so long without a sign that its end is not known."""
        quiet = None if ticket.sign is None else elapsed(ticket.sign, now)
        return quiet is not None and quiet > self.rules.still_there + UNANSWERED

    @property
    def unrated(self) -> int:
        """How many visits there were, or are, of which nobody has said how it was."""
        visits = self.total(TicketState.FINISHED) + len(self._counters)
        return visits - self._rated - sum(self.smileys.values())

    def ahead(self, ticket: Ticket) -> int:
        """How many people wait before this one."""
        if ticket.state is not TicketState.WAITING:
            return 0
        return bisect_left(self._waiting, (ticket.place, ticket.number))

    def wait(self, ahead: int) -> Range | None:
        """The honest wait with that many people ahead."""
        helpers = max(self.session.helpers if self.session else 0, len(self._counters))
        return expected_wait(
            ahead=ahead, busy=len(self._counters), helpers=helpers, history=self.history
        )

    def place_back(self, ticket: Ticket) -> Place:
        """The place behind the next few who wait; at the end when there are fewer."""
        after = self._waiting[: self.rules.back_places]
        if not after:
            return ticket.place
        low = after[-1][0]
        full = len(self._waiting) > self.rules.back_places
        high = self._waiting[self.rules.back_places][0] if full else self.count + 1
        return _between(low, high)

    def last_calls(self, most: int) -> Sequence[CalledNumber]:
        """The latest calls that still stand, newest first, each number once."""
        seen: dict[TicketNumber, CalledNumber] = {}
        for call in reversed(self._calls):
            if not self.deeds.undone(call.action) and call.number not in seen:
                seen[call.number] = call
                if len(seen) == most:
                    break
        return list(seen.values())

    def last_at(self, counter: CounterId) -> ActionId | None:
        """The latest standing action at that counter."""
        return self.deeds.top(_counter(counter))

    # -------------------------------------------------------------- what changes

    def apply(self, action: Action) -> None:
        """Let the facts be true. The only way anything here changes."""
        self.count += action.id - self.next_action  # what a damaged book lost may be a number
        deed = self.deeds.begin(action, self.session)
        self.last = action.stamp
        for fact in action.facts:
            self._apply_fact(fact, deed)
        self.deeds.done(deed)
        self.revision = action.id

    def _apply_fact(self, fact: f.Fact, deed: Deed) -> None:
        stamp = deed.action.stamp
        match fact:
            case f.SessionOpened():
                deed.touched.add("session")
                self.count = max(self.count, fact.count)
                self.session = Session(
                    serial=fact.serial,
                    state=SessionState.OPEN,
                    location=fact.location,
                    letter=fact.letter,
                    day=fact.day,
                    opened=stamp,
                    helpers=fact.helpers,
                    window=fact.window,
                )
            case f.WindowJoined() | f.ClosingStarted() | f.HelpersCounted():
                self._apply_to_session(fact, deed)
            case f.TicketTaken():
                self.count = int(fact.place)
                self._tokens[fact.token] = fact.number
                self._remember(fact.number, None, deed)
                self._put(
                    None,
                    Ticket(
                        number=fact.number,
                        service=fact.service,
                        source=fact.source,
                        lang=fact.lang,
                        token=fact.token,
                        place=fact.place,
                        taken=stamp,
                        promise=fact.promise,
                    ),
                )
            case f.Tallied():
                self._tally(fact, 1)
            case f.VisitRated():  # touches nothing: the visit can still be corrected
                ticket = self._tickets[fact.number]
                rated = (fact.ease, fact.friendly, fact.confidence)
                self._put(ticket, replace(ticket, rated=rated))
            case f.SmileyPressed():
                code = answer_code(fact.question, fact.level)
                self.smileys[code] = self.smileys.get(code, 0) + 1
            case f.ActionUndone():
                self._undo(fact.action, deed)
            case _:
                self._apply_to_ticket(fact, deed)

    def _apply_to_session(
        self, fact: f.WindowJoined | f.ClosingStarted | f.HelpersCounted, deed: Deed
    ) -> None:
        if self.session is None:
            return
        match fact:
            case f.WindowJoined():
                self.session = replace(self.session, window=fact.window)
            case f.ClosingStarted():
                deed.touched.add("session")
                self.session = replace(self.session, state=SessionState.CLOSING)
            case f.HelpersCounted():
                deed.touched.add("helpers")
                self.session = replace(self.session, helpers=fact.helpers)
            case _:
                assert_never(fact)

    def _apply_to_ticket(
        self,
        fact: f.TicketCalled
        | f.TicketRecalled
        | f.ServingStarted
        | f.TicketFinished
        | f.VisitConfirmed
        | f.TicketMissed
        | f.TicketRequeued
        | f.TicketHeld
        | f.TicketReturned
        | f.TicketTransferred
        | f.TicketCancelled
        | f.TicketLeft,
        deed: Deed,
    ) -> None:
        old = self._tickets[fact.number]
        new = after(old, fact, deed.action.stamp)
        self._remember(fact.number, old, deed)
        for counter in (old.counter, new.counter):
            if counter is not None:
                deed.touched.add(_counter(counter))
        if isinstance(fact, f.TicketCalled | f.TicketRecalled) and new.counter is not None:
            self._call_seq += 1
            self._calls.append(
                CalledNumber(
                    seq=self._call_seq,
                    action=deed.action.id,
                    number=fact.number,
                    counter=new.counter,
                )
            )
        self._put(old, new)

    def _remember(self, number: TicketNumber, old: Ticket | None, deed: Deed) -> None:
        deed.touched.add(f"ticket {number}")
        deed.before.setdefault(number, old)

    def _undo(self, action: ActionId, deed: Deed) -> None:
        target = self.deeds[action]
        origin = self.deeds.turn(action, deed)
        for number, old in target.before.items():
            now = self._tickets[number]
            deed.before[number] = now
            self._put(now, old or replace(now, state=TicketState.CANCELLED, mistaken=True))
        for fact in origin.action.facts:
            if isinstance(fact, f.Tallied):
                self._tally(fact, -1 if origin.undone else 1)
        self._take_back_session(target, origin)

    def _tally(self, fact: f.Tallied, sign: int) -> None:
        self.tallies[fact.measure] = self.tallies.get(fact.measure, 0) + sign * fact.n
        if fact.measure == "group":
            self.groups += sign

    def _take_back_session(self, target: Deed, origin: Deed) -> None:
        """Only what the action had changed: what others changed since stays."""
        before = target.session
        if before is None or self.session is None:
            if "session" in origin.touched:
                self.session = before
        elif "session" in origin.touched:
            self.session = replace(self.session, state=before.state)
        elif "helpers" in origin.touched:
            self.session = replace(self.session, helpers=before.helpers)

    def _put(self, old: Ticket | None, new: Ticket) -> None:
        """Move a ticket from what it was to what it is, in every list at once."""
        if old is not None:
            self._account(old, -1)
            if old.state is TicketState.WAITING:
                del self._waiting[bisect_left(self._waiting, (old.place, old.number))]
            elif old.state is TicketState.HELD:
                del self._held[old.number]
            elif old.counter is not None and self._counters.get(old.counter) == old.number:
                del self._counters[old.counter]
        self._account(new, 1)
        self._tickets[new.number] = new
        if new.state is TicketState.WAITING:
            insort(self._waiting, (new.place, new.number))
        elif new.state is TicketState.HELD:
            self._held[new.number] = None
        elif new.state in {TicketState.CALLED, TicketState.SERVING} and new.counter is not None:
            self._counters[new.counter] = new.number

    def _account(self, ticket: Ticket, sign: int) -> None:
        if ticket.mistaken:
            return
        self.given += sign
        self._totals[ticket.state] += sign
        if ticket.rated is not None:
            self._rated += sign
        timed = ticket.state is TicketState.FINISHED and not ticket.forgotten
        if timed and ticket.called and ticket.ended:
            step = bucket(elapsed(ticket.called, ticket.ended))
            if step is not None:
                self._merged = None
                self._help[step] = self._help.get(step, 0) + sign
                if not self._help[step]:
                    del self._help[step]
        if ticket.promise is not None and ticket.first_called is not None:
            waited = elapsed(ticket.taken, ticket.first_called)
            if waited is not None:
                self._merged = None
                minutes = waited.total_seconds() / 60
                self._promised += sign
                if ticket.promise.low <= minutes <= ticket.promise.high:
                    self._kept += sign


def _between(low: Place, high: Place) -> Place:
    return Fraction(low + high) / 2


def _counter(counter: CounterId) -> str:
    return f"counter {counter}"
