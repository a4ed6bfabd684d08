"""A box with four buttons that are pressed in turn: `python -m tests.bench.pressed PRESSES`.

It says where its visitors' site is; told "go", it presses and says how long each number took
from the pin to the display, and stays until the next line.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from appliance.box import open_box
from appliance.config import Box as BoxConfig
from appliance.config import Config, Panel, Place, Web
from appliance.edges import open_simulated_edges
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.panel import SimulatedPanel
from tests.bench.store import on_a_medium
from tests.desks import BRUSSELS

BUTTONS = 4
APART = 3.2 / BUTTONS
"""Seconds between presses: each button gives one number in three seconds."""


async def _press(panel: SimulatedPanel, button: int) -> float:
    before = set(panel.state()["frames"])
    began = perf_counter()
    async with asyncio.TaskGroup() as group, asyncio.timeout(10):
        group.create_task(panel.press(button, 20))
        revision = panel.revision
        while True:
            state = panel.state()
            if state["mode"] == "number" and state["display"] and state["display"] not in before:
                return (perf_counter() - began) * 1000
            revision = await panel.newer(revision)


async def _main(presses: int) -> None:
    with tempfile.TemporaryDirectory(dir=on_a_medium()) as home:
        config = Config(
            place=Place(name="Bench", hours="Mo-Su 00:00-24:00"),
            box=BoxConfig(store=str(Path(home) / "box")),
            web=Web(visitor_host="127.0.0.1", visitor_port=0, staff_port=0),
            panel=Panel(buttons=(17, 27, 22, 23), services=("help",) * BUTTONS, lamp=18),
        )
        clock = SimulatedClock(
            Hands(datetime(2026, 11, 24, 10, tzinfo=BRUSSELS), speed=1, ticker=perf_counter)
        )
        async with (
            open_simulated_edges(config, clock=clock) as (edges, panel),
            open_box(replace(edges), config) as box,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(box.run())
            await box.rollover.tick()
            print(json.dumps({"visitor": str(box.visitor)}), flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            times = []
            for n in range(presses):
                times.append(await _press(panel, n % BUTTONS + 1))
                await asyncio.sleep(max(0.0, APART - times[-1] / 1000))
            print(json.dumps({"ms": times}), flush=True)
            await asyncio.to_thread(sys.stdin.readline)  # stay until the crowd has gone
            running.cancel()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
