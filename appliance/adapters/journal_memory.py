"""What the store holds, in memory: tables of documents in id order, changed by whole commits."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from appliance.adapters.journal_snapshot import META, Snapshot, encode

Row = dict[str, Any]
"""One document; belongs to the memory, nobody else changes it."""

Changes = Mapping[str, Mapping[int, Mapping[str, Any] | None]]
"""Per table, the documents to put by id; None takes one out."""


_decode = json.JSONDecoder().raw_decode  # on text of our own making: no guessing, no trimming


def to_payload(changes: Changes, *, drop: Sequence[str] = ()) -> bytes:
    """The JSON of one commit; TypeError or ValueError for what JSON cannot say."""
    if META in changes or META in drop:
        raise ValueError(f"{META} belongs to the store itself")
    body = {"drop": drop, "tables": changes} if drop else {"tables": changes}
    return encode(body).encode("ascii")


class Memory:
    """The tables after every commit applied so far."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.high = dict(snapshot.high)
        self._rows: dict[str, dict[int, Row]] = {}
        self._names: set[str] = set()
        for name, documents in snapshot.tables.items():
            self._put(name, documents)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def rows(self, table: str) -> dict[int, Row]:
        """The living rows, in id order; the same object through drops and all."""
        try:
            return self._rows[table]
        except KeyError:
            return self._rows.setdefault(table, {})

    def tables(self) -> dict[str, dict[int, Row]]:
        return {name: self.rows(name) for name in sorted(self._names)}

    def next_id(self, table: str) -> int:
        """One more than any id the table ever gave away."""
        return self.high.get(table, 0) + 1

    def apply(self, payload: bytes) -> Iterable[str]:
        """Do what the payload says; the names of the tables that changed."""
        change: dict[str, Any] = _decode(payload.decode("ascii"))[0]
        dropped: Sequence[str] = change.get("drop", ())
        for name in dropped:
            self._names.discard(name)
            self.rows(name).clear()
        tables: dict[str, dict[str, Row | None]] = change["tables"]
        for name, documents in tables.items():
            self._put(name, documents)
        return (*dropped, *tables)

    def copy(self) -> "Memory":
        """Another memory with the same documents."""
        return Memory(Snapshot(seq=0, segment=0, high=self.high, damage=(), tables=self.tables()))

    def _put(self, table: str, documents: Mapping[Any, Row | None]) -> None:
        self._names.add(table)
        rows = self.rows(table)
        last = next(reversed(rows), 0)
        in_order = True
        for text, document in documents.items():
            number = int(text)
            if document is None:
                rows.pop(number, None)
            else:
                in_order = in_order and (number >= last or number in rows)
                rows[number] = document
                last = max(last, number)
            if number > self.high.get(table, 0):
                self.high[table] = number
        if not in_order:
            ordered = sorted(rows.items())
            rows.clear()
            rows.update(ordered)
