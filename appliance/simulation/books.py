"""A book that remembers, and forgets with the process; it can be told to fail."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from appliance.core.errors import StorageUnavailable
from appliance.ports import Document, Write


class MemoryBook:
    """`ports.Book` in memory, as strict about documents as the real one."""

    def __init__(self, *, damage: Sequence[str] = ()) -> None:
        self.damage: Sequence[str] = tuple(damage)
        self.failure: str | None = None
        self.commits = 0
        self.tidied: list[bool] = []
        self._tables: dict[str, dict[int, dict[str, Any]]] = {}
        self._left: int | None = None
        self._sentence = ""

    def read(self, table: str) -> Mapping[int, Document]:
        return MappingProxyType(self._tables.setdefault(table, {}))

    async def commit(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        """At once, all or none."""
        self.commit_now(writes, drop=drop)

    def commit_now(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        """`commit` for who is not in an event loop."""
        # Through JSON, as on disk: nothing is shared with the caller, and nonsense is refused.
        texts = [
            (write, None if write.document is None else json.dumps(write.document, allow_nan=False))
            for write in writes
        ]
        self._use_up_one()
        self.commits += 1
        for name in drop:
            self._tables.setdefault(name, {}).clear()
        for write, text in texts:
            self._put(write, None if text is None else json.loads(text))

    async def tidy(self, *, wipe: bool) -> None:
        """Remembers that it was asked, and with `wipe` or not; wiping forgets the damage."""
        self._use_up_one()
        self.tidied.append(wipe)
        if wipe:
            self.damage = ()

    def fail(self, sentence: str = "The simulated card is full.", *, after: int = 0) -> None:
        """Take `after` more calls, then none for good, as a broken card does."""
        self._left = after
        self._sentence = sentence
        if not after:
            self.failure = sentence

    def _use_up_one(self) -> None:
        if self._left == 0:
            self.failure = self._sentence
        elif self._left is not None:
            self._left -= 1
        if self.failure is not None:
            raise StorageUnavailable(self.failure)

    def _put(self, write: Write, document: dict[str, Any] | None) -> None:
        rows = self._tables.setdefault(write.table, {})
        if document is None:
            rows.pop(write.id, None)
            return
        in_order = write.id in rows or write.id > next(reversed(rows), 0)
        rows[write.id] = document
        if not in_order:
            ordered = sorted(rows.items())
            rows.clear()
            rows.update(ordered)
