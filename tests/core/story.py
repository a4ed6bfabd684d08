"""A queue told as a story: say what is asked, look at what came of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from appliance.core import commands as c
from appliance.core.decide import decide
from appliance.core.estimate import History
from appliance.core.ids import ActionId, CounterId, LocationId, ServiceId, TicketNumber, Token
from appliance.core.queue import Queue, Rules
from appliance.core.records import Action
from appliance.core.stamp import ClockSource, Stamp
from appliance.core.ticket import Source, Ticket

RULES = Rules(
    services=frozenset({ServiceId("help"), ServiceId("pc")}),
    counters=3,
    topics=frozenset({"unknown", "tax", "bank"}),
    measures=frozenset({"call", "group"}),
    referrals=frozenset({"ocmw", "bank"}),
)
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Story:
    """One session; every act takes a minute."""

    def __init__(
        self,
        *,
        helpers: int = 2,
        history: History | None = None,
        queue: type[Queue] = Queue,
        count: int = 0,
    ) -> None:
        self.ms = 0
        self.history = history
        self.queue = queue(rules=RULES, history=history)
        self.actions: list[Action] = []
        self.do(
            c.Open(
                location=LocationId("park"),
                helpers=helpers,
                letter="A",
                serial=1,
                count=count,
                day=START.date(),
            )
        )

    def stamp(self) -> Stamp:
        return Stamp(
            wall=START + timedelta(milliseconds=self.ms),
            source=ClockSource.NTP,
            boot="b1",
            ms=self.ms,
        )

    def pass_minutes(self, minutes: float) -> None:
        self.ms += int(minutes * 60_000)

    def do(self, command: c.Command) -> ActionId:
        self.pass_minutes(1)
        stamp = self.stamp()
        action = Action(
            id=self.queue.next_action, stamp=stamp, facts=decide(self.queue, command, stamp)
        )
        self.queue.apply(action)
        self.actions.append(action)
        return action.id

    def take(self, n: int = 1, service: str = "help") -> Sequence[TicketNumber]:
        numbers = []
        for _ in range(n):
            count = self.queue.count + 1
            self.do(
                c.Take(
                    service=ServiceId(service),
                    source=Source.BUTTON,
                    lang="nl",
                    token=Token(f"t{count}"),
                )
            )
            numbers.append(TicketNumber(f"A{count}"))
        return numbers

    def call_next(self, counter: int = 1) -> ActionId:
        return self.do(c.CallNext(counter=CounterId(counter)))

    def ticket(self, number: str) -> Ticket:
        return self.queue.tickets[TicketNumber(number)]

    def line(self) -> list[str]:
        return [str(ticket.number) for ticket in self.queue.waiting]

    def replayed(self) -> Queue:
        return Queue(rules=RULES, history=self.history, actions=self.actions)


def number(text: str) -> TicketNumber:
    return TicketNumber(text)
