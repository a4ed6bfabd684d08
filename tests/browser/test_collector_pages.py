"""The coordinator's pages as the collector serves them, in every way of looking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from tests.browser.layout import cut_off, targets, too_small, too_wide
from tests.browser.measuring import CHROMIUM, NEEDS_TOOLS, axe, validated
from tests.browser.modes import MODES, look
from tests.browser.stage import NEEDS_CHROMIUM
from tests.collector.scenes import PATHS, looked_at
from tests.collector.test_site import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM, NEEDS_TOOLS]

SIZES = ({"width": 1024, "height": 768}, {"width": 390, "height": 780})
WALL = {"width": 1920, "height": 1080}
LEAST = 24
"""CSS pixels of the smallest link (WCAG 2.2, 2.5.8): a coordinator sits at a desk."""


@asynccontextmanager
async def desk(directory: Path) -> AsyncIterator[tuple[Visit, BrowserContext]]:
    async with looked_at(directory) as here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(locale="nl-BE")
        for one in here.web.cookie_jar:
            cookie = {"name": one.key, "value": one.value, "url": here.collector.url}
            await context.add_cookies([cookie])  # type: ignore[list-item]
        yield here, context
        await browser.close()


def strange(page: Page, ours: str) -> list[str]:
    """Requests that leave the collector."""
    found: list[str] = []
    page.on("request", lambda asked: found.append(asked.url) if ours not in asked.url else None)
    return found


@pytest.mark.timeout(600)
async def test_nothing_is_wrong_with_the_coordinators_pages(tmp_path: Path) -> None:
    async with desk(tmp_path) as (here, context):
        page = await context.new_page()
        elsewhere = strange(page, here.collector.url)
        files, found = [], []
        for number, path in enumerate(PATHS):
            await page.goto(here.collector.url + path)
            files.append(tmp_path / f"{number}.html")
            source = await (
                await page.request.get(page.url, headers={"Accept": "text/html"})
            ).text()
            files[-1].write_text(source, encoding="utf-8")
            for size in (*SIZES, WALL):
                for mode in MODES if size is SIZES[0] else MODES[:1]:
                    await look(page, mode, size)
                    all_ = [one for one in await targets(page) if not one.inline]
                    said = [
                        *(await axe(page, colours=mode.colours)),
                        *(await too_wide(page)),
                        *(await cut_off(page)),
                        *too_small(all_, LEAST),
                    ]
                    found += [f"{path} {size['width']} {mode.name}: {one}" for one in said]
        assert found == []
        assert elsewhere == []
        assert "\n".join(validated(files)) == ""


async def test_a_year_of_a_place_is_one_sheet_of_paper(tmp_path: Path) -> None:
    async with desk(tmp_path) as (here, context):
        page = await context.new_page()
        await page.goto(f"{here.collector.url}/place?place=plek-1&year=2026")
        sheet = await page.pdf(prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") == 1


async def test_from_a_figure_to_its_letters_and_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as (here, context):
        page = await context.new_page()
        await page.goto(f"{here.collector.url}/?from=2026-09&to=2026-11")
        chart = page.get_by_role("table", name="Waarover ging het?")
        cell = chart.get_by_role("row", name="Belastingen (Tax-on-web)").get_by_role("link")
        n = await cell.inner_text()
        await cell.click()
        heading = page.get_by_role("heading", level=1)
        assert await heading.inner_text() == f"{n} Belastingen (Tax-on-web)"
        total = page.get_by_role("row", name="Totaal").get_by_role("cell").last
        assert await total.inner_text() == n
        await page.get_by_role("link", name="plek-1").first.click()
        assert "Brieven van plek-1" in await heading.inner_text()
