"""A process killed in the middle of its work leaves all that it acknowledged, and once."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.adapters.journal_storage import JournalStorage, create_store

CHILD = """
import sys
from appliance.adapters.journal_storage import JournalStorage
storage = JournalStorage(sys.argv[1])
number = storage.memory.next_id("t") - 1
while True:
    number += 1
    changes = {"t": {number: {"n": number}, number - 50: None}, "sum": {1: {"last": number}}}
    storage.commit(changes)
    print(number, flush=True)
    if number % 7 == 0:
        storage.compact(wipe=number % 2 == 0)
"""


@pytest.mark.slow
def test_after_every_kill_the_acknowledged_is_there(tmp_path: Path) -> None:
    path = tmp_path / "store"
    create_store(path, segment_bytes=32768)
    chance = random.Random(9)
    for _ in range(25):
        acknowledged = _work_until_killed(path, lines=chance.randrange(1, 60))
        storage = JournalStorage(path)
        state = storage.read()
        storage.close()
        last = state["sum"]["1"]["last"]
        assert not storage.damage
        assert last in {acknowledged, acknowledged + 1}
        assert [int(key) for key in state["t"]] == list(range(max(1, last - 49), last + 1))


def _work_until_killed(path: Path, *, lines: int) -> int:
    with subprocess.Popen([sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        said += child.stdout.read().splitlines()
    return int(said[-1])
