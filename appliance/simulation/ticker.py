"""A steady clock whose hand is turned by whoever tests what takes time."""

import asyncio
import heapq
from itertools import count

_ROUNDS = 30


class HandTicker:
    """Call it for the seconds; `pause` returns only when `turn` has come that far."""

    def __init__(self, start: float = 100.0) -> None:
        self._now = start
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    def __call__(self) -> float:
        return self._now

    async def pause(self, seconds: float) -> None:
        """Return when the hand has been turned that many seconds further."""
        bell = asyncio.Event()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), bell))
        await bell.wait()

    async def turn(self, seconds: float) -> None:
        """Turn the hand, waking each sleeper at its own moment and letting it work."""
        end = self._now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            moment, _, bell = heapq.heappop(self._sleepers)
            self._now = max(self._now, moment)
            bell.set()
            await settle()
        self._now = end
        await settle()


async def settle() -> None:
    """Let everything that can go on without time or input go on."""
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)
