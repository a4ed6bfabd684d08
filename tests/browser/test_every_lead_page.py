"""The lead's pages as a box serves them, in every language and way of looking."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from appliance.simulation.clock import Hands
from appliance.web.texts import NAMES
from tests.box.test_sealed_road import free_port
from tests.browser.layout import broken_words, cut_off, too_wide
from tests.browser.measuring import NEEDS_TOOLS, axe, validated
from tests.browser.modes import MODES, look
from tests.browser.stage import MORNING, NEEDS_CHROMIUM, TABLET, a_stage
from tests.collector.road_end import an_office

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM, NEEDS_TOOLS]

PATHS = (
    "/lead",
    "/lead/hours",
    "/lead/closures",
    "/lead/services",
    "/lead/words",
    "/lead/profile",
    "/lead/language",
    "/lead/contacts",
    "/lead/network",
    "/lead/keys",
    "/lead/month?month=2026-11",
    "/lead/sheet?month=2026-11",
    "/lead/letters",
    "/lead/privacy",
    "/lead/coordinator",
    "/lead/data",
    "/wegwijs",
    "/veilig",
)


async def looked_at(page: Page, where: str) -> list[str]:
    """What axe and the eye find wrong there, in every way of looking."""
    found = []
    for mode in MODES:
        await look(page, mode, TABLET)
        here = [
            *(await axe(page, colours=mode.colours)),
            *(await too_wide(page)),
            *(await cut_off(page)),
            *(await broken_words(page) if not mode.css else []),
        ]
        found += [f"{where} {mode.name}: {one}" for one in here]
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("lang", NAMES)
async def test_axe_finds_nothing_while_a_coordinator_is_found(tmp_path: Path, lang: str) -> None:
    """Words to compare, then approved with everything unfolded; the two questions of a wipe."""
    async with (
        a_stage(tmp_path / "data") as stage,
        an_office(tmp_path / "c", Hands(MORNING)) as office,
    ):
        page = await stage.lead()
        address = f"{stage.addresses[0]['staff']}/lead/coordinator?lang={lang}"
        box = stage.world.boxes[0].box
        assert box is not None
        road = box.letterbox.road
        assert road is not None
        await road.move(office.collector.url)
        files, found = [tmp_path / "compare.html", tmp_path / "approved.html"], []
        await page.goto(address)
        files[0].write_text(await (await page.request.get(page.url)).text(), encoding="utf-8")
        found += await looked_at(page, "compare")
        await road.move(office.collector.url, await office.code())
        await road.tick()
        await page.goto(address)
        files[1].write_text(await (await page.request.get(page.url)).text(), encoding="utf-8")
        for fold in await page.locator("summary").all():
            await fold.click()
        found += await looked_at(page, "approved")
        await page.goto(f"{stage.addresses[0]['staff']}/lead/data?lang={lang}")
        await page.locator("[name=sure]").check()
        await page.locator("form[action^='/lead/wipe'] button").click()
        await page.locator("[name=step][value='2']").wait_for(state="attached")
        found += await looked_at(page, "wipe")
        assert found == []
        assert "\n".join(validated(files)) == ""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("lang", NAMES)
async def test_axe_finds_nothing_on_the_leads_pages(tmp_path: Path, lang: str) -> None:
    async with a_stage(tmp_path / "data", https_port=free_port()) as stage:
        page = await stage.lead()
        files, found = [], []
        for path in PATHS:
            joint = "&" if "?" in path else "?"
            await page.goto(f"{stage.addresses[0]['staff']}{path}{joint}lang={lang}")
            files.append(tmp_path / f"{path.strip('/').replace('/', '-').partition('?')[0]}.html")
            source = await (await page.request.get(page.url)).text()
            files[-1].write_text(source, encoding="utf-8")
            found += await looked_at(page, path)
        assert found == []
        assert "\n".join(validated(files)) == ""
