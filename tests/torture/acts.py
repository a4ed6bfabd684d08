"""What people do at a desk, one act after the other, chosen by chance from what may be done."""

import random
from dataclasses import dataclass

from appliance.core import commands as c
from appliance.core.facts import SessionOpened, SmileyPressed
from appliance.core.ids import ActionId, CounterId, Key, ServiceId, Token
from appliance.core.queue import Queue
from appliance.core.ticket import Source, Ticket, TicketState
from appliance.desk import Desk, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing asked of the box; the same key asks it once more."""

    name: str
    key: Key
    command: c.Command | None = None

    async def ask(self, desk: Desk) -> Done:
        """Ask it of the desk; tidying and restarting are not the desk's to do."""
        match self.name:
            case "open":
                return await desk.open(key=self.key)
            case "close":
                return await desk.close(confirm=True, key=self.key)
            case _:
                if self.command is None:
                    raise AssertionError(f"{self.name} is not asked of the desk")
                return await desk.perform(self.command, key=self.key)


Choice = tuple[str, c.Command | None]

PRESS = b"press 0"
"""What every key begins with, so that it can be searched for."""

HOUSEKEEPING = frozenset({"tidy", "restart"})


class Visitors:
    """Who comes, and what the volunteers do about it; the same seed gives the same day."""

    def __init__(self, seed: int | str) -> None:
        self._chance = random.Random(f"visitors {seed}")
        self._asked = 0

    def next_key(self) -> Key:
        self._asked += 1
        return Key(f"{PRESS.decode()}{self._asked:04}")

    def next_act(self, queue: Queue) -> Act:
        key = self.next_key()
        if queue.session is None:
            return Act(name="open", key=key)
        name, command = self._choose(queue)
        return Act(name=name, key=key, command=command)

    def take(self) -> c.Take:
        return c.Take(
            service=ServiceId(self._chance.choice(["help", "pc"])),
            source=self._chance.choice([Source.BUTTON, Source.PHONE, Source.TABLET]),
            lang=self._chance.choice(["nl", "fr", "ar"]),
            token=Token(""),
        )

    def _choose(self, queue: Queue) -> Choice:
        match self._asked % 25:  # often enough in every life
            case 9 | 18:
                return "tidy", None
            case 13 | 21:
                return "restart", None
            case 24:
                return "close", None
            case _:
                return self._chance.choice(self._possible(queue))

    def _possible(self, queue: Queue) -> list[Choice]:
        """What may be done now; what is done often stands there often."""
        waiting = queue.first_for(CounterId(1))
        here = [t for t in queue.tickets.values() if t.state.name in {"CALLED", "SERVING"}]
        undoable = self._undoable(queue)
        choices: list[Choice] = [("take", self.take())] * 12
        choices.append(("count", c.Count(measure="call")))
        if waiting is not None:
            counter = CounterId(self._chance.randint(1, 3))
            choices += [("call", c.CallNext(counter=counter))] * 10
            choices += [("hold", c.Hold(number=waiting.number))] * 2
        if here:
            choices += [self._about(self._chance.choice(here)) for _ in range(10)]
        if queue.unrated > 0:
            choices += [("smile", c.Smile(question="ease", level=self._chance.randint(0, 2)))] * 2
        if queue.held:
            choices += [("return", c.ReturnHeld(number=queue.held[0].number))] * 2
        if undoable is not None:
            choices += [("undo", c.Undo(action=undoable))] * 4
        return choices

    def _about(self, ticket: Ticket) -> Choice:
        number = ticket.number
        ways: list[Choice] = [("finish", c.Finish(number=number, topic="tax"))]
        if ticket.counter is not None:
            ways.append(("confirm", c.Confirm(number=number)))
        if ticket.state is TicketState.CALLED:
            ways += [
                ("no-show", c.NoShow(number=number)),
                ("serve", c.Serve(number=number)),
                ("requeue", c.Requeue(number=number)),
            ]
        return self._chance.choice(ways)

    def _undoable(self, queue: Queue) -> ActionId | None:
        """The latest act that may be taken back; now and then that is the opening itself."""
        for action in reversed(queue.actions[-3:]):
            if isinstance(action.facts[0], SmileyPressed):
                continue
            opening = any(isinstance(fact, SessionOpened) for fact in action.facts)
            if opening and self._chance.random() < 0.5:
                continue
            if not queue.deeds.undone(action.id) and queue.deeds.blocker(action.id) is None:
                return action.id
        return None
