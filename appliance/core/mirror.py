"""What the program remembers of its guests: when each one's time ends, and not who they are.

Who is who, only the kernel knows. Here stands a fingerprint of each radio address, under a salt
that dies with the program.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from appliance.core.guests import GuestState, Mac

REMEMBERED: Final = 12 * 3600
"""Seconds for which a phone is still told that its time was over."""
MOST: Final = 2000


class Mirror:
    """Moments are seconds of one steady clock."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._until: dict[bytes, float] = {}

    def state(self, who: Mac, now: float) -> tuple[GuestState, int]:
        """Where that phone stands, and for how many seconds more."""
        until = self._until.get(self._print(who))
        if until is None:
            return GuestState.WAITING, 0
        left = int(until - now)
        return (GuestState.ONLINE, left) if left > 0 else (GuestState.ENDED, 0)

    def let_in(self, who: Mac, *, until: float, now: float) -> None:
        self._until[self._print(who)] = until
        self._forget(now)

    def put_out(self, who: Mac) -> None:
        self._until.pop(self._print(who), None)

    def believe(self, known: Mapping[Mac, int], now: float) -> None:
        """Who is in, by the kernel's word; whose time was over is still told so."""
        self._until = {
            **{one: until for one, until in self._until.items() if until <= now},
            **{self._print(who): now + left for who, left in known.items()},
        }
        self._forget(now)

    def online(self, now: float) -> int:
        """How many are in; never which."""
        return sum(until > now for until in self._until.values())

    def _forget(self, now: float) -> None:
        kept = {one: until for one, until in self._until.items() if until > now - REMEMBERED}
        while len(kept) > MOST:
            del kept[min(kept, key=kept.__getitem__)]
        self._until = kept

    def _print(self, who: Mac) -> bytes:
        return hashlib.blake2b(who.encode(), key=self._salt, digest_size=12).digest()
