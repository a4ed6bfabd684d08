"""All cuts of a tier, divided over the cores of the machine."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.torture import blocks, calls, episode_cuts
from tests.torture.controls import CONTROLS
from tests.torture.episodes import BUILT_WRONG, EPISODES
from tests.torture.models import MODELS
from tests.torture.mounts import workshop
from tests.torture.score import Caught, Cut, Row

A_LIFE: Final = 25
"""Cuts of each model in one life; then another one, with the next seed."""

ON_CONTROLS: Final = 100
FEWER: Final = 40
"""Enough for the rarest of them to show, when few cuts are asked for."""


class Tier(Protocol):
    """A module that can pull the plug."""

    def cuts(self, home: Path, *, seed: int, models: Sequence[str], each: int) -> Iterator[Cut]:
        """One life, and so many cuts of it in each of these ways."""

    def repeat(self, home: Path, *, seed: int, model: str, number: int) -> Cut:
        """That one cut."""

    def caught(self, home: Path, name: str, *, seed: int, each: int) -> Caught:
        """How often that box, built wrong, is found out."""


TIERS: Final[dict[str, Tier]] = {"blocks": blocks, "calls": calls}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cuts."""

    tier: str
    models: Sequence[str]
    seed: int
    each: int


def run(wanted: Wanted) -> tuple[Sequence[Row], Sequence[Caught]]:
    """All of them; the rows in the order of the models."""
    rows = {name: Row(model=name) for name in wanted.models}
    shares = [
        (seed, min(A_LIFE, wanted.each - A_LIFE * n))
        for n, seed in enumerate(range(wanted.seed, wanted.seed + -(-wanted.each // A_LIFE)))
    ]
    with (
        somewhere(wanted.tier) as home,
        ProcessPoolExecutor(os.cpu_count() or 1) as pool,
    ):
        lives = [
            pool.submit(_life, wanted.tier, home, seed, tuple(wanted.models), each)
            for seed, each in shares
        ]
        controls = [pool.submit(_control, wanted, home, name) for name in (*CONTROLS, *BUILT_WRONG)]
        for life in lives:
            for cut in life.result():
                rows[cut.model].add([cut])
        return list(rows.values()), [control.result() for control in controls]


def repeat(tier: str, *, seed: int, model: str, number: int) -> Cut:
    """One cut once more."""
    with somewhere(tier) as home:
        if model in EPISODES:
            return episode_cuts.repeat(tier, home, seed=seed, name=model, number=number)
        return TIERS[tier].repeat(home, seed=seed, model=model, number=number)


@contextmanager
def somewhere(tier: str) -> Iterator[Path]:
    """A place to work in that is gone afterwards; in memory where we may mount."""
    with tempfile.TemporaryDirectory() as home:
        if tier == "blocks":
            with workshop(Path(home)) as inside:
                yield inside
        else:
            yield Path(home)


def _life(tier: str, home: Path, seed: int, models: Sequence[str], each: int) -> Sequence[Cut]:
    with tempfile.TemporaryDirectory(dir=home) as own:
        of_lives = [name for name in models if name in MODELS]
        done: list[Cut] = []
        if of_lives:
            done += TIERS[tier].cuts(Path(own), seed=seed, models=of_lives, each=each)
        for name in (name for name in models if name in EPISODES):
            done += episode_cuts.cuts(tier, Path(own), seed=seed, name=name, each=each)
        return done


def _control(wanted: Wanted, home: Path, name: str) -> Caught:
    each = ON_CONTROLS if wanted.each >= ON_CONTROLS else FEWER
    with tempfile.TemporaryDirectory(dir=home) as own:
        if name in BUILT_WRONG:
            return episode_cuts.caught(wanted.tier, Path(own), name, seed=wanted.seed, each=each)
        return TIERS[wanted.tier].caught(Path(own), name, seed=wanted.seed, each=each)
