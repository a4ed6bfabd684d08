"""The unit files and the program speak of the same things."""

import re
from pathlib import Path

from appliance.__main__ import _parser
from appliance.adapters.proof_unit import ANSWER, ASK
from appliance.config import Config
from tests.netns.world import CAPABILITIES

UNITS = Path(__file__).parents[2] / "systemd"


def text(name: str) -> str:
    return (UNITS / name).read_text(encoding="utf-8")


def test_root_makes_the_trial_where_the_box_asks_for_it() -> None:
    asked = Path(Config().hotspot.run) / ASK
    assert f"PathChanged={asked}\n" in text("digipunt-proof.path")
    assert "Unit=digipunt-proof.service" in text("digipunt-proof.path")
    directory = re.search(r"RuntimeDirectory=(.*)", text("digipunt-proof.service"))
    assert directory
    assert ANSWER.parent == Path("/run") / directory[1]


def test_every_command_of_a_unit_is_one_of_ours() -> None:
    found = [
        command.split()[1]
        for path in sorted(UNITS.rglob("*.service"))
        for command in re.findall(r"^ExecStart=(.*)$", path.read_text("utf-8"), re.MULTILINE)
        if "digipunt" in command
    ]
    assert "prove" in found
    for command in found:
        _parser().parse_args([command])


def test_the_box_has_the_capabilities_that_were_tried_and_no_more() -> None:
    unit = text("digipunt.service.d/hotspot.conf")
    wanted = {f"CAP_{name.upper()}" for name in CAPABILITIES}
    for setting in ("AmbientCapabilities", "CapabilityBoundingSet"):
        line = re.search(rf"^{setting}=(.*)$", unit, re.MULTILINE)
        assert line
        assert set(line[1].split()) == wanted
