"""The queue against an obvious model: a plain list of people and a plain list of what was done."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appliance.core import commands as c
from appliance.core.errors import DependedOn, NobodyWaiting, Refused, WrongState
from appliance.core.ids import ActionId, CounterId, ServiceId, TicketNumber, Token
from appliance.core.queue import Queue
from appliance.core.ticket import TRANSITIONS, Source, TicketState
from tests.core.story import START, Story

COUNTERS = st.integers(1, 3)


@dataclass(frozen=True)
class Person:
    """One visitor of the model."""

    number: str
    place: float
    state: str = "waiting"
    counter: int | None = None
    wanted: int | None = None
    missed: int = 0
    mistaken: bool = False


@dataclass
class Deed:
    """Something that was done: who and what it touched, and how those were before."""

    id: int
    touched: set[str]
    before: dict[str, Person | None]
    tally: int = 0
    standing: bool = True
    undoes: int | None = None
    last: int | None = None


class QueueMachine(RuleBasedStateMachine):
    """Verbs as rules; after each, queue, model and a replay of the facts must agree."""

    queue_kind: ClassVar[type[Queue]] = Queue

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(queue=self.queue_kind)
        self.people: dict[str, Person] = {}
        self.deeds: list[Deed] = [Deed(id=1, touched={"session"}, before={})]
        self.tally = 0

    # -------------------------------------------------------------- the model's own words

    def line(self) -> list[Person]:
        waiting = [p for p in self.people.values() if p.state == "waiting"]
        return sorted(waiting, key=lambda p: p.place)

    def at(self, counter: int) -> Person | None:
        return next(
            (
                p
                for p in self.people.values()
                if p.counter == counter and p.state in {"called", "serving"}
            ),
            None,
        )

    def done(self, action: int, *changes: Person) -> None:
        deed = Deed(id=action, touched=set(), before={})
        for new in changes:
            old = self.people.get(new.number)
            deed.before[new.number] = old
            deed.touched.add(new.number)
            deed.touched |= {f"c{x.counter}" for x in (old, new) if x and x.counter}
            self.people[new.number] = new
        self.deeds.append(deed)

    def ask(self, command: c.Command, expected: type[Refused] | None) -> int | None:
        """Ask the queue; it must refuse exactly when the model says so."""
        if expected is None:
            return int(self.story.do(command))
        with pytest.raises(expected):
            self.story.do(command)
        return None

    def person(self, data: Any) -> Person:  # noqa: ANN401  hypothesis' own
        person: Person = data.draw(st.sampled_from(list(self.people.values())))
        return person

    def act(self, command: Any, verb: str, person: Person) -> int | None:  # noqa: ANN401
        allowed = {state.value for state in TRANSITIONS[verb]}  # type: ignore[index]
        fine = person.state in allowed and not person.mistaken
        return self.ask(command, None if fine else WrongState)

    def cleared(self, counter: int) -> list[Person]:
        there = self.at(counter)
        return [replace(there, state="finished")] if there else []

    # -------------------------------------------------------------- what people do

    @rule(people=st.integers(1, 4))
    def come_in(self, people: int) -> None:
        for _ in range(people):
            n = self.story.queue.count + 1
            action = self.ask(
                c.Take(
                    service=ServiceId("help"), source=Source.BUTTON, lang="nl", token=Token(f"t{n}")
                ),
                None,
            )
            assert action is not None
            assert f"A{n}" not in self.people
            self.done(action, Person(number=f"A{n}", place=n))

    @rule(counter=COUNTERS)
    def call_next(self, counter: int) -> None:
        first = next((p for p in self.line() if p.wanted in {None, counter}), None)
        action = self.ask(c.CallNext(counter=CounterId(counter)), None if first else NobodyWaiting)
        if action is not None and first is not None:
            called = replace(first, state="called", counter=counter, wanted=None)
            self.done(action, *self.cleared(counter), called)

    @precondition(lambda self: self.people)
    @rule(data=st.data(), counter=COUNTERS)
    def call(self, data: Any, counter: int) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(
            c.Call(number=TicketNumber(p.number), counter=CounterId(counter)), "call", p
        )
        if action is not None:
            called = replace(p, state="called", counter=counter, wanted=None)
            self.done(action, *self.cleared(counter), called)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def recall(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Recall(number=TicketNumber(p.number)), "recall", p)
        if action is not None:
            self.done(action, p)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def serve(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Serve(number=TicketNumber(p.number)), "serve", p)
        if action is not None:
            self.done(action, replace(p, state="serving"))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def confirm(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Confirm(number=TicketNumber(p.number)), "confirm", p)
        if action is not None:
            self.done(action, p)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def finish(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Finish(number=TicketNumber(p.number)), "finish", p)
        if action is not None:
            self.done(action, replace(p, state="finished"))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def no_show(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        line = self.line()
        action = self.act(c.NoShow(number=TicketNumber(p.number)), "no-show", p)
        if action is None:
            return
        if p.missed:
            self.done(action, replace(p, state="left", counter=None))
            return
        place = p.place
        if len(line) > 3:
            place = (line[2].place + line[3].place) / 2
        elif line:
            place = (line[-1].place + self.story.queue.count + 1) / 2
        self.done(action, replace(p, state="waiting", counter=None, missed=1, place=place))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def requeue(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Requeue(number=TicketNumber(p.number)), "requeue", p)
        if action is not None:
            self.done(action, replace(p, state="waiting", counter=None, wanted=None))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def hold(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        until = START + timedelta(days=2)
        action = self.act(c.Hold(number=TicketNumber(p.number), until=until), "hold", p)
        if action is not None:
            self.done(action, replace(p, state="held", counter=None))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def come_back(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.ReturnHeld(number=TicketNumber(p.number)), "return", p)
        if action is not None:
            self.done(action, replace(p, state="waiting", wanted=None))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), counter=st.none() | COUNTERS)
    def transfer(self, data: Any, counter: int | None) -> None:  # noqa: ANN401
        p = self.person(data)
        command = c.Transfer(
            number=TicketNumber(p.number),
            service=ServiceId("pc"),
            counter=CounterId(counter) if counter else None,
        )
        action = self.act(command, "transfer", p)
        if action is not None:
            self.done(action, replace(p, state="waiting", counter=None, wanted=counter))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:  # noqa: ANN401
        p = self.person(data)
        action = self.act(c.Cancel(number=TicketNumber(p.number)), "cancel", p)
        if action is not None:
            self.done(action, replace(p, state="cancelled", counter=None))

    @rule(n=st.integers(1, 9))
    def count(self, n: int) -> None:
        action = self.ask(c.Count(measure="group", n=n), None)
        assert action is not None
        self.tally += n
        self.deeds.append(Deed(id=action, touched=set(), before={}, tally=n))

    @rule(data=st.data())
    def undo(self, data: Any) -> None:  # noqa: ANN401
        """Any action of the day, also an undo; the model looks for what came after it."""
        deed = data.draw(st.sampled_from(self.deeds))
        root = self.root(deed)
        if deed.id == 1:
            later = [d for d in self.deeds[1:] if d.standing and d.undoes is None]
            if not later:
                return  # the end of the session is another story
            self.ask(c.Undo(action=ActionId(1)), DependedOn)
            return
        action = self.ask(c.Undo(action=ActionId(deed.id)), self.why_not(deed, root))
        if action is None:
            return
        root.standing = not root.standing
        if deed is not root:
            deed.standing = False
        root.last = action
        now = {number: self.people[number] for number in deed.before}
        for number, old in deed.before.items():
            self.people[number] = old or replace(
                now[number], state="cancelled", counter=None, mistaken=True
            )
        self.tally += root.tally if root.standing else -root.tally
        self.deeds.append(Deed(id=action, touched=set(), before=dict(now), undoes=deed.id))

    def root(self, deed: Deed) -> Deed:
        while deed.undoes is not None:
            deed = self.deeds[deed.undoes - 1]
        return deed

    def why_not(self, deed: Deed, root: Deed) -> type[Refused] | None:
        """Undo nothing twice, of several undos only the last, and nothing others rest on."""
        if not deed.standing:
            return WrongState
        if deed is not root and root.last != deed.id:
            return DependedOn
        since = [d for d in self.deeds if d.undoes is None and d.touched & root.touched]
        if deed is root:
            rests = [d for d in since if d.id > deed.id and d.standing]
        else:  # what stands now and was done, or done again, after this undo
            rests = [
                d
                for d in since
                if d is not root and d.standing and max(d.id, d.last or 0) > deed.id
            ]
            if root.standing:
                rests += [d for d in since if d.id > root.id and d.standing]
        return DependedOn if rests else None

    # -------------------------------------------------------------- what must always hold

    @invariant()
    def the_line_agrees(self) -> None:
        assert self.story.line() == [p.number for p in self.line()]

    @invariant()
    def everybody_is_where_the_model_says(self) -> None:
        tickets = self.story.queue.tickets
        assert set(tickets) == set(self.people)
        for number, person in self.people.items():
            ticket = tickets[TicketNumber(number)]
            assert ticket.state.value == person.state, number
            if person.state in {"called", "serving"}:
                assert ticket.counter == person.counter

    @invariant()
    def nobody_is_lost(self) -> None:
        queue = self.story.queue
        assert queue.given == sum(queue.total(state) for state in TicketState)
        assert queue.given == sum(1 for p in self.people.values() if not p.mistaken)
        assert queue.tallies.get("group", 0) == self.tally

    @invariant()
    def replaying_the_facts_gives_the_same_queue(self) -> None:
        again = self.story.replayed()
        queue = self.story.queue
        assert dict(again.tickets) == dict(queue.tickets)
        assert again.waiting == queue.waiting
        assert again.last_calls(5) == queue.last_calls(5)
        assert again.tallies == queue.tallies
        assert again.session == queue.session
