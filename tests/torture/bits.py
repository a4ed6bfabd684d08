"""One bit flipped, anywhere in what the store has written."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Final

from appliance.core.errors import BadStore
from tests.adapters.medium import Unflushed
from tests.torture.diary import Diary, State, what_is_there
from tests.torture.fates import BLOCK
from tests.torture.faults import Fault
from tests.torture.life import Home, live

ALLOWED: Final = 1000
"""At most one silent change in so many."""


def flipped(home: Path, *, rounds: int, seed: int) -> Fault:
    """Each is harmless or said aloud."""
    fault = Fault(name="one bit flipped")
    path, diary = home / "flips", Diary()
    asyncio.run(_mid_session(path, diary, seed))
    written = list(_written_blocks(path))
    chance = random.Random(f"flips {seed}")
    ends: Counter[str] = Counter()
    for _ in range(rounds):
        fault.tried += 1
        file, block = chance.choice(written)
        bit = chance.randrange(8 * BLOCK)
        _flip(file, block * BLOCK + bit // 8, 1 << bit % 8)
        ends[asyncio.run(_end(path, diary.pages[-1].state))] += 1
        _flip(file, block * BLOCK + bit // 8, 1 << bit % 8)
    fault.note = ", ".join(f"{n} {end}" for end, n in sorted(ends.items()))
    fault.expect(ends["silent"] <= rounds // ALLOWED, f"seed {seed}: {fault.note}")
    return fault


async def _mid_session(path: Path, diary: Diary, seed: int) -> None:
    box = Home(path=path, files=Unflushed())
    await box.provision()
    await live(box, diary, seed=seed, acts=70, position=lambda: 0)


def _written_blocks(path: Path) -> list[tuple[Path, int]]:
    """Blocks of zeros hold nothing that could be wrong."""
    return [
        (file, n)
        for file in sorted(path.iterdir())
        for n in range(-(-file.stat().st_size // BLOCK))
        if any(file.read_bytes()[n * BLOCK : (n + 1) * BLOCK])
    ]


def _flip(file: Path, offset: int, mask: int) -> None:
    raw = bytearray(file.read_bytes())
    if offset < len(raw):
        raw[offset] ^= mask
        file.write_bytes(raw)


async def _end(path: Path, last: State) -> str:
    box = Home(path=path, files=Unflushed())
    try:
        async with box.looked_at() as (desk, book):
            if book.damage:
                return "said aloud"
            return "harmless" if what_is_there(desk, book).whole == last.whole else "silent"
    except BadStore:
        return "said aloud"
