"""What may be seen of the queue, as frozen values, at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.core.ids import CounterId, ServiceId, TicketNumber, Token
from appliance.core.queue import CalledNumber, Queue
from appliance.core.session import Session, SessionState
from appliance.core.stamp import Stamp, elapsed
from appliance.core.ticket import Range, Reason, Source, Ticket, TicketState

LAST_CALLS = 5


class Why(StrEnum):
    """Why this ticket stands where it stands, or what comes next; a sentence each."""

    FIRST = "first"
    EARLIER = "earlier"
    MISSED = "missed"
    REQUEUED = "requeued"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    WANTED = "wanted"
    HELD = "held"
    HELD_UNTIL = "held-until"
    CALLED = "called"
    SERVING = "serving"
    FINISHED = "finished"
    LEFT = "left"
    CANCELLED = "cancelled"
    SENT_ON = "sent-on"


_FIRST = {
    Reason.ARRIVED: Why.FIRST,
    Reason.MISSED: Why.MISSED,
    Reason.REQUEUED: Why.REQUEUED,
    Reason.RETURNED: Why.RETURNED,
    Reason.TRANSFERRED: Why.TRANSFERRED,
}
_ELSE = {
    TicketState.CALLED: Why.CALLED,
    TicketState.SERVING: Why.SERVING,
    TicketState.FINISHED: Why.FINISHED,
    TicketState.LEFT: Why.LEFT,
    TicketState.CANCELLED: Why.CANCELLED,
    TicketState.TRANSFERRED: Why.SENT_ON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """One ticket as its holder and the volunteers may see it."""

    number: TicketNumber
    token: Token
    state: TicketState
    service: ServiceId
    lang: str
    source: Source
    ahead: int
    wait: Range | None
    counter: CounterId | None
    wanted: CounterId | None
    why: Why
    until: datetime | None
    taken: datetime
    rated: bool = False
    """Whether the visitor has said how it was."""
    waited: int | None
    """Whole minutes since it was taken; None when no clock knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterView:
    """One counter, and the visit there."""

    counter: CounterId
    ticket: TicketView | None
    since: datetime | None
    minutes: int | None
    quiet: int | None = None
    """Whole minutes since a helper last did something with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The whole queue at one moment."""

    revision: int
    at: datetime
    state: SessionState
    session: Session | None
    waiting: tuple[TicketView, ...]
    held: tuple[TicketView, ...]
    counters: tuple[CounterView, ...]
    calls: tuple[CalledNumber, ...]
    given: int
    finished: int
    left: int
    cancelled: int
    tallies: tuple[tuple[str, int], ...]
    kept: int
    promised: int
    """How many of the promised waits of this session were kept."""


def ticket_view(queue: Queue, ticket: Ticket, now: Stamp) -> TicketView:
    """The ticket as it stands, its wait as the queue estimates it now."""
    ahead = queue.ahead(ticket)
    waits = ticket.state is TicketState.WAITING
    return TicketView(
        number=ticket.number,
        token=ticket.token,
        state=ticket.state,
        service=ticket.service,
        lang=ticket.lang,
        source=ticket.source,
        ahead=ahead,
        wait=queue.wait(ahead) if waits else None,
        counter=ticket.counter,
        wanted=ticket.wanted,
        why=_why(ticket, ahead),
        until=ticket.until,
        taken=ticket.taken.wall,
        rated=ticket.rated is not None,
        waited=_minutes(ticket.taken, now),
    )


def queue_view(queue: Queue, revision: int, now: Stamp) -> QueueView:
    """Everything a screen can need."""
    return QueueView(
        revision=revision,
        at=now.wall,
        state=queue.state,
        session=queue.session,
        waiting=tuple(ticket_view(queue, ticket, now) for ticket in queue.waiting),
        held=tuple(ticket_view(queue, ticket, now) for ticket in queue.held),
        counters=_counters(queue, now),
        calls=tuple(queue.last_calls(LAST_CALLS)),
        given=queue.given,
        finished=queue.total(TicketState.FINISHED),
        left=queue.total(TicketState.LEFT),
        cancelled=queue.total(TicketState.CANCELLED),
        tallies=tuple(sorted(queue.tallies.items())),
        kept=queue.lesson.kept,
        promised=queue.lesson.promised,
    )


def _counters(queue: Queue, now: Stamp) -> tuple[CounterView, ...]:
    views: list[CounterView] = []
    for n in range(1, queue.rules.counters + 1):
        counter = CounterId(n)
        ticket = queue.at_counter(counter)
        called = ticket.called if ticket else None
        views.append(
            CounterView(
                counter=counter,
                ticket=ticket_view(queue, ticket, now) if ticket else None,
                since=called.wall if called else None,
                minutes=_minutes(called, now) if called else None,
                quiet=_minutes(ticket.sign, now) if ticket and ticket.sign else None,
            )
        )
    return tuple(views)


def _why(ticket: Ticket, ahead: int) -> Why:
    if ticket.state is TicketState.HELD:
        return Why.HELD_UNTIL if ticket.until else Why.HELD
    if ticket.state is not TicketState.WAITING:
        return _ELSE[ticket.state]
    if ticket.wanted is not None:
        return Why.WANTED
    if ahead:
        return Why.EARLIER
    return _FIRST[ticket.reason]


def _minutes(since: Stamp, now: Stamp) -> int | None:
    duration = elapsed(since, now)
    return None if duration is None else int(duration.total_seconds() // 60)
