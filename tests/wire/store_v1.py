"""Makes the golden store of format 1 anew: `python -m tests.wire.store_v1 <directory>`.

The one in `store-v1/` was made once and stays; every later version must open it.
"""

import sys
from pathlib import Path

from appliance.adapters.journal_storage import JournalStorage, create_store


def make(path: Path) -> None:
    """A store with a stale record, a full segment, a drop, removals and a torn last record."""
    create_store(path, segment_bytes=16384)
    storage = JournalStorage(path)
    storage.commit({"tickets": {1: {"number": 1, "state": "waiting"}, 2: {"number": 2}}})
    storage.commit({"tickets": {9: {"number": 9}}, "settings": {1: {"name": "Bibliotheek één"}}})
    storage.commit({"tickets": {9: None}})
    storage.compact()
    storage.commit({"tickets": {1: {"number": 1, "state": "called", "at": [1, 2.5, None, True]}}})
    storage.commit({"tickets": {2: None}, "tallies": {3: {"pad": "x" * 5000}}})
    storage.commit({"outbox": {1: {"report": {}}}}, drop=["settings", "nothing"])
    storage.commit({"tickets": {10: {"number": 10, "name": "عربى 🎟"}}})
    storage.commit({"tickets": {11: {"number": 11, "torn": True}}})
    storage.close()
    last = path / "journal-000002.wal"
    raw = bytearray(last.read_bytes())
    raw[4096 + 40 : 8192] = bytes(8192 - 4096 - 40)
    last.write_bytes(raw)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
