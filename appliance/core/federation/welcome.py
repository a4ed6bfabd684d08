"""What a coordinator answers to an introduction: sealed, so that it is believed from anybody."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from appliance.core.errors import DigipuntError
from appliance.core.federation.hello import NONCE_LENGTH
from appliance.core.federation.reading import BOX, PLACE, Members, base64_of, told

TYPE: Final = "application/vnd.digipunt.welcome.v1+json"
SCHEMA: Final = "digipunt.welcome/1"
MOST_TOLD: Final = 5000


class BadWelcome(DigipuntError):
    """This payload is no welcome; the message says why."""

    code = "bad-welcome"


class Standing(StrEnum):
    """What a box is to its coordinator."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"
    FORKED = "forked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """How a box stands, and what is known of the one that it follows."""

    box: str
    nonce: bytes
    """As it was asked: an answer of last year does not fit."""
    standing: Standing
    at: datetime
    told: tuple[tuple[str, str], ...] = ()
    """Place and period of every letter of the box before it: never to be told again."""


def dump(welcome: Welcome) -> bytes:
    """The payload; the same welcome gives the same bytes."""
    document = {
        "schema": SCHEMA,
        "box": welcome.box,
        "nonce": base64_of(welcome.nonce),
        "standing": welcome.standing.value,
        "at": told(welcome.at),
        "told": [{"location": place, "period": period} for place, period in welcome.told],
    }
    return json.dumps(document, separators=(",", ":")).encode()


def load(payload: bytes) -> Welcome:
    """Read a payload whose seal was verified; BadWelcome says what does not hold."""
    found = Members.of(payload, SCHEMA, BadWelcome)
    try:
        standing = Standing(str(found.raw.get("standing")))
    except ValueError as error:
        raise BadWelcome("standing is not known") from error
    return Welcome(
        box=found.shaped("box", BOX),
        nonce=found.bytes_of("nonce", NONCE_LENGTH),
        standing=standing,
        at=found.moment("at"),
        told=tuple(
            (one.shaped("location", PLACE), one.text("period", 8))
            for one in found.parts("told", MOST_TOLD)
        ),
    )
