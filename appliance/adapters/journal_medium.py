"""How a file of the store comes to be, whole and on the medium, and how it is wiped."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.core.errors import BadStore
from appliance.ports import Files

_CHUNK = 1 << 20


def hold(path: Path, *, files: Files) -> int:
    """The directory, locked for this process; BadStore when it is not there or taken."""
    try:
        fd = files.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise BadStore(f"There is no store at {path}: {reason(error)}.", file=str(path)) from error
    if files.lock(fd):
        return fd
    files.close(fd)
    raise BadStore(
        f"The store at {path} is open in another program; if that is the box, stop it first.",
        file=str(path),
    )


def write_whole(path: Path, raw: bytes, *, files: Files) -> None:
    """Make the file and return when its content is on the medium; its name may not be yet."""
    with opened(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, files=files) as fd:
        fill(fd, raw, files=files)


def put_whole(path: Path, raw: bytes, *, files: Files) -> None:
    """Put a small private file in place, flushed, in one step: the old one, or all of the new."""
    temporary = path.with_name(path.name + ".new")
    write_whole(temporary, raw, files=files)
    files.rename(temporary, path)
    with opened(path.parent, os.O_RDONLY | os.O_DIRECTORY, files=files) as directory:
        files.fsync(directory)


def write_zeros(path: Path, size: int, *, files: Files) -> None:
    """As `write_whole`: real zeros, so that overwriting them later needs no new length or place."""
    with opened(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, files=files) as fd:
        fill_zeros(fd, size, files=files)


def wipe(path: Path, *, files: Files) -> None:
    """Overwrite the file with zeros, then take its name away."""
    with opened(path, os.O_RDWR, files=files) as fd:
        fill_zeros(fd, len(read_to_end(fd, files=files)), files=files)
    files.remove(path)


def fill(fd: int, raw: bytes, *, files: Files) -> None:
    for offset in range(0, len(raw), _CHUNK):
        write(fd, raw[offset : offset + _CHUNK], offset, files=files)
    files.fsync(fd)


def fill_zeros(fd: int, size: int, *, files: Files) -> None:
    for offset in range(0, size, _CHUNK):
        write(fd, bytes(min(_CHUNK, size - offset)), offset, files=files)
    files.fsync(fd)


def write(fd: int, raw: bytes, offset: int, *, files: Files) -> None:
    """All of it or OSError; a short write is what a full medium does."""
    if files.pwrite(fd, raw, offset) != len(raw):
        raise OSError(errno.ENOSPC, "the write came out short")


def read_whole(path: Path, *, files: Files) -> bytes:
    with opened(path, os.O_RDONLY, files=files) as fd:
        return read_to_end(fd, files=files)


def read_to_end(fd: int, *, files: Files) -> bytes:
    parts: list[bytes] = []
    offset = 0
    while part := files.read(fd, _CHUNK, offset):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


@contextmanager
def opened(path: Path, flags: int, *, files: Files) -> Iterator[int]:
    fd = files.open(path, flags)
    try:
        yield fd
    finally:
        files.close(fd)


def reason(error: OSError) -> str:
    """What the system says, as the end of a sentence."""
    return (error.strerror or str(error)).lower()
