"""A backup of version 1, made by the first version, is understood by every later one."""

import hashlib
import json
from pathlib import Path

from appliance.adapters import backup_file
from appliance.backup import restore
from appliance.core import box_state

GOLDEN = Path(__file__).parent / "backup-v1.json"


def test_the_golden_backup_is_understood(tmp_path: Path) -> None:
    tables = backup_file.read(GOLDEN)
    state = box_state.load(tables["box"][1])
    assert (state.numbering.serial, state.numbering.count, len(state.numbering.days)) == (3, 31, 2)
    assert tables["tallies"][2]["tables"] == {"total": {"tickets": 42}}
    restore(GOLDEN, tmp_path / "box")


def test_a_stranger_can_check_it() -> None:
    raw = GOLDEN.read_bytes()
    content = raw[raw.index(b'"content":') + len(b'"content":') : -2]
    assert json.loads(raw)["sha256"] == hashlib.sha256(content).hexdigest()


def test_this_version_writes_the_same_bytes() -> None:
    assert backup_file.to_bytes(backup_file.read(GOLDEN)) == GOLDEN.read_bytes()
