"""A demo with real browsers before it: a panel, a wall, a tablet, phones."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from appliance.demo import DemoSettings, DemoWorld, open_demo
from tests.desks import BRUSSELS

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}
WALL = {"width": 1920, "height": 1080}
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=BRUSSELS)


@dataclass
class Stage:
    """One world and the browsers in it; each context is a device of its own."""

    world: DemoWorld
    addresses: list[dict[str, Any]]
    browser: Browser

    async def device(self, size: dict[str, int], **options: Any) -> BrowserContext:  # noqa: ANN401
        context = await self.browser.new_context(viewport=size, locale="nl-BE", **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        return context

    async def opens(self, url: str, size: dict[str, int], **options: Any) -> Page:  # noqa: ANN401
        page = await (await self.device(size, **options)).new_page()
        await page.goto(url)
        return page

    async def panel(self, box: int = 0, size: dict[str, int] | None = None) -> Page:
        return await self.opens(f"{self.addresses[box]['panel']}/", size or WALL)

    async def board(self, box: int = 0, size: dict[str, int] | None = None) -> Page:
        return await self.opens(f"{self.addresses[box]['visitor']}/board", size or WALL)

    async def phone(self, box: int = 0, **options: Any) -> Page:  # noqa: ANN401
        return await self.opens(f"{self.addresses[box]['visitor']}/", PHONE, **options)

    async def tablet(
        self, box: int = 0, table: int = 1, size: dict[str, int] | None = None
    ) -> Page:
        """Signed in, at that table."""
        address = self.addresses[box]
        page = await self.opens(f"{address['staff']}/", size or TABLET)
        await page.get_by_label("Pincode van vandaag").fill(address["pin"])
        await page.get_by_role("button", name="Begin").click()
        await page.goto(f"{address['staff']}/?tafel={table}")
        return page


@asynccontextmanager
async def a_stage(
    data: Path,
    *,
    boxes: int = 1,
    now: datetime = MORNING,
    ticker: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Stage]:
    """Everything on loopback, no other host can be reached."""
    settings = DemoSettings(
        boxes=boxes, host="127.0.0.1", port=0, data=data, speed=1, now=now, seed=4, ticker=ticker
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
            async with open_demo(settings) as world:
                yield Stage(
                    world=world,
                    addresses=world.addresses("127.0.0.1")["boxes"],
                    browser=browser,
                )
                for context in browser.contexts:
                    await context.close()
        finally:
            await browser.close()
