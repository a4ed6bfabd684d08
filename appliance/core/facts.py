"""What has happened, each already in the book when anybody hears of it."""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.core.ids import ActionId, CounterId, LocationId, ServiceId, TicketNumber, Token
from appliance.core.ticket import Assist, Outcome, Place, Range, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """A walk-in moment began; numbers go on after `count`."""

    serial: int
    location: LocationId
    letter: str
    count: int
    day: date | None
    """Its date, for good; None while no clock can be trusted."""
    helpers: int
    window: datetime | None = None
    """Start of the planned window it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowJoined:
    """The session, opened by hand, now follows the planned window that started."""

    window: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingStarted:
    """No new tickets; the session ends when nobody is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpersCounted:
    """That many helpers are present."""

    helpers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTaken:
    """Somebody joined the queue."""

    number: TicketNumber
    place: Place
    service: ServiceId
    source: Source
    lang: str
    token: Token
    promise: Range | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCalled:
    """A number was called to a counter."""

    number: TicketNumber
    counter: CounterId


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecalled:
    """The same number was called once more."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingStarted:
    """The visitor sits down."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFinished:
    """The visit is over."""

    number: TicketNumber
    topic: str
    outcome: Outcome
    assist: Assist
    referral: str | None = None
    """Where the visitor was sent on to."""
    forgotten: bool | None = None
    """True: the visit had been left open, so nobody knows how long it lasted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitConfirmed:
    """Asked whether this visit is still going on, a helper said yes."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMissed:
    """Called, did not come; back to `place`, or gone when there is none."""

    number: TicketNumber
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequeued:
    """Back to waiting, the place kept."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld:
    """Comes back at `until`; None: when somebody says so."""

    number: TicketNumber
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReturned:
    """The hold is over."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTransferred:
    """To another service or counter; number and place kept."""

    number: TicketNumber
    service: ServiceId
    counter: CounterId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled:
    """The visitor does not wait any longer."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLeft:
    """Still waiting when the session was closed."""

    number: TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """Somebody was helped without a ticket: so many of this measure."""

    measure: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRated:
    """A visitor said how it was: 0 bad, 1 so-so, 2 good; once, forgotten with the ticket."""

    number: TicketNumber
    ease: int
    friendly: int
    confidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmileyPressed:
    """Somebody answered one question at the front panel: 0 bad, 1 so-so, 2 good."""

    question: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionUndone:
    """That action counts as not done; undoing an undo does it again."""

    action: ActionId


Fact = (
    SessionOpened
    | WindowJoined
    | ClosingStarted
    | HelpersCounted
    | TicketTaken
    | TicketCalled
    | TicketRecalled
    | ServingStarted
    | TicketFinished
    | VisitConfirmed
    | TicketMissed
    | TicketRequeued
    | TicketHeld
    | TicketReturned
    | TicketTransferred
    | TicketCancelled
    | TicketLeft
    | Tallied
    | VisitRated
    | SmileyPressed
    | ActionUndone
)
