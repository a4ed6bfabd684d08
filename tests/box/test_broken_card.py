"""A card that refuses one flush: nobody gets a number any more, and everybody is told why."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.adapters.posix_files import PosixFiles
from appliance.box import Box, _conditions, open_box
from appliance.config import Box as BoxSection
from appliance.config import Config, Panel, Web
from appliance.core.commands import CallNext
from appliance.core.errors import StorageUnavailable
from appliance.core.ids import CounterId
from appliance.edges import open_simulated_edges
from appliance.ports import Edges, Mode
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.files import SimulatedFiles
from appliance.simulation.panel import SimulatedPanel
from tests.desks import TUESDAY, press


class World:
    """One box in a process, and the card under it."""

    def __init__(self, home: Path) -> None:
        self.files = SimulatedFiles(PosixFiles())
        self.clock = SimulatedClock(Hands(TUESDAY))
        web = Web(visitor_host="127.0.0.1", visitor_port=0, staff_port=0)
        self.config = Config(box=BoxSection(store=str(home)), web=web, panel=Panel())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[tuple[Box, Edges, SimulatedPanel]]:
        async with (
            open_simulated_edges(self.config, clock=self.clock, files=self.files) as (edges, panel),
            open_box(edges, self.config) as box,
            asyncio.timeout(20),
            asyncio.TaskGroup() as group,
        ):
            work = group.create_task(box.run())
            yield box, edges, panel
            work.cancel()

    def break_the_next_flush(self) -> None:
        self.files.fail_at(2, errno.EIO)  # the write is the first call, its flush the second


async def shows(panel: SimulatedPanel, mode: Mode) -> None:
    """Return once the display does."""
    while panel._face.mode is not mode:  # noqa: ASYNC110  the panel tells nobody
        await asyncio.sleep(0)


async def test_after_the_first_failed_flush_everything_is_refused_and_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.running() as (box, edges, panel):
        await box.desk.open()
        await press(box.desk)
        await shows(panel, Mode.IDLE)
        world.break_the_next_flush()
        with pytest.raises(StorageUnavailable):
            await press(box.desk, "pressed")
        assert "store-read-only" in _conditions(edges)
        await shows(panel, Mode.FAULT)
        for ask in (box.desk.perform(CallNext(counter=CounterId(1))), box.desk.close(confirm=True)):
            with pytest.raises(StorageUnavailable):
                await ask
        assert box.desk.queue.waiting_count == 1


async def test_pulling_the_plug_as_the_screen_says_is_the_way_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.running() as (box, _, _):
        await box.desk.open()
        world.break_the_next_flush()
        with pytest.raises(StorageUnavailable):
            await press(box.desk, "pressed")
    world.files.heal()
    world.clock.reboot()
    async with world.running() as (box, edges, _):
        assert _conditions(edges) == []
        done = await press(box.desk, "pressed")
        assert done.ticket is not None
        assert done.ticket.number == "A1"
        assert box.desk.queue.waiting_count == 1


async def test_a_card_that_is_read_only_at_the_start_is_shown_and_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.running() as (box, _, _):
        await box.desk.open()
        await press(box.desk)
    world.files.remount_read_only()
    async with world.running() as (box, edges, panel):
        assert box.desk.queue.waiting_count == 1
        assert _conditions(edges) == ["store-read-only"]
        await shows(panel, Mode.FAULT)
