"""The book on a card: what only it can do, reopening above all."""

import asyncio
import errno
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import TinyDBBook, create_store, open_book
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.ports import Write
from appliance.simulation.files import SimulatedFiles


def put(number: int, table: str = "tickets", **document: object) -> Write:
    return Write(table=table, id=number, document=document)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    create_store(tmp_path / "store", segment_bytes=32768)
    return tmp_path / "store"


async def test_everything_is_there_after_reopening(store: Path) -> None:
    async with open_book(store) as book:
        for number in range(1, 21):
            await book.commit([put(number, n=number), put(1, "counters", last=number)])
        await book.commit([Write(table="tickets", id=4, document=None)], drop=["nothing"])
    async with open_book(store) as book:
        assert list(book.read("tickets")) == [n for n in range(1, 21) if n != 4]
        assert dict(book.read("counters")) == {1: {"last": 20}}
        assert not book.damage


async def test_opening_needs_a_store(tmp_path: Path) -> None:
    with pytest.raises(BadStore):
        async with open_book(tmp_path / "none"):
            pass
    assert PosixFiles().names(tmp_path) == []


async def test_no_thread_outlives_the_book(store: Path) -> None:
    before = threading.active_count()
    async with open_book(store) as book:
        await book.commit([put(1)])
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


async def test_a_closed_book_takes_nothing_and_the_store_can_be_opened_again(store: Path) -> None:
    async with open_book(store) as book:
        await book.commit([put(1)])
    assert book.failure is not None
    with pytest.raises(StorageUnavailable):
        await book.commit([put(2)])
    with pytest.raises(StorageUnavailable):
        await book.tidy(wipe=True)
    with pytest.raises(StorageUnavailable):
        book.commit_now([put(2)])
    async with open_book(store) as again:
        assert list(again.read("tickets")) == [1]


async def test_one_flush_and_one_write_per_commit(store: Path) -> None:
    files = SimulatedFiles(PosixFiles())
    async with open_book(store, files=files) as book:
        files.calls.clear()
        await book.commit([put(1, text="x" * 300), put(1, "actions", verb="take")])
    assert [(call.op, len(call.data)) for call in files.calls] == [
        ("pwrite", 4096),
        ("fdatasync", 0),
    ]


async def test_a_commit_whose_waiter_left_is_in_memory_and_on_the_card(store: Path) -> None:
    async with asyncio.timeout(10), open_book(store) as book:
        async with asyncio.TaskGroup() as group:
            for number in range(1, 30):
                task = group.create_task(book.commit([put(number)]))
                await asyncio.sleep(0)
                task.cancel()
        await book.commit([put(30)])
        live = dict(book.read("tickets"))
        assert len(live) == 30
    async with open_book(store) as book:
        assert dict(book.read("tickets")) == live


async def test_a_failure_nobody_waits_for_is_still_a_failure(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = SimulatedFiles(PosixFiles())
    async with open_book(store, files=files) as book:
        files.fail_at(2, errno.EIO)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(book.commit([put(1)]))
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(StorageUnavailable):
            await book.commit([put(2)])
        assert dict(book.read("tickets")) == {}
    assert "Nobody waited" in caplog.text


async def test_commits_during_a_tidying_are_neither_lost_nor_early(store: Path) -> None:
    async with asyncio.timeout(10), open_book(store) as book:
        async with asyncio.TaskGroup() as group:
            for number in range(1, 101):
                group.create_task(book.commit([put(number, text="x" * 500)]))
                if number % 10 == 0:
                    group.create_task(book.tidy(wipe=number % 20 == 0))
        live = dict(book.read("tickets"))
        assert len(live) == 100
    async with open_book(store) as book:
        assert dict(book.read("tickets")) == live
        assert not book.damage


async def test_big_commits_between_small_ones_stay_in_order(store: Path) -> None:
    async with asyncio.timeout(10), open_book(store) as book:
        async with asyncio.TaskGroup() as group:
            for number in range(1, 31):
                text = "x" * (40_000 if number % 3 == 0 else 10)
                group.create_task(book.commit([put(1, n=number, text=text), put(number + 1)]))
        assert book.read("tickets")[1]["n"] == 30
    async with open_book(store) as book:
        assert book.read("tickets")[1]["n"] == 30
        assert len(book.read("tickets")) == 31


async def test_a_commit_without_the_thread_waits_for_the_thread(store: Path) -> None:
    async with open_book(store) as book:
        async with asyncio.TaskGroup() as group:
            group.create_task(book.commit([put(1)]))
            await asyncio.sleep(0)
            with pytest.raises(RuntimeError, match="on its way"):
                book.commit_now([put(2)])
        book.commit_now([put(3)])
        assert list(book.read("tickets")) == [1, 3]


async def test_leaving_while_commits_are_under_way_finishes_them(store: Path) -> None:
    async def work() -> None:
        async with open_book(store) as book, asyncio.TaskGroup() as group:
            for number in range(1, 6):
                group.create_task(book.commit([put(number)]))
            await asyncio.sleep(0)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await work()
    async with open_book(store) as book:
        assert list(book.read("tickets")) == [1, 2, 3, 4, 5]


async def test_no_room_to_tidy_leaves_the_book_open(store: Path) -> None:
    files = SimulatedFiles(PosixFiles())
    async with open_book(store, files=files) as book:
        await book.commit([put(1)])
        files.fill_up()
        with pytest.raises(StorageUnavailable, match="No room"):
            await book.tidy(wipe=True)
        assert book.failure is None
        await book.commit([put(2)])
        files.heal()
        await book.tidy(wipe=True)
    async with open_book(store) as book:
        assert list(book.read("tickets")) == [1, 2]


class Watched(PosixFiles):
    """Says when a new snapshot is begun."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def open(self, path: Path, flags: int) -> int:
        if path.name == "store.json.new":
            self.begun.set()
        return super().open(path, flags)


async def tidy_up(book: TinyDBBook) -> None:
    await book.tidy(wipe=True)


async def put_much(book: TinyDBBook) -> None:
    await book.commit([put(2, text="x" * 40_000)])


@pytest.mark.parametrize("fold", [tidy_up, put_much])
async def test_a_snapshot_waits_until_the_loop_has_applied_what_is_flushed(
    store: Path, fold: Callable[[TinyDBBook], Coroutine[None, None, None]]
) -> None:
    files = Watched()
    async with open_book(store, files=files) as book, asyncio.TaskGroup() as group:
        group.create_task(book.commit([put(1)]))
        group.create_task(fold(book))
        await asyncio.sleep(0)
        assert not files.begun.wait(0.2)  # the loop stands still meanwhile
    async with open_book(store) as book:
        assert 1 in book.read("tickets")
