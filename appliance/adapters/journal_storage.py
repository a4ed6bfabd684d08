"""TinyDB's storage over the journal: durable first, in memory second."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from appliance.adapters.journal_file import SEGMENT_BYTES, Journal, make_journal
from appliance.adapters.journal_memory import Changes, Memory, to_payload
from appliance.adapters.journal_record import HEAD
from appliance.adapters.journal_snapshot import Snapshot, encode
from appliance.adapters.journal_upgrade import CURRENT, Format, Tables
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore
from appliance.ports import Files

_LARGEST = 256 << 10
"""A bigger commit goes by snapshot, so that no segment is eaten by one record."""


def create_store(
    path: str | Path,
    *,
    segment_bytes: int = SEGMENT_BYTES,
    tables: Tables | None = None,
    files: Files | None = None,
    form: Format = CURRENT,
) -> None:
    """Make a store, empty or with these tables; BadStore when anything of one is there already."""
    make_journal(
        Path(path),
        segment_bytes=segment_bytes,
        tables=tables or {},
        form=form,
        files=files or PosixFiles(),
    )


class JournalStorage(Storage):
    """The whole store in memory, and every commit on the medium before memory knows of it.

    BadStore when there is no sound store at `path`. Opening writes nothing: an older format is
    upgraded in memory, and on the medium with the next snapshot.
    """

    def __init__(
        self, path: str | Path, *, files: Files | None = None, form: Format = CURRENT
    ) -> None:
        self.journal = Journal(Path(path), files=files or PosixFiles(), form=form)
        try:
            self.memory = _remember(self.journal)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self.close()
            sentence = f"{path} holds what no version of us wrote; it is kept as it is."
            raise BadStore(sentence, file=str(path)) from error
        except BaseException:  # such as no memory left: the next try must find it unlocked
            self.close()
            raise
        self._largest = min(_LARGEST, self.journal.segment_bytes - HEAD)

    @property
    def failure(self) -> str | None:
        """Why no commit is taken any more; None while they are."""
        return self.journal.failure

    @property
    def damage(self) -> Sequence[str]:
        """What was found broken at opening, and since the last wipe, one sentence each."""
        return self.journal.damage

    def commit(self, changes: Changes, *, drop: Sequence[str] = ()) -> None:
        """All of it as one durable record, then in memory; dropped tables go first.

        StorageUnavailable when it cannot be made durable; memory has not changed then.
        """
        payload = to_payload(changes, drop=drop)
        self.make_durable(payload)
        self.memory.apply(payload)

    def compact(self, *, wipe: bool = False) -> None:
        """Fold the journal into a snapshot; `wipe` overwrites what the old blocks held.

        StorageUnavailable with `failure` None: no room just now, nothing has changed.
        """
        damage = () if wipe else self.damage
        snapshot = self._snapshot(self.memory, seq=self.journal.seq, damage=damage)
        self.journal.replace(snapshot, optional=True)
        self.journal.tidy(wipe=wipe)

    def fits(self, payload: bytes) -> bool:
        """Whether it can go by record; else it goes by snapshot, which reads the memory."""
        return len(payload) <= self._largest

    def make_durable(self, payload: bytes) -> None:
        """The first half of `commit`; the caller owes the second, `memory.apply`, at once."""
        if len(payload) <= self._largest:
            self.journal.append(payload)
            return
        memory = self.memory.copy()
        memory.apply(payload)
        seq = self.journal.seq + 1
        self.journal.replace(self._snapshot(memory, seq=seq, damage=self.damage))

    def _snapshot(self, memory: Memory, *, seq: int, damage: Sequence[str]) -> Snapshot:
        return Snapshot(
            seq=seq,
            segment=self.journal.segment_bytes,
            high=memory.high,
            damage=damage,
            tables=memory.tables(),
            format=self.journal.form.number,
        )

    # ------------------------------------------------------------------ as TinyDB knows it

    def read(self) -> dict[str, dict[str, Any]]:
        """A copy of everything, for what does not know better; slow when there is much."""
        copy: dict[str, dict[str, Any]] = json.loads(encode(self.memory.tables()))
        return copy

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace everything, as one commit."""
        tables = {name: {int(key): row for key, row in rows.items()} for name, rows in data.items()}
        self.commit(tables, drop=sorted(self.memory.names))

    def close(self) -> None:
        """Let go of the directory; may be called twice."""
        self.journal.close()


def _remember(journal: Journal) -> Memory:
    """What was found, in this version's format: each step where the journal took it, or now."""
    snapshot, records = journal.take_contents()
    memory, form = Memory(snapshot), snapshot.format
    for record in records:
        if record.format != form:
            memory, form = _upgraded(memory, journal.form, form, record.format), record.format
        memory.apply(record.payload)
    return _upgraded(memory, journal.form, form, journal.form.number)


def _upgraded(memory: Memory, program: Format, before: int, after: int) -> Memory:
    if after < before:
        raise ValueError("a commit of an older format follows one of a later")
    if after == before:
        return memory
    tables = program.upgraded(memory.tables(), form=before, to=after)
    return Memory(Snapshot(seq=0, segment=0, high=memory.high, damage=(), tables=tables))
