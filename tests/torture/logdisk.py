"""A disk that writes down every write and every flush; power can then be cut at any of them.

It is one file, served through FUSE (/dev/fuse and mount(8), no library), for a loop device.
`python -m tests.torture.logdisk POINT IMAGE LOG` serves it until the mount is gone.
"""

import errno
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

# linux/fuse.h
_IN = struct.Struct("<IIQQIIII")  # length, opcode, unique, node, uid, gid, pid, padding
_OUT = struct.Struct("<IiQ")  # length, error, unique
_IO = struct.Struct("<QQIIQII")  # handle, offset, size, flags, owner, flags, padding
_INIT_OUT = struct.Struct("<IIIIHHII9I")
_ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
_GETATTR, _OPEN, _READ, _WRITE, _RELEASE, _FSYNC, _FLUSH, _INIT = 3, 14, 15, 16, 18, 20, 25, 26
_FORGET, _INTERRUPT, _DESTROY, _BATCH_FORGET = 2, 36, 38, 42
_SILENT: Final = {_FORGET, _INTERRUPT, _BATCH_FORGET}
_DIRECT_IO: Final = 1
_BIG_WRITES: Final = 1 << 5
_LARGEST: Final = 128 << 10
_ROOM: Final = _LARGEST + (64 << 10)

_ENTRY = struct.Struct("<cQI")  # W or F, offset, length; then the bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One block write, or one flush when there is no data."""

    offset: int
    data: bytes

    @property
    def flush(self) -> bool:
        return not self.data


class LoggingDisk:
    """Answers the kernel's requests for one regular file."""

    def __init__(self, image: Path, log: BinaryIO) -> None:
        self._fd = os.open(image, os.O_RDWR | os.O_CLOEXEC)
        self._size = os.fstat(self._fd).st_size
        self._log = log
        self._verbs: Mapping[int, Callable[[bytes], bytes]] = {
            _INIT: self._init,
            _GETATTR: lambda _: struct.pack("<QII", 3600, 0, 0) + self._attributes(),
            _OPEN: lambda _: struct.pack("<QII", 1, _DIRECT_IO, 0),
            _READ: self._read,
            _WRITE: self._write,
            _FSYNC: lambda _: self._flush(),
            _FLUSH: lambda _: b"",
            _RELEASE: lambda _: b"",
        }

    def serve(self, device: int) -> None:
        """Until the mount is gone."""
        while True:
            try:
                request = os.read(device, _ROOM)
            except OSError as error:
                if error.errno == errno.ENODEV:
                    return
                if error.errno in {errno.EINTR, errno.ENOENT}:
                    continue
                raise
            _, opcode, unique, *_ = _IN.unpack_from(request)
            if opcode in _SILENT:
                continue
            verb = self._verbs.get(opcode)
            answer = verb(request[_IN.size :]) if verb else b""
            code = 0 if verb or opcode == _DESTROY else -errno.ENOSYS
            os.write(device, _OUT.pack(_OUT.size + len(answer), code, unique) + answer)

    def _init(self, body: bytes) -> bytes:
        _, minor, readahead, _ = struct.unpack_from("<IIII", body)
        return _INIT_OUT.pack(
            7, min(minor, 31), readahead, _BIG_WRITES, 12, 10, _LARGEST, 1, *([0] * 9)
        )

    def _attributes(self) -> bytes:
        blocks, times = self._size // 512, (0,) * 6
        rest = (0o100600, 1, 0, 0, 0, 4096, 0)  # mode, links, owner, group, device, block, flags
        return _ATTR.pack(1, self._size, blocks, *times, *rest)

    def _read(self, body: bytes) -> bytes:
        _, offset, size, *_ = _IO.unpack_from(body)
        return os.pread(self._fd, size, offset)

    def _write(self, body: bytes) -> bytes:
        _, offset, size, *_ = _IO.unpack_from(body)
        data = body[_IO.size : _IO.size + size]
        os.pwrite(self._fd, data, offset)
        self._log.write(_ENTRY.pack(b"W", offset, size) + data)
        return struct.pack("<II", size, 0)

    def _flush(self) -> bytes:
        self._log.write(_ENTRY.pack(b"F", 0, 0))
        return b""


def read_log(path: Path) -> tuple[Sequence[Entry], Sequence[int]]:
    """The entries, and where in the file each of them ends."""
    raw = path.read_bytes()
    entries: list[Entry] = []
    ends: list[int] = []
    at = 0
    while at < len(raw):
        _, offset, length = _ENTRY.unpack_from(raw, at)
        at += _ENTRY.size
        entries.append(Entry(offset, raw[at : at + length]))
        at += length
        ends.append(at)
    return entries, ends


def main(point: Path, image: Path, log: Path) -> None:
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={device},rootmode=100600,user_id=0,group_id=0"
    subprocess.run(
        ["mount", "-i", "-t", "fuse", "-o", options, "logdisk", str(point)],
        pass_fds=(device,),
        check=True,
    )
    with log.open("wb", buffering=0) as file:
        disk = LoggingDisk(image, file)
        print("ready", flush=True)
        disk.serve(device)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
