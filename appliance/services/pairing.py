"""Devices that belong to this box, and the minute in which one more is added.

One device at a time: the code it shows also stands on the box's display, so that whoever holds
the button knows which device that is for.
"""

import asyncio
import hashlib
import hmac
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from appliance.core import access
from appliance.core.access import LABELS, STAFF, Device, Role
from appliance.core.errors import (
    BadRequest,
    NotAllowed,
    NotPaired,
    PairingBusy,
    TooManyTries,
    UnknownDevice,
    UnknownPairing,
)
from appliance.ports import Book, Console, Write

_LOGGER = logging.getLogger(__name__)
MINUTE: Final = 60.0
STARTS: Final = 10
"""How many pairings may begin within `LATELY` seconds."""
LATELY: Final = 600.0
TABLE: Final = "devices"
_COUNT: Final = "access"
_COUNT_ROW: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a device that wants to belong here is given; worth nothing until confirmed."""

    code: str
    """Six digits, for people."""
    token: str
    """The secret by which it signs in afterwards."""
    label: str
    until: float


class Pairing:
    """The only writer of the list of devices."""

    def __init__(
        self,
        *,
        book: Book,
        console: Console,
        ticker: Callable[[], float],
        today: Callable[[], date | None],
        new_code: Callable[[], str],
        new_token: Callable[[], str],
        paired: Callable[[], Awaitable[None]],
        tell: Callable[[], None],
    ) -> None:
        self._book = book
        self._console = console
        self._ticker = ticker
        self._today = today
        self._new_code = new_code
        self._new_token = new_token
        self._paired = paired
        self._tell = tell
        self._offer: Offer | None = None
        self._done: tuple[str, int] = ("", 0)
        self._starts: deque[float] = deque(maxlen=STARTS)
        self._turn = asyncio.Lock()
        self._devices = {device.id: device for device in access.load_all(book.read(TABLE))}

    @property
    def devices(self) -> Sequence[Device]:
        """Every paired device, the oldest first."""
        return list(self._devices.values())

    @property
    def code(self) -> str | None:
        """What the device being paired shows now; None when there is none."""
        offer = self._offer
        return offer.code if offer is not None and self._ticker() < offer.until else None

    def waits(self, token: str) -> bool:
        """Whether the device with that token may still be confirmed."""
        return self._offer is not None and self.code is not None and _same(self._offer.token, token)

    def device(self, number: int) -> Device | None:
        return self._devices.get(number)

    def holder(self, token: str) -> Device | None:
        """The device that has that token."""
        digest = _digest(token)
        found = [d for d in self._devices.values() if _same(d.digest, digest)]
        return found[0] if found else None

    # -------------------------------------------------------------- one more device

    def start(self, label: str | None = None) -> Offer:
        """Begin a minute; raises PairingBusy while another one runs, or TooManyTries."""
        now = self._ticker()
        if self._offer is not None and self.code is not None:
            raise PairingBusy(seconds=int(self._offer.until - now) + 1)
        if len(self._starts) == STARTS and now - self._starts[0] < LATELY:
            raise TooManyTries(seconds=int(self._starts[0] + LATELY - now) + 1)
        if label is not None and label not in LABELS:
            raise BadRequest(field="label")
        self._starts.append(now)
        self._offer = Offer(
            code=self._new_code(),
            token=self._new_token(),
            label=label or access.free_label(self.devices),
            until=now + MINUTE,
        )
        self._console.taken()  # what was said about an earlier one
        self._tell()
        return self._offer

    def stop(self, token: str) -> None:
        """The device that began it thinks better of it."""
        if self._offer is not None and _same(self._offer.token, token):
            self._offer = None
            self._tell()

    async def confirm_by_button(self) -> bool:
        """Somebody stands at the box: whether there was a device to confirm."""
        code = self.code
        if code is None:
            return False
        try:
            await self._confirm(code, None)
        except UnknownPairing:
            return False
        return True

    async def confirm(self, code: str, role: Role, *, by: Role) -> Device:
        """A lead vouches, and gives away no more than they have themselves."""
        if role not in STAFF:
            raise BadRequest(field="role")
        if not by.may(role):
            raise NotAllowed(least=role.value)
        return await self._confirm(code, role)

    async def sign_in(self, token: str) -> Device:
        """The device that has that token; NotPaired while nobody has confirmed it."""
        offer = self._offer
        if offer is not None and _same(offer.token, token):
            await self._ask_console()
        device = self.holder(token)
        if device is None:
            raise NotPaired
        return device

    async def revoke(self, number: int) -> None:
        """It does not belong here any more, from now on."""
        async with self._turn:
            if number not in self._devices:
                raise UnknownDevice
            await self._book.commit([Write(table=TABLE, id=number, document=None)])
            del self._devices[number]
        self._tell()

    async def _ask_console(self) -> None:
        said = await asyncio.to_thread(self._console.vouched)
        if said is None or self.code is None or not _same(self.code, said.code):
            return
        role = Role(said.role) if said.role in {one.value for one in STAFF} else None
        await self._confirm(said.code, role)
        await asyncio.to_thread(self._console.taken)

    async def _confirm(self, code: str, role: Role | None) -> Device:
        async with self._turn:
            again = self._devices.get(self._done[1])
            if again is not None and _same(self._done[0], code):
                return again
            offer = self._offer
            if offer is None or self.code is None or not _same(offer.code, code):
                raise UnknownPairing
            device = Device(
                id=1 + self._last(),
                role=role or access.first_role(self.devices),
                label=offer.label,
                paired_on=self._today(),
                digest=_digest(offer.token),
            )
            count = Write(table=_COUNT, id=_COUNT_ROW, document={"v": 1, "devices": device.id})
            added = Write(table=TABLE, id=device.id, document=access.dump(device))
            await self._book.commit([count, added])
            self._devices[device.id] = device
            self._offer = None
            self._done = (code, device.id)
        _LOGGER.info("A device was paired as %s", device.role.value)
        await self._paired()
        self._tell()
        return device

    def _last(self) -> int:
        """The highest number ever given: an old cookie must not fit a new device."""
        counted = self._book.read(_COUNT).get(_COUNT_ROW)
        return max([counted["devices"] if counted else 0, *self._devices])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _same(known: str, said: str) -> bool:
    """Compared in the same time whatever was said."""
    return hmac.compare_digest(known.encode(), said.encode(errors="replace"))
