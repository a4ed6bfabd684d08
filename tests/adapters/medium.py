"""A medium rebuilt from the log of calls, as a power cut may have left it."""

import os
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from appliance.adapters.posix_files import PosixFiles
from appliance.simulation.files import Call
from tests.torture.fates import Fate

SECTOR = 512


class Unflushed(PosixFiles):
    """Waits for no flush: what is tried is the order of the calls and their answers."""

    def fsync(self, fd: int) -> None:
        pass

    def fdatasync(self, fd: int) -> None:
        pass


class Inode:
    """A file's bytes on the medium, and the writes that may or may not have reached it."""

    def __init__(self) -> None:
        self.durable = bytearray()
        self.pending: list[tuple[int, bytes]] = []

    def flush(self) -> None:
        for offset, data in self.pending:
            _put(self.durable, offset, data)
        self.pending.clear()

    def after_a_cut(self, chance: random.Random, fate: Fate | None = None) -> bytes:
        """All writes since the flush, none, or some of their sectors; the last may be noise."""
        left = bytearray(self.durable)
        if fate is not None:
            for offset, data in fate(self.pending, chance):
                _put(left, offset, data)
            return bytes(left)
        luck = chance.choice(["all", "none", "sectors", "noise"])
        for offset, data in self.pending if luck != "none" else ():
            for start in range(0, len(data), SECTOR):
                if luck != "sectors" or chance.random() < 0.5:
                    _put(left, offset + start, data[start : start + SECTOR])
        if luck == "noise" and self.pending:
            offset, data = self.pending[-1]
            _put(left, offset, chance.randbytes(len(data)))
        return bytes(left)


class Medium:
    """One directory of files; its names too are only safe after a flush of the directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: dict[str, Inode] = {}
        self._history: list[dict[str, Inode]] = [{}]  # the last flushed, and after every change

    def play(self, calls: Iterable[Call]) -> None:
        for call in calls:
            if call.file == self._path and call.op == "fsync":
                self._history = [dict(self._now)]
            elif call.file.parent == self._path:
                self._play_one(call)

    def _play_one(self, call: Call) -> None:
        name = call.file.name
        match call.op:
            case "open" if call.flags & os.O_TRUNC or name not in self._now:
                self._rename_to(name, Inode())
            case "pwrite":
                self._now[name].pending.append((call.offset, call.data))
            case "fsync" | "fdatasync":
                self._now[name].flush()
            case "link" | "rename" if call.target is not None:
                inode = self._now[name]
                if call.op == "rename":
                    del self._now[name]
                self._rename_to(call.target.name, inode)
            case "remove":
                del self._now[name]
                self._history.append(dict(self._now))
            case _:
                pass

    def _rename_to(self, name: str, inode: Inode) -> None:
        self._now[name] = inode
        self._history.append(dict(self._now))

    def leave(self, path: Path, chance: random.Random, fate: Fate | None = None) -> None:
        """Write down what a cut at this moment may leave, or what that fate makes of it."""
        path.mkdir()
        names = chance.choice(self._history)
        raw = {inode: inode.after_a_cut(chance, fate) for inode in names.values()}
        written: dict[Inode, Path] = {}
        for name, inode in names.items():
            if inode in written:
                (path / name).hardlink_to(written[inode])
            else:
                (path / name).write_bytes(raw[inode])
                written[inode] = path / name


def without(calls: Sequence[Call], *, op: str, on_directory: bool, path: Path) -> list[Call]:
    """The log of a store that forgets one kind of flush: such a one must be found out."""
    return [call for call in calls if call.op != op or (call.file == path) != on_directory]


def _put(raw: bytearray, offset: int, data: bytes) -> None:
    if len(raw) < offset:
        raw.extend(bytes(offset - len(raw)))
    raw[offset : offset + len(data)] = data
