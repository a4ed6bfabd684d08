"""The first start may be interrupted anywhere; later, nothing begins empty by itself."""

import shutil
from pathlib import Path

import pytest

from appliance.adapters import box_keys
from appliance.adapters.journal_storage import JournalStorage
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import create_store
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.edges import STORE, provisioned
from appliance.simulation.files import SimulatedFiles


def use(home: Path) -> None:
    storage = JournalStorage(home / STORE)
    storage.commit({"box": {1: {"v": 1}}})
    storage.close()


def test_the_first_start_makes_key_and_store_and_the_second_finds_them(tmp_path: Path) -> None:
    home = tmp_path / "box"
    assert provisioned(home).box == provisioned(home).box
    use(home)
    provisioned(home)


def test_a_first_start_interrupted_at_any_call_begins_again(tmp_path: Path) -> None:
    call = 0
    while True:
        call += 1
        home = tmp_path / str(call)
        home.mkdir()
        files = SimulatedFiles(PosixFiles())
        files.fail_at(call, 5)
        try:
            create_store(home / STORE, segment_bytes=8192, files=files)
        except StorageUnavailable:
            provisioned(home)
            use(home)
        else:
            break
    assert call > 8


def test_a_key_half_written_is_written_again(tmp_path: Path) -> None:
    create_store(tmp_path / STORE)
    (tmp_path / f"{box_keys.FILE}.new").write_bytes(b"-----BEGIN")
    provisioned(tmp_path)
    assert box_keys.exists(tmp_path)


@pytest.mark.parametrize("gone", [".", "store.json"])
def test_a_key_without_a_store_is_an_error_with_a_way_out(tmp_path: Path, gone: str) -> None:
    provisioned(tmp_path)
    if gone == ".":
        shutil.rmtree(tmp_path / STORE)
    else:
        (tmp_path / STORE / gone).unlink()
    for _ in range(2):
        with pytest.raises(BadStore, match=r"Restore a backup, or.*move .* away"):
            provisioned(tmp_path)


def test_a_used_store_without_a_key_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    provisioned(tmp_path)
    use(tmp_path)
    (tmp_path / box_keys.FILE).unlink()
    for _ in range(2):
        with pytest.raises(BadStore, match=r"the box's key is gone, .*box\.key back"):
            provisioned(tmp_path)
    assert not box_keys.exists(tmp_path)


def test_no_room_for_a_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadStore, match="cannot be made"):
        provisioned(tmp_path / "file" / "box")
