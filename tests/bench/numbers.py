"""Ten thousand tickets taken at once, on a real store: no number twice, no gap."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

from appliance.adapters.tinydb_book import create_store, open_book
from tests.bench.figure import Figure
from tests.bench.store import on_a_medium
from tests.desks import Bench, press, running

AT_ONCE = 10_000


def measure() -> list[Figure]:
    """Takes some seconds."""
    with tempfile.TemporaryDirectory(dir=on_a_medium()) as home:
        return asyncio.run(_measure(Path(home) / "store"))


async def _measure(path: Path) -> list[Figure]:
    create_store(path)
    async with open_book(path) as book:
        await book.tidy(wipe=False)
        async with running(Bench(book=book).new_desk()) as desk:
            await desk.open()
            began = perf_counter()
            done = await asyncio.gather(*[press(desk) for _ in range(AT_ONCE)])
            seconds = perf_counter() - began
    counts = [int(one.ticket.number[1:]) for one in done if one.ticket]
    return [
        Figure(name="10,000 tickets at once: numbers given twice",
               value=len(counts) - len(set(counts)), unit="", limit=0),
        Figure(name="10,000 tickets at once: numbers left out",
               value=max(counts) - len(counts), unit="", limit=0),
        Figure(name="10,000 tickets at once: each", value=seconds / AT_ONCE * 1000, unit="ms"),
    ]  # fmt: skip
