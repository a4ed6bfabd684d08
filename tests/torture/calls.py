"""Cuts without root: the calls to the file system, recorded and replayed on a simulated medium."""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from appliance.simulation.files import Call, SimulatedFiles
from tests.adapters.medium import Medium, Unflushed
from tests.torture.controls import CONTROLS
from tests.torture.diary import Diary
from tests.torture.life import ACTS, Home, MakeDesk, live
from tests.torture.models import MODELS, Model
from tests.torture.score import Caught, Cut
from tests.torture.verdict import Found, Reader, Verdict, examine, searched

UNFLUSHED = Reader(files=Unflushed)
"""What is read back need not reach a medium."""

_FLUSHES = frozenset({"fsync", "fdatasync"})


class RecordedLife:
    """The calls of one box's life, and its diary."""

    def __init__(
        self,
        path: Path,
        *,
        seed: int,
        acts: int,
        files: Callable[[], SimulatedFiles] = lambda: SimulatedFiles(Unflushed()),
        desk: MakeDesk | None = None,
    ) -> None:
        self.path = path
        self.seed = seed
        self.diary = Diary()
        self.files = files()
        home = Home(path=path, files=self.files)
        if desk is not None:
            home.desk = desk
        asyncio.run(self._live(home, acts))

    async def _live(self, home: Home, acts: int) -> None:
        await home.provision()
        await live(
            home,
            self.diary,
            seed=self.seed,
            acts=acts,
            position=lambda: len(self.files.calls),
        )

    def cut(
        self, home: Path, model: Model, *, number: int, name: str, reader: Reader = UNFLUSHED
    ) -> tuple[int, Verdict]:
        """Where the plug was pulled, and what was found."""
        chance = random.Random(f"{self.seed}.{name}.{number}")
        position = model.when(self.diary, chance)
        medium = Medium(self.path)
        medium.play(_lied(self.files.calls[:position], model.lies))
        left = home / "cut"
        medium.leave(left, chance, model.fate)
        try:
            verdict = asyncio.run(examine(left, self.diary.at(position), reader))
            verdict = searched(verdict, b"".join(file.read_bytes() for file in left.iterdir()))
        finally:
            shutil.rmtree(left)
        return position, verdict


def _lied(calls: Sequence[Call], lies: int) -> Sequence[Call]:
    """The same calls on a card that only said yes to the last few flushes."""
    kept: list[Call] = []
    for call in reversed(calls):
        if lies and call.op in _FLUSHES:
            lies -= 1
        else:
            kept.append(call)
    return kept[::-1]


def cuts(home: Path, *, seed: int, models: Sequence[str], each: int) -> Iterator[Cut]:
    """One life, and so many cuts of it in each of these ways."""
    life = RecordedLife(home / f"store-{seed}", seed=seed, acts=ACTS)
    for name in models:
        for number in range(each):
            yield once(life, home, name=name, number=number)
    shutil.rmtree(life.path)


def repeat(home: Path, *, seed: int, model: str, number: int) -> Cut:
    """That one cut of the same life."""
    life = RecordedLife(home / f"store-{seed}", seed=seed, acts=ACTS)
    return once(life, home, name=model, number=number)


def once(life: RecordedLife, home: Path, *, name: str, number: int) -> Cut:
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
    life = RecordedLife(
        home / "wrong",
        seed=seed,
        acts=ACTS,
        files=lambda: control.writes(Unflushed()),
        desk=control.desk,
    )
    reader = Reader(files=lambda: control.reads(Unflushed()), desk=control.desk)
    found = [
        life.cut(home, control.cut, number=number, name=name, reader=reader)[1].found
        for number in range(each)
    ]
    shutil.rmtree(life.path)
    return Caught(control=name, cuts=each, caught=each - found.count(Found.SOUND))
