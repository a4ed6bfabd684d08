"""What every book promises: the same stories for the one in memory and the one on the card."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import create_store, open_book
from appliance.core.errors import StorageUnavailable
from appliance.ports import Book, Document, Write
from appliance.simulation.books import MemoryBook
from appliance.simulation.files import SimulatedFiles


@dataclass(frozen=True)
class World:
    """A book, and the hand that breaks what it stands on."""

    book: Book
    break_it: Callable[[], None]


OpenWorld = Callable[[Path], AbstractAsyncContextManager[World]]


@asynccontextmanager
async def in_memory(path: Path) -> AsyncIterator[World]:
    book = MemoryBook()
    yield World(book, book.fail)


@asynccontextmanager
async def on_disk(path: Path) -> AsyncIterator[World]:
    files = SimulatedFiles(PosixFiles())
    create_store(path / "store", segment_bytes=65536)
    async with open_book(path / "store", files=files) as book:
        yield World(book, lambda: files.fail_at(1, errno.EIO))


@pytest.fixture(params=[in_memory, on_disk])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[World]:
    open_world: OpenWorld = request.param
    return open_world(tmp_path)


Opening = AbstractAsyncContextManager[World]


def put(number: int, table: str = "tickets", **document: object) -> Write:
    return Write(table=table, id=number, document=document)


def take_out(number: int, table: str = "tickets") -> Write:
    return Write(table=table, id=number, document=None)


async def test_a_new_book_is_empty(world: Opening) -> None:
    async with world as w:
        assert dict(w.book.read("tickets")) == {}
        assert w.book.failure is None
        assert list(w.book.damage) == []


async def test_what_was_committed_can_be_read(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, state="waiting"), put(2, state="waiting")])
        await w.book.commit([put(1, state="called"), take_out(2)])
        assert dict(w.book.read("tickets")) == {1: {"state": "called"}}


async def test_documents_come_in_id_order(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(7), put(3)])
        await w.book.commit([put(5), put(9), put(1)])
        await w.book.commit([put(3, again=True)])
        assert list(w.book.read("tickets")) == [1, 3, 5, 7, 9]


async def test_a_view_lives(world: Opening) -> None:
    async with world as w:
        tickets = w.book.read("tickets")
        await w.book.commit([put(1)])
        assert list(tickets) == [1]
        await w.book.commit([], drop=["tickets"])
        assert list(tickets) == []
        await w.book.commit([put(2)])
        assert list(tickets) == [2]


async def test_a_view_cannot_be_written_to(world: Opening) -> None:
    async with world as w:
        view = w.book.read("tickets")
        assert not hasattr(view, "__setitem__")


async def test_dropped_tables_go_first(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1), put(2), put(1, "counters")])
        await w.book.commit([put(3), put(1, "tallies", n=2)], drop=["tickets", "nothing"])
        assert dict(w.book.read("tickets")) == {3: {}}
        assert dict(w.book.read("counters")) == {1: {}}
        assert dict(w.book.read("tallies")) == {1: {"n": 2}}


async def test_the_last_write_of_a_document_counts(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, a=1), take_out(1), put(1, b=2), put(2), take_out(2)])
        assert dict(w.book.read("tickets")) == {1: {"b": 2}}


async def test_taking_out_what_is_not_there_is_fine(world: Opening) -> None:
    async with world as w:
        await w.book.commit([take_out(4)])
        assert dict(w.book.read("tickets")) == {}


async def test_the_book_shares_nothing_with_its_writers(world: Opening) -> None:
    async with world as w:
        inner = ["one"]
        document: dict[str, object] = {"list": inner}
        await w.book.commit([Write(table="tickets", id=1, document=document)])
        inner.append("two")
        document["more"] = 1
        assert w.book.read("tickets")[1] == {"list": ["one"]}


@pytest.mark.parametrize(
    "document", [{"x": object()}, {"x": float("nan")}, {"x": {1, 2}}, {"x": b"raw"}]
)
async def test_what_json_cannot_say_is_refused_and_changes_nothing(
    world: Opening, document: Document
) -> None:
    async with world as w:
        with pytest.raises((TypeError, ValueError)):
            await w.book.commit([put(1), Write(table="tickets", id=2, document=document)])
        assert dict(w.book.read("tickets")) == {}
        await w.book.commit([put(3)])
        assert list(w.book.read("tickets")) == [3]


async def test_text_of_any_script_comes_back(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, name="één \u0000 عربى 🎟", n=1.5, none=None, yes=True)])
        assert w.book.read("tickets")[1] == {
            "name": "één \u0000 عربى 🎟",
            "n": 1.5,
            "none": None,
            "yes": True,
        }


async def test_commits_at_once_are_kept_in_their_order(world: Opening) -> None:
    async with world as w, asyncio.timeout(30):
        await asyncio.gather(*(w.book.commit([put(1, n=n)]) for n in range(50)))
        assert w.book.read("tickets")[1] == {"n": 49}


async def test_tidying_changes_nothing_that_can_be_read(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, a=1), put(2)])
        await w.book.tidy(wipe=False)
        await w.book.commit([take_out(2)])
        await w.book.tidy(wipe=True)
        await w.book.commit([put(3)])
        assert dict(w.book.read("tickets")) == {1: {"a": 1}, 3: {}}


async def test_a_broken_book_refuses_says_why_and_shows_what_was(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, state="waiting")])
        w.break_it()
        with pytest.raises(StorageUnavailable) as refusal:
            await w.book.commit([put(1, state="called"), put(2)], drop=["tickets"])
        assert w.book.failure is not None
        assert str(refusal.value) == w.book.failure
        assert dict(w.book.read("tickets")) == {1: {"state": "waiting"}}


async def test_a_broken_book_stays_broken(world: Opening) -> None:
    async with world as w:
        w.break_it()
        for _ in range(3):
            with pytest.raises(StorageUnavailable):
                await w.book.commit([put(1)])
        with pytest.raises(StorageUnavailable):
            await w.book.tidy(wipe=True)
        assert dict(w.book.read("tickets")) == {}


async def test_a_big_commit_is_as_good_as_a_small_one(world: Opening) -> None:
    async with world as w:
        await w.book.commit([put(1, early=True)])
        await w.book.commit([put(n, text="x" * 100) for n in range(2, 2000)], drop=["tickets"])
        await w.book.commit([put(5000)])
        assert len(w.book.read("tickets")) == 1999
        assert 1 not in w.book.read("tickets")


async def test_a_commit_goes_on_when_its_waiter_leaves(world: Opening) -> None:
    async with world as w, asyncio.timeout(30):
        async with asyncio.TaskGroup() as group:
            waiter = group.create_task(w.book.commit([put(1)]))
            await asyncio.sleep(0)
            waiter.cancel()
        await w.book.commit([put(2)])
        assert list(w.book.read("tickets")) == [1, 2]
