"""What a power cut or a bad card may leave, and what is found after it."""

import errno
import os
import random
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.journal_record import BLOCK, pack
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import StorageUnavailable
from appliance.simulation.files import SimulatedFiles

SEGMENT = 6 * BLOCK
SECTOR = 512


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


def fill(path: Path, count: int) -> None:
    storage = JournalStorage(path)
    for number in range(1, count + 1):
        storage.commit({"t": {number: {"n": number}}})
    storage.close()


# ------------------------------------------------------------------ the last record


class Cut:
    """A store whose last commit, of `blocks` blocks, is under way."""

    def __init__(self, path: Path, *, blocks: int) -> None:
        fill(path, 2)
        self.path = path
        self.segment = path / "journal-000001.wal"
        self.old = self.segment.read_bytes()
        storage = JournalStorage(path)
        self.before = storage.read()
        storage.commit({"t": {1: None, 3: {"text": "x" * (BLOCK * blocks - 200)}}})
        self.after = storage.read()
        storage.close()
        self.new = self.segment.read_bytes()
        self.start = 2 * BLOCK
        self.end = self.start + blocks * BLOCK
        assert self.new[self.end :] == self.old[self.end :]

    def leave(self, raw: bytes) -> dict[str, Any]:
        """What is found when the segment holds this."""
        self.segment.write_bytes(raw)
        return everything(self.path)

    def torn_at(self, offset: int) -> bytes:
        return self.new[:offset] + self.old[offset:]

    def expect_before_then_carry_on(self, raw: bytes) -> None:
        assert self.leave(raw) == self.before
        storage = JournalStorage(self.path)
        storage.commit({"t": {9: {"n": 9}}})
        storage.close()
        found = everything(self.path)
        assert found == {"t": {**self.before["t"], "9": {"n": 9}}}


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_last_record_torn_at_any_sector_is_not_there(path: Path, blocks: int) -> None:
    cut = Cut(path, blocks=blocks)
    content_ends = cut.start + len(cut.new[cut.start : cut.end].rstrip(b"\0"))
    for offset in range(cut.start, cut.end, SECTOR):
        if offset < content_ends:
            cut.expect_before_then_carry_on(cut.torn_at(offset))
    assert cut.leave(cut.new) == cut.after


def test_a_last_record_torn_at_any_byte_of_its_head_is_not_there(path: Path) -> None:
    cut = Cut(path, blocks=1)
    for offset in range(cut.start, cut.start + 64):
        assert cut.leave(cut.torn_at(offset)) == cut.before


@pytest.mark.slow
def test_a_last_record_torn_at_any_byte_is_not_there(path: Path) -> None:
    cut = Cut(path, blocks=2)
    content_ends = cut.start + len(cut.new[cut.start : cut.end].rstrip(b"\0"))
    for offset in range(cut.start, content_ends):
        assert cut.leave(cut.torn_at(offset)) == cut.before
    assert cut.leave(cut.torn_at(content_ends)) == cut.after


def test_sectors_of_the_last_record_in_any_order_make_it_whole_or_nothing(path: Path) -> None:
    cut = Cut(path, blocks=3)
    chance = random.Random(3)
    sectors = range(cut.start, cut.end, SECTOR)
    for _ in range(200):
        raw = bytearray(cut.old)
        for offset in chance.sample(sectors, chance.randrange(len(sectors))):
            raw[offset : offset + SECTOR] = cut.new[offset : offset + SECTOR]
        assert cut.leave(bytes(raw)) == cut.before


def test_a_garbled_block_in_flight_hurts_no_other(path: Path) -> None:
    cut = Cut(path, blocks=3)
    chance = random.Random(4)
    for _ in range(50):
        garbled = cut.start + chance.randrange(3) * BLOCK
        noise = chance.randbytes(BLOCK)
        cut.expect_before_then_carry_on(
            cut.new[:garbled] + noise + cut.new[garbled + BLOCK :],
        )


def test_a_torn_record_over_stale_ones_is_not_there(path: Path) -> None:
    fill(path, 5)
    storage = JournalStorage(path)
    storage.compact()
    segment = path / "journal-000001.wal"
    old = segment.read_bytes()
    before = storage.read()
    storage.commit({"t": {6: {"text": "x" * 2 * BLOCK}}})
    storage.close()
    new = segment.read_bytes()
    for offset in range(0, 2 * BLOCK, SECTOR):
        segment.write_bytes(new[:offset] + old[offset:])
        assert everything(path) == before


# ------------------------------------------------------------------ around a folding


def test_a_fresh_snapshot_that_was_never_renamed_is_ignored(path: Path) -> None:
    fill(path, 3)
    live = everything(path)
    (path / "store.json.new").write_bytes(b'{"_journal"')
    (path / "journal-000002.wal.new").write_bytes(b"")
    assert everything(path) == live


def test_a_cut_before_the_renaming_costs_nothing_at_the_next_folding(path: Path) -> None:
    fill(path, 3)
    live = everything(path)
    os.link(path / "store.json", path / "store.json.old")
    files = SimulatedFiles(PosixFiles())
    storage = JournalStorage(path, files=files)
    files.fail_at(2, errno.EIO)
    with pytest.raises(StorageUnavailable):
        storage.compact()
    storage.close()
    assert everything(path) == live


def test_a_cut_between_snapshot_and_journal_loses_nothing(path: Path) -> None:
    fill(path, 5)
    journal = (path / "journal-000001.wal").read_bytes()
    live = everything(path)
    storage = JournalStorage(path)
    storage.compact(wipe=True)
    storage.close()
    (path / "journal-000001.wal").write_bytes(journal)
    (path / "journal-000002.wal").write_bytes(journal)
    assert everything(path) == live
    storage = JournalStorage(path)
    for number in range(6, 20):
        storage.commit({"t": {number: {}}})
    storage.close()
    assert [int(key) for key in everything(path)["t"]] == list(range(1, 20))


# ------------------------------------------------------------------ damaged


def test_a_hole_before_a_later_record_is_damage(path: Path) -> None:
    fill(path, 10)
    segment = path / "journal-000001.wal"
    raw = bytearray(segment.read_bytes())
    raw[2 * BLOCK + 30] ^= 3
    segment.write_bytes(raw)
    storage = JournalStorage(path)
    assert storage.damage == ("After commit 2 comes commit 4.",)
    assert [int(key) for key in storage.read()["t"]] == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    storage.commit({"t": {11: {}}})
    storage.close()


def test_a_record_with_one_wrong_bit_is_read_and_damage(path: Path) -> None:
    fill(path, 5)
    segment = path / "journal-000001.wal"
    raw = bytearray(segment.read_bytes())
    raw[4 * BLOCK + 30] ^= 1
    segment.write_bytes(raw)
    storage = JournalStorage(path)
    assert storage.damage == ("In commit 5 a bit had flipped.",)
    assert [int(key) for key in storage.read()["t"]] == list(range(1, 6))
    storage.commit({"t": {6: {}}})
    storage.close()


def test_a_lost_segment_is_damage(path: Path) -> None:
    fill(path, 14)
    (path / "journal-000002.wal").unlink()
    storage = JournalStorage(path)
    assert storage.damage == ("After commit 6 comes commit 13.",)
    storage.commit({"t": {15: {}}})
    storage.close()
    again = JournalStorage(path)
    assert [int(key) for key in again.read()["t"]] == [1, 2, 3, 4, 5, 6, 13, 14, 15]
    again.close()


def test_a_cut_off_segment_is_damage_and_is_not_written_to(path: Path) -> None:
    fill(path, 4)
    os.truncate(path / "journal-000001.wal", BLOCK)
    storage = JournalStorage(path)
    assert storage.damage == ("journal-000001.wal has 4096 bytes instead of 24576.",)
    storage.commit({"t": {9: {}}})
    storage.close()
    assert (path / "journal-000001.wal").stat().st_size == BLOCK
    again = JournalStorage(path)
    assert [int(key) for key in again.read()["t"]] == [1, 9]
    again.close()


def test_damage_is_remembered_until_the_store_is_wiped(path: Path) -> None:
    fill(path, 3)
    segment = path / "journal-000001.wal"
    segment.write_bytes(b"\xff" * BLOCK + segment.read_bytes()[BLOCK:])
    for wipe in (False, True):
        storage = JournalStorage(path)
        assert storage.damage == ("After commit 0 comes commit 2.",)
        storage.compact(wipe=wipe)
        storage.close()
    assert everything(path) == {"t": {"2": {"n": 2}, "3": {"n": 3}}}


def test_records_out_of_order_are_applied_in_order(path: Path) -> None:
    raw = b"".join(
        pack(seq, b'{"tables":{"t":{"1":{"seq":%d}}}}' % seq) for seq in (3, 1, 2)
    ).ljust(SEGMENT, b"\0")
    (path / "journal-000001.wal").write_bytes(raw)
    storage = JournalStorage(path)
    assert storage.read() == {"t": {"1": {"seq": 3}}}
    assert storage.damage == ()
    storage.commit({"t": {2: {}}})
    storage.close()
    assert everything(path) == {"t": {"1": {"seq": 3}, "2": {}}}
