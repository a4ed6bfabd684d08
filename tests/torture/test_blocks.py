"""A few cuts on a real ext4; `make torture` does many."""

import pathlib
import subprocess
import sys

import pytest

from tests.torture import mounts

if (why_not := mounts.possible()) is not None:
    pytest.skip(f"no cuts on a real file system: {why_not}", allow_module_level=True)

pytestmark = [pytest.mark.root, pytest.mark.slow]


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.torture", "--root", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def test_after_a_cut_of_the_card_everybody_is_still_here_once() -> None:
    run = torture("--cuts", "5", "--only", "blocks")
    assert run.returncode == 0, run.stdout + run.stderr


def test_one_cut_is_repeated_by_its_name() -> None:
    run = torture("--seed", "3.torn.7", "--only", "blocks")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "blocks: cut at" in run.stdout


def test_nothing_stays_mounted() -> None:
    torture("--cuts", "1", "--model", "torn", "--only", "blocks")
    with pathlib.Path("/proc/mounts").open(encoding="utf-8") as mounted:
        assert "logdisk" not in mounted.read()
