"""TinyDB's public behaviour over the journal, and what we promise beyond it."""

import errno
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from appliance.adapters.journal_storage import create_store
from appliance.adapters.journal_table import TicketDB
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import StorageUnavailable
from appliance.simulation.files import SimulatedFiles


@pytest.fixture
def files() -> SimulatedFiles:
    return SimulatedFiles(PosixFiles())


@pytest.fixture
def db(tmp_path: Path, files: SimulatedFiles) -> Iterator[TicketDB]:
    create_store(tmp_path / "store", segment_bytes=65536)
    with TicketDB(tmp_path / "store", files=files) as db:
        yield db


def reopened(db: TicketDB) -> dict[str, dict[str, Any]]:
    """Everything as the next opening finds it."""
    path = db.store.journal._path
    db.close()
    with TicketDB(path) as again:
        found: dict[str, dict[str, Any]] = again.store.read()
        return found


Story = Callable[[TinyDB], object]


def three(db: TinyDB) -> list[int]:
    documents = [{"n": 1, "kind": "a"}, {"n": 2, "kind": "b"}, {"n": 3, "kind": "a"}]
    return db.table("_default").insert_multiple(documents)


def emptied(db: TinyDB, name: str = "_default") -> set[str]:
    db.table(name).truncate()
    return db.tables()


def without(db: TinyDB, name: str) -> set[str]:
    db.drop_table(name)
    return db.tables()


def bare(db: TinyDB) -> set[str]:
    db.drop_tables()
    return db.tables()


def flag(document: MutableMapping[str, Any]) -> None:
    document["flag"] = {"deep": [document["n"]]}


def raw(documents: list[Document]) -> list[tuple[int, dict[str, Any]]]:
    return [(document.doc_id, dict(document)) for document in documents]


STORIES: dict[str, Story] = {
    "insert gives ids from 1": lambda db: [db.insert({"x": 1}), db.insert({"x": 2})],
    "insert takes a document's own id": lambda db: [
        db.insert(Document({"x": 1}, doc_id=7)),
        db.insert({"x": 2}),
    ],
    "insert_multiple takes any iterable": lambda db: db.insert_multiple({"n": n} for n in range(4)),
    "insert_multiple takes documents' own ids": lambda db: db.insert_multiple(
        [Document({"n": 1}, doc_id=5), Document({"n": 2}, doc_id=8)]
    ),
    "all": lambda db: (three(db), raw(db.all())),
    "iteration": lambda db: (three(db), raw(list(db))),
    "len": lambda db: (three(db), len(db)),
    "search": lambda db: (three(db), raw(db.search(where("kind") == "a"))),
    "search twice is the same": lambda db: (
        three(db),
        db.search(where("kind") == "a"),
        raw(db.search(where("kind") == "a")),
    ),
    "search finds nothing": lambda db: (three(db), db.search(where("kind") == "z")),
    "search by fragment": lambda db: (three(db), db.search(Query().fragment({"n": 2}))),
    "get by query": lambda db: (three(db), db.get(where("kind") == "b")),
    "get by id": lambda db: (three(db), db.get(doc_id=3), db.get(doc_id=9)),
    "get by ids": lambda db: (three(db), raw(db.get(doc_ids=[3, 1, 9]))),
    "contains": lambda db: (
        three(db),
        db.contains(where("n") == 1),
        db.contains(where("n") == 9),
        db.contains(doc_id=1),
        db.contains(doc_id=9),
    ),
    "count": lambda db: (three(db), db.count(where("kind") == "a")),
    "update everything": lambda db: (three(db), db.update({"z": 1}), raw(db.all())),
    "update by query": lambda db: (
        three(db),
        db.update({"z": 1}, where("kind") == "a"),
        raw(db.all()),
    ),
    "update by ids": lambda db: (three(db), db.update({"z": 1}, doc_ids=[2, 9]), raw(db.all())),
    "update by function": lambda db: (three(db), db.update(flag, where("n") > 1), raw(db.all())),
    "update by operation": lambda db: (
        three(db),
        db.update(increment("n")),
        db.update(delete("kind"), doc_ids=[1]),
        raw(db.all()),
    ),
    "an update to an equal number of another kind": lambda db: (
        three(db),
        db.update({"n": True}, doc_ids=[1]),
        repr(db.all()),
    ),
    "update_multiple": lambda db: (
        three(db),
        db.update_multiple([({"z": 1}, where("kind") == "a"), (flag, where("n") == 3)]),
        raw(db.all()),
    ),
    "upsert updates": lambda db: (
        three(db),
        db.upsert({"n": 9}, where("kind") == "a"),
        raw(db.all()),
    ),
    "upsert inserts": lambda db: (three(db), db.upsert({"n": 9}, where("kind") == "z"), len(db)),
    "upsert by id": lambda db: (
        three(db),
        db.upsert(Document({"n": 8}, doc_id=2)),
        db.upsert(Document({"n": 9}, doc_id=12)),
        raw(db.all()),
    ),
    "remove by query": lambda db: (three(db), db.remove(where("kind") == "a"), raw(db.all())),
    "remove by ids": lambda db: (three(db), db.remove(doc_ids=[2, 9]), raw(db.all())),
    "truncate": lambda db: (three(db), emptied(db), raw(db.all())),
    "tables": lambda db: (
        three(db),
        db.table("one").insert({}),
        emptied(db, "two"),
        sorted(db.tables()),
    ),
    "drop_table": lambda db: (
        three(db),
        db.table("one").insert({"x": 1}),
        without(db, "one"),
        without(db, "none"),
        sorted(db.tables()),
        len(db.table("one")),
    ),
    "drop_tables": lambda db: (three(db), bare(db), len(db)),
    "repr": lambda db: (three(db), repr(db).split(" ", 1)[1]),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_it_does_what_tinydb_does(db: TicketDB, story: Story) -> None:
    stock = TinyDB(storage=MemoryStorage)
    assert story(db) == story(stock)
    left: dict[str, dict[Any, Any]] = stock.storage.read() or {}
    assert reopened(db) == {
        name: {str(key): row for key, row in rows.items()} for name, rows in left.items()
    }


@pytest.mark.parametrize(
    "story",
    [
        lambda db: db.insert("no mapping"),
        lambda db: db.insert_multiple([{"x": 1}, "no mapping"]),
        lambda db: db.insert(Document({}, doc_id=1)),
        lambda db: db.insert_multiple([{"x": 1}, Document({}, doc_id=1)]),
        lambda db: db.update(lambda document: document.update(n=document["missing"])),
        lambda db: db.update(delete("kind")) and db.update(delete("kind")),
        lambda db: db.remove(),
        lambda db: db.upsert({"x": 1}),
        lambda db: db.insert({"x": object()}),
        lambda db: db.insert({"x": float("inf")}),
    ],
)
def test_what_raises_changes_nothing(db: TicketDB, story: Story) -> None:
    three(db)
    db.update(delete("kind"), doc_ids=[2])
    before = raw(db.all())
    with pytest.raises((ValueError, KeyError, TypeError, RuntimeError)):
        story(db)
    assert raw(db.all()) == before
    assert reopened(db) == {"_default": {str(key): document for key, document in before}}


def test_what_could_not_be_flushed_changes_nothing(db: TicketDB, files: SimulatedFiles) -> None:
    three(db)
    before = raw(db.all())
    files.fail_at(2, errno.EIO)
    with pytest.raises(StorageUnavailable):
        db.update(flag)
    assert raw(db.all()) == before
    for story in (lambda: db.insert({}), lambda: db.remove(doc_ids=[1]), db.truncate):
        with pytest.raises(StorageUnavailable):
            story()
    assert raw(db.all()) == before


def test_an_id_is_never_given_twice(db: TicketDB) -> None:
    three(db)
    db.remove(doc_ids=[3])
    assert db.insert({}) == 4
    db.truncate()
    assert db.insert({}) == 5
    db.drop_table("_default")
    assert db.insert({}) == 6
    db.store.compact(wipe=True)
    path = db.store.journal._path
    db.close()
    with TicketDB(path) as again:
        assert again.insert({}) == 7
        again.drop_tables()
        assert again.insert_multiple([{}, {}]) == [8, 9]


def test_a_failed_insert_uses_no_id_up(db: TicketDB) -> None:
    with pytest.raises(TypeError):
        db.insert_multiple([{}, {}, {"x": object()}])
    assert db.insert({}) == 1


def test_what_a_query_gives_is_the_callers_own(db: TicketDB) -> None:
    db.insert({"list": [1], "deep": {"x": [2]}})
    for found in (db.all()[0], db.search(where("list").exists())[0], db.get(doc_id=1)):
        assert isinstance(found, Document)
        found["list"].append("mine")
        found["deep"]["x"].clear()
    assert db.all() == [{"list": [1], "deep": {"x": [2]}}]
    assert db.search(where("list").exists()) == [{"list": [1], "deep": {"x": [2]}}]


def test_a_loop_over_a_table_may_write_to_it(db: TicketDB) -> None:
    three(db)
    for document in db:
        db.remove(doc_ids=[document.doc_id])
        db.insert({"n": document["n"] + 10})
    assert [document["n"] for document in db] == [11, 12, 13]


def test_update_multiple_takes_a_generator(db: TicketDB) -> None:
    three(db)
    assert db.update_multiple(pair for pair in [({"z": 1}, where("n") > 0)]) == [1, 2, 3]


def test_a_write_touches_only_what_it_changes(db: TicketDB, files: SimulatedFiles) -> None:
    db.insert_multiple({"n": n, "text": "x" * 100} for n in range(200))
    files.calls.clear()
    db.update({"state": "called"}, where("n") == 7)
    db.remove(where("n") == 8)
    db.insert({"n": 9})
    db.update_multiple([({"a": 1}, where("n") == 1)])
    assert [len(call.data) for call in files.calls if call.op == "pwrite"] == [4096] * 4
    assert [call.op for call in files.calls].count("fdatasync") == 4


def test_a_write_that_changes_nothing_writes_nothing(db: TicketDB, files: SimulatedFiles) -> None:
    three(db)
    files.calls.clear()
    assert db.update({"n": 1}, doc_ids=[1]) == [1]
    assert db.remove(where("n") == 99) == []
    assert files.calls == []


def test_several_tables_change_as_one_record(db: TicketDB, files: SimulatedFiles) -> None:
    three(db)
    db.table("tallies").insert({"n": 0})
    assert db.table("tallies").search(where("n") == 0) == [{"n": 0}]
    files.calls.clear()
    db.commit({"tallies": {1: {"n": 3}}, "outbox": {4: {"report": True}}}, drop=["_default"])
    assert [call.op for call in files.calls] == ["pwrite", "fdatasync"]
    assert db.table("tallies").search(where("n") == 0) == []
    assert reopened(db) == {"tallies": {"1": {"n": 3}}, "outbox": {"4": {"report": True}}}


def test_the_stores_own_table_is_not_for_documents(db: TicketDB) -> None:
    with pytest.raises(ValueError, match="_journal"):
        db.table("_journal").insert({})
    assert db.tables() == set()


def test_a_stock_tinydb_works_on_the_storage_too(db: TicketDB) -> None:
    three(db)
    path = db.store.journal._path
    db.close()
    stock = TinyDB(path, storage=type(db.store))
    stock.insert({"n": 4})
    stock.table("other").insert({"x": 1})
    stock.drop_table("other")
    stock.update({"z": 1}, where("n") == 1)
    stock.close()
    with TicketDB(path) as again:
        assert [document["n"] for document in again] == [1, 2, 3, 4]
        assert again.tables() == {"_default"}
        assert again.get(doc_id=1) == {"n": 1, "kind": "a", "z": 1}


def test_a_draft_is_a_mapping_like_any_other(db: TicketDB) -> None:
    three(db)

    def look_around(draft: MutableMapping[int, Any]) -> None:
        assert len(draft) == 3
        del draft[1]
        draft[9] = {"new": 1}
        assert list(draft) == [2, 3, 9]
        assert 1 not in draft
        assert draft.pop(2) == {"n": 2, "kind": "b"}
        with pytest.raises(KeyError):
            draft.pop(2)
        draft.clear()
        assert list(draft) == []
        assert 3 not in draft
        draft[5] = {"n": 5}

    db.table("_default")._update_table(look_around)
    assert raw(db.all()) == [(5, {"n": 5})]


def test_the_database_outlives_its_context_only_on_disk(db: TicketDB) -> None:
    db.close()
    db.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        db.insert({})
