"""The switches of the demo, without a browser: what the box says of itself after each."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from appliance.demo import DemoSettings, open_demo
from tests.desks import BRUSSELS

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=BRUSSELS)
HURRY = 20.0


@dataclass
class Demo:
    """One box over HTTP."""

    client: ClientSession
    address: dict[str, Any]

    async def switch(self, fault: str, *, on: bool = True) -> None:
        url = f"{self.address['panel']}/api/v1/faults/{fault}"
        async with self.client.post(url, json={"on": on}) as answer:
            assert answer.status == 200, await answer.text()

    async def press(self) -> dict[str, Any]:
        while True:
            async with self.client.post(
                f"{self.address['panel']}/api/v1/press", json={"ms": 80}
            ) as answer:
                outcome: dict[str, Any] = await answer.json()
            if outcome["outcome"] != "same-ticket":
                return outcome

    async def conditions(self) -> list[str]:
        async with self.client.get(f"{self.address['staff']}/healthz") as answer:
            return [one["name"] for one in (await answer.json())["conditions"]]

    async def panel(self) -> dict[str, Any]:
        async with self.client.get(f"{self.address['panel']}/api/v1/panel") as answer:
            state: dict[str, Any] = await answer.json()
            return state

    async def open(self) -> None:
        """Return when the schedule has opened the session."""
        async with asyncio.timeout(10):
            while (await self.press())["outcome"] != "ticket":
                pass


@asynccontextmanager
async def a_demo(data: Path) -> AsyncIterator[Demo]:
    settings = DemoSettings(
        boxes=1,
        host="127.0.0.1",
        port=0,
        data=data,
        speed=1,
        now=MORNING,
        seed=4,
        ticker=lambda: time.monotonic() * HURRY,
        pause=lambda seconds: asyncio.sleep(seconds / HURRY),
    )
    async with open_demo(settings) as world, ClientSession() as client:
        demo = Demo(client, world.addresses("127.0.0.1")["boxes"][0])
        await demo.open()
        yield demo


async def test_a_card_that_is_read_only_gives_a_box_that_says_so_also_after_a_start(
    tmp_path: Path,
) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.switch("read-only")
        assert (await demo.press())["outcome"] == "refused"
        assert (await demo.panel())["frames"] == ["NEEM", "PA-", "PIER"]
        await demo.switch("power-cut")
        assert await demo.conditions() == ["store-read-only", "power-came-back"]
        assert (await demo.press())["outcome"] == "refused"
        await demo.switch("read-only", on=False)
        await demo.switch("power-cut")
        assert await demo.conditions() == ["power-came-back"]
        assert await demo.press() == {"outcome": "ticket", "number": "A2"}


@pytest.mark.parametrize("fault", ["disk-full", "clock-untrusted"])
async def test_a_box_starts_and_goes_on_with_that_fault(tmp_path: Path, fault: str) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.switch(fault)
        await demo.switch("power-cut")
        assert await demo.press() == {"outcome": "ticket", "number": "A2"}


async def test_a_clock_that_jumps_is_told_and_forgotten(tmp_path: Path) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.switch("clock-jump")
        assert await demo.conditions() == ["clock-jumped"]
        assert await demo.press() == {"outcome": "ticket", "number": "A2"}
        await demo.switch("power-cut")
        assert "clock-jumped" in await demo.conditions()
        assert await demo.press() == {"outcome": "ticket", "number": "A3"}
        await demo.switch("clock-jump", on=False)
        assert await demo.conditions() == ["power-came-back"]


async def test_a_display_that_was_pulled_out_stays_out_over_a_power_cut(tmp_path: Path) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.switch("display-gone")
        await demo.switch("power-cut")
        assert await demo.press() == {"outcome": "ticket", "number": "A2"}
        assert (await demo.panel())["display"] == ""
        assert "panel-display" in await demo.conditions()
