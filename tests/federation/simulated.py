"""Whole boxes under virtual time: what gets lost (nothing), and how long a return takes."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from appliance.simulate.run import simulate
from appliance.simulate.world import Wanted
from tests.bench.figure import Figure
from tests.federation.offline import DAYS, away

MEGABYTE = 1_000_000
BOXES, TOGETHER = 100, 42
"""Boxes, and days: they cross the end of two months, a quarter and a year."""


def measure(full: bool) -> Sequence[Figure]:  # noqa: FBT001  as a group of figures is asked
    return [*_alone(), *(_together() if full else ())]


def _alone() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as data:
        found = asyncio.run(away(Path(data)))
    name = f"{DAYS} days without an uplink: "
    return [
        Figure(name=f"{name}letters that waited", value=found.letters, unit=""),
        Figure(name=f"{name}differences", value=len(found.wrong), unit="", limit=0),
        Figure(name=f"{name}outbox", value=found.stored / MEGABYTE, unit="MB", limit=2),
        Figure(
            name=f"{name}all there after its return",
            value=found.pauses + found.seconds,
            unit=f"s ({found.pauses:g} simulated, the longest pause)",
            limit=60,
        ),
    ]


def _together() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as data:
        began = time.perf_counter()
        found = simulate(Wanted(boxes=BOXES, days=TOGETHER, seed=1, directory=Path(data)))
        took = time.perf_counter() - began
    name = f"{BOXES} boxes, {TOGETHER} days: "
    return [
        Figure(name=f"{name}visits", value=found.lines[1].truth, unit=""),
        Figure(name=f"{name}differences", value=len(found.wrong), unit="", limit=0),
        Figure(name=f"{name}time", value=took, unit="s"),
    ]
