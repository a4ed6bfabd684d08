"""Whole boxes and a collector under virtual time: truth and what is known, to the unit."""

import asyncio
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from appliance.__main__ import main
from appliance.collector.program import open_store
from appliance.collector.tables import TOLD
from appliance.simulate.office import config_of
from appliance.simulate.run import simulate, told
from appliance.simulate.verdict import verdict
from appliance.simulate.world import Wanted


def a_world(directory: Path, *, boxes: int = 3, days: int = 35, seed: int = 2) -> Wanted:
    directory.mkdir(parents=True, exist_ok=True)
    return Wanted(boxes=boxes, days=days, seed=seed, directory=directory)


def test_the_same_seed_lives_the_same_weeks_and_nothing_is_lost_or_counted_twice(
    tmp_path: Path,
) -> None:
    first, second = a_world(tmp_path / "a"), a_world(tmp_path / "b")
    one = simulate(first)
    assert one.wrong == []
    assert min(line.truth for line in one.lines[:3]) > 0
    assert one.cells > 20
    assert told(one, first) == told(simulate(second), second)


def test_another_seed_lives_other_weeks(tmp_path: Path) -> None:
    first, second = a_world(tmp_path / "a", boxes=1), a_world(tmp_path / "b", boxes=1, seed=3)
    assert simulate(first).lines != simulate(second).lines


def test_one_visit_too_many_is_found(tmp_path: Path) -> None:
    wanted = a_world(tmp_path, boxes=1)
    lived = simulate(wanted).lived

    async def tampered() -> list[str]:
        async with open_store(config_of(wanted.directory)) as (database, _):
            async with database.writing() as connection:
                month = TOLD.c.grain == "month"
                row = (await connection.execute(select(TOLD).where(month))).mappings().first()
                assert row is not None
                totals = json.loads(row["totals"])
                totals["served"] += 1
                same = TOLD.c.period == row["period"]
                await connection.execute(update(TOLD).where(same).values(totals=json.dumps(totals)))
            return (await verdict(database, wanted, lived)).wrong

    wrong = asyncio.run(tampered())
    assert any("served was" in one for one in wrong)
    assert "visits: the sum is wrong" in wrong


def test_the_command_says_equal_and_writes_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "jaar.xlsx"
    asked = ["simulate", "--boxes", "2", "--days", "9", "--seed", "1", "--workbook", str(file)]
    with pytest.raises(SystemExit) as ended:
        main([*asked, "--data", str(tmp_path / "world")])
    assert ended.value.code == 0
    assert "Equal to the unit." in capsys.readouterr().out
    assert "Per provincie" in load_workbook(io.BytesIO(file.read_bytes())).sheetnames
    with pytest.raises(SystemExit) as ended:
        main([*asked, "--data", str(tmp_path / "world")])
    assert ended.value.code == 2
    assert "choose an empty one" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hundred_boxes_over_the_end_of_a_year_are_equal_to_the_unit(tmp_path: Path) -> None:
    found = simulate(a_world(tmp_path, boxes=100, days=42, seed=1))
    assert found.wrong == []
    assert found.lines[1].truth > 10_000
    assert found.copied == found.flagged > 0
    assert found.corrected > 0
    assert sum(one.undated for one in found.lived) > 0
    assert sum(one.cuts for one in found.lived) > 0
    assert max(one.most_waiting for one in found.lived) > 3
