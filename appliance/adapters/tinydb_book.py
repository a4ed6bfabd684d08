"""The box's book over TinyDB: a thread makes commits durable, the event loop applies them."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from appliance.adapters.journal_file import SNAPSHOT
from appliance.adapters.journal_memory import to_payload
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.journal_table import TicketDB
from appliance.adapters.journal_upgrade import CURRENT, Format
from appliance.adapters.writer_thread import WriterThread
from appliance.core.errors import StorageUnavailable
from appliance.ports import Document, Files, Write

__all__ = ["SNAPSHOT", "TinyDBBook", "create_store", "is_unused", "open_book", "start_book"]

_LOGGER = logging.getLogger(__name__)


@asynccontextmanager
async def open_book(
    path: str | Path, *, files: Files | None = None, form: Format = CURRENT
) -> "AsyncIterator[TinyDBBook]":
    """The book of the store at `path`; BadStore when there is no sound one.

    The owner tidies up right after: an acknowledged commit then never rests on one that was not.
    """
    opened: list[TicketDB] = []

    def close() -> None:
        for db in opened:
            db.close()

    writer = WriterThread(name="book")
    try:
        await writer.order(lambda: opened.append(TicketDB(path, files=files, form=form)))
        yield TinyDBBook(opened[0], writer=writer)
    finally:
        await writer.stop(close)


def is_unused(path: str | Path, *, files: Files | None = None) -> bool:
    """Whether nothing was ever committed to the store; BadStore when it is not sound."""
    storage = JournalStorage(path, files=files)
    try:
        return not storage.journal.seq and not storage.damage
    finally:
        storage.close()


@asynccontextmanager
async def start_book(
    path: str | Path, *, people: str, files: Files | None = None, form: Format = CURRENT
) -> "AsyncIterator[TinyDBBook]":
    """The book as a box starts with it, tidied; a card that takes nothing more is still read.

    When nobody is in the table `people`, a closing may have been cut short: all that the
    journal held is wiped, unless that would forget damage nobody has seen yet.
    Tidying is also the moment when a store of an older format gets this version's.
    """
    async with open_book(path, files=files, form=form) as book:
        try:
            await book.tidy(wipe=not book.read(people) and not book.damage)
        except StorageUnavailable as error:
            _LOGGER.warning("The store could not be tidied at the start: %s", error)
        yield book


class TinyDBBook:
    """`ports.Book` over a TicketDB; belongs to the event loop it was opened on.

    A commit whose waiter is cancelled is carried out all the same: memory and disk agree.
    """

    def __init__(self, db: TicketDB, *, writer: WriterThread) -> None:
        self._db = db
        self._store = db.store
        self._writer = writer

    def read(self, table: str) -> Mapping[int, Document]:
        """The living documents of a table by id, in id order; do not change them."""
        return MappingProxyType(self._store.memory.rows(table))

    async def commit(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        """Make all of it durable as one record, or none of it; dropped tables go first.

        Raises StorageUnavailable; then memory shows what was there before.
        """
        payload = _payload(writes, drop)
        self._ensure_open()
        then = partial(self._apply, payload)
        await self._writer.order(partial(self._make_durable, payload), then)

    def commit_now(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        """`commit`, blocking the caller; only while no other is on its way."""
        if self._writer.busy:
            raise RuntimeError("a commit or a tidying is on its way")
        payload = _payload(writes, drop)
        self._store.make_durable(payload)
        self._apply(payload)

    async def tidy(self, *, wipe: bool) -> None:
        """Fold the journal into a snapshot; `wipe` overwrites what the old blocks held."""
        self._ensure_open()
        await self._writer.order(partial(self._fold, wipe=wipe))

    @property
    def failure(self) -> str | None:
        """Why the book takes no commits any more; None while it does."""
        return self._store.failure

    @property
    def damage(self) -> Sequence[str]:
        """What was found broken at opening, and since the last wipe, one sentence each."""
        return self._store.damage

    def _ensure_open(self) -> None:
        if self._writer.stopping:
            raise StorageUnavailable("The book is closed.")

    def _apply(self, payload: bytes, _: object = None) -> None:
        self._db.forget_queries(self._store.memory.apply(payload))

    # ------------------------------------------------------------------ in the writer's thread

    def _make_durable(self, payload: bytes) -> None:
        if not self._store.fits(payload):
            self._writer.catch_up()
        self._store.make_durable(payload)

    def _fold(self, *, wipe: bool) -> None:
        # Later commits queue behind this, so the memory stands still while it is read here.
        self._writer.catch_up()
        self._store.compact(wipe=wipe)


def _payload(writes: Sequence[Write], drop: Sequence[str]) -> bytes:
    changes: dict[str, dict[int, Document | None]] = {}
    for write in writes:
        changes.setdefault(write.table, {})[write.id] = write.document
    return to_payload(changes, drop=drop)
