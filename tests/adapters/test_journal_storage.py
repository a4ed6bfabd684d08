"""The store's directory: made once, opened by one, folded, wiped, and kept when broken."""

import errno
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from appliance.adapters.journal_record import BLOCK, pack
from appliance.adapters.journal_snapshot import Snapshot
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.simulation.files import SimulatedFiles

SEGMENT = 4 * BLOCK


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_store(tmp_path / "store", segment_bytes=SEGMENT)
    return tmp_path / "store"


def everything(path: Path) -> dict[str, Any]:
    storage = JournalStorage(path)
    try:
        assert not storage.damage
        return storage.read()
    finally:
        storage.close()


def contents(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in sorted(path.iterdir())}


def fill(path: Path, count: int = 10) -> None:
    storage = JournalStorage(path)
    for number in range(1, count + 1):
        storage.commit({"t": {number: {"n": number}}})
    storage.close()


# ------------------------------------------------------------------ made


def test_a_new_store_is_an_empty_snapshot_and_a_zero_filled_segment(path: Path) -> None:
    found = contents(path)
    assert found["journal-000001.wal"] == bytes(SEGMENT)
    assert sorted(found) == ["journal-000001.wal", "store.json"]
    assert everything(path) == {}


def test_a_store_is_for_its_owner_only(path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0
    assert all(entry.stat().st_mode & 0o077 == 0 for entry in path.iterdir())


def test_a_store_is_never_made_over_another(path: Path) -> None:
    fill(path)
    before = contents(path)
    with pytest.raises(BadStore, match="is there already"):
        create_store(path)
    assert contents(path) == before


def test_a_store_is_never_made_over_a_journal_that_lost_its_snapshot(path: Path) -> None:
    fill(path)
    (path / "store.json").unlink()
    before = contents(path)
    with pytest.raises(BadStore, match=r"journal-000001\.wal is there already"):
        create_store(path)
    assert contents(path) == before


@pytest.mark.parametrize("size", [0, 1, 4095, 5000, -4096])
def test_a_segment_is_whole_blocks(tmp_path: Path, size: int) -> None:
    with pytest.raises(ValueError, match="multiple of 4096"):
        create_store(tmp_path / "store", segment_bytes=size)


def test_an_interrupted_making_can_be_made_again(tmp_path: Path) -> None:
    files = SimulatedFiles(PosixFiles())
    create_store(tmp_path / "first", segment_bytes=SEGMENT, files=files)
    for call in range(1, files.count + 1):
        path = tmp_path / f"store-{call}"
        files.fail_at(call, errno.EIO)
        with pytest.raises(StorageUnavailable, match="No store can be made"):
            create_store(path, segment_bytes=SEGMENT, files=files)
        files.heal()
        if not (path / "store.json").exists():
            create_store(path, segment_bytes=SEGMENT, files=files)
        assert everything(path) == {}


def test_noise_that_a_power_cut_left_in_a_making_stops_no_second_making(path: Path) -> None:
    (path / "store.json").unlink()
    segment = path / "journal-000001.wal"
    segment.write_bytes(b"\xa5\x5a" * (SEGMENT // 2))
    create_store(path, segment_bytes=SEGMENT)
    assert segment.read_bytes() == bytes(SEGMENT)
    assert everything(path) == {}


# ------------------------------------------------------------------ opened


def test_opening_writes_nothing(path: Path) -> None:
    fill(path)
    before = contents(path)
    files = SimulatedFiles(PosixFiles())
    JournalStorage(path, files=files).close()
    assert {call.op for call in files.calls} == {"open"}
    assert contents(path) == before


def test_a_store_is_open_in_one_place_only(path: Path) -> None:
    storage = JournalStorage(path)
    with pytest.raises(BadStore, match="open in another program"):
        JournalStorage(path)
    with pytest.raises(BadStore, match="open in another program"):
        create_store(path)
    storage.close()
    assert everything(path) == {}


def test_a_missing_store_is_named_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadStore, match=r"There is no store at .*nowhere"):
        JournalStorage(tmp_path / "nowhere")
    with pytest.raises(BadStore, match=r"There is no .*store\.json"):
        JournalStorage(tmp_path)
    assert contents(tmp_path) == {}


BROKEN: dict[str, bytes] = {
    "empty": b"",
    "no json": b"{",
    "not utf-8": b"\xff\xfe",
    "no object": b"[1]",
    "zeros": bytes(200),
    "a plain TinyDB file": b'{"_default":{"1":{}}}',
    "a lying table": b'{"_journal":{"1":{"format":"x"}}}',
    "a hand-made one": b'{"_journal":{"1":{"format":1}}}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_a_broken_snapshot_is_named_and_kept(path: Path, raw: bytes) -> None:
    fill(path)
    (path / "store.json").write_bytes(raw)
    before = contents(path)
    with pytest.raises(BadStore, match=r"store\.json .* kept"):
        JournalStorage(path)
    assert contents(path) == before


def test_a_broken_store_can_be_opened_again_once_it_is_whole(path: Path) -> None:
    fill(path)
    whole = (path / "store.json").read_bytes()
    (path / "store.json").write_bytes(whole[:-1])
    with pytest.raises(BadStore):
        JournalStorage(path)
    (path / "store.json").write_bytes(whole)
    assert len(everything(path)["t"]) == 10


def test_any_flipped_bit_of_a_snapshot_is_noticed(path: Path) -> None:
    storage = JournalStorage(path)
    storage.commit({"t": {1: {"n": 1}}})
    storage.compact()
    storage.close()
    whole = (path / "store.json").read_bytes()
    for bit in range(8 * len(whole)):
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadStore):
            Snapshot.from_bytes(bytes(broken), name="store.json")


def test_a_store_without_its_journal_is_broken(path: Path) -> None:
    (path / "journal-000001.wal").unlink()
    with pytest.raises(BadStore, match="lost its journal"):
        JournalStorage(path)


def test_a_store_of_a_later_version_is_refused_politely(path: Path) -> None:
    raw = (path / "store.json").read_bytes()
    (path / "store.json").write_bytes(raw.replace(b'"format":1', b'"format":2'))
    with pytest.raises(BadStore, match="format 2, this version reads format 1; please install"):
        JournalStorage(path)


def test_a_record_of_a_later_version_is_refused_politely(path: Path) -> None:
    back = struct.pack("<HHIQ", 2, 0, 2, 1) + b"{}"
    record = b"DGPJ" + struct.pack("<I", zlib.crc32(back)) + back
    (path / "journal-000001.wal").write_bytes(record.ljust(SEGMENT, b"\0"))
    with pytest.raises(BadStore, match=r"journal-000001\.wal has format 2"):
        JournalStorage(path)


@pytest.mark.parametrize(
    "payload", [b"{}", b"[]", b"nonsense", b'{"tables":{"t":{"x":{}}}}', b"\xff"]
)
def test_a_sound_record_of_nonsense_is_a_bad_store(path: Path, payload: bytes) -> None:
    (path / "journal-000001.wal").write_bytes(pack(1, payload).ljust(SEGMENT, b"\0"))
    for _ in range(2):
        with pytest.raises(BadStore, match="no version of us"):
            JournalStorage(path)


def test_a_sound_snapshot_of_nonsense_is_a_bad_store(path: Path) -> None:
    rest = b'","format":1}}}'
    raw = b'{"_journal":{"1":{"crc":"%08x' % zlib.crc32(rest) + rest
    (path / "store.json").write_bytes(raw)
    with pytest.raises(BadStore, match="not a readable store"):
        JournalStorage(path)


def test_a_card_that_cannot_be_read_is_a_bad_store(path: Path) -> None:
    files = SimulatedFiles(PosixFiles())
    files.fail_reads(errno.EIO)
    with pytest.raises(BadStore, match="cannot be read: input/output error"):
        JournalStorage(path, files=files)
    assert everything(path) == {}


def test_a_read_only_card_can_be_read(path: Path) -> None:
    fill(path)
    files = SimulatedFiles(PosixFiles())
    files.remount_read_only()
    storage = JournalStorage(path, files=files)
    assert len(storage.read()["t"]) == 10
    assert storage.failure is not None
    assert "read-only" in storage.failure
    with pytest.raises(StorageUnavailable):
        storage.commit({"t": {11: {}}})
    storage.close()


# ------------------------------------------------------------------ rolled and folded


def test_a_full_segment_is_followed_by_another(path: Path) -> None:
    fill(path, 10)
    assert [name for name in contents(path) if name.endswith(".wal")] == [
        "journal-000001.wal",
        "journal-000002.wal",
        "journal-000003.wal",
    ]
    assert [int(key) for key in everything(path)["t"]] == list(range(1, 11))


def test_a_new_segment_is_on_the_medium_before_it_is_used(path: Path) -> None:
    files = SimulatedFiles(PosixFiles())
    storage = JournalStorage(path, files=files)
    for number in range(1, 5):
        storage.commit({"t": {number: {}}})
    files.calls.clear()
    storage.commit({"t": {5: {}}})
    storage.close()
    assert [(call.op, call.file.name) for call in files.calls] == [
        ("open", "journal-000002.wal.new"),
        ("pwrite", "journal-000002.wal.new"),
        ("fsync", "journal-000002.wal.new"),
        ("rename", "journal-000002.wal.new"),
        ("fsync", "store"),
        ("open", "journal-000002.wal"),
        ("pwrite", "journal-000002.wal"),
        ("fdatasync", "journal-000002.wal"),
    ]


def test_plain_tinydb_opens_the_snapshot(path: Path) -> None:
    storage = JournalStorage(path)
    storage.commit({"tickets": {2: {"n": "één"}, 7: {"n": 7}}})
    storage.compact()
    storage.close()
    with TinyDB(path / "store.json", access_mode="r") as plain:
        assert plain.table("tickets").get(doc_id=2) == {"n": "één"}
        (facts,) = plain.table("_journal").all()
        assert (facts["format"], facts["seq"], facts["high"]) == (1, 1, {"tickets": 7})


def test_after_folding_old_records_are_stale_not_live(path: Path) -> None:
    fill(path, 10)
    storage = JournalStorage(path)
    storage.compact()
    storage.commit({"t": {1: None}})
    storage.close()
    assert [int(key) for key in everything(path)["t"]] == list(range(2, 11))
    fill(path, 1)
    assert [int(key) for key in everything(path)["t"]] == list(range(1, 11))


def test_segments_are_used_again_after_folding(path: Path) -> None:
    fill(path, 10)
    storage = JournalStorage(path)
    storage.compact()
    for number in range(11, 21):
        storage.commit({"t": {number: {}}})
    storage.close()
    assert len(contents(path)) == 4
    assert len(everything(path)["t"]) == 20


def test_what_json_cannot_say_changes_nothing(path: Path) -> None:
    itself: dict[str, Any] = {}
    itself["again"] = itself
    before = contents(path)
    storage = JournalStorage(path)
    for value in (itself, float("nan")):
        with pytest.raises(ValueError, match=r"itself|JSON"):
            storage.commit({"tickets": {1: {"value": value}}})
    with pytest.raises(TypeError):
        storage.commit({"tickets": {1: {"value": object()}}})
    assert storage.read() == {}
    storage.close()
    assert contents(path) == before


def test_a_big_commit_goes_by_snapshot(path: Path) -> None:
    storage = JournalStorage(path)
    storage.commit({"t": {1: {"n": 1}}})
    storage.commit({"t": {n: {"text": "x" * 90} for n in range(2, 500)}, "u": {}}, drop=["t"])
    storage.commit({"t": {500: {}}})
    live = storage.read()
    storage.close()
    assert sorted(live) == ["t", "u"]
    assert len(live["t"]) == 499
    assert everything(path) == live


def test_the_largest_record_fits_exactly(path: Path) -> None:
    storage = JournalStorage(path)
    room = SEGMENT - 24 - len('{"tables":{"t":{"1":{"x":""}}}}')
    storage.commit({"t": {1: {"x": "y" * room}}})
    storage.commit({"t": {1: {"x": "z" * room}}})
    storage.commit({"t": {1: {"x": "z" * (room + 1)}}})
    storage.close()
    assert everything(path)["t"]["1"]["x"] == "z" * (room + 1)
    assert b"y" * 100 in contents(path)["journal-000001.wal"]
    assert b'"seq":3' in contents(path)["store.json"]


# ------------------------------------------------------------------ wiped


class Undertaker(PosixFiles):
    """Notes what a file still held when its last name was taken away."""

    def __init__(self) -> None:
        self.buried: list[bytes] = []

    def remove(self, path: Path) -> None:
        self.bury(path)
        super().remove(path)

    def rename(self, old: Path, new: Path) -> None:
        if new.exists():
            self.bury(new)
        super().rename(old, new)

    def bury(self, path: Path) -> None:
        if path.stat().st_nlink == 1:
            self.buried.append(path.read_bytes())


def secret(number: int) -> Mapping[str, object]:
    return {"name": f"secret-{number}", "text": "secret " * 100}


def test_wiping_leaves_no_trace(path: Path) -> None:
    files = Undertaker()
    storage = JournalStorage(path, files=files)
    for number in range(1, 12):
        storage.commit({"t": {number: secret(number)}})
    storage.compact()
    storage.commit({"t": {n: secret(n) for n in range(20, 60)}})
    storage.commit({"t": {60: secret(60)}})
    storage.commit({"tallies": {1: {"visits": 60}}}, drop=["t"])
    storage.compact(wipe=True)
    storage.close()
    assert not any(any(raw) for raw in files.buried)
    assert len(files.buried) == 5
    assert not any(b"secret" in raw for raw in contents(path).values())
    assert sorted(contents(path)) == ["journal-000001.wal", "store.json"]
    assert everything(path) == {"tallies": {"1": {"visits": 60}}}


def test_what_an_interrupted_folding_left_is_wiped_by_the_next(path: Path) -> None:
    fill(path)
    (path / "store.json.new").write_bytes(b"secret")
    (path / "journal-000009.wal.new").write_bytes(b"secret")
    os.link(path / "store.json", path / "store.json.old")
    whole = (path / "store.json").read_bytes()
    (path / "store.json").unlink()
    (path / "store.json").write_bytes(whole)
    files = Undertaker()
    storage = JournalStorage(path, files=files)
    storage.compact()
    storage.close()
    assert not any(any(raw) for raw in files.buried)
    assert not [name for name in contents(path) if name.endswith((".new", ".old"))]
    assert len(everything(path)["t"]) == 10
