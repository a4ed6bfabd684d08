"""Another key in place of one: a statement that the old and the new key sealed both.

A box keeps its id, which was made from its first key; from a letter on only the new key is
believed. A coordinator's new key is followed by every box that believes the old one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import Sign, Verify, opened, pae
from appliance.core.federation.reading import BOX, CHAIN, Members, base64_of

BOX_TYPE: Final = "application/vnd.digipunt.key.v1+json"
BOX_SCHEMA: Final = "digipunt.key/1"
ROOT_TYPE: Final = "application/vnd.digipunt.root.v1+json"
ROOT_SCHEMA: Final = "digipunt.root/1"
NO_CHAIN: Final = "0" * 16
"""Named by a box that has written no letter yet."""


class BadRotation(DigipuntError):
    """This is no change of keys; the message says why."""

    code = "bad-rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """A box seals with another key, after that letter of that row."""

    box: str
    n: int
    """The first change is 1."""
    old: bytes
    new: bytes
    chain: str = NO_CHAIN
    seq: int = 0
    """The last letter that the old key sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootChange:
    """A coordinator seals with another key from now on."""

    n: int
    old: bytes
    new: bytes


def seal_box(change: KeyChange, *, old: Sign, new: Sign) -> bytes:
    """The statement in its envelope, with both seals."""
    payload = json.dumps(
        {
            "schema": BOX_SCHEMA,
            "box": change.box,
            "n": change.n,
            "old": base64_of(change.old),
            "new": base64_of(change.new),
            "chain": change.chain,
            "seq": change.seq,
        },
        separators=(",", ":"),
    ).encode()
    return _both(BOX_TYPE, payload, old=old, new=new)


def load_box(raw: bytes, verify: Verify) -> KeyChange:
    """The change, sealed by both keys; BadEnvelope or BadRotation says what does not hold."""
    found = _opened(raw, BOX_TYPE, BOX_SCHEMA, verify)
    return KeyChange(
        box=found.shaped("box", BOX),
        n=found.whole("n", 1),
        old=found.bytes_of("old"),
        new=found.bytes_of("new"),
        chain=found.shaped("chain", CHAIN),
        seq=found.whole("seq"),
    )


def seal_root(change: RootChange, *, old: Sign, new: Sign) -> bytes:
    """The same for a coordinator."""
    payload = json.dumps(
        {
            "schema": ROOT_SCHEMA,
            "n": change.n,
            "old": base64_of(change.old),
            "new": base64_of(change.new),
        },
        separators=(",", ":"),
    ).encode()
    return _both(ROOT_TYPE, payload, old=old, new=new)


def load_root(raw: bytes, verify: Verify) -> RootChange:
    """The same for a coordinator."""
    found = _opened(raw, ROOT_TYPE, ROOT_SCHEMA, verify)
    return RootChange(n=found.whole("n", 1), old=found.bytes_of("old"), new=found.bytes_of("new"))


def sealing_key(first: bytes, changes: Sequence[KeyChange], chain: str, seq: int) -> bytes:
    """With which that letter must be sealed: an old key only for what it sealed in its time."""
    for change in changes:
        if change.chain == chain and seq <= change.seq:
            return change.old
    return changes[-1].new if changes else first


def followed(key: bytes, statements: Sequence[bytes], verify: Verify) -> bytes:
    """The key at the end of those changes that begin with the one that is believed now.

    What does not hold, or begins elsewhere, changes nothing.
    """
    seen = {key}
    for raw in statements:
        try:
            change = load_root(raw, verify)
        except DigipuntError:
            continue
        if change.old == key and change.new not in seen:
            key = change.new
            seen.add(key)
    return key


def _both(kind: str, payload: bytes, *, old: Sign, new: Sign) -> bytes:
    message = pae(kind, payload)
    envelope = {
        "payloadType": kind,
        "payload": base64_of(payload),
        "signatures": [
            {"keyid": "old", "sig": base64_of(old(message))},
            {"keyid": "new", "sig": base64_of(new(message))},
        ],
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


def _opened(raw: bytes, kind: str, schema: str, verify: Verify) -> Members:
    envelope = opened(raw)
    if envelope.payload_type != kind:
        raise BadRotation(f"the type is {envelope.payload_type[:80]!r}")
    found = Members.of(envelope.payload, schema, BadRotation)
    old, new = found.bytes_of("old"), found.bytes_of("new")
    if old == new:
        raise BadRotation("both keys are the same")
    if not (envelope.sealed_by(old, verify) and envelope.sealed_by(new, verify)):
        raise BadRotation("old and new key must both have sealed it")
    return found
