"""One browser for all measurements; every page gets a tab of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import BrowserContext, async_playwright

from tests.browser.measuring import CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tabs() -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield await browser.new_context()
        await browser.close()
