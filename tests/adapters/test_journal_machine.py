"""The store against a plain dictionary, with cuts at any call."""

import shutil
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import where

from appliance.adapters.journal_record import BLOCK
from appliance.adapters.journal_storage import create_store
from appliance.adapters.journal_table import TicketDB
from appliance.core.errors import StorageUnavailable
from appliance.simulation.files import SimulatedFiles
from tests.adapters.medium import Unflushed

NAMES = st.sampled_from(["tickets", "counters", "tallies"])
IDS = st.integers(1, 12)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["n", "state", "text"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.integers()),
    max_size=3,
)
BIG = st.sampled_from([0, 10, BLOCK, 3 * BLOCK, 9 * BLOCK])

State = dict[str, dict[int, Any]]


class Store(RuleBasedStateMachine):
    """Whatever is done, the store holds what the dictionary holds, also after a cut."""

    @initialize()
    def make(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.files = SimulatedFiles(Unflushed())
        create_store(self.home / "store", segment_bytes=4 * BLOCK, files=self.files)
        self.model: State = {}
        self.high: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        self.files.heal()
        self.db = TicketDB(self.home / "store", files=self.files)
        assert self.db.store.damage == ()

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            shutil.rmtree(self.home)

    def found(self) -> State:
        return {
            name: {document.doc_id: dict(document) for document in self.db.table(name)}
            for name in self.db.tables()
        }

    @rule(name=NAMES, document=DOCUMENTS, size=BIG)
    def insert(self, name: str, document: dict[str, Any], size: int) -> None:
        document = {**document, "pad": "x" * size}
        number = self.db.table(name).insert(document)
        assert number == self.high.get(name, 0) + 1
        self.high[name] = number
        self.model.setdefault(name, {})[number] = document

    @rule(name=NAMES, number=IDS, document=DOCUMENTS)
    def update(self, name: str, number: int, document: dict[str, Any]) -> None:
        updated = self.db.table(name).update(document, doc_ids=[number])
        assert updated == ([number] if number in self.model.get(name, {}) else [])
        self.model.setdefault(name, {})
        if updated:
            self.model[name][number].update(document)

    @rule(name=NAMES, state=st.text(max_size=1))
    def remove(self, name: str, state: str) -> None:
        gone = self.db.table(name).remove(where("state") == state)
        self.model.setdefault(name, {})
        rows = sorted(self.model[name].items())
        assert gone == [n for n, row in rows if row.get("state") == state]
        for number in gone:
            del self.model[name][number]

    @rule(
        changes=st.dictionaries(
            NAMES, st.dictionaries(IDS, st.none() | DOCUMENTS, max_size=3), max_size=3
        ),
        drop=st.lists(NAMES, max_size=2, unique=True),
    )
    def commit(self, changes: State, drop: list[str]) -> None:
        self.db.commit(changes, drop=drop)
        self.expect(changes, drop)

    def expect(self, changes: State, drop: list[str]) -> None:
        for name in drop:
            self.model.pop(name, None)
        for name, rows in changes.items():
            table = self.model.setdefault(name, {})
            for number, row in rows.items():
                table.pop(number, None) if row is None else table.update({number: row})
            self.high[name] = max([self.high.get(name, 0), *rows])

    @rule(name=NAMES)
    def truncate(self, name: str) -> None:
        self.db.table(name).truncate()
        self.model[name] = {}

    @rule(wipe=st.booleans())
    def tidy(self, *, wipe: bool) -> None:
        self.db.store.compact(wipe=wipe)

    @rule()
    def reopen(self) -> None:
        self.db.close()
        self.open()

    @rule(
        call=st.integers(1, 8),
        short=st.booleans(),
        changes=st.dictionaries(NAMES, st.dictionaries(IDS, st.none() | DOCUMENTS), min_size=1),
        size=BIG,
    )
    def cut_in_a_commit(self, call: int, changes: State, size: int, *, short: bool) -> None:
        for rows in changes.values():
            rows[13] = {"pad": "x" * size}
        before = deepcopy(self.model)
        self.files.cut_short_at(call) if short else self.files.fail_at(call, 5)
        acknowledged = True
        try:
            self.db.commit(changes)
        except StorageUnavailable:
            acknowledged = False
            assert self.found() == before
        self.expect(deepcopy(changes), [])
        self.reopen()
        if self.found() != self.model:
            assert not acknowledged
            assert self.found() == before
            self.model = before
            self.high = dict(self.db.store.memory.high)

    @rule(call=st.integers(1, 20), wipe=st.booleans())
    def cut_in_a_tidying(self, call: int, *, wipe: bool) -> None:
        self.files.fail_at(call, 5)
        try:
            self.db.store.compact(wipe=wipe)
        except StorageUnavailable:
            self.reopen()
        self.files.heal()

    @invariant()
    def it_is_what_it_should_be(self) -> None:
        if hasattr(self, "db"):
            assert self.found() == self.model
            for name, rows in self.model.items():
                assert list(self.db.store.memory.rows(name)) == sorted(rows)


class LongStore(Store):
    pass


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)

TestLongStore = pytest.mark.timeout(600)(pytest.mark.slow(LongStore.TestCase))
TestLongStore.settings = settings(max_examples=400, stateful_step_count=40, deadline=None)
