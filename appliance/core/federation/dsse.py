"""Sealed envelopes: DSSE 1.0.2 (https://github.com/secure-systems-lab/dsse).

The signature covers type and bytes as they are, so no canonical form is needed. Verify first,
then read the same bytes.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.core.errors import DigipuntError

LARGEST: Final = 64 * 1024
"""Bytes of the largest envelope that is looked at; a month's letter has about three thousand."""

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]
"""Public key, message, signature: whether it fits."""


class BadEnvelope(DigipuntError):
    """These bytes are no envelope; the message says why."""

    code = "bad-envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One seal; `keyid` is a hint by whom, which nobody vouches for."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload of a named type, with its seals."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def sealed_by(self, key: bytes, verify: Verify) -> bool:
        """Whether the owner of that public key sealed exactly this."""
        message = pae(self.payload_type, self.payload)
        return any(verify(key, message, one.sig) for one in self.signatures)


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of type and payload."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, *, keyid: str, sign: Sign) -> bytes:
    """The envelope as JSON on one line; the same payload and key give the same bytes."""
    envelope = {
        "payloadType": payload_type,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": keyid, "sig": base64.b64encode(sign(pae(payload_type, payload))).decode()}
        ],
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


def opened(raw: bytes, *, largest: int = LARGEST) -> Envelope:
    """The envelope in these bytes, nothing verified yet. BadEnvelope says what is wrong.

    Members nobody knows are ignored, as the standard asks; a member given twice is refused,
    since two readers could take it differently.
    """
    if len(raw) > largest:
        raise BadEnvelope(f"{len(raw)} bytes are more than {largest}")
    found = plain_object(raw, BadEnvelope)
    payload_type, seals = found.get("payloadType"), found.get("signatures")
    if not isinstance(payload_type, str):
        raise BadEnvelope("payloadType is missing")
    if not isinstance(seals, list) or not seals:
        raise BadEnvelope("there is no signature")
    return Envelope(
        payload_type=payload_type,
        payload=_bytes(found.get("payload"), "payload"),
        signatures=tuple(_signature(one) for one in seals),
    )


def plain_object(raw: bytes, error: type[DigipuntError]) -> Mapping[str, Any]:
    """One JSON object (RFC 8259), every member once; raises that error."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            raise ValueError("a member is given twice")
        return members

    def no_constant(name: str) -> None:
        raise ValueError(f"{name} is no number")

    try:
        found = json.loads(raw, object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError) as trouble:
        raise error(f"this is no JSON: {trouble}") from trouble
    if not isinstance(found, dict):
        raise error("this is no JSON object")
    return found


def _signature(raw: object) -> Signature:
    if not isinstance(raw, dict) or "sig" not in raw:
        raise BadEnvelope("a signature has no sig")
    keyid = raw.get("keyid", "")
    if not isinstance(keyid, str):
        raise BadEnvelope("keyid is no text")
    return Signature(keyid=keyid, sig=_bytes(raw["sig"], "sig"))


def _bytes(text: object, name: str) -> bytes:
    """Base64 (RFC 4648) in either alphabet."""
    if not isinstance(text, str):
        raise BadEnvelope(f"{name} is missing")
    plain = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadEnvelope(f"{name} is no base64") from error
