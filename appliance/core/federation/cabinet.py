"""Where a letter goes: each exactly once, in the order of its chain, whatever order it came in.

Numbers give the order, never a clock. The same letter again changes nothing; another letter with
its number, or one that follows another history, proves that two cards were the same box.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from appliance.core.federation.receipt import Status
from appliance.core.federation.report import FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the order of letters depends on."""

    seq: int
    prev: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What has come of one chain of one box."""

    received: int = 0
    """Every letter up to this one is there."""
    digest: str = FIRST
    """Of that letter's payload."""
    parked: Mapping[int, Letter] = field(default_factory=dict)
    """Later letters, while one before them is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of a letter, and of the shelf."""

    status: Status
    shelf: Shelf
    taken: tuple[int, ...] = ()
    """The numbers that count from now on: this letter, and those that waited for it."""


def place(shelf: Shelf, letter: Letter, digest_of: Callable[[int], str | None]) -> Placed:
    """Put one verified letter on its shelf; `digest_of` knows those that were received."""
    if letter.seq <= shelf.received:
        same = digest_of(letter.seq) == letter.digest
        return Placed(status=Status.DUPLICATE if same else Status.FORK, shelf=shelf)
    waiting = shelf.parked.get(letter.seq)
    if waiting is not None:
        same = waiting.digest == letter.digest
        return Placed(status=Status.PARKED if same else Status.FORK, shelf=shelf)
    if letter.seq > shelf.received + 1:
        parked = {**shelf.parked, letter.seq: letter}
        return Placed(status=Status.PARKED, shelf=replace(shelf, parked=parked))
    if letter.prev != shelf.digest:
        return Placed(status=Status.FORK, shelf=shelf)
    return _received(shelf, letter)


def missing(shelf: Shelf) -> tuple[int, ...]:
    """The numbers that must still come before the parked letters count."""
    if not shelf.parked:
        return ()
    return tuple(n for n in range(shelf.received + 1, max(shelf.parked)) if n not in shelf.parked)


def _received(shelf: Shelf, letter: Letter) -> Placed:
    parked = dict(shelf.parked)
    taken = [letter.seq]
    last = letter
    status = Status.ACCEPTED
    while (following := parked.get(last.seq + 1)) is not None:
        if following.prev != last.digest:
            status = Status.FORK  # what was parked follows another history
            break
        del parked[following.seq]
        taken.append(following.seq)
        last = following
    shelf = Shelf(received=last.seq, digest=last.digest, parked=parked)
    return Placed(status=status, shelf=shelf, taken=tuple(taken))
