"""What a power cut does to the writes that no flush had covered yet."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

Writes = Sequence[tuple[int, bytes]]
"""Offset and bytes, in the order in which they were asked for."""

Fate = Callable[[Writes, random.Random], Writes]

SECTOR: Final = 512
BLOCK: Final = 4096


def nothing(pending: Writes, chance: random.Random) -> Writes:
    """Not one of them arrived."""
    return []


def in_order(pending: Writes, chance: random.Random) -> Writes:
    """The first few arrived, whole."""
    return pending[: chance.randint(0, len(pending))]


def reordered(pending: Writes, chance: random.Random) -> Writes:
    """Any blocks of 4 KiB arrived, and the others did not."""
    return _some(_pieces(pending, BLOCK), chance)


def torn(pending: Writes, chance: random.Random) -> Writes:
    """Any sectors of 512 bytes arrived, and the others did not."""
    return _some(_pieces(pending, SECTOR), chance)


def garbled(pending: Writes, chance: random.Random) -> Writes:
    """All arrived up to one block, which holds noise."""
    pieces = _pieces(pending, BLOCK)
    if not pieces:
        return pieces
    last = chance.randrange(len(pieces))
    offset, data = pieces[last]
    return [*pieces[:last], (offset, chance.randbytes(len(data)))]


HONEST: Final[Mapping[str, Fate]] = {
    "in order": in_order,
    "reordered": reordered,
    "torn": torn,
    "garbled": garbled,
}


def any_of_them(pending: Writes, chance: random.Random) -> Writes:
    """One of the honest fates."""
    return HONEST[chance.choice(list(HONEST))](pending, chance)


def _some(pieces: Writes, chance: random.Random) -> Writes:
    share = chance.choice([0.1, 0.5, 0.9])
    return [piece for piece in pieces if chance.random() < share]


def _pieces(pending: Writes, size: int) -> Writes:
    """Cut at multiples of `size` of the medium, as the medium does."""
    pieces: list[tuple[int, bytes]] = []
    for offset, data in pending:
        at = 0
        while at < len(data):
            end = min(len(data), at + size - (offset + at) % size)
            pieces.append((offset + at, data[at:end]))
            at = end
    return pieces
