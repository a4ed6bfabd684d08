"""A whole box and its coordinator: enrolled by code, carried over a restore, wiped."""

import asyncio
import errno
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.adapters import backup_file, box_keys
from appliance.adapters.pin_file import PinFile
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import create_store, open_book
from appliance.backup import back_up, restore
from appliance.box import Box, open_box
from appliance.config import Config, Federation
from appliance.core.errors import Unavailable
from appliance.core.ids import ServiceId
from appliance.core.ticket import Source
from appliance.demo import DemoSettings, open_demo
from appliance.edges import STORE, open_simulated_edges, provisioned
from appliance.ports import Write
from appliance.services.keeping import TABLES
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.files import SimulatedFiles
from tests.box.test_letters import TUESDAY
from tests.box.test_letters import config as with_coordinator
from tests.collector.road_end import an_office
from tests.torture.life import Home


def config(data: Path) -> Config:
    """A box that nobody told of any coordinator."""
    return replace(with_coordinator(data), federation=Federation())


@asynccontextmanager
async def a_box(data: Path, hands: Hands) -> AsyncIterator[Box]:
    settings = config(data)
    keys = provisioned(data)
    pin = PinFile(data, pepper=keys.secret("pin"))
    if not pin.is_set:
        pin.choose("123456")
    clock = SimulatedClock(hands)
    async with (
        open_simulated_edges(settings, clock=clock) as (edges, _),
        open_box(edges, settings) as box,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(box.run())
        yield box
        running.cancel()


async def visits(box: Box, people: int) -> None:
    await box.desk.open()
    for _ in range(people):
        await box.desk.take(ServiceId("help"), source=Source.PHONE, lang="ar")
    await box.desk.close(confirm=True)


async def test_a_box_out_of_a_backup_tells_the_rest_and_nothing_twice(tmp_path: Path) -> None:
    hands = Hands(TUESDAY)
    async with an_office(tmp_path / "c", hands) as office:
        async with a_box(tmp_path / "old", hands) as box:
            road = box.letterbox.road
            assert road is not None
            await road.move(office.collector.url, await office.code())
            await road.tick()
            await visits(box, 7)
            hands.forward(timedelta(days=9))
            await box.letterbox.letters.tick()
            old = box.id
        await back_up(config(tmp_path / "old"), tmp_path / "backup")
        tables = backup_file.read(tmp_path / "backup")
        assert {"before", "road", "told"} <= set(tables)
        pem = (tmp_path / "old" / box_keys.FILE).read_bytes().split(b"\n")[1]
        assert pem not in (tmp_path / "backup").read_bytes()
        restore(tmp_path / "backup", tmp_path / "new")
        async with a_box(tmp_path / "new", hands) as box:
            road = box.letterbox.road
            assert road is not None
            assert box.id != old
            await road.tick()
            now = office.collector.site.now()
            await office.collector.site.enrolment.approve(box.id, ["park"], by="an", now=now)
            await road.tick()
            assert road.follows is None
            await visits(box, 4)
            hands.forward(timedelta(days=45))
            await box.letterbox.letters.tick()
            outbox = box.letterbox.outbox
            assert outbox is not None
            while outbox.waiting:
                try:
                    await outbox.send()
                except Unavailable:
                    await asyncio.sleep(0)
        assert await office.tickets("week") == 11
        assert await office.tickets("month") == 11


async def test_a_wiped_box_ends_and_begins_anew_as_the_same_box(tmp_path: Path) -> None:
    hands = Hands(TUESDAY)
    async with a_box(tmp_path / "box", hands) as box:
        await visits(box, 3)
        was = box.id
        await box.settings.change({"name": "Anders"})
        await box.desk.erase(tuple(TABLES))
        box.wiped.set()
        await asyncio.sleep(0)
    async with a_box(tmp_path / "box", hands) as box:
        assert box.id == was
        assert box.settings.current.name == "Bib"
        assert box.desk.tallies() == []
        await visits(box, 1)
        assert box.desk.state.numbering.serial == 1


async def test_the_run_of_a_box_returns_when_all_was_wiped(tmp_path: Path) -> None:
    settings = config(tmp_path / "box")
    provisioned(tmp_path / "box")
    clock = SimulatedClock(Hands(TUESDAY))
    async with (
        open_simulated_edges(settings, clock=clock) as (edges, _),
        open_box(edges, settings) as box,
        asyncio.timeout(10),
    ):
        box.wiped.set()
        await box.run()


@pytest.mark.parametrize("short", [False, True])
async def test_a_cut_while_wiping_leaves_all_of_it_or_nothing(tmp_path: Path, short: bool) -> None:  # noqa: FBT001  a parameter of the test
    """At every call that reaches the card; what comes up next is one of the two."""
    seen = set()
    for call in itertools.count(1):
        path = tmp_path / str(call)
        path.mkdir()
        create_store(path / STORE, segment_bytes=24 * 4096)
        home = Home(path=path / STORE, files=SimulatedFiles(PosixFiles()))
        files = home.files
        assert isinstance(files, SimulatedFiles)
        async with home.started() as (desk, book):
            rows = [Write(table=name, id=1, document={"v": 1}) for name in TABLES if name != "box"]
            await book.commit([row for row in rows if row.table != "actions"])
            before = files.count
            if short:
                files.cut_short_at(call)
            else:
                files.fail_at(call, errno.EIO)
            try:
                await desk.erase(tuple(TABLES))
            except Unavailable:
                seen.add("refused")
            ended = files.count - before < call
        async with open_book(path / STORE) as book:
            there = {name for name in TABLES if book.read(name)}
        whole = set(TABLES) - {"box", "actions"}
        assert there in (set(), whole)
        seen.add("there" if there else "gone")
        if ended:
            break
    assert call > 3
    assert {"gone", "refused"} <= seen
    assert short or "there" in seen


def test_a_backup_says_nothing_of_a_road_that_nobody_took(tmp_path: Path) -> None:
    provisioned(tmp_path / "box")
    asyncio.run(back_up(config(tmp_path / "box"), tmp_path / "backup"))
    assert set(json.loads((tmp_path / "backup").read_bytes())["content"]["tables"]) == {
        "box",
        "tallies",
    }


async def test_a_box_of_the_demo_that_was_wiped_comes_back_where_it_was(tmp_path: Path) -> None:
    settings = DemoSettings(
        boxes=1,
        host="127.0.0.1",
        port=0,
        data=tmp_path,
        speed=1,
        now=TUESDAY - timedelta(days=1),  # nobody is in
        seed=4,
    )
    async with open_demo(settings) as world, asyncio.timeout(30):
        one = world.boxes[0]
        box = await one.up()
        staff = box.staff
        await box.settings.change({"name": "Anders"})
        await box.desk.erase(tuple(TABLES))
        box.wiped.set()
        while one.box is box:  # noqa: ASYNC110  the world says when it is up, not when it is down
            await asyncio.sleep(0.01)
        again = await one.up()
        assert again is not box
        assert (again.id, again.staff) == (box.id, staff)
        assert again.settings.current.name != "Anders"
