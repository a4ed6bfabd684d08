"""Power cuts anybody can try: at every call of a desk's day, and boxes built wrong are caught."""

from collections import Counter
from pathlib import Path

import pytest

from tests.torture.calls import caught, cuts
from tests.torture.controls import CONTROLS
from tests.torture.models import MODELS
from tests.torture.score import Row, complaints
from tests.torture.verdict import Found


@pytest.mark.parametrize("model", MODELS)
def test_after_a_cut_everybody_is_still_here_once(tmp_path: Path, model: str) -> None:
    row = Row(model=model)
    row.add(cuts(tmp_path, seed=1, models=[model], each=30))
    assert complaints([row], []) == []


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_after_many_cuts_too(tmp_path: Path, model: str) -> None:
    row = Row(model=model)
    for seed in range(100, 104):
        row.add(cuts(tmp_path, seed=seed, models=[model], each=100))
    assert complaints([row], []) == []


@pytest.mark.parametrize("control", CONTROLS)
def test_a_box_built_wrong_is_found_out(tmp_path: Path, control: str) -> None:
    one = caught(tmp_path, control, seed=1, each=40)
    assert complaints([], [one]) == []


def test_a_card_that_lied_is_often_found_out(tmp_path: Path) -> None:
    ends = Counter(
        cut.verdict.found for cut in cuts(tmp_path, seed=1, models=["lying-card"], each=60)
    )
    assert ends[Found.REPORTED] + ends[Found.UNREADABLE] > 0


def test_the_same_seed_pulls_the_same_plug(tmp_path: Path) -> None:
    first, second = (list(cuts(tmp_path, seed=5, models=["torn"], each=8)) for _ in range(2))
    assert first == second
