"""The power goes while a backup is made, a box is restored, or a later version starts."""

from pathlib import Path

import pytest

from tests.torture import mounts
from tests.torture.episode_cuts import caught, cuts, repeat
from tests.torture.episodes import BUILT_WRONG, EPISODES
from tests.torture.score import Row, complaints

on_blocks = pytest.mark.skipif(mounts.possible() is not None, reason="no real file system here")


@pytest.mark.parametrize("name", EPISODES)
@pytest.mark.parametrize("seed", [1, 2])
def test_all_of_it_or_nothing(tmp_path: Path, name: str, seed: int) -> None:
    row = Row(model=name)
    row.add(cuts("calls", tmp_path, seed=seed, name=name, each=30))
    assert complaints([row], []) == []


@pytest.mark.parametrize("name", BUILT_WRONG)
def test_one_done_wrong_is_found_out(tmp_path: Path, name: str) -> None:
    assert complaints([], [caught("calls", tmp_path, name, seed=1, each=40)]) == []


def test_one_cut_is_repeated_by_its_name(tmp_path: Path) -> None:
    first, *_, last = cuts("calls", tmp_path, seed=3, name="restore", each=5)
    assert repeat("calls", tmp_path, seed=3, name="restore", number=4) == last != first


@on_blocks
@pytest.mark.root
@pytest.mark.slow
@pytest.mark.parametrize("name", EPISODES)
def test_on_a_real_file_system_too(tmp_path: Path, name: str) -> None:
    with mounts.workshop(tmp_path / "here") as home:
        row = Row(model=name)
        row.add(cuts("blocks", home, seed=1, name=name, each=10))
    assert complaints([row], []) == []
