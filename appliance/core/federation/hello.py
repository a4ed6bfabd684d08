"""How a box introduces itself to a coordinator: its public key, in an envelope it sealed with it.

The box's id is made from that key, so nobody can introduce somebody else.
"""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import Verify, opened, plain_object
from appliance.core.federation.reading import BOX, CHAIN, KEY_LENGTH, Members, base64_of

TYPE: Final = "application/vnd.digipunt.hello.v1+json"
SCHEMA: Final = "digipunt.hello/1"
NONCE_LENGTH: Final = 16
_LONGEST: Final = 80
_SPACES: Final = re.compile(r"\s+")


class BadHello(DigipuntError):
    """This is no introduction; the message says why."""

    code = "bad-hello"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who asks to be known."""

    key: bytes
    """Ed25519, 32 bytes."""
    name: str
    """What the place calls itself."""
    nonce: bytes = b""
    """Sixteen bytes by chance, which the answer must repeat."""
    proof: bytes = b""
    """That somebody at the box was told a code."""
    follows: "Follows | None" = None
    """The row of letters that a restored box goes on from."""

    @property
    def box(self) -> str:
        return box_of(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """The last receipt that a restored box knows of."""

    box: str
    chain: str
    received: int


def box_of(key: bytes) -> str:
    """The id of the box that has this public key."""
    return base64.b32encode(hashlib.sha256(key).digest()).decode().lower()[:26]


def dump(hello: Hello) -> bytes:
    """The payload; the same introduction gives the same bytes."""
    document = {
        "schema": SCHEMA,
        "key": base64.b64encode(hello.key).decode(),
        "name": hello.name,
        **({"nonce": base64_of(hello.nonce)} if hello.nonce else {}),
        **({"proof": base64_of(hello.proof)} if hello.proof else {}),
        **({"follows": _follows(hello.follows)} if hello.follows else {}),
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _follows(follows: Follows) -> dict[str, object]:
    return {"box": follows.box, "chain": follows.chain, "received": follows.received}


def load(raw: bytes, verify: Verify) -> Hello:
    """Read a sealed introduction; BadEnvelope or BadHello says what does not hold."""
    envelope = opened(raw)
    if envelope.payload_type != TYPE:
        raise BadHello(f"the type is {envelope.payload_type[:_LONGEST]!r}")
    found = plain_object(envelope.payload, BadHello)
    if found.get("schema") != SCHEMA:
        raise BadHello(f"schema is {found.get('schema')!r}, expected {SCHEMA}")
    try:
        key = base64.b64decode(str(found.get("key")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadHello("key is no base64") from error
    name = found.get("name")
    if len(key) != KEY_LENGTH or not isinstance(name, str):
        raise BadHello("key or name is missing")
    name = _SPACES.sub(" ", name).strip()
    if not 1 <= len(name) <= _LONGEST or not name.isprintable():
        raise BadHello("name is no short text")
    if not envelope.sealed_by(key, verify):
        raise BadHello("the owner of that key did not seal it")
    members = Members(raw=found, error=BadHello)
    before = members.part("follows") if members.has("follows") else None
    return Hello(
        key=key,
        name=name,
        nonce=members.bytes_of("nonce", NONCE_LENGTH) if members.has("nonce") else b"",
        proof=members.bytes_of("proof") if members.has("proof") else b"",
        follows=Follows(
            box=before.shaped("box", BOX),
            chain=before.shaped("chain", CHAIN),
            received=before.whole("received"),
        )
        if before
        else None,
    )
