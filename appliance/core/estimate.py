"""How long the wait will be, said honestly or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil, floor, sqrt
from types import MappingProxyType
from typing import Final

from appliance.core.ticket import Range

BUCKET: Final = 5
"""Minutes in one step of the histogram of help times."""
LONGEST: Final = 120
"""Longer visits were forgotten, not helped; they teach nothing."""
ENOUGH: Final = 8
"""Fewer known visits than this: no promise."""
WIDEST: Final = 90
"""A range wider than this helps nobody; it is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What earlier sessions of this box taught: help times and kept promises, as counts."""

    help: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """bucket (its lower end in minutes) → visits."""
    kept: int = 0
    promised: int = 0


def bucket(help_time: timedelta | None) -> int | None:
    """The lower end, in minutes, of the step a help time falls in; None teaches nothing."""
    if help_time is None or not timedelta(0) <= help_time < timedelta(minutes=LONGEST):
        return None
    return int(help_time.total_seconds() // 60) // BUCKET * BUCKET


def merged(histories: Iterable[History]) -> History:
    """Several sessions as one."""
    help_: dict[int, int] = {}
    kept = promised = 0
    for history in histories:
        for step, visits in history.help.items():
            help_[step] = help_.get(step, 0) + visits
        kept += history.kept
        promised += history.promised
    return History(help=help_, kept=kept, promised=promised)


def expected_wait(*, ahead: int, busy: int, helpers: int, history: History) -> Range | None:
    """The wait in minutes for whoever has `ahead` people before them, or None: too little data.

    The helpers together end visits at a rate of helpers / mean; the one who waits is called
    after `n` such endings. The ends of the range lie `width` standard deviations from the mean,
    wider when this box has lately broken its promises.
    """
    visits = sum(history.help.values())
    if visits < ENOUGH or helpers < 1:
        return None
    mean = sum((step + BUCKET / 2) * n for step, n in history.help.items()) / visits
    variance = sum((step + BUCKET / 2 - mean) ** 2 * n for step, n in history.help.items()) / visits
    n = max(0, ahead + 1 - max(0, helpers - busy))
    centre = n * mean / helpers
    spread = sqrt(n) * max(sqrt(variance), mean / 2) / helpers
    width = _width(history)
    low = max(0, floor((centre - width * spread) / BUCKET) * BUCKET)
    high = max(low + BUCKET, ceil((centre + width * spread) / BUCKET) * BUCKET)
    return Range(low=low, high=high) if high - low <= WIDEST else None


def _width(history: History) -> float:
    if history.promised < 20:  # noqa: PLR2004  too few promises to judge the box by
        return 1.3
    share = history.kept / history.promised
    for least, width in ((0.95, 1.0), (0.8, 1.3), (0.65, 1.7)):
        if share >= least:
            return width
    return 2.2
