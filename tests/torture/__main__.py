"""`python -m tests.torture`: pull the plug at a whole desk, and print how it ended."""

import argparse
import logging
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.torture import faults, mounts, tiers, troubles
from tests.torture.episodes import EPISODES
from tests.torture.models import MODELS
from tests.torture.score import complaints, controls_table, table

CUTS: Final = 200
NIGHTLY_CUTS: Final = 1250
"""Eleven honest models: more than ten thousand cuts."""


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    logging.disable(logging.WARNING)  # thousands of boxes would complain
    why_not = mounts.possible()
    root = why_not is None if asked.root is None else asked.root
    if asked.root and why_not:
        print(f"No cuts on a real file system: {why_not}.")
        return 1
    if root:
        mounts.alone("tests.torture", arguments)
    print(f"{_processor()}, Linux {platform.release()}, Python {platform.python_version()}")
    if not root:
        print(f"Without a real file system: {why_not or 'as asked'}.")
    here = ["blocks", "calls", "faults"] if root else ["calls", "faults"]
    here = [asked.only] if asked.only else here
    if asked.seed.count(".") == 2:
        return _again(here, asked.seed)
    return _all(here, asked, root=root)


def _all(here: Sequence[str], asked: argparse.Namespace, *, root: bool) -> int:
    wrong: list[str] = []
    each = asked.cuts or (NIGHTLY_CUTS if asked.full else CUTS)
    models = [asked.model] if asked.model else [*MODELS, *EPISODES]
    for tier in here:
        began = time.monotonic()
        if tier == "faults":
            found = troubles.run(seed=int(asked.seed), full=asked.full, root=root)
            print(f"\n{faults.table(found)}")
            wrong += [sentence for fault in found for sentence in fault.wrong]
        else:
            wanted = tiers.Wanted(tier=tier, models=models, seed=int(asked.seed), each=each)
            rows, controls = tiers.run(wanted)
            print(f"\n{table(tier, rows)}\n\n{controls_table(tier, controls)}")
            wrong += complaints(rows, controls)
        print(f"{time.monotonic() - began:.0f} s", flush=True)
    print("\n".join(["", *wrong]) if wrong else "\nNothing lost, nothing doubled.")
    return 1 if wrong else 0


def _again(here: Sequence[str], name: str) -> int:
    seed, model, number = name.split(".")
    bad = 0
    for tier in (tier for tier in here if tier != "faults"):
        cut = tiers.repeat(tier, seed=int(seed), model=model, number=int(number))
        verdict = cut.verdict
        print(f"{tier}: cut at {cut.position}: {verdict.found.value} {verdict.sentence}".rstrip())
        bad += not cut.as_it_must_be
    return min(bad, 1)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.machine()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--cuts", type=int, help=f"of each model; default {CUTS}")
    parser.add_argument("--seed", default="1", help="where to begin, or one cut: 7.torn.12")
    parser.add_argument("--model", choices=[*MODELS, *EPISODES], help="only this one")
    parser.add_argument(
        "--root",
        action=argparse.BooleanOptionalAction,
        help="also on a real ext4; by default when that is possible",
    )
    parser.add_argument("--only", choices=["blocks", "calls", "faults"], help="this part alone")
    parser.add_argument("--full", action="store_true", help="the figures of the nightly run")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
