"""What may be asked of the queue; everybody enters by these doors."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.core.ids import ActionId, CounterId, LocationId, ServiceId, TicketNumber, Token
from appliance.core.ticket import Assist, Outcome, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open a session; the desk fills in serial, count and day."""

    location: LocationId
    helpers: int
    letter: str
    serial: int
    count: int
    day: date | None
    window: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWindow:
    """Let the open session follow that planned window."""

    window: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StartClosing:
    """Stop new tickets; whoever is here is still helped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountHelpers:
    """Say how many helpers are present."""

    helpers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Join the queue."""

    service: ServiceId
    source: Source
    lang: str
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNext:
    """Call the first who waits for this counter; an open visit there ends as unknown."""

    counter: CounterId


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Call this one to that counter, out of order."""

    number: TicketNumber
    counter: CounterId


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Show the number and chime once more."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """The visitor sits down."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The visit is over; topic, outcome and assist may stay unknown."""

    number: TicketNumber
    topic: str = "unknown"
    outcome: Outcome = Outcome.UNKNOWN
    assist: Assist = Assist.UNKNOWN
    referral: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The visit is still going on: it was not forgotten."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow:
    """Called, did not come: a few places back once, then left."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeue:
    """Back to waiting, keeping the place; also for who comes back late."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Come back later, at `until` if given."""

    number: TicketNumber
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnHeld:
    """The time of the hold has come."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """To another service, or to one counter; the number stays."""

    number: TicketNumber
    service: ServiceId | None = None
    counter: CounterId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The visitor does not wait any longer."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Somebody was helped without a ticket."""

    measure: str
    n: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Say how the visit was: 0 bad, 1 so-so, 2 good."""

    number: TicketNumber
    ease: int
    friendly: int
    confidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Smile:
    """Answer one question at the front panel; which visit it was about is not known."""

    question: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take that action back."""

    action: ActionId


Command = (
    Open
    | JoinWindow
    | StartClosing
    | CountHelpers
    | Take
    | CallNext
    | Call
    | Recall
    | Serve
    | Finish
    | Confirm
    | NoShow
    | Requeue
    | Hold
    | ReturnHeld
    | Transfer
    | Cancel
    | Count
    | Rate
    | Smile
    | Undo
)


def digest(command: Command) -> str:
    """What was asked, without what the desk adds itself."""
    match command:
        case Take():
            command = replace(command, token=Token(""))
        case Open():
            command = replace(command, serial=0, count=0, day=None, letter="")
        case _:
            pass
    return hashlib.sha256(repr(command).encode()).hexdigest()[:16]
