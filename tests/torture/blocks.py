"""Cuts on a real ext4: the disk's own log of writes and flushes, replayed up to the cut."""

import asyncio
import pickle
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from appliance.adapters.posix_files import PosixFiles
from appliance.desk import Desk
from appliance.ports import Files
from tests.torture.controls import CONTROLS
from tests.torture.diary import Diary
from tests.torture.life import ACTS, Home, MakeDesk, live
from tests.torture.logdisk import Entry, read_log
from tests.torture.models import MODELS, Model
from tests.torture.mounts import logging_disk, make_ext4, mounted
from tests.torture.score import Caught, Cut
from tests.torture.verdict import PLAIN, Found, Reader, Verdict, examine, searched

MEBIBYTES: Final = 10
KEPT: Final = Path("build/torture")
"""Where the log of a life stays in which a cut went wrong, so that exactly it can be repeated."""


class LoggedCard:
    """A card as it was, and the log of what was written to it since."""

    def __init__(self, fresh: bytes, entries: Sequence[Entry]) -> None:
        self._fresh = fresh
        self._entries = entries
        self._card = bytearray(fresh)
        self._built = 0  # how many entries are on the card by now

    def after(self, position: int, model: Model, chance: random.Random) -> bytes:
        """What a cut there leaves."""
        flushes = [n for n in range(position) if self._entries[n].flush]
        believed = flushes[: len(flushes) - model.lies]
        last = believed[-1] if believed else 0
        if last < self._built:
            self._card = bytearray(self._fresh)
            self._built = 0
        for entry in self._entries[self._built : last]:
            _put(self._card, entry.offset, entry.data)
        self._built = last
        pending = [
            (entry.offset, entry.data) for entry in self._entries[last:position] if not entry.flush
        ]
        card = bytearray(self._card)
        for offset, data in model.fate(pending, chance):
            _put(card, offset, data)
        return bytes(card)


class LoggedLife:
    """The block writes of one box's life on a fresh ext4, and its diary."""

    def __init__(
        self,
        home: Path,
        *,
        seed: int,
        acts: int = ACTS,
        files: Callable[[], Files] = PosixFiles,
        desk: MakeDesk = Desk,
    ) -> None:
        image, self.seed, self.diary = home / "card.img", seed, Diary()
        make_ext4(image, mebibytes=MEBIBYTES)
        fresh = image.read_bytes()
        with (
            logging_disk(home, image) as (disk, log),
            mounted(disk, home / "card") as card,
        ):
            box = Home(path=card / "store", files=files(), desk=desk)
            asyncio.run(_live(box, self.diary, log, seed=seed, acts=acts))
        entries, ends = read_log(log)
        self._card = LoggedCard(fresh, entries)
        self.diary.pages = [
            replace(page, begun=index(ends, page.begun), done=index(ends, page.done))
            for page in self.diary.pages
        ]
        image.unlink()

    def keep(self, kept: Path = KEPT) -> None:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{self.seed}.life").write_bytes(pickle.dumps(self))

    def cut(
        self, home: Path, model: Model, *, number: int, name: str, reader: Reader = PLAIN
    ) -> tuple[int, Verdict]:
        """Where the plug was pulled, and what was found."""
        chance = random.Random(f"{self.seed}.{name}.{number}")
        position = model.when(self.diary, chance)
        image = home / f"{self.seed}.{name}.{number}.img"  # a new file each time: no stale cache
        image.write_bytes(self._card.after(position, model, chance))
        try:
            with mounted(image, home / "cut") as card:
                verdict = asyncio.run(examine(card / "store", self.diary.at(position), reader))
            verdict = searched(verdict, image.read_bytes())
        except OSError as error:
            verdict = Verdict(found=Found.UNREADABLE, sentence=str(error))
        image.unlink()
        return position, verdict

    def in_order(self, model: Model, name: str, each: int) -> Sequence[int]:
        """The numbers of so many cuts, by where they fall: the card is then built up once."""

        def position(number: int) -> int:
            return model.when(self.diary, random.Random(f"{self.seed}.{name}.{number}"))

        return sorted(range(each), key=position)


async def _live(box: Home, diary: Diary, log: Path, *, seed: int, acts: int) -> None:
    await box.provision()
    await live(box, diary, seed=seed, acts=acts, position=lambda: log.stat().st_size)


def cuts(home: Path, *, seed: int, models: Sequence[str], each: int) -> Iterator[Cut]:
    """One life, and so many cuts of it in each of these ways."""
    life = LoggedLife(home, seed=seed)
    for name in models:
        for number in life.in_order(MODELS[name], name, each):
            cut = once(life, home, name=name, number=number)
            if not cut.as_it_must_be:
                life.keep()
            yield cut


def repeat(home: Path, *, seed: int, model: str, number: int, kept: Path = KEPT) -> Cut:
    """That one cut; of the log that was kept when it went wrong, or of a new life."""
    return once(_kept(kept, seed) or LoggedLife(home, seed=seed), home, name=model, number=number)


def once(life: LoggedLife, home: Path, *, name: str, number: int) -> Cut:
    model = MODELS[name]
    position, verdict = life.cut(home, model, number=number, name=name)
    return Cut(
        seed=life.seed,
        model=name,
        number=number,
        position=position,
        verdict=verdict,
        lies=bool(model.lies),
    )


def caught(home: Path, name: str, *, seed: int, each: int) -> Caught:
    """How often that box is found out."""
    control = CONTROLS[name]
    life = LoggedLife(
        home, seed=seed, files=lambda: control.writes(PosixFiles()), desk=control.desk
    )
    reader = Reader(files=lambda: control.reads(PosixFiles()), desk=control.desk)
    found = [
        life.cut(home, control.cut, number=number, name=name, reader=reader)[1].found
        for number in life.in_order(control.cut, name, each)
    ]
    return Caught(control=name, cuts=each, caught=each - found.count(Found.SOUND))


def _kept(kept: Path, seed: int) -> LoggedLife | None:
    path = kept / f"{seed}.life"
    if not path.exists():
        return None
    life = pickle.loads(path.read_bytes())  # noqa: S301  our own, from an earlier run
    return life if isinstance(life, LoggedLife) else None


def index(ends: Sequence[int], size: int) -> int:
    """How many entries the log had when it had that size."""
    return bisect_right(ends, size)


def _put(card: bytearray, offset: int, data: bytes) -> None:
    card[offset : offset + len(data)] = data
