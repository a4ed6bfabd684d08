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
TRIES: Final = 3


def at_boot(home: Path, *, limited: bool) -> Fault:
    """The quickest of a few starts counts: a busy machine only adds."""
    fault = Fault(name=f"start after {COMMITS} commits")
    path = home / "long-day"
    before = asyncio.run(_a_long_day(path))
    times: list[float] = []
    for _ in range(TRIES):
        box = Home(path=path, files=PosixFiles())
        seconds, now = asyncio.run(_open(box))
        times.append(seconds)
        fault.tried += 1
        fault.expect(now == before, "the queue is another one")
    fault.note = f"{min(times):.2f} s"
    if limited:
        fault.expect(min(times) < CEILING, f"it took {min(times):.2f} s")
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


async def _open(box: Home) -> tuple[float, str]:
    began = time.perf_counter()
    async with box.looked_at() as (desk, _):
        return time.perf_counter() - began, seen(desk)
