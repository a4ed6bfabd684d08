"""Who is signed in: cookies for one shift, by the PIN or as a paired device."""

import base64
import hashlib
import hmac
import json
import secrets
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from appliance.core.access import Device, Role
from appliance.core.backoff import IN_A_ROW, PAUSE
from appliance.core.errors import PinNotHere
from appliance.core.stamp import ClockSource, Stamp, elapsed
from appliance.ports import Clock
from appliance.services.pairing import Pairing
from appliance.services.shift_pin import ShiftPin

__all__ = ["LASTS", "PAUSE", "TRIES", "Sessions", "SignedIn"]

LASTS: Final = timedelta(hours=12)
TRIES: Final = IN_A_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One tablet at work."""

    id: str
    since: Stamp
    role: Role = Role.VOLUNTEER
    device: int | None = None
    """The paired device it is; None when somebody typed the PIN."""


class Sessions:
    """Cookies that survive a restart, since the box's own key signs them.

    They end with the shift, by signing out, when another PIN is chosen (for those that came in
    with the old one), and when the device is revoked.
    """

    def __init__(self, *, secret: bytes, pin: ShiftPin, pairing: Pairing, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock
        self._ended: set[str] = set()
        self.pin = pin
        self.pairing = pairing
        self.devices_only = False
        """Whether a PIN counts for nothing, neither typed nor in a cookie."""

    def of_devices(self) -> "Sessions":
        """The same sessions as the free wifi sees them: those of paired devices, and no other."""
        narrow = copy(self)
        narrow.devices_only = True
        return narrow

    async def sign_in(self, pin: str, *, token: str | None = None) -> str:
        """Give a cookie's value for the right PIN; raises WrongPin, TooManyTries or PinLocked.

        `token` is that of the device it was typed on, if that is paired.
        """
        if self.devices_only:
            raise PinNotHere
        device = self.device(token)
        lead = device is not None and device.role.may(Role.LEAD)
        await self.pin.enter(pin, from_lead=lead)
        return self._seal(None, self.pin.mark)

    async def sign_in_device(self, token: str) -> tuple[str, Device]:
        """Give a cookie's value for a paired device; raises NotPaired."""
        device = await self.pairing.sign_in(token)
        return self._seal(device.id, ""), device

    def device(self, token: str | None) -> Device | None:
        """The paired device that has that token."""
        return self.pairing.holder(token) if token else None

    def find(self, cookie: str | None) -> SignedIn | None:
        """Who sent this cookie; None when it is not ours, too old, signed out or revoked."""
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

    def _seal(self, device: int | None, mark: str) -> str:
        name, since = secrets.token_urlsafe(12), self._clock.stamp()
        said = [name, since.wall.isoformat(), since.source.value, since.boot, since.ms]
        body = base64.urlsafe_b64encode(json.dumps([*said, device, mark]).encode()).decode()
        return f"{body}.{self._mac(body.encode())}"

    def _open(self, cookie: str) -> SignedIn | None:
        body, _, mac = cookie.partition(".")
        if not hmac.compare_digest(self._mac(body.encode()).encode(), mac.encode()):
            return None
        values: list[Any] = json.loads(base64.urlsafe_b64decode(body))
        name, wall, source, boot, ms, number, mark = values
        since = Stamp(
            wall=datetime.fromisoformat(wall), source=ClockSource(source), boot=boot, ms=ms
        )
        if number is None:
            if self.devices_only:
                return None
            return SignedIn(id=name, since=since) if mark == self.pin.mark else None
        device = self.pairing.device(number)
        if device is None:
            return None
        return SignedIn(id=name, since=since, role=device.role, device=number)

    def _mac(self, message: bytes) -> str:
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()
