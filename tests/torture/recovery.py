"""How long a box takes to know its queue again, after a day of ten thousand commits."""

import asyncio
import time
from pathlib import Path
from typing import Final

from appliance.adapters.posix_files import PosixFiles
from appliance.core import commands as c
from appliance.core.ids import CounterId
from tests.adapters.medium import Unflushed
from tests.torture.diary import seen
from tests.torture.faults import Fault
from tests.torture.life import Home
from tests.torture.verdict import take_one

COMMITS: Final = 10_000
CEILING: Final = 1.0
TRIES: Final = 5


def at_boot(home: Path, *, limited: bool) -> Fault:
    """The quickest of a few starts counts, since others work on this machine too."""
    fault = Fault(name=f"start after {COMMITS} commits")
    path = home / "long-day"
    before = asyncio.run(_a_long_day(path))
    times: list[tuple[float, float]] = []
    for _ in range(TRIES):
        box = Home(path=path, files=PosixFiles())
        spent, now = asyncio.run(_open(box))
        times.append(spent)
        fault.tried += 1
        fault.expect(now == before, "the queue is another one")
    wall, processor = min(times)
    fault.note = f"{wall:.2f} s, {processor:.2f} s of them at work"
    if limited:
        fault.expect(wall < CEILING, f"it took {wall:.2f} s")
    return fault


async def _a_long_day(path: Path) -> str:
    box = Home(path=path, files=Unflushed())
    await box.provision(segment_bytes=4 << 20)
    async with box.started() as (desk, _):
        counter = CounterId(1)
        while len(desk.queue.actions) < COMMITS:
            await take_one(desk)
            called = await desk.perform(c.CallNext(counter=counter))
            if called.ticket is not None:
                await desk.perform(c.Finish(number=called.ticket.number))
        return seen(desk)


async def _open(box: Home) -> tuple[tuple[float, float], str]:
    """Wall time and processor time until the queue is known, and the queue."""
    wall, processor = time.perf_counter(), time.process_time()
    async with box.looked_at() as (desk, _):
        spent = time.perf_counter() - wall, time.process_time() - processor
        return spent, seen(desk)
