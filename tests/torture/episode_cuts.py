"""Cuts in the middle of an episode, on both kinds of medium."""

import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import DigipuntError
from appliance.core.ids import Key
from appliance.ports import Files
from appliance.simulation.files import Call, SimulatedFiles
from tests.adapters.medium import Medium, Unflushed
from tests.torture.acts import Act
from tests.torture.blocks import MEBIBYTES, LoggedCard, index
from tests.torture.diary import Diary, State
from tests.torture.episodes import BUILT_WRONG, EPISODES, PLACES, Episode
from tests.torture.fates import any_of_them
from tests.torture.logdisk import read_log
from tests.torture.models import Model, during
from tests.torture.mounts import logging_disk, make_ext4, mounted
from tests.torture.score import Caught, Cut
from tests.torture.verdict import Found, Verdict

_CUT: Final = Model(when=during("episode"), fate=any_of_them)
_NOTHING: Final = State(whole="", seen="", numbers=frozenset())


def _diary(begun: int, done: int) -> Diary:
    diary = Diary()
    diary.ask(Act(name="episode", key=Key("")), begun)
    diary.acknowledge(_NOTHING, done)
    return diary


class RecordedEpisode:
    """The calls of an episode to the file system."""

    def __init__(self, home: Path, episode: Episode, *, seed: int, name: str) -> None:
        self.episode, self.seed, self.name = episode, seed, name
        self._card = home / f"{name}-{seed}"
        self._card.mkdir()
        files = SimulatedFiles(Unflushed())
        episode.prepare(self._card, files)
        begun = len(files.calls)
        episode.run(self._card, files)
        self._calls = files.calls
        self.diary = _diary(begun, len(files.calls))
        shutil.rmtree(self._card)

    def cut(self, home: Path, number: int) -> tuple[int, Verdict]:
        """Where the plug was pulled, and what was found."""
        chance = random.Random(f"{self.seed}.{self.name}.{number}")
        position = _CUT.when(self.diary, chance)
        left = home / "cut"
        for place in PLACES:
            medium = Medium(self._card / place)
            medium.play(call for call in self._calls[:position] if self._concerns(place, call))
            medium.leave(left / place, chance, _CUT.fate)
        try:
            done = position == self.diary.pages[0].done
            return position, _judged(self.episode, left, Unflushed(), done=done)
        finally:
            shutil.rmtree(left)

    def _concerns(self, place: str, call: Call) -> bool:
        """Whether it is about that directory; a flush of another is about the other alone."""
        places = {self._card / other for other in PLACES}
        return call.file == self._card / place or call.file not in places


class LoggedEpisode:
    """The block writes of an episode on a fresh ext4."""

    def __init__(self, home: Path, episode: Episode, *, seed: int, name: str) -> None:
        self.episode, self.seed, self.name = episode, seed, name
        image = home / "card.img"
        make_ext4(image, mebibytes=MEBIBYTES)
        fresh = image.read_bytes()
        with logging_disk(home, image) as (disk, log), mounted(disk, home / "card") as card:
            episode.prepare(card, PosixFiles())
            begun = log.stat().st_size
            episode.run(card, PosixFiles())
            done = log.stat().st_size
        entries, ends = read_log(log)
        self._log = LoggedCard(fresh, entries)
        self.diary = _diary(index(ends, begun), index(ends, done))
        image.unlink()

    def cut(self, home: Path, number: int) -> tuple[int, Verdict]:
        """Where the plug was pulled, and what was found."""
        chance = random.Random(f"{self.seed}.{self.name}.{number}")
        position = _CUT.when(self.diary, chance)
        image = home / f"{self.seed}.{self.name}.{number}.img"
        image.write_bytes(self._log.after(position, _CUT, chance))
        done = position == self.diary.pages[0].done
        try:
            with mounted(image, home / "cut") as card:
                verdict = _judged(self.episode, card, PosixFiles(), done=done)
        except OSError as error:
            verdict = Verdict(found=Found.UNREADABLE, sentence=str(error))
        image.unlink()
        return position, verdict


_TIERS: Final[Mapping[str, type[RecordedEpisode | LoggedEpisode]]] = {
    "calls": RecordedEpisode,
    "blocks": LoggedEpisode,
}


def cuts(tier: str, home: Path, *, seed: int, name: str, each: int) -> Iterator[Cut]:
    """One such episode, and so many cuts in the middle of it."""
    episode = _TIERS[tier](home, EPISODES[name](seed), seed=seed, name=name)
    for number in range(each):
        yield _once(episode, home, number)


def repeat(tier: str, home: Path, *, seed: int, name: str, number: int) -> Cut:
    """That one cut."""
    episode = _TIERS[tier](home, EPISODES[name](seed), seed=seed, name=name)
    return _once(episode, home, number)


def caught(tier: str, home: Path, name: str, *, seed: int, each: int) -> Caught:
    """How often that one, done wrong, is found out."""
    episode = _TIERS[tier](home, BUILT_WRONG[name](seed), seed=seed, name=name)
    ends = [episode.cut(home, number)[1].found for number in range(each)]
    return Caught(control=name, cuts=each, caught=each - ends.count(Found.SOUND))


def _once(episode: RecordedEpisode | LoggedEpisode, home: Path, number: int) -> Cut:
    position, verdict = episode.cut(home, number)
    return Cut(
        seed=episode.seed, model=episode.name, number=number, position=position, verdict=verdict
    )


def _judged(episode: Episode, card: Path, files: Files, *, done: bool) -> Verdict:
    try:
        return episode.judge(card, files, done=done)
    except DigipuntError as error:
        return Verdict(found=Found.UNREADABLE, sentence=str(error))
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        return Verdict(found=Found.CRASHED, sentence=repr(error))
