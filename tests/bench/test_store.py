"""The figures keep their limits."""

from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.store import _filesystem, _what_a_commit_writes, on_a_medium


def test_a_commit_writes_one_block_and_flushes_once(tmp_path: Path) -> None:
    assert [figure.value for figure in _what_a_commit_writes(tmp_path / "store")] == [1.0, 4096.0]


def test_a_figure_knows_whether_it_is_good_enough() -> None:
    assert Figure(name="n", value=1.3, unit="x", limit=1.3).ok
    assert not Figure(name="n", value=1.31, unit="x", limit=1.3).ok
    assert Figure(name="n", value=9, unit="x").ok
    assert str(Figure(name="n", value=2, unit="x", limit=1, ratio_of="it")).startswith("! n ")


def test_the_benchmark_runson_a_medium() -> None:
    assert _filesystem(on_a_medium()) not in {"tmpfs", "ramfs"}
    assert _filesystem(Path("/proc")) == "proc"
