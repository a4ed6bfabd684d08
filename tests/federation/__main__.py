"""`python -m tests.federation [--part] [NAME…]`: each figure with its limit; 1: one is missed."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.figure import Figure
from tests.bench.process import machine
from tests.collector import cluster
from tests.federation import deliveries, simulated, whole_year
from tests.federation.whole_year import PART, Limits
from tests.tiers import install_packages

FULL_BOXES, PART_BOXES = 1000, 30
FULL_DELIVERIES, PART_DELIVERIES = 1_000_000, 20_000
TRIES = 2
"""Machines are shared: a limit is missed when it is missed twice in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Figures that belong together; `why_not` says why they cannot be measured here."""

    measure: Callable[[bool], Sequence[Figure]]
    """Takes whether all of it is asked."""
    why_not: Callable[[], str | None] = lambda: None


def _deliveries(full: bool) -> Sequence[Figure]:  # noqa: FBT001  as Group says
    return deliveries.measure(FULL_DELIVERIES if full else PART_DELIVERIES)


def _year(*, postgres: bool) -> Callable[[bool], Sequence[Figure]]:
    def measure(full: bool) -> Sequence[Figure]:  # noqa: FBT001  as Group says
        return whole_year.measure(
            count=FULL_BOXES if full else PART_BOXES,
            postgres=postgres,
            limits=Limits() if full else PART,
        )

    return measure


GROUPS: Mapping[str, Group] = {
    "sqlite": Group(measure=_year(postgres=False)),
    "postgresql": Group(measure=_year(postgres=True), why_not=cluster.why_not),
    "deliveries": Group(measure=_deliveries),
    "simulated": Group(measure=simulated.measure),
}


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    install_packages()
    logging.disable(logging.WARNING)
    print(machine(), flush=True)
    missed = skipped = 0
    for name in asked.names or GROUPS:
        group = GROUPS[name]
        print(f"\n{name}", flush=True)
        reason = group.why_not()
        if reason is not None:
            print(f"  could not run: {reason}")
            skipped += 1
            continue
        figures = _kept(group, full=not asked.part)
        print(*figures, sep="\n", flush=True)
        missed += sum(not figure.ok for figure in figures)
    if os.environ.get("CI") == "true":
        missed += skipped
    print(f"\n{missed} limits missed" if missed else "\nall limits kept")
    return 1 if missed else 0


def _kept(group: Group, *, full: bool) -> Sequence[Figure]:
    figures: Sequence[Figure] = ()
    for attempt in range(TRIES):
        figures = group.measure(full)
        late = [figure for figure in figures if not figure.ok]
        if not late:
            break
        print(*[f"  try {attempt + 1}: {figure}" for figure in late], sep="\n", flush=True)
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.federation", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *GROUPS], help="only these groups")
    parser.add_argument("--part", action="store_true", help="less of it, limits of any machine")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
