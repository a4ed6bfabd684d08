"""A file system between the store and the real one, that fails on request and keeps a log."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.ports import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that may change what is on the medium, or says when it must be there."""

    op: str
    file: Path
    offset: int = 0
    data: bytes = b""
    target: Path | None = None
    flags: int = 0


class SimulatedFiles:
    """`ports.Files` over others; every call that reaches the medium is counted and logged.

    `calls` can be replayed: all writes up to some `fdatasync` or `fsync`, and any part of
    those after it, is a state that a power cut may leave.
    """

    def __init__(self, inner: Files) -> None:
        self._inner = inner
        self._paths: dict[int, Path] = {}
        self._faults: dict[int, int] = {}  # how many calls from now: errno, zero for a short write
        self._room: int | None = None
        self._read_only = False
        self._reads_fail: int | None = None
        self.calls: list[Call] = []
        self.keep_log = True
        self.count = 0

    # ------------------------------------------------------------------ the world's verbs

    def fail_at(self, call: int, code: int) -> None:
        """The `call`-th call from now, 1 for the next, fails with that errno."""
        self._faults[self.count + call] = code

    def cut_short_at(self, call: int) -> None:
        """If the `call`-th call from now writes, it writes half of what it was given."""
        self._faults[self.count + call] = 0

    def fill_up(self, room: int = 0) -> None:
        """Only `room` bytes more in places not written before; overwriting still works."""
        self._room = room

    def remount_read_only(self) -> None:
        """Every change is refused from here on."""
        self._read_only = True

    def fail_reads(self, code: int) -> None:
        """Every read fails with that errno."""
        self._reads_fail = code

    def heal(self) -> None:
        """No faults any more."""
        self._faults.clear()
        self._room = None
        self._read_only = False
        self._reads_fail = None

    # ------------------------------------------------------------------ as the store knows it

    def open(self, path: Path, flags: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._enter(Call(op="open", file=path, flags=flags))
        fd = self._inner.open(path, flags)
        self._paths[fd] = path
        return fd

    def read(self, fd: int, size: int, offset: int) -> bytes:
        if self._reads_fail is not None:
            raise OSError(self._reads_fail, os.strerror(self._reads_fail))
        return self._inner.read(fd, size, offset)

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        self._enter(Call(op="pwrite", file=self._paths[fd], offset=offset, data=data))
        if self._room is not None:
            data = self._what_fits(fd, data, offset)
        if self._faults.get(self.count) == 0:
            data = data[: len(data) // 2]
        return self._inner.pwrite(fd, data, offset)

    def fdatasync(self, fd: int) -> None:
        self._enter(Call(op="fdatasync", file=self._paths[fd]))
        self._inner.fdatasync(fd)

    def fsync(self, fd: int) -> None:
        self._enter(Call(op="fsync", file=self._paths[fd]))
        self._inner.fsync(fd)

    def rename(self, old: Path, new: Path) -> None:
        self._enter(Call(op="rename", file=old, target=new))
        self._inner.rename(old, new)
        for fd, path in self._paths.items():
            if path == old:
                self._paths[fd] = new

    def link(self, old: Path, new: Path) -> None:
        self._enter(Call(op="link", file=old, target=new))
        self._inner.link(old, new)

    def same(self, path: Path, other: Path) -> bool:
        return self._inner.same(path, other)

    def remove(self, path: Path) -> None:
        self._enter(Call(op="remove", file=path))
        self._inner.remove(path)

    def mkdir(self, path: Path) -> None:
        self._enter(Call(op="mkdir", file=path))
        self._inner.mkdir(path)

    def names(self, path: Path) -> Sequence[str]:
        return self._inner.names(path)

    def lock(self, fd: int) -> bool:
        return self._inner.lock(fd)

    def close(self, fd: int) -> None:
        self._paths.pop(fd, None)
        self._inner.close(fd)

    # ------------------------------------------------------------------ faults

    def _enter(self, call: Call) -> None:
        self.count += 1
        code = self._faults.get(self.count)
        if code:
            raise OSError(code, os.strerror(code))
        if self._read_only and call.op not in {"fdatasync", "fsync"}:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if self.keep_log:
            self.calls.append(call)

    def _what_fits(self, fd: int, data: bytes, offset: int) -> bytes:
        room = self._room or 0
        known = len(self._inner.read(fd, len(data), offset))
        fits = data[: known + room]
        self._room = room - max(0, len(fits) - known)
        if not fits and data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fits
