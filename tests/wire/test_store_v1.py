"""A store of format 1, made by the first version, is understood by this one and by a stranger."""

import json
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from appliance.adapters.journal_table import TicketDB

GOLDEN = Path(__file__).parent / "store-v1"

EXPECTED: dict[str, dict[str, Any]] = {
    "tickets": {
        "1": {"number": 1, "state": "called", "at": [1, 2.5, None, True]},
        "10": {"number": 10, "name": "عربى 🎟"},
    },
    "tallies": {"3": {"pad": "x" * 5000}},
    "outbox": {"1": {"report": {}}},
}


def read_as_a_stranger(path: Path) -> dict[str, dict[str, Any]]:
    """A reader written from docs/storage.md alone."""
    raw = (path / "store.json").read_bytes()
    assert int(raw[25:33], 16) == zlib.crc32(raw[33:])
    tables: dict[str, dict[str, Any]] = json.loads(raw)
    seq = tables.pop("_journal")["1"]["seq"]
    records: dict[int, dict[str, Any]] = {}
    for segment in sorted(path.glob("journal-*.wal")):
        blocks = segment.read_bytes()
        for at in range(0, len(blocks), 4096):
            magic, crc, form, _, length, number = struct.unpack_from("<4sIHHIQ", blocks, at)
            checked = blocks[at + 8 : at + 24 + length]
            if magic == b"DGPJ" and zlib.crc32(checked) == crc and number > seq:
                assert form == 1
                records[number] = json.loads(checked[16:])
    for _, record in sorted(records.items()):
        for name in record.get("drop", ()):
            tables.pop(name, None)
        for name, rows in record["tables"].items():
            table = tables.setdefault(name, {})
            for key, row in rows.items():
                table.pop(key, None) if row is None else table.update({key: row})
    return tables


def test_the_golden_store_is_understood(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "store")
    with TicketDB(tmp_path / "store") as db:
        assert db.store.read() == EXPECTED
        assert db.store.damage == ()
        assert db.table("tickets").insert({"number": 11}) == 11
        assert db.table("settings").insert({}) == 2
        db.store.compact(wipe=True)
    with TicketDB(tmp_path / "store") as db:
        assert db.store.read() == {
            **EXPECTED,
            "tickets": {**EXPECTED["tickets"], "11": {"number": 11}},
            "settings": {"2": {}},
        }


def test_a_stranger_understands_the_golden_store() -> None:
    assert read_as_a_stranger(GOLDEN) == EXPECTED


def test_plain_tinydb_understands_its_snapshot() -> None:
    with TinyDB(GOLDEN / "store.json", access_mode="r") as plain:
        assert plain.tables() == {"_journal", "settings", "tickets"}
        assert plain.table("tickets").all() == [{"number": 1, "state": "waiting"}, {"number": 2}]
