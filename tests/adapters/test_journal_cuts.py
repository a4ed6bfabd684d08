"""Power cuts at every call, with whatever was not flushed lost, torn or garbled."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.journal_record import BLOCK
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.core.errors import BadStore
from appliance.simulation.files import Call, SimulatedFiles
from tests.adapters.medium import Medium, Unflushed, without

State = dict[str, Any]


class Run:
    """A store's life: the log of its calls, and its state after each acknowledgement."""

    def __init__(self, path: Path, *, seed: int) -> None:
        self.path = path
        self.files = SimulatedFiles(Unflushed())
        create_store(path, segment_bytes=3 * BLOCK, files=self.files)
        self.made = len(self.files.calls)
        self.states: list[State] = [{}]
        self.acknowledged: list[int] = [self.made]  # how many calls there were by then
        chance = random.Random(seed)
        storage = JournalStorage(path, files=self.files)
        for number in range(1, 30):
            self._step(storage, number, chance)
            self.states.append(storage.read())
            self.acknowledged.append(len(self.files.calls))
        storage.close()

    def _step(self, storage: JournalStorage, number: int, chance: random.Random) -> None:
        match chance.randrange(10):
            case 0:
                storage.compact(wipe=False)
            case 1:
                storage.compact(wipe=True)
            case 2:
                storage.commit({"t": {number: {"text": "x" * 4 * BLOCK}}})
            case 3:
                storage.commit({"t": {number: {"text": "x" * BLOCK}}})
            case 4:
                storage.commit({"u": {number: {"sum": number}}}, drop=["t"])
            case _:
                storage.commit({"t": {number: {"n": number}, number - 1: None}})

    def expected_after(self, calls: int) -> list[State]:
        """What may be found when the power fails after so many calls."""
        done = max(n for n, count in enumerate(self.acknowledged) if count <= calls)
        return self.states[done : done + 2]


def found(path: Path) -> State | None:
    """The state in the store, the same after one more commit; None when it is not sound."""
    try:
        storage = JournalStorage(path, files=Unflushed())
    except BadStore:
        return None
    state = storage.read()
    sound = not storage.damage
    storage.commit({"last": {1: {}}})
    storage.compact()
    storage.close()
    again = JournalStorage(path, files=Unflushed())
    sound = sound and again.read() == {**state, "last": {"1": {}}}
    again.close()
    return state if sound else None


def failures(
    run: Run, home: Path, *, seed: int, change: Callable[[list[Call]], list[Call]] = list
) -> int:
    """Cut after every call once; how many left something else than was acknowledged."""
    chance = random.Random(seed)
    bad = 0
    for count in range(run.made, len(run.files.calls) + 1):
        medium = Medium(run.path)
        medium.play(change(run.files.calls[:count]))
        medium.leave(home / "cut", chance)
        bad += found(home / "cut") not in run.expected_after(count)
        shutil.rmtree(home / "cut")
    return bad


@pytest.mark.parametrize("seed", range(3))
def test_after_a_cut_at_any_call_the_acknowledged_is_there(tmp_path: Path, seed: int) -> None:
    assert failures(Run(tmp_path / "store", seed=seed), tmp_path, seed=seed) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_many_more_cuts_too(tmp_path: Path, seed: int) -> None:
    assert failures(Run(tmp_path / "store", seed=seed), tmp_path, seed=seed) == 0


@pytest.mark.parametrize(
    ("op", "on_directory"), [("fdatasync", False), ("fsync", False), ("fsync", True)]
)
def test_a_store_that_forgot_a_flush_would_be_found_out(
    tmp_path: Path, op: str, *, on_directory: bool
) -> None:
    run = Run(tmp_path / "store", seed=1)

    def forgetful(calls: list[Call]) -> list[Call]:
        made, rest = calls[: run.made], calls[run.made :]
        return made + without(rest, op=op, on_directory=on_directory, path=run.path)

    assert failures(run, tmp_path, seed=1, change=forgetful) > 0
