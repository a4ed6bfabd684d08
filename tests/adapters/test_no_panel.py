"""A box without a front panel."""

import asyncio
from pathlib import Path

import pytest

from appliance.adapters.no_panel import NoPanel, missing_gpio
from appliance.ports import Face, FrontPanel, Lamp, Mode, Sound


async def test_a_box_without_a_panel_has_nothing_to_complain_about() -> None:
    panel: FrontPanel = NoPanel()
    await panel.show(Face(mode=Mode.IDLE, frames=("A7",), lamp=Lamp.READY))
    await panel.play(Sound.CHIME)
    assert (panel.buttons, tuple(panel.faults())) == (0, ())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await panel.edge()


def test_what_is_missing_is_said_in_plain_words(tmp_path: Path) -> None:
    assert str(missing_gpio(tmp_path)).startswith("no GPIO chip found: there is no ")
    (tmp_path / "gpiochip0").touch()
    assert missing_gpio(tmp_path) is None
    (tmp_path / "gpiochip0").unlink()
    (tmp_path / "gpiochip0").symlink_to(tmp_path / "nowhere")
    assert "group gpio" in str(missing_gpio(tmp_path))
