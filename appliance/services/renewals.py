"""Keeps the staff site's certificate fresh, also when the clock becomes right later."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from appliance.core.errors import StorageUnavailable
from appliance.ports import Clock, Seal

_LOGGER = logging.getLogger(__name__)

EVERY: Final = 60.0
"""Seconds between two looks: somebody may vouch for the clock at any moment."""


class Renewals:
    """One box's."""

    def __init__(
        self, *, seal: Seal, clock: Clock, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._seal = seal
        self._clock = clock
        self._pause = pause
        self._told = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await self._pause(EVERY)

    def look(self) -> None:
        """Renew it if it is time; a full card is said once.

        Not in a thread: connections are made with the same context, and it is once a year.
        """
        now, trusted = self._clock.now(), self._clock.source().trusted
        try:
            self._seal.renew(now, trusted=trusted)
            self._told = False
        except StorageUnavailable as problem:
            if not self._told:
                _LOGGER.warning("The certificate for staff cannot be renewed: %s", problem)
            self._told = True
