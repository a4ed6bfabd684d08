"""A whole box tells its coordinator about a week and a month, and nobody is in it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.adapters.ed25519 import public_key, verify
from appliance.adapters.pin_file import PinFile
from appliance.box import Box, open_box
from appliance.config import Box as BoxConfig
from appliance.config import Config, Federation, Panel, Place, Web
from appliance.core import commands as c
from appliance.core.ids import CounterId, ServiceId
from appliance.core.ticket import Source
from appliance.edges import open_simulated_edges, provisioned
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.coordinator import SimulatedCoordinator
from tests.desks import BRUSSELS

ROOT = Ed25519PrivateKey.from_private_bytes(bytes(32))
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=BRUSSELS)


def config(data: Path) -> Config:
    return Config(
        place=Place(id="park", name="Bib", nis="33011", kind="library"),
        box=BoxConfig(store=str(data)),
        web=Web(visitor_host="127.0.0.1", visitor_port=0, staff_port=0),
        panel=Panel(kind="none"),
        federation=Federation(
            url="http://127.0.0.1:9",
            key=base64.b64encode(ROOT.public_key().public_bytes_raw()).decode(),
        ),
    )


class Town:
    """The box, the hands of its clock, and the other end."""

    def __init__(self, box: Box, hands: Hands, coordinator: SimulatedCoordinator) -> None:
        self.box = box
        self.hands = hands
        self.coordinator = coordinator

    async def visits(self, people: int) -> None:
        desk = self.box.desk
        await desk.open()
        for _ in range(people):
            await desk.take(ServiceId("help"), source=Source.PHONE, lang="ar")
            await desk.perform(c.CallNext(counter=CounterId(1)))
        await desk.close(confirm=True)

    async def until_told(self, letters: int) -> None:
        """The writer looks every ten minutes of its clock; real time is not waited for."""
        async with asyncio.timeout(20):
            while len(self.coordinator.received) < letters:
                self.hands.forward(timedelta(minutes=10))
                await asyncio.sleep(0.01)


@asynccontextmanager
async def a_town(data: Path) -> AsyncIterator[Town]:
    settings = config(data)
    keys = provisioned(data)
    PinFile(data, pepper=keys.secret("pin")).choose("123456")
    hands = Hands(TUESDAY)
    coordinator = SimulatedCoordinator(sign=ROOT.sign, verify=verify, keys={keys.box: keys.public})
    async with open_simulated_edges(settings, clock=SimulatedClock(hands)) as (edges, _panel):
        told = replace(edges, mail=coordinator)
        async with open_box(told, settings) as box, asyncio.TaskGroup() as group:
            running = group.create_task(box.run())
            yield Town(box, hands, coordinator)
            running.cancel()


async def test_a_visit_arrives_as_a_figure_and_nothing_else(tmp_path: Path) -> None:
    async with a_town(tmp_path / "box") as town:
        await town.visits(7)
        town.hands.forward(timedelta(days=8))
        await town.until_told(2)
        week, month = town.coordinator.received[:2]
        assert (week.period.name, week.totals["tickets"]) == ("2026-W48", 7)
        assert (month.period.name, month.tables["language"]) == ("2026-11", {"ar": 7})
        assert month.location.nis == "33011"


async def test_a_lead_stops_the_sending_and_nothing_is_lost(tmp_path: Path) -> None:
    async with a_town(tmp_path / "box") as town:
        await town.box.settings.change({"federation": False})
        await town.visits(7)
        town.hands.forward(timedelta(days=8))
        letters = town.box.letterbox
        async with asyncio.timeout(20):
            while len(letters.waiting()) < 2:
                town.hands.forward(timedelta(minutes=10))
                await asyncio.sleep(0.01)
        assert town.coordinator.tried == 0
        await town.box.settings.change({"federation": True})
        await town.until_told(2)


def test_a_key_is_read_as_people_hand_it_over() -> None:
    key = ROOT.public_key().public_bytes_raw()
    assert public_key(base64.b64encode(key).decode()) == key
    assert public_key("x") is None
    assert public_key(base64.b64encode(key[:31]).decode()) is None
    assert not verify(key, b"letter", b"no seal")
    assert verify(key, b"letter", ROOT.sign(b"letter"))
