"""A demo with real browsers before it: a panel, a wall, a tablet, phones."""

import asyncio
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from appliance.adapters.tinydb_book import create_store
from appliance.demo import PLACES, DemoSettings, DemoWorld, open_demo
from tests.browser.wire import Wire, laid
from tests.desks import BRUSSELS

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NEEDS_CHROMIUM = pytest.mark.skipif(not shutil.which(CHROMIUM), reason="needs chromium")
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}
WALL = {"width": 1920, "height": 1080}
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=BRUSSELS)
HURRY = 3.0
"""The panel's own seconds pass so much faster: bounce, double presses, how long a call stands."""
PATIENCE = 15_000
"""Milliseconds in which something must be seen, on a machine that has other work too."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Stage:
    """One world and the browsers in it; each context is a device of its own."""

    world: DemoWorld
    addresses: list[dict[str, Any]]
    browser: Browser
    stack: AsyncExitStack
    faults: list[str] = field(default_factory=list)
    """What a page's script stumbled over."""
    phones: int = 0

    async def device(self, size: dict[str, int], **options: Any) -> BrowserContext:  # noqa: ANN401
        options.setdefault("locale", "nl-BE")
        context = await self.browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        return context

    async def opens(self, url: str, size: dict[str, int], **options: Any) -> Page:  # noqa: ANN401
        page = await (await self.device(size, **options)).new_page()
        await page.goto(url)
        return page

    async def panel(self, box: int = 0, size: dict[str, int] | None = None) -> Page:
        return await self.opens(f"{self.addresses[box]['panel']}/", size or WALL)

    async def board(self, box: int = 0, size: dict[str, int] | None = None) -> Page:
        return await self.opens(f"{self.addresses[box]['visitor']}/board", size or WALL)

    async def wire(self, box: int = 0, source: str = "127.0.0.1") -> Wire:
        """A cable to the visitors' site that can be cut."""
        port = self.world.boxes[box].config.web.visitor_port
        return await self.stack.enter_async_context(laid(port, source))

    async def phone(self, box: int = 0, **options: Any) -> Page:  # noqa: ANN401
        """A phone that nobody else has: its own address on the hotspot."""
        wire = await self.wire(box, self._new_address())
        return await self.opens(f"{wire.url}/", PHONE, **options)

    async def tablet(
        self, box: int = 0, table: int = 1, size: dict[str, int] | None = None
    ) -> Page:
        """Signed in, at that table."""
        address = self.addresses[box]
        page = await self.opens(f"{address['staff']}/", size or TABLET)
        await page.get_by_label("Pincode van vandaag").fill(address["pin"])
        await page.get_by_role("button", name="Begin").click()
        await page.goto(f"{address['staff']}/?tafel={table}")
        await expect(page.get_by_role("button", name="Inloop")).to_be_visible()
        return page

    async def lead(self, box: int = 0, size: dict[str, int] | None = None) -> Page:
        """A tablet that was paired with the button, and so is the lead's."""
        page = await self.opens(f"{self.addresses[box]['staff']}/", size or TABLET)
        await page.get_by_role("button", name="Koppel dit toestel").click()
        await expect(page.locator("#code")).not_to_be_empty()
        panel = await self.panel(box)
        await panel.get_by_role("button", name="3 tellen").click()
        await expect(page.get_by_role("heading", name="Aan welke tafel zit je?")).to_be_visible()
        await panel.close()
        return page

    async def visitors(self, count: int, box: int = 0) -> list[str]:
        """That many phones that nobody looks at take a number."""
        return [await self._take(box) for _ in range(count)]

    async def _take(self, box: int) -> str:
        address = self._new_address()
        async with (
            ClientSession(connector=TCPConnector(local_addr=(address, 0))) as phone,
            phone.post(
                f"{self.addresses[box]['visitor']}/api/v1/tickets", json={"service": "help"}
            ) as answer,
        ):
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["number"])

    async def numbers(self, box: int = 0) -> list[str]:
        """Every number the box knows of, given in this session, as its book has them."""
        desk = (await self.world.boxes[box].up()).desk
        return sorted((str(number) for number in desk.queue.tickets), key=_counted)

    def _new_address(self) -> str:
        self.phones += 1
        return f"127.0.{1 + self.phones // 200}.{1 + self.phones % 200}"


def _counted(number: str) -> int:
    return int(number[1:])


async def press(panel: Page) -> str | None:
    """A finger on the button until somebody new is meant; the number, None when it is refused."""
    while True:
        async with panel.expect_response(re.compile("/api/v1/press")) as answered:
            await panel.get_by_role("button", name="Druk voor een nummer").click()
        outcome = await (await answered.value).json()
        if outcome["outcome"] != "same-ticket":
            return None if outcome["number"] is None else str(outcome["number"])


async def switch(panel: Page, fault: str, *, on: bool = True) -> None:
    """One of the switches in the drawer."""
    knob = panel.get_by_role("switch", name=fault)
    await expect(knob).to_have_attribute("aria-checked", "false" if on else "true")
    await knob.click()
    if fault != "Stroom weg":
        await expect(knob).to_have_attribute("aria-checked", "true" if on else "false")


async def power_cut(panel: Page) -> None:
    """The plug out and in again; returns when the box is back."""
    async with panel.expect_response(re.compile("faults/power-cut")):
        await switch(panel, "Stroom weg")


@asynccontextmanager
async def a_stage(
    data: Path,
    *,
    boxes: int = 1,
    now: datetime = MORNING,
    hurry: float = HURRY,
    room: int | None = None,
    ticker: Callable[[], float] | None = None,
    https_port: int = 0,
) -> AsyncIterator[Stage]:
    """Everything on loopback; `room` is how many commits fit in what a store has reserved.

    Fingers hold a button `hurry` times shorter; a `ticker` of one's own has to run as fast.
    """
    if room is not None:
        for place, _name, _hours in PLACES[:boxes]:
            (data / place).mkdir(parents=True, mode=0o700)
            create_store(data / place / "store", segment_bytes=4096 * room)
    settings = DemoSettings(
        boxes=boxes,
        host="127.0.0.1",
        port=0,
        data=data,
        speed=1,
        now=now,
        seed=4,
        ticker=ticker or (lambda: time.monotonic() * hurry),
        pause=lambda seconds: asyncio.sleep(seconds / hurry),
        https_port=https_port,
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        try:
            async with open_demo(settings) as world, AsyncExitStack() as stack:
                stage = Stage(
                    world=world,
                    addresses=world.addresses("127.0.0.1")["boxes"],
                    browser=browser,
                    stack=stack,
                )
                yield stage
                for context in browser.contexts:
                    await context.close()
                assert not stage.faults
        finally:
            await browser.close()
