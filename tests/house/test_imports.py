"""Every module can be imported alone, in a fresh interpreter: no circle, no hidden order."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "appliance").rglob("*.py")
    if path.stem not in {"__init__", "__main__"}
)


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_alone(module: str) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {module}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
