"""Every call to the medium fails once, in every way; what was acknowledged survives."""

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.journal_record import BLOCK
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import StorageUnavailable
from appliance.simulation.files import SimulatedFiles
from tests.adapters.medium import Unflushed

State = dict[str, Any]
Step = Callable[[JournalStorage], None]


def put(number: int, size: int = 20) -> Step:
    return lambda storage: storage.commit({"t": {number: {"text": "x" * size}}})


def tidy(*, wipe: bool) -> Step:
    return lambda storage: storage.compact(wipe=wipe)


STEPS: list[Step] = [
    *(put(number) for number in range(1, 5)),
    put(5, 2 * BLOCK),
    lambda storage: storage.commit({"t": {1: None}, "u": {1: {"n": 1}}}),
    tidy(wipe=False),
    put(6),
    put(7, 5 * BLOCK),  # by snapshot
    put(8),
    lambda storage: storage.commit({"u": {2: {"n": 8}}}, drop=["t"]),
    tidy(wipe=True),
    *(put(number) for number in range(9, 13)),
]


def play(storage: JournalStorage) -> Iterator[State]:
    """The state before any step, and after each."""
    yield deepcopy(storage.read())
    for step in STEPS:
        step(storage)
        yield deepcopy(storage.read())


def all_states(path: Path) -> tuple[list[State], int]:
    files = SimulatedFiles(Unflushed())
    create_store(path, segment_bytes=3 * BLOCK)
    storage = JournalStorage(path, files=files)
    first = files.count
    states = list(play(storage))
    storage.close()
    return states, files.count - first


CODES = {
    "ENOSPC": errno.ENOSPC,
    "EIO": errno.EIO,
    "EROFS": errno.EROFS,
    "EDQUOT": errno.EDQUOT,
    "short": 0,
}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_whatever_call_fails_the_acknowledged_is_there(tmp_path: Path, code: int) -> None:
    expected, calls = all_states(tmp_path / "whole")
    assert calls > 60
    for call in range(1, calls + 1):
        path = tmp_path / f"store-{call}"
        create_store(path, segment_bytes=3 * BLOCK, files=Unflushed())
        files = SimulatedFiles(Unflushed())
        storage = JournalStorage(path, files=files)
        if code:
            files.fail_at(call, code)
        else:
            files.cut_short_at(call)
        seen: list[State] = []
        try:
            seen.extend(play(storage))
        except StorageUnavailable:
            assert storage.read() == expected[len(seen) - 1], f"memory after call {call}"
            if storage.failure is not None:
                with pytest.raises(StorageUnavailable):
                    storage.commit({"t": {99: {}}})
        else:
            assert not code
        storage.close()
        assert seen == expected[: len(seen)]
        _expect_acknowledged(path, expected, acknowledged=len(seen) - 1, call=call)


def _expect_acknowledged(
    path: Path, expected: list[State], *, acknowledged: int, call: int
) -> None:
    again = JournalStorage(path, files=Unflushed())
    assert again.damage == ()
    found = again.read()
    assert found in expected[acknowledged : acknowledged + 2], f"disk after call {call}"
    again.compact()
    again.commit({"t": {99: {"last": True}}})
    again.close()
    final = JournalStorage(path, files=Unflushed())
    found.setdefault("t", {})["99"] = {"last": True}
    assert final.read() == found
    final.close()


def test_two_foldings_that_fail_one_after_the_other_lose_nothing(tmp_path: Path) -> None:
    for first in range(1, 18):
        for second in range(1, 24):
            path = tmp_path / f"{first}-{second}"
            create_store(path, segment_bytes=3 * BLOCK, files=Unflushed())
            for call in (0, first, second):
                _fold_failing_at(path, call)
            again = JournalStorage(path, files=Unflushed())
            assert len(again.read()["t"]) == 5, f"after calls {first} and {second}"
            again.close()


def _fold_failing_at(path: Path, call: int) -> None:
    files = SimulatedFiles(Unflushed())
    storage = JournalStorage(path, files=files)
    if not call:
        for number in range(1, 6):
            put(number)(storage)
    else:
        files.fail_at(call, errno.EIO)
        with suppress(StorageUnavailable):
            storage.compact(wipe=True)
    storage.close()


def test_a_full_card_still_takes_what_the_segment_holds(tmp_path: Path) -> None:
    path = tmp_path / "store"
    create_store(path, segment_bytes=8 * BLOCK)
    files = SimulatedFiles(PosixFiles())
    storage = JournalStorage(path, files=files)
    files.fill_up()
    for number in range(1, 9):
        put(number)(storage)
    with pytest.raises(StorageUnavailable, match="no space left"):
        put(9)(storage)
    files.heal()
    with pytest.raises(StorageUnavailable, match="no space left"):
        put(10)(storage)
    assert len(storage.read()["t"]) == 8
    storage.close()
    again = JournalStorage(path)
    assert len(again.read()["t"]) == 8
    put(9)(again)
    again.close()


def test_a_failed_flush_is_never_tried_again(tmp_path: Path) -> None:
    create_store(tmp_path / "store", segment_bytes=8 * BLOCK)
    files = SimulatedFiles(PosixFiles())
    storage = JournalStorage(tmp_path / "store", files=files)
    files.fail_at(2, errno.EIO)
    with pytest.raises(StorageUnavailable, match="takes no more commits: input/output error"):
        put(1)(storage)
    files.calls.clear()
    for step in STEPS:
        with pytest.raises(StorageUnavailable):
            step(storage)
    storage.close()
    assert files.calls == []


def test_a_card_gone_read_only_is_noticed_at_the_next_commit(tmp_path: Path) -> None:
    create_store(tmp_path / "store", segment_bytes=8 * BLOCK)
    files = SimulatedFiles(PosixFiles())
    storage = JournalStorage(tmp_path / "store", files=files)
    put(1)(storage)
    files.remount_read_only()
    with pytest.raises(StorageUnavailable, match="read-only file system"):
        put(2)(storage)
    assert list(storage.read()["t"]) == ["1"]
    storage.close()


def test_an_error_at_closing_hides_nothing(tmp_path: Path) -> None:
    class Clumsy(PosixFiles):
        def close(self, fd: int) -> None:
            super().close(fd)
            raise OSError(errno.EIO, "close")

    create_store(tmp_path / "store", segment_bytes=8 * BLOCK)
    storage = JournalStorage(tmp_path / "store")
    put(1)(storage)
    storage.journal._files = Clumsy()
    storage.close()
    assert storage.failure is not None
