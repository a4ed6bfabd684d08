"""Where a letter goes: each exactly once, in the order of its chain, whatever order it came in.

Numbers give the order, never a clock. The same letter again changes nothing; another letter with
its number, or one that follows another history, proves that two cards were the same box. What
counts is the history that goes on from what was received; a letter that came too early only
waits, and never takes the place of one that fits.
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
    parked: Mapping[int, tuple[Letter, ...]] = field(default_factory=dict)
    """Later letters, while one before them is missing; two of one number come from two cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of a letter, and of the shelf."""

    status: Status
    shelf: Shelf
    taken: tuple[Letter, ...] = ()
    """Those that count from now on: this letter, and those that waited for it."""
    strangers: tuple[Letter, ...] = ()
    """Those that waited and turned out to follow another history, with all that follow them:
    they will never count."""
    waits: bool = False
    """It is kept until the letters before it are there, also when it proves a copied card."""


def place(shelf: Shelf, letter: Letter, digest_of: Callable[[int], str | None]) -> Placed:
    """Put one verified letter on its shelf; `digest_of` knows those that were received."""
    if letter.seq <= shelf.received:
        same = digest_of(letter.seq) == letter.digest
        return Placed(status=Status.DUPLICATE if same else Status.FORK, shelf=shelf)
    waiting = shelf.parked.get(letter.seq, ())
    if any(one.digest == letter.digest for one in waiting):
        return Placed(status=Status.PARKED, shelf=shelf, waits=True)
    if letter.seq > shelf.received + 1:
        parked = {**shelf.parked, letter.seq: (*waiting, letter)}
        status = Status.FORK if waiting else Status.PARKED
        return Placed(status=status, shelf=replace(shelf, parked=parked), waits=True)
    if letter.prev != shelf.digest:
        return Placed(status=Status.FORK, shelf=shelf)
    return _received(shelf, letter)


def missing(shelf: Shelf) -> tuple[int, ...]:
    """The numbers that must still come before the parked letters count."""
    if not shelf.parked:
        return ()
    return tuple(n for n in range(shelf.received + 1, max(shelf.parked)) if n not in shelf.parked)


def _received(shelf: Shelf, letter: Letter) -> Placed:
    """It counts, and so do those that waited for it; of two that fit, the one that came first."""
    parked = dict(shelf.parked)
    taken = [letter]
    strangers: list[Letter] = []
    while waiting := parked.pop(taken[-1].seq + 1, ()):
        fits = next((one for one in waiting if one.prev == taken[-1].digest), None)
        strangers += [one for one in waiting if one is not fits]
        if fits is None:
            break
        taken.append(fits)
    last = taken[-1]
    lost = {one.digest for one in strangers}
    for seq in sorted(parked) if lost else ():
        gone = [one for one in parked[seq] if one.prev in lost]
        lost |= {one.digest for one in gone}
        strangers += gone
        parked[seq] = tuple(one for one in parked[seq] if one not in gone)
    return Placed(
        status=Status.ACCEPTED,
        shelf=Shelf(
            received=last.seq,
            digest=last.digest,
            parked={seq: waiting for seq, waiting in parked.items() if waiting},
        ),
        taken=tuple(taken),
        strangers=tuple(strangers),
    )
