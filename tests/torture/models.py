"""When the plug is pulled, and what happens to the writes on their way."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.torture.diary import Diary
from tests.torture.fates import HONEST, Fate, any_of_them, nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One way of losing power."""

    when: Callable[[Diary, random.Random], int]
    """Where in the log of the medium the cut falls."""
    fate: Fate
    lies: int = 0
    """How many flushes before the cut the card only pretended to carry out."""


def anywhere(diary: Diary, chance: random.Random) -> int:
    """During any act, or right after it."""
    return _within([(page.begun, page.done) for page in diary.pages[1:]], chance)


def acknowledged(diary: Diary, chance: random.Random) -> int:
    """Just after somebody was told."""
    return chance.choice(diary.pages).done


def during(*names: str) -> Callable[[Diary, random.Random], int]:
    """While an act of that name is going on."""
    return lambda diary, chance: _within(diary.spans(*names), chance)


def _within(spans: Sequence[tuple[int, int]], chance: random.Random) -> int:
    """An act by the length of its work, then any moment of it."""
    begun, done = chance.choices(spans, [1 + end - start for start, end in spans])[0]
    return chance.randint(begun, done)


MODELS: Final[Mapping[str, Model]] = {
    "acknowledged": Model(when=acknowledged, fate=nothing),
    **{name.replace(" ", "-"): Model(when=anywhere, fate=fate) for name, fate in HONEST.items()},
    "compaction": Model(when=during("tidy"), fate=any_of_them),
    "closing": Model(when=during("close"), fate=any_of_them),
    "starting": Model(when=during("restart"), fate=any_of_them),
    "lying-card": Model(when=anywhere, fate=any_of_them, lies=4),
}
