"""What happens to a box now and then: a backup, a restoring, a later version of the program."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from appliance.adapters import backup_file, box_keys
from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.adapters.journal_upgrade import CURRENT, Format, Tables
from appliance.adapters.tinydb_book import SNAPSHOT, start_book
from appliance.backup import restore, worth_keeping
from appliance.core import box_state
from appliance.core.box_state import BoxState
from appliance.core.errors import BadStore
from appliance.core.numbering import Numbering
from appliance.edges import STORE, provisioned
from appliance.ports import Files, Write
from appliance.simulation.files import SimulatedFiles
from tests.desks import SETTINGS
from tests.torture.diary import Diary
from tests.torture.life import SEGMENT, Home, live
from tests.torture.verdict import Found, Verdict

BOX: Final = "box"
BACKUP: Final = "backup.json"
PLACES: Final = (".", BOX, f"{BOX}/{STORE}")
"""Every directory of the card in which something is written."""

SOUND: Final = Verdict(found=Found.SOUND)


class Episode(Protocol):
    """Something that is done once to a card, and what a cut in the middle of it may leave."""

    def prepare(self, card: Path, files: Files) -> None:
        """What is there before, all of it flushed."""

    def run(self, card: Path, files: Files) -> None:
        """What the cut falls into."""

    def judge(self, card: Path, files: Files, *, done: bool) -> Verdict:
        """What is there afterwards; `done` when somebody was told that it was done."""


def backed_up(seed: int) -> Tables:
    """What some backup holds: counts, and numbers of many days."""
    chance = random.Random(f"backup {seed}")
    days = tuple(date(2025, 6, 1) + timedelta(days=n) for n in range(chance.randint(1, 390)))
    state = BoxState(numbering=Numbering(serial=len(days), count=chance.randint(1, 99), days=days))
    tallies = {
        n: {
            "v": 1,
            "period": f"2026-{n:02}",
            "location": "park",
            "tables": {"total": {"tickets": n}},
        }
        for n in range(1, chance.randint(2, 12))
    }
    return {"box": {1: box_state.dump(state)}, "tallies": tallies}


def tables_of(store: Path, files: Files, *, form: Format = CURRENT) -> Mapping[str, Any]:
    """Everything, to the last byte; BadStore when it is not sound."""
    storage = JournalStorage(store, files=files, form=form)
    try:
        if storage.damage:
            raise BadStore(" ".join(storage.damage))
        return storage.read()
    finally:
        storage.close()


def as_text(tables: Tables) -> Mapping[str, Any]:
    return {name: {str(n): row for n, row in rows.items()} for name, rows in tables.items()}


class NoFlush(SimulatedFiles):
    """Nothing is flushed, neither contents nor names."""

    def fsync(self, fd: int) -> None:
        pass


@dataclass(slots=True)
class Backup:
    """A backup is made, of a box with an open session; now and then over an older one."""

    seed: int
    flushes: bool = True
    wanted: Tables = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, card: Path, files: Files) -> None:
        store = card / BOX / STORE
        asyncio.run(_some_acts(Home(path=store, files=files), self.seed))
        self.stored = tables_of(store, files)
        self.wanted = asyncio.run(worth_keeping(store, SETTINGS))[0]
        if self.seed % 2:
            backup_file.write(card / BACKUP, backed_up(self.seed), files=files)

    def run(self, card: Path, files: Files) -> None:
        files = files if self.flushes else NoFlush(files)
        backup_file.write(card / BACKUP, self.wanted, files=files)

    def judge(self, card: Path, files: Files, *, done: bool) -> Verdict:
        if tables_of(card / BOX / STORE, files) != self.stored:
            return Verdict(found=Found.LOST, sentence="the store is another one")
        before = backed_up(self.seed) if self.seed % 2 else None
        path = card / BACKUP
        found = backup_file.read(path, files=files) if path.exists() else None
        if found == self.wanted or (found == before and not done):
            return SOUND
        return Verdict(found=Found.LOST, sentence="this is neither the old backup nor the new one")


@dataclass(frozen=True, slots=True)
class Restore:
    """A backup is made into a box; now and then where another restoring was interrupted."""

    seed: int
    key_first: bool = False

    def prepare(self, card: Path, files: Files) -> None:
        backup_file.write(card / BACKUP, backed_up(self.seed), files=files)
        if self.seed % 2 and not self.key_first:
            other = backed_up(self.seed + 1)
            create_store(card / BOX / STORE, segment_bytes=SEGMENT, tables=other, files=files)

    def run(self, card: Path, files: Files) -> None:
        if self.key_first:
            files.mkdir(card / BOX)
            box_keys.make(card / BOX, files=files)
        self._restore(card, files)

    def judge(self, card: Path, files: Files, *, done: bool) -> Verdict:
        box = card / BOX
        whole = box_keys.exists(box)
        if done and not whole:
            return Verdict(found=Found.LOST, sentence="what was restored is gone")
        if whole and not (box / STORE / SNAPSHOT).exists():
            return Verdict(found=Found.LOST, sentence="half a box: a key without a store")
        if not whole:
            self._restore(card, files)
        provisioned(box)
        if tables_of(box / STORE, files) != as_text(backed_up(self.seed)):
            return Verdict(found=Found.LOST, sentence="this is not what the backup holds")
        return SOUND

    def _restore(self, card: Path, files: Files) -> None:
        restore(card / BACKUP, card / BOX, files=files, segment_bytes=SEGMENT)


def _with_a_seat(tables: Tables) -> Tables:
    return {
        name: {n: {**row, "seat": n} if name == "actions" else row for n, row in rows.items()}
        for name, rows in tables.items()
    }


LATER: Final = Format(number=2, upgrades={1: _with_a_seat})
"""A toy: what the next version might write."""

NEW_ROW: Final = Write(table="seats", id=1, document={"taken": True})


@dataclass(slots=True)
class Upgrade:
    """A later version starts on the store of this one, in the middle of a session."""

    seed: int
    before: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, card: Path, files: Files) -> None:
        path = card / BOX / STORE
        asyncio.run(_some_acts(Home(path=path, files=files), self.seed))
        self.before = tables_of(path, files)

    def run(self, card: Path, files: Files) -> None:
        asyncio.run(self._start(card / BOX / STORE, files))

    def judge(self, card: Path, files: Files, *, done: bool) -> Verdict:
        path = card / BOX / STORE
        try:
            older = tables_of(path, files)
        except BadStore as error:
            if "has format 2" not in str(error):
                raise
        else:
            if done or older != self.before:
                return Verdict(found=Found.LOST, sentence="the older version reads another store")
        for last in (False, True):
            verdict = self._compare(tables_of(path, files, form=LATER), done=done or last)
            if verdict.found is not Found.SOUND or last:
                return verdict
            asyncio.run(self._start(path, files))
        raise AssertionError("it ends with the last")

    async def _start(self, path: Path, files: Files) -> None:
        async with start_book(path, people="actions", files=files, form=LATER) as book:
            await book.commit([NEW_ROW])

    def _compare(self, found: Mapping[str, Any], *, done: bool) -> Verdict:
        actions = {n: {**row, "seat": int(n)} for n, row in self.before["actions"].items()}
        first = {**self.before, "actions": actions}
        allowed = [{**first, NEW_ROW.table: {"1": NEW_ROW.document}}, *([] if done else [first])]
        if found in allowed:
            return SOUND
        return Verdict(found=Found.LOST, sentence="this is not the store that was upgraded")


async def _some_acts(home: Home, seed: int) -> None:
    await home.provision()
    await live(home, Diary(), seed=seed, acts=20, position=lambda: 0)


EPISODES: Final[Mapping[str, Callable[[int], Episode]]] = {
    "backup": Backup,
    "restore": Restore,
    "upgrade": Upgrade,
}

BUILT_WRONG: Final[Mapping[str, Callable[[int], Episode]]] = {
    "backup not flushed": partial(Backup, flushes=False),
    "key before store": partial(Restore, key_first=True),
}
