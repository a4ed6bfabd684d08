"""A toy later version starts on the store of this one; this one refuses what the toy wrote."""

import errno
from pathlib import Path

import pytest

from appliance.adapters.journal_record import pack
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.journal_upgrade import CURRENT, Format, Tables
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import open_book, start_book
from appliance.core.errors import BadStore
from appliance.ports import Write
from appliance.simulation.files import SimulatedFiles


def with_a_seat(tables: Tables) -> Tables:
    people = {n: {**row, "seat": n} for n, row in tables.get("people", {}).items()}
    return {**tables, "people": people}


def with_a_colour(tables: Tables) -> Tables:
    return {**tables, "people": {n: {**r, "red": 1} for n, r in tables["people"].items()}}


SECOND = Format(number=2, upgrades={1: with_a_seat})
THIRD = Format(number=3, upgrades={1: with_a_seat, 2: with_a_colour})


async def some_people(path: Path) -> None:
    """One in the snapshot, one in the journal."""
    create_store(path)
    async with open_book(path) as book:
        await book.commit([Write(table="people", id=1, document={"n": 1})])
        await book.tidy(wipe=False)
        await book.commit([Write(table="people", id=2, document={"n": 2})])


def raw(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_this_version_has_nothing_to_upgrade_yet() -> None:
    assert (CURRENT.number, dict(CURRENT.upgrades)) == (1, {})


@pytest.mark.parametrize("later", [SECOND, THIRD])
async def test_a_start_writes_the_format_of_its_version(tmp_path: Path, later: Format) -> None:
    path = tmp_path / "store"
    await some_people(path)
    more = {"red": 1} if later is THIRD else {}
    expected = {1: {"n": 1, "seat": 1, **more}, 2: {"n": 2, "seat": 2, **more}}
    async with start_book(path, people="people", form=later) as book:
        assert book.read("people") == expected
        await book.commit([Write(table="people", id=3, document={"n": 3})])
    async with start_book(path, people="people", form=later) as book:
        assert book.read("people") == {**expected, 3: {"n": 3}}
        assert not book.damage


async def test_opening_alone_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store"
    await some_people(path)
    before = raw(path)
    async with open_book(path, form=SECOND) as book:
        assert book.read("people")[2] == {"n": 2, "seat": 2}
    assert raw(path) == before


async def test_an_older_program_refuses_politely_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store"
    await some_people(path)
    async with start_book(path, people="people", form=SECOND):
        pass
    before = raw(path)
    with pytest.raises(
        BadStore, match=r"has format 2, this version reads format 1; please install"
    ):
        async with start_book(path, people="people"):
            pass
    assert raw(path) == before


async def test_without_room_to_tidy_commits_of_both_formats_stand_in_one_journal(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store"
    await some_people(path)
    files = SimulatedFiles(PosixFiles())
    files.fill_up()
    async with start_book(path, people="people", files=files, form=SECOND) as book:
        await book.commit([Write(table="people", id=3, document={"n": 3, "seat": 9})])
        assert files.count
    for form in (SECOND, SECOND, THIRD):
        async with start_book(path, people="people", form=form) as book:
            assert [row["seat"] for row in book.read("people").values()] == [1, 2, 9]


async def test_a_commit_in_a_later_format_is_refused_politely(tmp_path: Path) -> None:
    path = tmp_path / "store"
    await some_people(path)
    files = SimulatedFiles(PosixFiles())
    files.fill_up()
    async with start_book(path, people="people", files=files, form=SECOND) as book:
        await book.commit([Write(table="people", id=3, document={})])
    with pytest.raises(BadStore, match=r"journal-000001\.wal has format 2"):
        JournalStorage(path)


def test_a_card_that_takes_nothing_is_read_in_the_new_format(tmp_path: Path) -> None:
    path = tmp_path / "store"
    create_store(path, tables={"people": {7: {"n": 7}}})
    files = SimulatedFiles(PosixFiles())
    files.fail_at(1, errno.EROFS)
    storage = JournalStorage(path, files=files, form=SECOND)
    assert storage.memory.rows("people") == {7: {"n": 7, "seat": 7}}
    assert storage.memory.next_id("people") == 8
    storage.close()


def test_a_format_without_a_way_is_refused(tmp_path: Path) -> None:
    create_store(tmp_path / "store")
    with pytest.raises(BadStore, match=r"has format 1, this version reads format 3"):
        JournalStorage(tmp_path / "store", form=Format(number=3, upgrades={2: with_a_colour}))


def test_an_older_commit_after_a_later_one_is_what_nobody_wrote(tmp_path: Path) -> None:
    path = tmp_path / "store"
    create_store(path, form=SECOND)
    with (path / "journal-000001.wal").open("r+b") as journal:
        journal.write(pack(1, b'{"tables":{}}', form=1))
    with pytest.raises(BadStore, match="what no version of us wrote"):
        JournalStorage(path, form=SECOND)
