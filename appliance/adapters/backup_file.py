"""A backup: one small file that says whether it is whole, with what survives sessions."""

import errno
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from appliance.adapters.journal_medium import put_whole, read_whole, reason
from appliance.adapters.journal_snapshot import encode
from appliance.adapters.journal_upgrade import CURRENT, Format, Tables
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.ports import Files

VERSION: Final = 1
KEPT: Final = ("before", "box", "letters", "months", "road", "settings", "tallies", "told")
"""The only tables that may be in a backup; each by its name, so that a new one is a decision."""
ALWAYS: Final = ("box", "tallies")
"""Tables that a backup has even when they are empty; every other only when it holds something."""

_START: Final = b'{"digipunt-backup":'
_REAL: Final[Files] = PosixFiles()


def to_bytes(tables: Tables, *, form: int = CURRENT.number) -> bytes:
    """One line of ASCII JSON; ValueError for a table that is not in KEPT."""
    if set(tables) - set(KEPT):
        raise ValueError(f"a backup holds {', '.join(KEPT)} and nothing else")
    return _rendered({"format": form, "tables": tables})


def write(path: Path, tables: Tables, *, files: Files = _REAL) -> None:
    """Put the backup in place, whole; only an older backup of that name is replaced."""
    try:
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "a device"
            raise BadStore(f"{path} is {what}: name the file that is to be written.")
        if _is_something_else(path):
            raise BadStore(f"{path} is there already and is no backup; it is kept as it is.")
        put_whole(path, to_bytes(tables), files=files)
    except OSError as error:
        raise StorageUnavailable(f"{path} cannot be written: {reason(error)}.") from error


def read(path: Path, *, files: Files = _REAL, form: Format = CURRENT) -> Tables:
    """The tables of a backup in this version's format; BadStore for anything else."""
    try:
        raw = read_whole(path, files=files)
    except OSError as error:
        raise BadStore(f"{path} cannot be read: {reason(error)}.", file=str(path)) from error
    try:
        whole = json.loads(raw)
        version, content = whole["digipunt-backup"], whole["content"]
        if version != VERSION:
            raise BadStore(
                f"{path} is a backup of version {version}, this version reads {VERSION}; "
                "please install the version that wrote it.",
                file=str(path),
            )
        sound = raw == _rendered(content)  # every byte: nothing may be there besides
        tables = {
            name: {int(key): dict(row) for key, row in content["tables"][name].items()}
            for name in KEPT
            if name in ALWAYS or name in content["tables"]
        }
        written_in = int(content["format"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = "is a backup that is damaged" if raw.startswith(_START) else "is not a backup"
        raise BadStore(f"{path} {what}; nothing was changed.", file=str(path)) from error
    if not sound:
        raise BadStore(
            f"{path} is a backup that is damaged: its checksum is wrong; nothing was changed.",
            file=str(path),
        )
    form.check(written_in, name=str(path))
    return form.upgraded(tables, form=written_in)


def _rendered(content: Mapping[str, Any]) -> bytes:
    inner = encode(content).encode("ascii")
    digest = hashlib.sha256(inner).hexdigest().encode()
    return b'%b%d,"sha256":"%b","content":%b}\n' % (_START, VERSION, digest, inner)


def _is_something_else(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_START)) != _START
    except OSError as error:
        if error.errno == errno.ENOENT:
            return False
        raise
