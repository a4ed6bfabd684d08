"""One walk-in moment."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.core.ids import LocationId
from appliance.core.stamp import Stamp


class SessionState(StrEnum):
    """Whether tickets are given."""

    CLOSED = "closed"
    OPEN = "open"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The walk-in moment that is going on."""

    serial: int
    state: SessionState
    location: LocationId
    letter: str
    day: date | None
    opened: Stamp
    helpers: int
    window: datetime | None
