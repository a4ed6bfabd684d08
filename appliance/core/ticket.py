"""A ticket, the states it can be in, and the table of what may happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from appliance.core.ids import CounterId, ServiceId, TicketNumber, Token
from appliance.core.stamp import Stamp

Place = int | Fraction
"""Where a ticket stands in the queue: lower is earlier; halves fit between two others."""


class TicketState(StrEnum):
    """Where a visitor is on the way through."""

    WAITING = "waiting"
    HELD = "held"
    CALLED = "called"
    SERVING = "serving"
    FINISHED = "finished"
    LEFT = "left"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"

    @property
    def present(self) -> bool:
        """Whether the visitor is still expected to be helped here."""
        return self in PRESENT


PRESENT = frozenset(
    {TicketState.WAITING, TicketState.HELD, TicketState.CALLED, TicketState.SERVING}
)


class Verb(StrEnum):
    """What can be done with a ticket."""

    CALL = "call"
    RECALL = "recall"
    SERVE = "serve"
    FINISH = "finish"
    CONFIRM = "confirm"
    NO_SHOW = "no-show"
    REQUEUE = "requeue"
    HOLD = "hold"
    RETURN = "return"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    LEAVE = "leave"


_S = TicketState

TRANSITIONS: Mapping[Verb, Mapping[TicketState, frozenset[TicketState]]] = {
    Verb.CALL: {_S.WAITING: frozenset({_S.CALLED}), _S.HELD: frozenset({_S.CALLED})},
    Verb.RECALL: {_S.CALLED: frozenset({_S.CALLED})},
    Verb.SERVE: {_S.CALLED: frozenset({_S.SERVING})},
    Verb.FINISH: {_S.CALLED: frozenset({_S.FINISHED}), _S.SERVING: frozenset({_S.FINISHED})},
    Verb.CONFIRM: {_S.CALLED: frozenset({_S.CALLED}), _S.SERVING: frozenset({_S.SERVING})},
    Verb.NO_SHOW: {_S.CALLED: frozenset({_S.WAITING, _S.LEFT})},
    Verb.REQUEUE: {
        _S.CALLED: frozenset({_S.WAITING}),
        _S.SERVING: frozenset({_S.WAITING}),
        _S.HELD: frozenset({_S.WAITING}),
        _S.LEFT: frozenset({_S.WAITING}),
    },
    Verb.HOLD: {
        _S.WAITING: frozenset({_S.HELD}),
        _S.CALLED: frozenset({_S.HELD}),
        _S.SERVING: frozenset({_S.HELD}),
    },
    Verb.RETURN: {_S.HELD: frozenset({_S.WAITING})},
    Verb.TRANSFER: {
        _S.WAITING: frozenset({_S.WAITING}),
        _S.HELD: frozenset({_S.WAITING}),
        _S.CALLED: frozenset({_S.WAITING}),
        _S.SERVING: frozenset({_S.WAITING}),
    },
    Verb.CANCEL: {
        _S.WAITING: frozenset({_S.CANCELLED}),
        _S.HELD: frozenset({_S.CANCELLED}),
        _S.CALLED: frozenset({_S.CANCELLED}),
    },
    Verb.LEAVE: {_S.WAITING: frozenset({_S.LEFT}), _S.HELD: frozenset({_S.LEFT})},
}
"""verb → state → the states it may lead to; everything else is WrongState."""


class Source(StrEnum):
    """Where a ticket was taken."""

    BUTTON = "button"
    PHONE = "phone"
    TABLET = "tablet"
    SIBLING = "sibling"


class Reason(StrEnum):
    """Why a waiting ticket stands where it stands."""

    ARRIVED = "arrived"
    MISSED = "missed"
    REQUEUED = "requeued"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


class Outcome(StrEnum):
    """How a visit ended."""

    SOLVED = "solved"
    PARTLY = "partly"
    REFERRED = "referred"
    COMEBACK = "comeback"
    LEFT = "left"
    UNKNOWN = "unknown"


class Assist(StrEnum):
    """Who did it."""

    SELF = "self"
    TOGETHER = "together"
    FOR = "for"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A promised wait, whole minutes, both ends included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One place in the queue; nothing in it says who the visitor is."""

    number: TicketNumber
    service: ServiceId
    source: Source
    lang: str
    token: Token
    place: Place
    taken: Stamp
    state: TicketState = TicketState.WAITING
    reason: Reason = Reason.ARRIVED
    counter: CounterId | None = None
    wanted: CounterId | None = None
    """The counter it was transferred to, while it waits for that one."""
    missed: int = 0
    called: Stamp | None = None
    first_called: Stamp | None = None
    sign: Stamp | None = None
    """When a helper last did something with the visit that goes on."""
    forgotten: bool = False
    """It ended, but nobody knows when."""
    ended: Stamp | None = None
    held_since: Stamp | None = None
    until: datetime | None = None
    promise: Range | None = None
    topic: str = "unknown"
    outcome: Outcome = Outcome.UNKNOWN
    assist: Assist = Assist.UNKNOWN
    referral: str | None = None
    rated: tuple[int, int, int] | None = None
    """Ease, friendliness and confidence, 0 to 2 each."""
    mistaken: bool = False
    """Taking it was undone: it counts nowhere, its number stays used."""
