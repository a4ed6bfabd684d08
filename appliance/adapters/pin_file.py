"""The shift PIN as an argon2id hash in a file of its own."""

import asyncio
import hmac
import json
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.adapters.box_keys import write_whole
from appliance.core.errors import BadRequest, BadStore

FILE: Final = "pin.json"
SHORTEST: Final = 6
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB and two passes: what OWASP asks at least, and what a small Pi can bear."""


class PinFile:
    """Knows the PIN when it sees it.

    The box's own secret is mixed in, so that the file alone is
    worth nothing to a guesser.
    """

    def __init__(self, directory: Path, *, pepper: bytes) -> None:
        self._path = directory / FILE
        self._pepper = pepper
        self._turn = asyncio.Lock()
        self._marked: tuple[object, str] = (None, "")

    @property
    def is_set(self) -> bool:
        return self._path.exists()

    async def matches(self, pin: str) -> bool:
        """Whether it is the PIN; one guess at a time, off the event loop."""
        async with self._turn:
            return await asyncio.to_thread(self._matches, pin)

    @property
    def mark(self) -> str:
        """Another text for another PIN: a keyed digest of what the file holds."""
        try:
            about = self._path.stat()
            if self._marked[0] != (about.st_mtime_ns, about.st_ino):
                digest = hmac.digest(self._pepper, b"mark" + self._path.read_bytes(), "sha256")
                self._marked = ((about.st_mtime_ns, about.st_ino), digest.hex()[:12])
        except OSError:
            return ""
        return self._marked[1]

    async def change(self, pin: str) -> None:
        """Choose another PIN, off the event loop."""
        async with self._turn:
            await asyncio.to_thread(self.choose, pin)

    def choose(self, pin: str) -> None:
        """Set the PIN; BadRequest when it is shorter than six digits."""
        if not (pin.isascii() and pin.isdigit() and len(pin) >= SHORTEST):
            raise BadRequest(f"a PIN has at least {SHORTEST} digits", field="pin")
        record = {"v": 1, "hash": _HASHER.hash(self._peppered(pin))}
        write_whole(self._path, json.dumps(record).encode())

    def _matches(self, pin: str) -> bool:
        try:
            record = json.loads(self._path.read_bytes())
            return _HASHER.verify(record["hash"], self._peppered(pin))
        except FileNotFoundError:
            return False
        except VerificationError:
            return False
        except (OSError, ValueError, KeyError, TypeError, InvalidHashError) as error:
            raise BadStore(f"{self._path}: the PIN cannot be read: {error}") from error

    def _peppered(self, pin: str) -> bytes:
        return hmac.digest(self._pepper, pin.encode(errors="replace"), "sha256")
