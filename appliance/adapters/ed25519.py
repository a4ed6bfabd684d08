"""Ed25519 (RFC 8032): whether a seal is somebody's."""

import base64
import binascii
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES: Final = 32


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of that public key signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(text: str) -> bytes | None:
    """A public key as people hand it over: base64 of 32 bytes; None when it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None
