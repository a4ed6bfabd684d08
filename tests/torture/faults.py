"""Everything else that befalls a card: calls that fail, no room, a killed program, flipped bits."""

import asyncio
import errno
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.simulation.files import SimulatedFiles
from tests.adapters.medium import Unflushed
from tests.torture.diary import Diary, what_is_there
from tests.torture.life import Home, live
from tests.torture.score import aligned
from tests.torture.verdict import Found, Reader, Verdict, examine, take_one

SMALL_SESSION: Final = 26
"""So many acts end with a closing, and hold two tidyings and two restarts."""

_UNFLUSHED: Final = Reader(files=Unflushed)


@dataclass(slots=True)
class Fault:
    """One kind of trouble: how often it was tried, and what went wrong."""

    name: str
    tried: int = 0
    note: str = ""
    wrong: list[str] = field(default_factory=list)

    def expect(self, sound: bool, sentence: str) -> None:  # noqa: FBT001  the thing itself
        if not sound:
            self.wrong.append(f"{self.name}: {sentence}")

    def judge(self, verdict: Verdict, sentence: str) -> None:
        self.expect(
            verdict.found is Found.SOUND, f"{sentence}: {verdict.found.value} {verdict.sentence}"
        )


def table(faults: Sequence[Fault]) -> str:
    lines = [["fault", "tried", "wrong", ""]]
    lines += [[one.name, str(one.tried), str(len(one.wrong)), one.note] for one in faults]
    return aligned(lines)


CODES: Final = {
    "no space at every n-th call": errno.ENOSPC,
    "input/output error at every n-th call, flushes too": errno.EIO,
    "read-only at every n-th call": errno.EROFS,
    "short write at every n-th call": 0,
}


def every_call_fails(home: Path, name: str, *, seed: int) -> Fault:
    """Once each, through a whole small session with its closing."""
    fault, code = Fault(name=name), CODES[name]
    whole = Diary()
    calls = asyncio.run(_a_session(home / "whole", whole, seed=seed))
    for call in range(1, calls + 1):
        fault.tried += 1
        diary, path = Diary(), home / f"call-{call}"
        asyncio.run(_a_session(path, diary, seed=seed, call=call, code=code))
        where = f"seed {seed}, call {call}"
        fault.expect(diary.stopped is not False, f"{where}: not everything was refused afterwards")
        told = [page.state.whole for page in diary.pages]
        fault.expect(
            told == [page.state.whole for page in whole.pages[: len(told)]],
            f"{where}: something was acknowledged that did not happen",
        )
        if told:
            found = asyncio.run(examine(path, whole.told(len(told)), _UNFLUSHED))
            fault.judge(found, where)
        shutil.rmtree(path)
    return fault


async def _a_session(path: Path, diary: Diary, *, seed: int, call: int = 0, code: int = 0) -> int:
    """How many calls it took; one of them fails."""
    files = SimulatedFiles(Unflushed())
    files.keep_log = False
    box = Home(path=path, files=files)
    await box.provision()
    before = files.count
    if call and code:
        files.fail_at(call, code)
    elif call:
        files.cut_short_at(call)
    with suppress(BadStore):  # a start that fails aloud
        await live(box, diary, seed=seed, acts=SMALL_SESSION, position=lambda: 0)
    return files.count - before


def full_card(home: Path, *, commits: int = 400) -> Fault:
    """A card without room takes what the journal holds, then refuses, and says so."""
    fault = Fault(name=f"full card, then {commits} more")
    asyncio.run(_fill(home / "full", fault, commits))
    return fault


async def _fill(path: Path, fault: Fault, commits: int) -> None:
    files = SimulatedFiles(PosixFiles())
    files.keep_log = False
    box = Home(path=path, files=files)
    await box.provision(segment_bytes=4 << 20)
    given: list[str] = []
    async with box.started() as (desk, book):
        files.fill_up()
        with suppress(StorageUnavailable):
            while True:
                given.append(await take_one(desk))
        fault.tried = len(given)
        fault.expect(len(given) >= commits, f"only {len(given)} were taken")
        fault.expect("no space left" in (desk.failure or ""), f"it says: {desk.failure}")
        fault.note = f"then: {(desk.failure or '').rpartition(': ')[2]}"
        last = what_is_there(desk, book)
    files.heal()
    async with box.started() as (desk, book):
        fault.expect(what_is_there(desk, book) == last, "something was lost")
        fault.expect(await take_one(desk) not in given, "a number came twice")


def gone_read_only(home: Path) -> Fault:
    """The kernel mounts the card read-only in the middle of a session."""
    fault = Fault(name="remounted read-only")
    for acts in range(1, 12):
        asyncio.run(_go_read_only(home / f"read-only-{acts}", fault, acts))
    return fault


async def _go_read_only(path: Path, fault: Fault, acts: int) -> None:
    fault.tried += 1
    files = SimulatedFiles(Unflushed())
    box = Home(path=path, files=files)
    await box.provision()
    async with box.started() as (desk, book):
        for _ in range(acts):
            await take_one(desk)
        files.remount_read_only()
        before = what_is_there(desk, book)
        with suppress(StorageUnavailable):
            number = await take_one(desk)
            fault.expect(False, f"{number} was given")
        fault.expect(desk.failure is not None, "nothing is said")
        fault.expect(what_is_there(desk, book) == before, "memory shows what is not there")
    async with box.started() as (desk, book):  # a restart on the same card
        fault.expect(what_is_there(desk, book) == before, "it cannot be read any more")
        fault.expect(desk.failure is not None, "after a restart nothing is said")
