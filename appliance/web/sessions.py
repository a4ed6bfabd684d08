"""Volunteers sign in with the shift PIN; guessing it is slow."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from appliance.core.stamp import ClockSource, Stamp, elapsed
from appliance.ports import Clock, PinLock
from appliance.web.errors import TooManyTries, WrongPin

LASTS: Final = timedelta(hours=12)
TRIES: Final = 5
PAUSE: Final = 30.0
"""Seconds after the fifth wrong PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One device that knows the PIN."""

    id: str
    since: Stamp


class Sessions:
    """Cookies that survive a restart, since the box's own key signs them."""

    def __init__(
        self, *, secret: bytes, pin: PinLock, clock: Clock, ticker: Callable[[], float]
    ) -> None:
        self._secret = secret
        self._pin = pin
        self._clock = clock
        self._ticker = ticker
        self._wrong = 0
        self._locked_until = 0.0
        self._ended: set[str] = set()

    @property
    def pin_is_set(self) -> bool:
        return self._pin.is_set

    async def sign_in(self, pin: str) -> str:
        """Give a cookie's value for the right PIN; raises WrongPin or TooManyTries."""
        left = self._locked_until - self._ticker()
        if left > 0:
            raise TooManyTries(seconds=int(left) + 1)
        if not await self._pin.matches(pin):
            self._wrong += 1
            if self._wrong >= TRIES:
                self._wrong = 0
                self._locked_until = self._ticker() + PAUSE
            raise WrongPin
        self._wrong = 0
        return self._seal(SignedIn(id=secrets.token_urlsafe(12), since=self._clock.stamp()))

    def find(self, cookie: str | None) -> SignedIn | None:
        """Who sent this cookie; None when it is not ours, too old, or signed out."""
        signed_in = self._open(cookie) if cookie else None
        if signed_in is None or signed_in.id in self._ended:
            return None
        age = elapsed(signed_in.since, self._clock.stamp())
        return signed_in if age is None or age < LASTS else None

    def sign_out(self, signed_in: SignedIn) -> None:
        self._ended.add(signed_in.id)

    def csrf(self, signed_in: SignedIn) -> str:
        """What a form of that device must carry."""
        return self._mac(f"csrf {signed_in.id}".encode())

    def csrf_fits(self, signed_in: SignedIn, token: str) -> bool:
        return hmac.compare_digest(self.csrf(signed_in).encode(), token.encode())

    def _seal(self, signed_in: SignedIn) -> str:
        since = signed_in.since
        body = base64.urlsafe_b64encode(
            json.dumps(
                [signed_in.id, since.wall.isoformat(), since.source.value, since.boot, since.ms]
            ).encode()
        ).decode()
        return f"{body}.{self._mac(body.encode())}"

    def _open(self, cookie: str) -> SignedIn | None:
        body, _, mac = cookie.partition(".")
        if not hmac.compare_digest(self._mac(body.encode()).encode(), mac.encode()):
            return None
        values: list[Any] = json.loads(base64.urlsafe_b64decode(body))
        name, wall, source, boot, ms = values
        since = Stamp(
            wall=datetime.fromisoformat(wall), source=ClockSource(source), boot=boot, ms=ms
        )
        return SignedIn(id=name, since=since)

    def _mac(self, message: bytes) -> str:
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()
