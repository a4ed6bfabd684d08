"""A backup says whether it is whole; whatever is wrong with it, nothing is made of it."""

import errno
import json
import os
from pathlib import Path

import pytest

from appliance.adapters import backup_file
from appliance.adapters.journal_upgrade import Format, Tables
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.simulation.files import SimulatedFiles

TABLES: Tables = {
    "box": {1: {"v": 1, "name": "é"}},
    "tallies": {3: {"n": 1}, 12: {"n": [2.5, None]}},
}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    for _ in range(2):  # an older backup is replaced
        backup_file.write(path, TABLES)
        assert backup_file.read(path) == TABLES
        assert path.stat().st_mode & 0o777 == 0o600
        assert [file.name for file in tmp_path.iterdir()] == ["backup.json"]


def test_every_single_flipped_bit_is_found(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    raw = backup_file.to_bytes({"box": {1: {"é": "\n"}}, "tallies": {}})
    for bit in range(8 * len(raw)):
        broken = bytearray(raw)
        broken[bit // 8] ^= 1 << bit % 8
        path.write_bytes(broken)
        with pytest.raises(BadStore):
            backup_file.read(path)


def test_every_truncation_and_any_addition_is_found(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    raw = backup_file.to_bytes(TABLES)
    for wrong in (*(raw[:n] for n in range(len(raw))), raw + b"\n", b" " + raw):
        path.write_bytes(wrong)
        with pytest.raises(BadStore, match="nothing was changed"):
            backup_file.read(path)


@pytest.mark.parametrize("other", [b"", b"[]", b"\xff", b"{}", b'"x"', b"[" * 100_000])
def test_something_else_is_not_a_backup(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(other)
    with pytest.raises(BadStore, match="is not a backup"):
        backup_file.read(path)


def test_another_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "later"
    later = json.loads(backup_file.to_bytes(TABLES))
    later["digipunt-backup"] = 2
    path.write_text(json.dumps(later), encoding="ascii")
    with pytest.raises(BadStore, match="is a backup of version 2, this version reads 1"):
        backup_file.read(path)


def test_tables_of_another_format_are_upgraded_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    backup_file.write(path, TABLES)
    later = Format(number=2, upgrades={1: lambda tables: {**tables, "box": {}}})
    assert backup_file.read(path, form=later) == {**TABLES, "box": {}}
    path.write_bytes(backup_file.to_bytes(TABLES, form=2))
    with pytest.raises(BadStore, match="has format 2"):
        backup_file.read(path)


def test_only_what_is_listed_may_be_in_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="road, settings, tallies, told and nothing else"):
        backup_file.write(tmp_path / "x", {**TABLES, "actions": {}})
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_a_backup_is_replaced(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear", encoding="ascii")
    with pytest.raises(BadStore, match="is no backup; it is kept"):
        backup_file.write(other, TABLES)
    with pytest.raises(BadStore, match="is a directory"):
        backup_file.write(tmp_path, TABLES)
    with pytest.raises(BadStore, match="is a device"):
        backup_file.write(Path(os.devnull), TABLES)
    assert other.read_text(encoding="ascii") == "Dear"


@pytest.mark.parametrize("call", range(1, 6))
def test_a_card_that_fails_leaves_the_older_one(tmp_path: Path, call: int) -> None:
    path = tmp_path / "backup.json"
    backup_file.write(path, {"box": {}, "tallies": {}})
    files = SimulatedFiles(PosixFiles())
    files.fail_at(call, errno.EIO)
    with pytest.raises(StorageUnavailable, match="cannot be written: input/output error"):
        backup_file.write(path, TABLES, files=files)
    assert backup_file.read(path) in ({"box": {}, "tallies": {}}, TABLES)
