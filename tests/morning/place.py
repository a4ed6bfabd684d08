"""The place on that morning: the box, its button, its sites, and the hands of its clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from appliance.core.press import PressOutcome
from appliance.demo import DemoBox, DemoSettings, DemoWorld, open_demo
from appliance.simulation.ticker import HandTicker
from tests.desks import BRUSSELS

OPENS = datetime(2026, 11, 24, 9, 0, tzinfo=BRUSSELS)


class Place:
    """What a visitor and a volunteer can do there; time passes only in `until`."""

    def __init__(self, world: DemoWorld, ticker: HandTicker, *, host: str) -> None:
        self.world = world
        self.box: DemoBox = world.boxes[0]
        self.addresses = world.addresses(host)["boxes"][0]
        self._ticker = ticker
        self._keys = count(1)
        self._staff: list[aiohttp.ClientSession] = []

    def now(self) -> datetime:
        return self.box.clock.now().astimezone(BRUSSELS)

    async def until(self, moment: datetime) -> None:
        """Let time pass; everything due on the way happens at its own moment."""
        seconds = (moment - self.now()).total_seconds()
        if seconds > 0:
            await self.world.turn(self.world.hands.passed() + timedelta(seconds=seconds))
            await self._ticker.turn(seconds)

    async def press(self, *, ms: int = 80, bounce: bool = False) -> PressOutcome:
        """A finger on the real button's pin; returns what came of it."""
        panel = self.box.panel
        assert panel is not None
        async with asyncio.timeout(20):
            with self.box.outcomes() as feed:
                async with asyncio.TaskGroup() as group:
                    finger = group.create_task(panel.press(1, ms, bounce=bounce))
                    report = await feed.get()
                    while not finger.done():
                        await self.until(self.now() + timedelta(milliseconds=ms + 50))
                return report.outcome

    async def phone(self, number: int, service: str, lang: str) -> Mapping[str, Any]:
        """A phone asks for a ticket; each has an address of its own."""
        address = f"127.0.1.{number}"
        connector = aiohttp.TCPConnector(local_addr=(address, 0))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(
                f"{self.addresses['visitor']}/api/v1/tickets",
                json={"service": service, "lang": lang},
            ) as answer,
        ):
            return dict(await answer.json(), status=answer.status)

    async def phone_leaves(self, token: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.delete(f"{self.addresses['visitor']}/api/v1/tickets/{token}") as answer,
        ):
            return answer.status

    async def looks_at_the_board(self) -> Mapping[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.addresses['visitor']}/api/v1/queue") as answer,
        ):
            return dict(await answer.json())

    async def sign_in(self) -> "Tablet":
        """A volunteer takes a tablet and types the PIN."""
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._staff.append(session)
        tablet = Tablet(session, self.addresses["staff"], self._keys)
        async with session.post(
            f"{self.addresses['staff']}/api/v1/session", json={"pin": self.addresses["pin"]}
        ) as answer:
            assert answer.status == 200, await answer.text()
        return tablet

    async def pull_the_plug(self) -> None:
        """The power goes, and comes back."""
        await self.box.cut()

    async def close(self) -> None:
        for session in self._staff:
            await session.close()


class Tablet:
    """One volunteer's tablet: every tap carries its own key, and is sent again if unanswered."""

    def __init__(self, session: aiohttp.ClientSession, site: str, keys: "count[int]") -> None:
        self._session = session
        self._site = site
        self._keys = keys

    async def tap(self, path: str, **body: object) -> tuple[int, Mapping[str, Any]]:
        headers = {"Origin": self._site, "Idempotency-Key": f"tap {next(self._keys)}"}
        for _ in range(3):
            try:
                async with self._session.post(
                    f"{self._site}/api/v1/{path}", json=body, headers=headers
                ) as answer:
                    return answer.status, await answer.json()
            except aiohttp.ClientConnectionError:  # the plug: ask again, under the same key
                await asyncio.sleep(0.05)
        raise AssertionError("the box stays away")

    async def sees(self, path: str = "queue") -> Mapping[str, Any]:
        async with self._session.get(f"{self._site}/api/v1/{path}") as answer:
            return dict(await answer.json())


@asynccontextmanager
async def a_place(data: Path, *, seed: int) -> AsyncIterator[Place]:
    """Half an hour before opening, nobody there yet."""
    ticker = HandTicker()
    settings = DemoSettings(
        boxes=1,
        host="127.0.0.1",
        port=0,
        data=data,
        speed=0,
        now=OPENS - timedelta(minutes=30),
        seed=seed,
        ticker=ticker,
        pause=ticker.pause,
    )
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(open_demo(settings))
        place = Place(world, ticker, host="127.0.0.1")
        stack.push_async_callback(place.close)
        yield place
