"""A single-use code that a coordinator says over the phone: twelve signs, sixty bits, a day.

Box and coordinator prove to each other that they know it, and never send it.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from appliance.core.errors import Refused

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's thirty-two (https://www.crockford.com/base32.html): no I, L, O or U."""
LENGTH: Final = 12
LASTS: Final = timedelta(hours=24)
_HEARD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": "", " ": ""})


class WrongCode(Refused):
    """That is not a code that somebody gave."""

    code = "wrong-code"


class UsedCode(Refused):
    """A box has come in with that code before."""

    code = "used-code"


class ExpiredCode(Refused):
    """That code is older than a day."""

    code = "expired-code"


def new_code(chance: Callable[[int], int]) -> str:
    """Twelve signs by chance; `chance(n)` gives a number under n."""
    return "".join(ALPHABET[chance(len(ALPHABET))] for _ in range(LENGTH))


def spaced(code: str) -> str:
    """In groups of four, as one reads it out."""
    return " ".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def heard(text: str) -> str:
    """The code as somebody typed it; WrongCode when it cannot be one."""
    code = text.upper().translate(_HEARD)
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        raise WrongCode
    return code


def key_of(code: str) -> bytes:
    """What both sides keep instead of the code."""
    return hashlib.sha256(b"digipunt code " + code.encode()).digest()


def box_proof(key: bytes, *, box: bytes, nonce: bytes) -> bytes:
    """That the owner of this public key was told the code."""
    return hmac.digest(key, b"digipunt box " + box + nonce, "sha256")


def coordinator_proof(key: bytes, *, box: bytes, nonce: bytes, root: bytes) -> bytes:
    """That whoever made the code has this public key."""
    return hmac.digest(key, b"digipunt coordinator " + box + nonce + root, "sha256")


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
