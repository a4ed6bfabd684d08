"""A program killed with -9 in the middle of its work."""

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
from pathlib import Path

from appliance.adapters.posix_files import PosixFiles
from tests.torture.diary import Diary, State
from tests.torture.faults import Fault
from tests.torture.life import Home, live
from tests.torture.verdict import examine


class ToldDiary(Diary):
    """Tells another process of every acknowledgement, one byte each."""

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self._pipe = pipe

    def acknowledge(self, state: State, position: int) -> None:
        super().acknowledge(state, position)
        os.write(self._pipe, b".")


def killed(home: Path, *, rounds: int, seed: int) -> Fault:
    """A child process is killed with -9 at any moment of its work."""
    fault = Fault(name="kill -9")
    whole = Diary()
    asyncio.run(_live_there(home / "unhurt", whole, seed))
    chance = random.Random(f"kill {seed}")
    for round_ in range(rounds):
        fault.tried += 1
        path = home / f"killed-{round_}"
        told = _work_until_killed(path, seed, acts=chance.randrange(1, len(whole.pages)))
        fault.judge(asyncio.run(examine(path, whole.told(told))), f"seed {seed}, after act {told}")
        shutil.rmtree(path)
    return fault


def _work_until_killed(path: Path, seed: int, *, acts: int) -> int:
    reading, writing = os.pipe()
    fork = multiprocessing.get_context("fork")
    child = fork.Process(target=_child, args=(path, seed, writing))
    child.start()
    os.close(writing)
    told = 0
    while told < acts and (more := os.read(reading, 1)):
        told += len(more)
    if child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    while more := os.read(reading, 4096):
        told += len(more)
    os.close(reading)
    return told


def _child(path: Path, seed: int, pipe: int) -> None:
    asyncio.run(_live_there(path, ToldDiary(pipe), seed))


async def _live_there(path: Path, diary: Diary, seed: int) -> None:
    box = Home(path=path, files=PosixFiles())
    await box.provision()
    await live(box, diary, seed=seed, acts=80, position=lambda: 0)
