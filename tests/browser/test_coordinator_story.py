"""From the button to the coordinator's workbook: one world, every hand in it a browser's."""

import asyncio
import io
import re
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from playwright.async_api import Locator, Page, expect

from tests.browser.desk import answer, button, next_up, sees_with_me
from tests.browser.stage import NEEDS_CHROMIUM, TABLET, WALL, Stage, a_stage, press, switch
from tests.desks import BRUSSELS

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=BRUSSELS)
THE_MONTH = "?from=2026-11&to=2026-11"


async def coordinator(stage: Stage) -> Page:
    """Signed in at the collector, with what the demo printed."""
    desk = stage.world.addresses("127.0.0.1")["collector"]
    page = await stage.opens(desk["url"], TABLET)
    await page.get_by_label("Naam").fill(desk["user"])
    await page.get_by_label("Wachtwoord").fill(desk["password"])
    await page.get_by_role("button", name="Ga verder").click()
    await expect(page.get_by_role("button", name="Toon")).to_be_visible()
    return page


async def helped(tablet: Page, number: str, topic: str) -> None:
    """Called, helped, and told in one tap about what."""
    await next_up(tablet).click()
    await sees_with_me(tablet, number)
    await button(tablet, topic).click()
    await button(tablet, "Klaar").click()
    await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()


async def shut(tablet: Page) -> None:
    """The end of the walk-in: nobody waits, so nothing is asked."""
    await button(tablet, "Inloop").click()
    await answer(tablet, "Sluit de inloop")
    await expect(tablet.get_by_role("heading", name="De inloop is dicht.")).to_be_visible()


async def days(panel: Page, count: int) -> None:
    """That often on the button that turns a day."""
    for _ in range(count):
        async with panel.expect_response(re.compile("/api/v1/clock")):
            await panel.get_by_role("button", name="+1 dag").click()


async def month(page: Page) -> Page:
    await page.goto(page.url.partition("?")[0].removesuffix("/sign-in") + THE_MONTH)
    return page


def row(page: Page, chart: str, label: str) -> Locator:
    """A bar of a chart, which is a row of a table."""
    return page.locator(f"#chart-{chart} tr").filter(has_text=label)


async def told(page: Page) -> dict[str, int]:
    """What the workbook that the page offers says of topics; the file is whole."""
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Overzicht in Excel").click()
    found = await (await started.value).path()
    raw = await asyncio.to_thread(Path(found).read_bytes)
    assert ZipFile(io.BytesIO(raw)).testzip() is None
    sheet = load_workbook(io.BytesIO(raw))["Per onderwerp"]
    rows = sheet.iter_rows(min_row=2, values_only=True)
    return {str(row[1] or row[0]): int(str(row[2])) for row in rows if row[2]}


async def test_a_visit_then_its_topic_arrive_with_the_coordinator(tmp_path: Path) -> None:
    async with a_stage(tmp_path, now=TUESDAY) as stage:
        panel, tablet = await stage.panel(size=WALL), await stage.tablet()
        office = await month(await coordinator(stage))

        assert await press(panel) == "A1"
        await helped(tablet, "A1", "Belastingen")
        for number in await stage.visitors(5):
            await helped(tablet, number, "Belastingen")
        await shut(tablet)

        await days(panel, 6)  # Monday: the week is over
        await office.reload()
        await expect(office.get_by_text("Geen enkele is stil.")).to_be_visible()
        await expect(office.get_by_text(re.compile(r"^6\s+contacten$"))).to_be_visible()
        assert await told(office) == {}

        await days(panel, 1)  # Tuesday, the first of December
        await office.reload()
        await expect(office.get_by_text(re.compile(r"^6\s+bezoeken$"))).to_be_visible()
        await expect(row(office, "topic", "Belastingen")).to_contain_text("6")
        assert await told(office) == {"Belastingen (Tax-on-web)": 6, "Totaal": 6}


async def test_a_place_without_an_uplink_falls_silent_and_nothing_is_lost(tmp_path: Path) -> None:
    async with a_stage(tmp_path, now=TUESDAY) as stage:
        panel, tablet = await stage.panel(size=WALL), await stage.tablet()
        office = await month(await coordinator(stage))
        for number in await stage.visitors(2):
            await helped(tablet, number, "Belastingen")
        await shut(tablet)
        await switch(panel, "Internet weg")
        await days(panel, 8)
        await office.reload()
        await expect(office.get_by_text("Eén is stil.")).to_be_visible()
        await switch(panel, "Internet weg", on=False)
        await days(panel, 1)
        await office.reload()
        await expect(office.get_by_text("Geen enkele is stil.")).to_be_visible()
        assert await told(office) == {"niet uitgesplitst (kleine aantallen)": 2, "Totaal": 2}
