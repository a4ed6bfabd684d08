"""Signed papers that come down from a coordinator, by the rules of TUF: one newer than the other.

A version never goes back, and every paper has a day on which it ends. The envelope is kept as it
came, so that whoever has it can hand it on (https://theupdateframework.github.io/specification/).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import Envelope, Verify, opened

LARGEST: Final = 1024 * 1024
"""Bytes of a paper in its envelope."""
ROSTER_LASTS: Final = timedelta(days=90)
NEWS_LASTS: Final = timedelta(days=30)


class Kind(StrEnum):
    """The papers there are."""

    ROSTER = "roster"
    NEWS = "news"

    @property
    def type(self) -> str:
        """What stands on its envelope."""
        return f"application/vnd.digipunt.{self.value}.v1+json"

    @property
    def schema(self) -> str:
        return f"digipunt.{self.value}/1"


class BadPaper(DigipuntError):
    """This is no such paper; the message says why."""

    code = "bad-paper"


class OldPaper(BadPaper):
    """A later version has been here before."""

    code = "old-paper"


class ExpiredPaper(BadPaper):
    """Its day is over."""

    code = "expired-paper"


class ForeignPaper(BadPaper):
    """Another coordinator sealed it, or it is about other boxes."""

    code = "foreign-paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every paper begins with."""

    version: int
    made: datetime
    expires: datetime

    def expired(self, now: datetime) -> bool:
        return now >= self.expires


def sealed_paper(raw: bytes, kind: Kind, *, key: bytes, verify: Verify) -> Envelope:
    """The envelope, sealed by that coordinator; BadEnvelope, BadPaper or ForeignPaper."""
    envelope = opened(raw, largest=LARGEST)
    if envelope.payload_type != kind.type:
        raise BadPaper(f"the type is {envelope.payload_type[:80]!r}, expected {kind.type}")
    if not envelope.sealed_by(key, verify):
        raise ForeignPaper("the coordinator of this box did not seal it")
    return envelope


def check(head: Head, *, last: int, now: datetime | None) -> None:
    """Raise OldPaper or ExpiredPaper; without a clock that anybody trusts nothing expires."""
    if head.version < last:
        raise OldPaper(f"version {head.version} came after {last}")
    if now is not None and head.expired(now):
        raise ExpiredPaper(f"it ended on {head.expires.date()}")
