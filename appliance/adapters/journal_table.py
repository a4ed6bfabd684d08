"""TinyDB's tables over the journal: a write costs what it changes, not what is there."""

from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from appliance.adapters.journal_memory import Changes, Row
from appliance.adapters.journal_snapshot import encode
from appliance.adapters.journal_storage import JournalStorage

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class Draft(MutableMapping[int, Any]):
    """What an updater works on: copies of the documents it touches; the table stays as it is."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        self._rows = rows
        self._touched: dict[int, Row | None] = {}
        self.cleared = False

    def changes(self) -> dict[int, Row | None]:
        """The documents that came out different, None for those taken out."""
        return {key: row for key, row in self._touched.items() if self._differs(key, row)}

    def peek(self, key: int) -> Row:
        """The document as it stands, to look at only."""
        row = self._touched[key] if key in self._touched else self._base(key)
        if row is None:
            raise KeyError(key)
        return row

    def __getitem__(self, key: int) -> Row:
        row = self.peek(key)
        if key not in self._touched:
            row = self._touched[key] = own(row)
        return row

    def __setitem__(self, key: int, row: Row) -> None:
        self._touched[key] = row

    def __delitem__(self, key: int) -> None:
        self.peek(key)
        self._touched[key] = None

    def __contains__(self, key: object) -> bool:
        if key in self._touched:
            return self._touched[key] is not None
        return not self.cleared and key in self._rows

    def __iter__(self) -> Iterator[int]:
        if not self.cleared:
            yield from (key for key in self._rows if key in self)
        for key in self._touched:
            if key in self and (self.cleared or key not in self._rows):
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self._touched.clear()
        self.cleared = True

    def _differs(self, key: int, row: Row | None) -> bool:
        base = self._base(key)
        if base is None or row is None:
            return base is not row
        return encode(base) != encode(row)  # to Python, 1, 1.0 and True are the same

    def _base(self, key: int) -> Row | None:
        return None if self.cleared else self._rows.get(key)


class TextIds(Mapping[str, Any]):
    """Living rows as TinyDB reads them: ids are text."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        self._rows = rows

    def __getitem__(self, key: str) -> Row:
        return self._rows[int(key)]

    def __iter__(self) -> Iterator[str]:
        return map(str, self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def items(self) -> ItemsView[str, Row]:
        return cast(
            "ItemsView[str, Row]", zip(map(str, self._rows), self._rows.values(), strict=True)
        )


class JournalTable(Table):
    """A TinyDB table whose every write is one durable record of the documents it changed.

    An id is never given twice, not even after truncate. What a query returns is the caller's own.
    """

    _given = 0  # the last id of a write that is still going on
    _storage: JournalStorage  # type: ignore[mutable-override] # the one of its TicketDB

    def insert(self, document: Mapping[str, Any]) -> int:
        name, storage = self._name, self._storage
        if isinstance(document, Document):
            number = document.doc_id
            if number in storage.memory.rows(name):
                raise ValueError(f"Document with ID {number} already exists")
        else:
            number = storage.memory.next_id(name)
        if not isinstance(document, dict):
            if not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")  # noqa: TRY004 # as TinyDB does
            document = dict(document)
        storage.commit({name: {number: document}})
        self._query_cache.clear()
        return number

    def search(self, cond: QueryLike) -> list[Document]:
        return [_own_document(found) for found in super().search(cond)]

    def get(  # type: ignore[override] # six overloads, one meaning
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Document | list[Document] | None:
        found = cast(
            "Document | list[Document] | None",
            super().get(cond=cond, doc_id=doc_id, doc_ids=doc_ids),  # type: ignore[arg-type]
        )
        if isinstance(found, list):
            return [_own_document(document) for document in found]
        return None if found is None else _own_document(found)

    def __iter__(self) -> Iterator[Document]:
        # All at once, so that the loop's body may write.
        return map(_own_document, list(super().__iter__()))

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        if doc_ids is None and cond is not None:
            doc_ids = self._matching(cond)
        return super().update(fields, doc_ids=doc_ids)

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        pairs = list(updates)
        updated: list[int] = []

        def updater(draft: Draft) -> None:
            for key in list(draft):
                for fields, cond in pairs:
                    if cond(draft.peek(key)):
                        updated.append(key)
                        if callable(fields):
                            fields(draft[key])
                        else:
                            draft[key].update(fields)

        self._update_table(updater)
        return updated

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        if doc_ids is None and cond is not None:
            doc_ids = self._matching(cond)
        return super().remove(doc_ids=doc_ids)

    def _matching(self, cond: QueryLike) -> list[int]:
        return [key for key, row in self._storage.memory.rows(self.name).items() if cond(row)]

    def _get_next_id(self) -> int:
        self._given = max(self._given + 1, self._storage.memory.next_id(self.name))
        return self._given

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        rows = TextIds(self._storage.memory.rows(self.name))
        return cast("dict[str, Mapping[str, Any]]", rows)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        memory = self._storage.memory
        draft = Draft(memory.rows(self.name))
        try:
            updater(draft)
            changes = draft.changes()
            if changes or draft.cleared or self.name not in memory.names:
                drop = (self.name,) if draft.cleared else ()
                self._storage.commit({self.name: changes}, drop=drop)
        finally:
            self._given = 0
        self.clear_cache()


class TicketDB(TinyDB):
    """TinyDB over the journaled store: `TicketDB(path)`, made before by `create_store(path)`."""

    table_class: type[Table] = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment] # TinyDB means any Storage

    @property
    def store(self) -> JournalStorage:
        return cast("JournalStorage", self._storage)

    def commit(self, changes: Changes, *, drop: Sequence[str] = ()) -> None:
        """Changes of several tables, and whole tables dropped first, as one durable record."""
        self.store.commit(changes, drop=drop)
        self.forget_queries((*changes, *drop))

    def forget_queries(self, names: Iterable[str]) -> None:
        """Those tables changed without their knowledge; cached answers are stale."""
        for name in names:
            if name in self._tables:
                self._tables[name].clear_cache()

    def tables(self) -> set[str]:
        return set(self.store.memory.names)

    def drop_table(self, name: str) -> None:
        if name in self.store.memory.names:
            self.commit({}, drop=(name,))
        self._tables.pop(name, None)

    def drop_tables(self) -> None:
        if self.store.memory.names:
            self.commit({}, drop=sorted(self.store.memory.names))
        self._tables.clear()


def own(row: Mapping[str, Any]) -> Row:
    """A copy that shares nothing with the original that could be changed."""
    return {key: _own_value(part) for key, part in row.items()}


def _own_value(value: object) -> object:
    if isinstance(value, dict):
        return own(value)
    return [_own_value(part) for part in value] if isinstance(value, list) else value


def _own_document(document: Document) -> Document:
    return Document(own(document), doc_id=document.doc_id)
