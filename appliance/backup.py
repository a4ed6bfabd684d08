"""What survives sessions, out of one box and into a new one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from appliance.adapters import backup_file, box_keys
from appliance.adapters.journal_file import SEGMENT_BYTES
from appliance.adapters.journal_upgrade import Tables
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.system_clock import SystemClock
from appliance.adapters.tinydb_book import SNAPSHOT, create_store, is_unused, open_book
from appliance.box import desk_settings, settings_of
from appliance.config import Config
from appliance.core import box_state, month, numbering, settings
from appliance.core.box_state import BoxState
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.core.federation import road
from appliance.core.federation.chain import load_chain, load_told
from appliance.core.federation.hello import Follows
from appliance.core.federation.road import dump_follows, load_follows, restored
from appliance.desk import Desk, DeskSettings
from appliance.edges import STORE
from appliance.ports import Document, Files

_REAL: Final[Files] = PosixFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What must be said about a backup that was made."""

    session_open: bool
    damage: Sequence[str]


async def back_up(config: Config, path: Path, *, files: Files = _REAL) -> Saved:
    """Write a backup; the box must stand still, and its store is only read."""
    directory = Path(config.box.store)
    _refuse_own_files(path, directory)
    place = desk_settings(config, settings_of(config), ZoneInfo(config.place.zone))
    tables, saved = await worth_keeping(directory / STORE, place, box=box_id(directory))
    backup_file.write(path, tables, files=files)
    return saved


def _refuse_own_files(path: Path, directory: Path) -> None:
    if path.resolve().is_relative_to(directory.resolve()):
        raise BadStore(f"{path} lies among the box's own files: put the backup elsewhere.")


def box_id(directory: Path) -> str:
    """Who the box is, as its letters say; empty when it has no key yet."""
    return box_keys.load(directory).box if box_keys.exists(directory) else ""


async def worth_keeping(store: Path, place: DeskSettings, *, box: str = "") -> tuple[Tables, Saved]:
    """The tables of a backup; of a session that is open, only which numbers were given.

    The row of letters is named, so that the next box can say what it goes on from.
    """
    async with open_book(store) as book:
        desk = Desk(book=book, clock=SystemClock(), settings=place, new_token=str)
        tables: dict[str, Mapping[int, Document]] = {
            name: rows
            for name in backup_file.KEPT
            if (rows := dict(book.read(name))) or name in backup_file.ALWAYS
        }
        tables["box"] = {1: box_state.dump(_as_if_closed(desk))}
        record = book.read("chain").get(1)
        if record is not None and box:
            chain = load_chain(record)
            row = Follows(box=box, chain=chain.id, received=chain.received)
            tables["before"] = {1: dump_follows(row)}
        open_now = desk.queue.session is not None
        return tables, Saved(session_open=open_now, damage=tuple(book.damage))


def restore(
    path: Path,
    directory: Path,
    *,
    files: Files = _REAL,
    seed: bytes | None = None,
    segment_bytes: int = SEGMENT_BYTES,
) -> None:
    """Make a new box that knows what the backup knows; only where there is no used store.

    The store comes whole, the key last: interrupted anywhere, it can be done again.
    """
    tables = backup_file.read(path)
    _understood(path, tables)
    store = directory / STORE
    try:
        _make_room(directory, store, files=files)
        create_store(store, segment_bytes=segment_bytes, tables=restored(tables), files=files)
        if not box_keys.exists(directory):
            box_keys.make(directory, seed, files=files)
    except OSError as error:
        raise StorageUnavailable(f"{directory}: nothing can be restored: {error}") from error


def _make_room(directory: Path, store: Path, *, files: Files) -> None:
    """Refuse where a box is; take away what an interrupted start or restore left."""
    if not (store / SNAPSHOT).exists():
        return
    if box_keys.exists(directory) or not is_unused(store):
        raise BadStore(
            f"There is a box in {directory} already, and a backup makes a new one. To go back "
            f"to the backup, stop the box, move {directory} away and restore again."
        )
    files.remove(store / SNAPSHOT)


def _as_if_closed(desk: Desk) -> BoxState:
    """No number of an open session may come again; whose they were stays here."""
    state = replace(desk.state, closing=None)
    session = desk.queue.session
    if session is None:
        return state
    book = replace(state.numbering, serial=session.serial)
    if not desk.queue.tickets:
        return replace(state, numbering=book)

    def local(at: datetime) -> date:
        return at.astimezone(desk.settings.zone).date()

    stamp = desk.queue.actions[-1].stamp
    return replace(
        state,
        numbering=numbering.closed(
            replace(book, count=desk.queue.count),
            day=session.day or numbering.day_of(session.opened, stamp, local),
            opened=session.opened,
            stamp=stamp,
            local=local,
        ),
    )


def _understood(path: Path, tables: Tables) -> None:
    """Every record that restoring would take over can be read; BadStore."""
    with suppress(BadStore, KeyError, TypeError, ValueError, AttributeError):
        record = tables.get("box", {}).get(1)
        settings.load(tables.get("settings", {}).get(1))
        for typed in tables.get("months", {}).values():
            month.load(typed)
        for told in tables.get("told", {}).values():
            load_told(told)
        load_follows(tables.get("before", {}).get(1))
        road.load(tables.get("road", {}).get(1))
        if record is not None:
            box_state.load(record)
            return
    raise BadStore(f"{path} holds what no version of us wrote; nothing was changed.")
