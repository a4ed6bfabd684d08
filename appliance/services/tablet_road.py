"""The road for paired tablets over the free wifi: there only while a lead wants it."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Final

from appliance.core.errors import GateShut, Unavailable
from appliance.ports import Gate

_LOGGER = logging.getLogger(__name__)

AGAIN: Final = 5.0
"""Seconds until the next try after something refused."""
Door = Callable[[], AbstractAsyncContextManager[object]]


class TabletRoad:
    """A door that listens, and a gate that lets phones reach it: both, or neither."""

    def __init__(
        self,
        *,
        gate: Gate,
        door: Door,
        wanted: Callable[[], bool],
        changed: Callable[[], Awaitable[None]],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._gate = gate
        self._door = door
        self._wanted = wanted
        self._changed = changed
        self._pause = pause
        self._listening = AsyncExitStack()
        self.open = False
        """Whether tablets can come this way."""
        self._shut = True
        """Whether the gate is known to be shut; it is when nothing has opened it."""
        self._complained = False

    async def run(self) -> None:
        """Until cancelled; the road is closed when it returns."""
        try:
            while True:
                if await self.settle():
                    await self._changed()
                else:
                    await self._pause(AGAIN)
        finally:
            await self._close()

    async def settle(self) -> bool:
        """Do what is wanted; False when it must be tried again."""
        if self._wanted():
            return self.open or await self._open()
        return (self._shut and not self.open) or await self._close()

    async def _open(self) -> bool:
        self._shut = False
        try:
            await self._listening.enter_async_context(self._door())
            await self._gate.tablets(open_=True)
        except Unavailable as problem:
            self._complain(problem)
            await self._close()
            return False
        self.open, self._complained = True, False
        _LOGGER.info("Paired tablets can come by the free wifi")
        return True

    async def _close(self) -> bool:
        """The gate first, which cuts who is inside; the door in any case."""
        if self.open:
            _LOGGER.info("No tablet comes by the free wifi any more")
        self.open = False
        try:
            if not self._shut:
                await self._gate.tablets(open_=False)
                self._shut = True
        except GateShut as problem:
            self._complain(problem)
        finally:
            await self._listening.aclose()
        return self._shut

    def _complain(self, problem: Unavailable) -> None:
        """Once, until it works again: the gate stands a moment after the box does."""
        if not self._complained:
            _LOGGER.warning("The tablets' road by the free wifi: %s", problem)
        self._complained = True
