"""What a coordinator answers: sealed too, so that a box believes it whoever brought it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import plain_object

TYPE: Final = "application/vnd.digipunt.receipt.v1+json"
SCHEMA: Final = "digipunt.receipt/1"
_BOX: Final = re.compile(r"[a-z2-7]{26}")
_CHAIN: Final = re.compile(r"[0-9a-f]{16}")


class BadReceipt(DigipuntError):
    """This payload is no receipt; the message says why."""

    code = "bad-receipt"


class Status(StrEnum):
    """What became of a letter."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    """An earlier letter is missing; it counts once that has come."""
    FORK = "fork"
    """Another letter with its number is there: the card was copied, or rolled back."""
    QUARANTINED = "quarantined"
    """Nobody has vouched for this box yet, or no longer."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Every letter of that chain up to `received` is in the cabinet."""

    box: str
    chain: str
    received: int
    digest: str
    """SHA-256 of the payload of that letter; zeros before the first."""
    index: int
    """Where the latest of them stands in the coordinator's own row."""


def dump(receipt: Receipt) -> bytes:
    """The payload; the same receipt gives the same bytes."""
    document = {
        "schema": SCHEMA,
        "box": receipt.box,
        "chain": receipt.chain,
        "received": receipt.received,
        "digest": receipt.digest,
        "index": receipt.index,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def load(payload: bytes) -> Receipt:
    """Read a payload whose seal was verified; BadReceipt says what does not hold."""
    raw = plain_object(payload, BadReceipt)
    if raw.get("schema") != SCHEMA:
        raise BadReceipt(f"schema is {raw.get('schema')!r}, expected {SCHEMA}")
    return Receipt(
        box=_text(raw, "box", _BOX),
        chain=_text(raw, "chain", _CHAIN),
        received=_whole(raw, "received"),
        digest=_text(raw, "digest", re.compile(r"[0-9a-f]{64}")),
        index=_whole(raw, "index"),
    )


def _text(raw: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not shape.fullmatch(found):
        raise BadReceipt(f"{name} has another shape than expected")
    return found


def _whole(raw: Mapping[str, Any], name: str) -> int:
    found = raw.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise BadReceipt(f"{name} is no whole number")
    return found
