"""Whole walk-in mornings: real pins, real HTTP, a real store, a power cut; nobody is lost."""

from pathlib import Path

import pytest

from tests.morning.diary import Diary
from tests.morning.place import a_place
from tests.morning.story import Morning


async def play(data: Path, *, seed: int, visitors: int, lines: list[str] | None = None) -> int:
    diary = Diary(write=(lines if lines is not None else []).append)
    async with a_place(data, seed=seed) as place:
        return await Morning(place, diary, seed=seed, visitors=visitors).run()


async def test_a_walk_in_morning_ends_with_a_balance_of_zero(tmp_path: Path) -> None:
    lines: list[str] = []
    assert await play(tmp_path, seed=7, visitors=40, lines=lines) == 0
    print("\n".join(lines))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "visitors"), [(n, 5 + n * 5) for n in range(12)])
async def test_any_morning_from_five_to_sixty_visitors_balances(
    tmp_path: Path, seed: int, visitors: int
) -> None:
    assert await play(tmp_path, seed=seed, visitors=visitors) == 0


async def test_the_same_seed_is_the_same_morning(tmp_path: Path) -> None:
    first: list[str] = []
    second: list[str] = []
    await play(tmp_path / "one", seed=3, visitors=12, lines=first)
    await play(tmp_path / "two", seed=3, visitors=12, lines=second)
    assert first == second
