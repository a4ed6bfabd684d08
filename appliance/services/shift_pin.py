"""The shift PIN, tried by one at a time and seldom; what was got wrong outlives a restart."""

import asyncio
import logging
import math
from collections.abc import Callable
from typing import Final

from appliance.core import backoff
from appliance.core.errors import PinLocked, TooManyTries, Unavailable, WrongPin
from appliance.ports import Book, Clock, PinLock, Write

_LOGGER = logging.getLogger(__name__)
TABLE: Final = "access"
ROW: Final = 2


class ShiftPin:
    """Counted for the whole box: no address is looked at, none is kept."""

    def __init__(
        self, *, lock: PinLock, book: Book, clock: Clock, ticker: Callable[[], float]
    ) -> None:
        self._lock = lock
        self._book = book
        self._clock = clock
        self._ticker = ticker
        self._turn = asyncio.Lock()
        self._mark = lock.mark
        self._backoff = backoff.load(
            book.read(TABLE).get(ROW), mark=self._mark, at=ticker(), now=clock.stamp()
        )

    @property
    def is_set(self) -> bool:
        return self._lock.is_set

    @property
    def mark(self) -> str:
        """Another text for another PIN."""
        return self._lock.mark

    @property
    def locked(self) -> bool:
        """Whether the PIN alone lets nobody in any more."""
        return self._backoff.locked and self._mark == self._lock.mark

    async def enter(self, pin: str, *, from_lead: bool = False) -> None:
        """Return when it is the PIN; raises WrongPin, TooManyTries or PinLocked.

        The right PIN from a lead's own device also unlocks.
        """
        async with self._turn:
            if self._mark != self._lock.mark:  # chosen anew, here or at the console
                self._mark, self._backoff = self._lock.mark, backoff.Backoff()
            if self._backoff.locked and not from_lead:
                raise PinLocked
            left = self._backoff.wait(self._ticker())
            if left > 0:
                raise TooManyTries(seconds=math.ceil(left))
            if not await self._lock.matches(pin):
                await self._keep(self._backoff.missed(self._ticker(), self._clock.stamp()))
                raise WrongPin
            after = backoff.Backoff() if self._backoff.locked else self._backoff.hit()
            if after != self._backoff:
                await self._keep(after)

    async def unlock(self) -> None:
        """Somebody stood at the box, or a lead vouched."""
        async with self._turn:
            if self._backoff != backoff.Backoff():
                await self._keep(backoff.Backoff())

    async def choose(self, pin: str) -> None:
        """Another PIN: whoever came in with the old one is out."""
        async with self._turn:
            await self._lock.change(pin)
            self._mark = self._lock.mark
            await self._keep(backoff.Backoff())

    async def _keep(self, after: backoff.Backoff) -> None:
        """In memory first: a card that takes no more must not make guessing free."""
        self._backoff = after
        document = backoff.dump(after, self._mark)
        try:
            await self._book.commit([Write(table=TABLE, id=ROW, document=document)])
        except Unavailable:
            _LOGGER.warning("How often the PIN was wrong could not be written down")
