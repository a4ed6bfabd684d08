"""Runs the services: restarts the optional, falls with the essential."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

_LOGGER = logging.getLogger(__name__)

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
HEALTHY: Final = 60.0
"""Seconds after which an earlier failure is forgotten."""

Run = Callable[[], Awaitable[None]]


class Ended(RuntimeError):
    """An essential service came to an end by itself."""


async def supervise(*, essential: Mapping[str, Run], optional: Mapping[str, Run]) -> None:
    """Run until cancelled, or until an essential service fails; then everything ends."""
    async with asyncio.TaskGroup() as group:
        for name, run in essential.items():
            group.create_task(_essential(name, run), name=name)
        for name, run in optional.items():
            group.create_task(_optional(name, run), name=name)


async def _essential(name: str, run: Run) -> None:
    await run()
    raise Ended(name)


async def _optional(name: str, run: Run) -> None:
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE
    while True:
        started = loop.time()
        try:
            await run()
            _LOGGER.warning("%s ended; it is started again in %.0f s", name, pause)
        except Exception:
            _LOGGER.exception("%s failed; it is started again in %.0f s", name, pause)
        if loop.time() - started > HEALTHY:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
