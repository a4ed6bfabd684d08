"""A book at the start of the box: tidied if it can be, wiped when nobody is here, read anyway."""

import errno
from pathlib import Path

from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import create_store, open_book, start_book
from appliance.ports import Write
from appliance.simulation.files import SimulatedFiles


async def a_closing_cut_short(path: Path) -> None:
    create_store(path)
    async with open_book(path) as book:
        await book.commit([Write(table="people", id=1, document={"token": "somebody"})])
        await book.commit([Write(table="box", id=1, document={})], drop=["people"])


def raw(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.iterdir())


async def test_a_closing_that_was_cut_short_is_wiped_at_the_next_start(tmp_path: Path) -> None:
    await a_closing_cut_short(tmp_path / "store")
    assert b"somebody" in raw(tmp_path / "store")
    async with start_book(tmp_path / "store", people="people"):
        assert b"somebody" not in raw(tmp_path / "store")


async def test_damage_is_not_wiped_before_anybody_saw_it(tmp_path: Path) -> None:
    path = tmp_path / "store"
    await a_closing_cut_short(path)
    with (path / "journal-000001.wal").open("r+b") as journal:
        journal.write(bytes(4096))
    for _ in range(2):
        async with start_book(path, people="people") as book:
            assert book.damage


async def test_a_full_card_starts_and_takes_what_the_journal_holds(tmp_path: Path) -> None:
    create_store(tmp_path / "store")
    files = SimulatedFiles(PosixFiles())
    files.fill_up()
    async with start_book(tmp_path / "store", people="people", files=files) as book:
        assert book.failure is None
        await book.commit([Write(table="people", id=1, document={})])


async def test_a_card_that_takes_nothing_is_read_all_the_same(tmp_path: Path) -> None:
    create_store(tmp_path / "store")
    async with open_book(tmp_path / "store") as book:
        await book.commit([Write(table="people", id=1, document={"n": 1})])
    files = SimulatedFiles(PosixFiles())
    files.fail_at(1, errno.EROFS)
    async with start_book(tmp_path / "store", people="people", files=files) as book:
        assert book.failure is not None
        assert book.read("people") == {1: {"n": 1}}
