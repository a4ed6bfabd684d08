"""Spreads the boxes over the processors, and prints what came of them."""

import asyncio
import gc
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from appliance.collector.program import open_store
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from appliance.core.errors import BadConfig
from appliance.simulate.office import config_of, enrol
from appliance.simulate.verdict import Line, Verdict, figures_of, verdict
from appliance.simulate.world import Lived, Wanted, live

WORTH_A_PROCESS: Final = 20
"""Boxes for which another process is started."""
SELDOM: Final = (100_000, 20, 100)
"""Hundreds of boxes are a lot to look through for what nobody needs any more."""
SHOWN: Final = 20
"""Differences that are named; of more the number is told."""


def simulate(wanted: Wanted, *, book: Path | None = None) -> Verdict:
    """All of it: enrol, live, compare."""
    if Path(config_of(wanted.directory).directory).exists():
        raise BadConfig(f"{wanted.directory}: another world has lived here; choose an empty one")
    asyncio.run(_enrol(wanted))
    lived = _everybody(wanted)
    found, raw = asyncio.run(_judge(wanted, lived, with_book=book is not None))
    if book is not None:
        book.write_bytes(raw)
    return found


async def _enrol(wanted: Wanted) -> None:
    numbers = range(wanted.boxes)
    async with open_store(config_of(wanted.directory)) as (database, _):
        sites, keys = [wanted.site(n) for n in numbers], [wanted.keys(n) for n in numbers]
        await enrol(database, sites, keys, now=wanted.start)


def _everybody(wanted: Wanted) -> list[Lived]:
    """Boxes do not know each other: each process lives some of them, on one database."""
    processes = max(1, min(os.cpu_count() or 1, wanted.boxes // WORTH_A_PROCESS))
    shares = [list(range(first, wanted.boxes, processes)) for first in range(processes)]
    if processes == 1:
        return _some(wanted, shares[0])
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = [pool.submit(_some, wanted, share) for share in shares]
        lived = [one for part in found for one in part.result()]
    return sorted(lived, key=lambda one: one.site.number)


def _some(wanted: Wanted, numbers: Sequence[int]) -> list[Lived]:
    gc.set_threshold(*SELDOM)
    return asyncio.run(live(wanted, numbers))


async def _judge(
    wanted: Wanted, lived: Sequence[Lived], *, with_book: bool
) -> tuple[Verdict, bytes]:
    async with open_store(config_of(wanted.directory)) as (database, _):
        found = await verdict(database, wanted, lived)
        found.lived = lived
        raw = b""
        if with_book:
            raw = workbook(workbook_sheets(await figures_of(database, wanted)))
        return found, raw


def told(found: Verdict, wanted: Wanted) -> str:
    """The table that people read."""
    heads = ("", "happened", "no clock knew", "still running", "coordinator", "difference")
    lines = [
        f"{wanted.boxes} boxes, {wanted.days} days from {wanted.start.date()}, seed {wanted.seed}",
        "",
        f"{heads[0]:30}" + "".join(f"{head:>15}" for head in heads[1:]),
        *(_row(line) for line in found.lines),
        "",
        f"{'in the workbook':30}" + ", ".join(f"{k} {n}" for k, n in found.workbook.items()),
        f"{'named figures compared':30}{found.cells}; {found.folded} counts stand in no named one",
        f"{'letters':30}" + ", ".join(f"{k} {n}" for k, n in sorted(found.letters.items())),
        f"{'periods corrected later':30}{found.corrected}",
        f"{'cards copied, found out':30}{found.copied}, {found.flagged}",
        *_befell(found.lived),
        "",
    ]
    if not found.wrong:
        return "\n".join([*lines, "Equal to the unit."])
    more = len(found.wrong) - SHOWN
    lines += [f"WRONG  {one}" for one in found.wrong[:SHOWN]]
    return "\n".join([*lines, *([f"WRONG  and {more} more"] if more > 0 else [])])


def _row(line: Line) -> str:
    difference = line.truth - line.undated - line.running - line.known
    figures = (line.truth, line.undated, line.running, line.known, difference)
    return f"{line.name:30}" + "".join(f"{n:15,}" for n in figures)


def _befell(lived: Sequence[Lived]) -> Sequence[str]:
    return [
        f"{'sessions nobody opened':30}{sum(one.missed for one in lived)}",
        f"{'power cuts in a session':30}{sum(one.cuts for one in lived)}",
        f"{'sessions no clock could date':30}{sum(one.undated for one in lived)}",
        (
            f"{'most letters waiting at once':30}{max(one.most_waiting for one in lived)}"
            f", {max(one.most_bytes for one in lived):,} bytes"
        ),
    ]
