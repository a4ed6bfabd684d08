"""All faults of a run, divided over the cores of the machine."""

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.torture import bits, faults, kills, recovery, retention
from tests.torture.faults import Fault
from tests.torture.mounts import workshop


def run(*, seed: int, full: bool, root: bool) -> Sequence[Fault]:
    """Each in a directory of its own; those that need flushes or mounts too."""
    tries: list[Callable[[Path], Fault]] = [
        *(partial(faults.every_call_fails, name=name, seed=seed) for name in faults.CODES),
        faults.full_card,
        faults.gone_read_only,
        partial(kills.killed, rounds=200 if full else 50, seed=seed),
        partial(bits.flipped, rounds=1000 if full else 300, seed=seed),
        partial(recovery.at_boot, limited=full),
        partial(retention.nothing_left, card=False),
        *([partial(retention.nothing_left, card=True)] if root else []),
    ]
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        return [one.result() for one in [pool.submit(_somewhere, each, root) for each in tries]]


def _somewhere(trouble: Callable[[Path], Fault], root: bool) -> Fault:  # noqa: FBT001
    with tempfile.TemporaryDirectory() as home:
        if not root:
            return trouble(Path(home))
        with workshop(Path(home)) as inside:
            return trouble(inside)
