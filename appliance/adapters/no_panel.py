"""The front panel of a box that has none: tickets come from phones and from the tablet."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from appliance.ports import Edge, Face, Sound

_DEVICES = Path("/dev")


class NoPanel:
    """Nothing to press, nothing to see, nothing wrong."""

    buttons = 0

    async def edge(self) -> Edge:
        """Never comes."""
        return await _never()

    async def show(self, face: Face) -> None:
        """Nothing to show it on."""

    async def play(self, sound: Sound) -> None:
        """Nothing to play it with."""

    def faults(self) -> Sequence[str]:
        """A part that was never there cannot be broken."""
        return ()


def missing_gpio(devices: Path = _DEVICES) -> str | None:
    """In plain words why no button can work here; None when a GPIO chip is there and open to us."""
    chips = sorted(devices.glob("gpiochip*"))
    if not chips:
        return (
            f"no GPIO chip found: there is no {devices}/gpiochip*, so this is not a Raspberry Pi, "
            "or its kernel has no GPIO driver; this box runs without a front panel"
        )
    if not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips):
        return (
            f"no GPIO chip may be used: {chips[0]} is there, but this user may not open it; "
            "add the user to the group gpio"
        )
    return None


async def _never() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError("an event nobody holds was set")
