"""The demo's collector: the same program as anywhere, and what one clock means for everybody."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar

from appliance.core import commands as c
from appliance.core.ids import CounterId
from appliance.demo import DemoSettings, DemoWorld, open_demo
from tests.desks import BRUSSELS, press

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=BRUSSELS)
HURRY = 100.0


@dataclass
class Office:
    """A demo, and a coordinator who is signed in."""

    world: DemoWorld
    client: ClientSession
    addresses: dict[str, Any]

    async def turn(self, box: int = 0, **how: str) -> datetime:
        """The clock at that box's panel."""
        url = f"{self.addresses['boxes'][box]['panel']}/api/v1/clock"
        async with self.client.post(url, json=how) as answer:
            assert answer.status == 200, await answer.text()
            return datetime.fromisoformat((await answer.json())["now"])

    async def fault(self, name: str, *, on: bool) -> None:
        url = f"{self.addresses['boxes'][0]['panel']}/api/v1/faults/{name}"
        async with self.client.post(url, json={"on": on}) as answer:
            assert answer.status == 200, await answer.text()

    async def visits(self, count: int, topic: str = "tax") -> None:
        """People who press, are called and are helped, in a session opened by hand."""
        desk = (await self.world.boxes[0].up()).desk
        await desk.open()
        for _ in range(count):
            await press(desk)
            called = await desk.perform(c.CallNext(counter=CounterId(1)))
            assert called.ticket is not None
            await desk.perform(c.Finish(number=called.ticket.number, topic=topic))
        await desk.close(confirm=True)

    async def sign_in(self) -> None:
        collector = self.addresses["collector"]
        who = {"user": collector["user"], "password": collector["password"]}
        url = collector["url"]
        headers = {"Origin": url}
        async with self.client.post(f"{url}/api/v1/session", json=who, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def topics(self, month: str = "2026-11") -> dict[str, int]:
        """What the workbook of that month says of topics, nothing where it says nothing."""
        url = f"{self.addresses['collector']['url']}/workbook.json?from={month}&to={month}"
        async with self.client.get(url) as answer:
            assert answer.status == 200, await answer.text()
            found = json.loads(await answer.read())
        sheet = next(one for one in found["sheets"] if one["title"] == "Per onderwerp")
        at = [column["name"] for column in sheet["columns"]].index("Aantal")
        return {row[at - 1] or row[0]: row[at] for row in sheet["rows"] if row[at]}


@asynccontextmanager
async def an_office(data: Path, *, boxes: int = 1) -> AsyncIterator[Office]:
    settings = DemoSettings(
        boxes=boxes,
        host="127.0.0.1",
        port=0,
        data=data,
        speed=1,
        now=MONDAY,
        seed=4,
        ticker=lambda: time.monotonic() * HURRY,
        pause=lambda seconds: asyncio.sleep(seconds / HURRY),
    )
    jar = CookieJar(unsafe=True)
    async with open_demo(settings) as world, ClientSession(cookie_jar=jar) as client:
        office = Office(world, client, world.addresses("127.0.0.1"))
        await office.sign_in()
        yield office


async def test_visits_arrive_when_the_clock_is_turned_past_the_month(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.visits(6)
        assert await office.topics() == {}
        await office.turn(forward="7d")
        assert await office.topics() == {}  # a week's letter tells no topics
        await office.turn(forward="2d")
        assert await office.topics() == {"Belastingen (Tax-on-web)": 6, "Totaal": 6}


async def test_few_visits_arrive_without_saying_about_what(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.visits(4)
        await office.turn(forward="9d")
        assert await office.topics() == {"niet uitgesplitst (kleine aantallen)": 4, "Totaal": 4}


async def test_letters_wait_while_the_uplink_is_gone(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.visits(6)
        await office.fault("uplink-gone", on=True)
        await office.turn(forward="9d")
        assert await office.topics() == {}
        box = await office.world.boxes[0].up()
        assert box.letterbox.outbox is not None
        assert len(box.letterbox.outbox.waiting) == 2
        await office.fault("uplink-gone", on=False)
        async with asyncio.timeout(10):
            while box.letterbox.outbox.waiting:
                await box.desk.changed(box.desk.revision)
        assert (await office.topics())["Totaal"] == 6


async def test_one_panel_turns_the_clock_of_every_box_and_of_the_coordinator(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, boxes=2) as office:
        await office.turn(box=1, forward="9d")
        first, second = [one.clock.now() for one in office.world.boxes]
        now = office.world.collector.collector.site.now()
        assert max(first, second, now).date() == min(first, second, now).date()
        assert now.date().isoformat() == "2026-12-02"
        waiting = [(await one.up()).letterbox.waiting() for one in office.world.boxes]
        assert waiting == [[], []]


async def test_a_box_whose_clock_lies_stays_as_wrong_and_the_others_right(tmp_path: Path) -> None:
    async with an_office(tmp_path, boxes=2) as office:
        await office.fault("clock-jump", on=True)  # ten years back
        await office.turn(box=0, forward="9d")
        wrong, right = [one.clock.now() for one in office.world.boxes]
        assert (wrong.year, right.date().isoformat()) == (2016, "2026-12-02")
        assert office.world.collector.collector.site.now().year == 2026


async def test_started_again_it_knows_password_letters_and_the_hour(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.visits(6)
        before = await office.turn(forward="9d")
        told = await office.topics()
        first = office.addresses["collector"]["password"]
    async with an_office(tmp_path) as office:
        assert office.addresses["collector"]["password"] == first
        assert office.world.hands.now() >= before
        assert await office.topics() == told
        async with office.client.get(f"{office.addresses['collector']['url']}/boxes") as answer:
            assert "goedgekeurd" in await answer.text()


async def test_turning_the_clock_signs_no_coordinator_out(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.turn(forward="30d")
        assert await office.topics() == {}
