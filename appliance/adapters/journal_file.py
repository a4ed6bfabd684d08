"""The store's directory: one snapshot, and the journal of every commit since."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.adapters.journal_medium import (
    fill,
    fill_zeros,
    hold,
    opened,
    read_whole,
    reason,
    wipe,
    write,
    write_whole,
    write_zeros,
)
from appliance.adapters.journal_record import BLOCK, Record, pack, scan
from appliance.adapters.journal_snapshot import Snapshot
from appliance.adapters.journal_upgrade import CURRENT, Format, Tables
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.ports import Files

SNAPSHOT = "store.json"
SEGMENT_BYTES = 4 << 20

_FRESH = ".new"  # being written, not valid yet
_REPLACED = ".old"  # no longer valid, not wiped yet
_SEGMENT = re.compile(r"journal-(\d{6})\.wal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One journal file, filled with zeros before its first use."""

    name: str
    fd: int
    size: int


def make_journal(
    path: Path,
    *,
    segment_bytes: int = SEGMENT_BYTES,
    tables: Tables,
    form: Format = CURRENT,
    files: Files,
) -> None:
    """An empty journal, and a snapshot of these tables; BadStore where there is a store.

    The snapshot comes last: without it there is no store, and making it may be tried again.
    """
    if segment_bytes < BLOCK or segment_bytes % BLOCK:
        raise ValueError(f"a segment is a multiple of {BLOCK} bytes")
    try:
        files.mkdir(path)
        with opened(path.resolve().parent, os.O_RDONLY, files=files) as parent:
            files.fsync(parent)
        directory = hold(path, files=files)
        try:
            _refuse_to_replace(path, files=files)
            write_zeros(path / _segment_name(1), segment_bytes, files=files)
            first = Snapshot(
                seq=0,
                segment=segment_bytes,
                high={name: max(rows, default=0) for name, rows in tables.items()},
                damage=(),
                tables=tables,
                format=form.number,
            )
            fresh = path / (SNAPSHOT + _FRESH)
            write_whole(fresh, first.to_bytes(), files=files)
            files.fsync(directory)
            files.rename(fresh, path / SNAPSHOT)
            files.fsync(directory)
        finally:
            files.close(directory)
    except OSError as error:
        raise StorageUnavailable(f"No store can be made at {path}: {reason(error)}.") from error


class Journal:
    """Makes payloads durable one by one, in order; the first error makes it read-only for good.

    Opening writes nothing. Only one journal at a time can hold the directory.
    """

    def __init__(self, path: Path, *, files: Files, form: Format = CURRENT) -> None:
        self.form = form
        self.failure: str | None = None
        self.damage: tuple[str, ...] = ()
        self.seq = 0
        self._path = path
        self._files = files
        self._segments: list[Segment] = []
        self._at = 0  # the segment that takes the next record
        self._offset = 0  # and where in it
        self._directory = hold(path, files=files)
        try:
            self._snapshot, self._records = self._recover()
        except BaseException:
            self.close()
            raise

    @property
    def segment_bytes(self) -> int:
        """How long this store's segments are."""
        return self._snapshot.segment

    def take_contents(self) -> tuple[Snapshot, list[Record]]:
        """What was found at opening, once: the snapshot, and the records since, in order."""
        found = self._snapshot, self._records
        self._snapshot = Snapshot(seq=0, segment=self.segment_bytes, high={}, damage=(), tables={})
        self._records = []
        return found

    def append(self, payload: bytes) -> None:
        """One write and one flush; durable when it returns."""
        if self.failure is not None:
            raise StorageUnavailable(self.failure)
        files, offset, seq = self._files, self._offset, self.seq + 1
        record = pack(seq, payload, form=self.form.number)
        size = len(record)
        try:
            while offset + size > (segment := self._segments[self._at]).size:
                self._turn_over()
                offset = 0
            write(segment.fd, record, offset, files=files)
            files.fdatasync(segment.fd)
        except OSError as error:
            raise self._broken(error) from error
        self._offset, self.seq = offset + size, seq

    def replace(self, snapshot: Snapshot, *, optional: bool = False) -> None:
        """Put the snapshot in place of the old one and begin the journal anew.

        When an optional one finds no room, nothing has changed and commits go on.
        """
        self._ensure_writable()
        fresh = self._in(SNAPSHOT + _FRESH)
        try:
            self._wipe_leftovers()
            try:
                self._write_in_own_blocks(fresh, snapshot.to_bytes())
                self._files.link(self._in(SNAPSHOT), self._in(SNAPSHOT + _REPLACED))
            except OSError as error:
                if not optional or error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                    raise
                self._wipe_leftovers()
                raise StorageUnavailable(f"No room to tidy {self._path} up.") from error
            self._files.rename(fresh, self._in(SNAPSHOT))
            self._files.fsync(self._directory)
        except OSError as error:
            raise self._broken(error) from error
        self.seq = snapshot.seq
        self._at = self._offset = 0

    def tidy(self, *, wipe: bool) -> None:
        """Wipe the replaced snapshot, and with `wipe` every block of the journal.

        Only right after `replace`. No block goes back to the file system with anything in it.
        """
        self._ensure_writable()
        try:
            self._wipe_leftovers()
            if wipe:
                self._wipe_segments()
        except OSError as error:
            raise self._broken(error) from error
        if wipe:
            self.damage = ()

    def close(self) -> None:
        """Let go of the directory; may be called twice."""
        self.failure = self.failure or f"The store in {self._path} is closed."
        fds = [segment.fd for segment in self._segments]
        if self._directory >= 0:
            fds.append(self._directory)
        self._segments, self._directory = [], -1
        for fd in fds:
            # What was acknowledged is flushed; an error here has nothing left to say.
            with contextlib.suppress(OSError):
                self._files.close(fd)

    # ------------------------------------------------------------------ opening

    def _recover(self) -> tuple[Snapshot, list[Record]]:
        name = str(self._in(SNAPSHOT))
        try:
            names = self._files.names(self._path)
            if SNAPSHOT not in names:
                raise BadStore(f"There is no {name}.", file=name)
            snapshot = Snapshot.from_bytes(
                read_whole(self._in(SNAPSHOT), files=self._files), name=name, form=self.form
            )
            segments = [name for name in names if _SEGMENT.fullmatch(name)]
            if not segments:
                raise BadStore(f"{name} has lost its journal.", file=name)
            damage = list(snapshot.damage)
            live = list(self._live_records(segments, snapshot, damage))
        except OSError as error:
            raise BadStore(f"{self._path} cannot be read: {reason(error)}.", file=name) from error
        # By number, not by place: a card that lied may have left them out of order.
        live.sort(key=lambda record: record.seq)
        self.seq = snapshot.seq
        for record in live:
            if record.seq != self.seq + 1:
                damage.append(f"After commit {self.seq} comes commit {record.seq}.")
            self.seq = record.seq
        self.damage = tuple(damage)
        return snapshot, live

    def _live_records(
        self, names: Sequence[str], snapshot: Snapshot, damage: list[str]
    ) -> Iterator[Record]:
        for index, name in enumerate(names):
            raw = read_whole(self._in(name), files=self._files)
            self._segments.append(self._segment(name, len(raw)))
            if len(raw) != snapshot.segment:
                damage.append(f"{name} has {len(raw)} bytes instead of {snapshot.segment}.")
            for record in scan(raw):
                if record.seq > snapshot.seq:
                    self.form.check(record.format, name=str(self._in(name)))
                    self._at, self._offset = index, record.end
                    if record.wounded:
                        damage.append(f"In commit {record.seq} a bit had flipped.")
                    yield record

    def _segment(self, name: str, size: int) -> Segment:
        try:
            fd = self._files.open(self._in(name), os.O_RDWR)
        except OSError as error:
            if error.errno not in {errno.EROFS, errno.EACCES}:
                raise
            self._broken(error)
            fd = self._files.open(self._in(name), os.O_RDONLY)
        return Segment(name=name, fd=fd, size=size)

    # ------------------------------------------------------------------ writing

    def _turn_over(self) -> None:
        """Go on in the next segment; a new one is on the medium before its first use."""
        if self._at + 1 == len(self._segments):
            match = _SEGMENT.fullmatch(self._segments[-1].name)
            self._segments.append(
                self._new_segment(_segment_name(int(match[1]) + 1 if match else 1))
            )
        self._at += 1
        self._offset = 0

    def _new_segment(self, name: str) -> Segment:
        fresh = self._in(name + _FRESH)
        write_zeros(fresh, self.segment_bytes, files=self._files)
        self._files.rename(fresh, self._in(name))
        self._files.fsync(self._directory)
        return self._segment(name, self.segment_bytes)

    def _write_in_own_blocks(self, path: Path, raw: bytes) -> None:
        """First zeros, name and all: a cut leaves nothing of it in blocks that no file owns."""
        write_zeros(path, len(raw), files=self._files)
        self._files.fsync(self._directory)
        with opened(path, os.O_RDWR, files=self._files) as fd:
            fill(fd, raw, files=self._files)

    def _wipe_leftovers(self) -> None:
        names = self._files.names(self._path)
        leftovers = [name for name in names if name.endswith((_FRESH, _REPLACED))]
        for name in leftovers:
            if self._files.same(self._in(name), self._in(SNAPSHOT)):
                self._files.remove(self._in(name))  # linked, but then nothing was replaced
            else:
                wipe(self._in(name), files=self._files)
        if leftovers:
            self._files.fsync(self._directory)

    def _wipe_segments(self) -> None:
        for segment in self._segments:
            fill_zeros(segment.fd, segment.size, files=self._files)
        while len(self._segments) > 1:
            surplus = self._segments.pop()
            self._files.close(surplus.fd)
            self._files.remove(self._in(surplus.name))
        self._files.fsync(self._directory)

    # ------------------------------------------------------------------ small things

    def _ensure_writable(self) -> None:
        if self.failure is not None:
            raise StorageUnavailable(self.failure)

    def _broken(self, error: OSError) -> StorageUnavailable:
        """Read-only from here on: after a failed flush, pages may count as clean that are not."""
        self.failure = f"The store in {self._path} takes no more commits: {reason(error)}."
        return StorageUnavailable(self.failure)

    def _in(self, name: str) -> Path:
        return self._path / name


def _segment_name(number: int) -> str:
    return f"journal-{number:06}.wal"


def _holds_a_record(segment: Path, *, files: Files) -> bool:
    return next(scan(read_whole(segment, files=files)), None) is not None


def _refuse_to_replace(path: Path, *, files: Files) -> None:
    """A store, or a journal with a record in it, stays; what an interrupted making left may go.

    A making that lost its power can leave blocks with noise in a segment, but never a record.
    """
    for name in files.names(path):
        kept = path / name
        if name == SNAPSHOT or (_SEGMENT.fullmatch(name) and _holds_a_record(kept, files=files)):
            raise BadStore(f"{kept} is there already; it is kept as it is.", file=str(kept))
