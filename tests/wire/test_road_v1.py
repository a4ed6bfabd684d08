"""What the first version kept about its coordinator is understood by every later one."""

import json
from pathlib import Path

import pytest

from appliance.core.errors import BadStore
from appliance.core.federation import road
from appliance.core.federation.chain import dump_told, load_told
from appliance.core.federation.hello import Follows
from appliance.core.federation.welcome import Standing

GOLDEN = json.loads((Path(__file__).parent / "road-v1.json").read_text("utf-8"))


def test_the_golden_coordinator_is_understood_and_written_the_same() -> None:
    found = road.load(GOLDEN["road"])
    assert found is not None
    assert (found.address, found.standing) == ("https://cijfers.example.be", Standing.APPROVED)
    assert found.key == bytes(range(32))
    assert road.dump(found) == GOLDEN["road"]


def test_the_golden_row_that_is_gone_on_from_is_understood_and_written_the_same() -> None:
    found = road.load_follows(GOLDEN["before"])
    assert found == Follows(box="b" * 26, chain="0123456789abcdef", received=8)
    assert road.dump_follows(found) == GOLDEN["before"]


def test_a_golden_closed_period_stays_closed() -> None:
    found = load_told(GOLDEN["told"])
    assert found.closed
    assert dump_told(found) == {k: v for k, v in GOLDEN["told"].items() if k != "elsewhere"}


@pytest.mark.parametrize("name", ["road", "before"])
def test_a_later_version_is_not_guessed_at(name: str) -> None:
    read = {"road": road.load, "before": road.load_follows}[name]
    with pytest.raises(BadStore):
        read({**GOLDEN[name], "v": 2})
