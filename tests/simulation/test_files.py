"""The simulated file system fails when it is told to, and remembers what was asked of it."""

import errno
import os
from pathlib import Path

import pytest

from appliance.adapters.posix_files import PosixFiles
from appliance.simulation.files import Call, SimulatedFiles


@pytest.fixture
def files() -> SimulatedFiles:
    return SimulatedFiles(PosixFiles())


def create(files: SimulatedFiles, path: Path) -> int:
    return files.open(path, os.O_RDWR | os.O_CREAT)


def test_it_passes_everything_on_and_logs_what_matters(
    files: SimulatedFiles, tmp_path: Path
) -> None:
    files.mkdir(tmp_path / "d")
    fd = create(files, tmp_path / "d" / "a")
    assert files.pwrite(fd, b"hello", 2) == 5
    files.fdatasync(fd)
    files.fsync(fd)
    assert files.read(fd, 100, 0) == b"\0\0hello"
    files.rename(tmp_path / "d" / "a", tmp_path / "d" / "b")
    files.link(tmp_path / "d" / "b", tmp_path / "d" / "c")
    assert files.same(tmp_path / "d" / "b", tmp_path / "d" / "c")
    assert list(files.names(tmp_path / "d")) == ["b", "c"]
    files.remove(tmp_path / "d" / "c")
    files.pwrite(fd, b"x", 0)
    files.close(fd)
    assert [(call.op, call.file.name) for call in files.calls] == [
        ("mkdir", "d"),
        ("open", "a"),
        ("pwrite", "a"),
        ("fdatasync", "a"),
        ("fsync", "a"),
        ("rename", "a"),
        ("link", "b"),
        ("remove", "c"),
        ("pwrite", "b"),
    ]
    assert files.calls[2] == Call(op="pwrite", file=tmp_path / "d" / "a", offset=2, data=b"hello")


def test_the_chosen_call_fails_and_no_other(files: SimulatedFiles, tmp_path: Path) -> None:
    fd = create(files, tmp_path / "a")
    files.fail_at(2, errno.EIO)
    files.pwrite(fd, b"x", 0)
    with pytest.raises(OSError, match="Input/output error"):
        files.fdatasync(fd)
    files.fdatasync(fd)
    files.close(fd)


def test_a_write_can_come_out_short(files: SimulatedFiles, tmp_path: Path) -> None:
    fd = create(files, tmp_path / "a")
    files.cut_short_at(1)
    assert files.pwrite(fd, b"abcd", 0) == 2
    assert files.read(fd, 10, 0) == b"ab"
    files.close(fd)


def test_a_full_medium_takes_what_it_has_room_for(files: SimulatedFiles, tmp_path: Path) -> None:
    fd = create(files, tmp_path / "a")
    files.pwrite(fd, b"abcd", 0)
    files.fill_up(room=2)
    assert files.pwrite(fd, b"ABCD", 0) == 4
    assert files.pwrite(fd, b"efgh", 4) == 2
    with pytest.raises(OSError, match="No space left"):
        files.pwrite(fd, b"x", 6)
    files.heal()
    assert files.pwrite(fd, b"x", 6) == 1
    files.close(fd)


def test_a_read_only_medium_can_be_read(files: SimulatedFiles, tmp_path: Path) -> None:
    fd = create(files, tmp_path / "a")
    files.pwrite(fd, b"abcd", 0)
    files.remount_read_only()
    with pytest.raises(OSError, match="Read-only"):
        files.pwrite(fd, b"x", 0)
    with pytest.raises(OSError, match="Read-only"):
        files.rename(tmp_path / "a", tmp_path / "b")
    assert files.read(fd, 4, 0) == b"abcd"
    files.close(fd)


def test_reads_can_fail(files: SimulatedFiles, tmp_path: Path) -> None:
    fd = create(files, tmp_path / "a")
    files.fail_reads(errno.EIO)
    with pytest.raises(OSError, match="Input/output error"):
        files.read(fd, 1, 0)
    files.close(fd)


def test_the_log_can_be_switched_off(files: SimulatedFiles, tmp_path: Path) -> None:
    files.keep_log = False
    files.close(create(files, tmp_path / "a"))
    assert files.calls == []
    assert files.count == 1
