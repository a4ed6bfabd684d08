"""A few cuts on a real ext4; `make torture` does many."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture import blocks, mounts

if (why_not := mounts.possible()) is not None:
    pytest.skip(f"no cuts on a real file system: {why_not}", allow_module_level=True)

pytestmark = [pytest.mark.root, pytest.mark.slow, pytest.mark.timeout(300)]


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.torture", "--root", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)


def test_after_a_cut_of_the_card_everybody_is_still_here_once() -> None:
    run = torture("--cuts", "5", "--only", "blocks")
    assert run.returncode == 0, run.stdout + run.stderr


def test_one_cut_is_repeated_by_its_name() -> None:
    run = torture("--seed", "3.torn.7", "--only", "blocks")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "blocks: cut at" in run.stdout


def test_nothing_stays_mounted() -> None:
    torture("--cuts", "1", "--model", "torn", "--only", "blocks")
    assert "logdisk" not in Path("/proc/mounts").read_text(encoding="utf-8")


def test_a_life_in_which_a_cut_went_wrong_is_kept_and_repeated(tmp_path: Path) -> None:
    with mounts.workshop(tmp_path / "here") as home:
        life = blocks.LoggedLife(home, seed=4, acts=30)
        before = blocks.once(life, home, name="torn", number=3)
        life.keep(tmp_path)
        again = blocks.repeat(home, seed=4, model="torn", number=3, kept=tmp_path)
    assert again == before
