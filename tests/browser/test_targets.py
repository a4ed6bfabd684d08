"""Fingers and eyes: targets that fit, gaps between them, a number for the whole room."""

import pytest
from playwright.async_api import BrowserContext

from tests.browser.layout import targets, too_near, too_small, too_wide
from tests.browser.modes import MODES, look
from tests.browser.pseudo import PSEUDO
from tests.browser.scenes import SCENES, Kind, Scene, shown
from tests.browser.stage import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), NEEDS_CHROMIUM]

STAFF, STRIP, MAIN, LINK = 64, 56, 72, 48
"""The least size: on volunteers' pages, of a strip, of the one filled button, of a link."""
GAP, NARROW_GAP, VISITOR_GAP = 16, 8, 8
TOUCHED = [scene for scene in SCENES if scene.kind is not Kind.WALL]
CAPITALS = """() => {
  const number = document.querySelector(".hero .no");
  const canvas = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(number);
  canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return canvas.measureText("A").actualBoundingBoxAscent / innerHeight;
}"""


@pytest.mark.parametrize("lang", ["nl", "ar", PSEUDO])
@pytest.mark.parametrize("scene", TOUCHED, ids=lambda scene: scene.name)
async def test_every_target_fits_a_finger_and_has_room_around_it(
    tabs: BrowserContext, scene: Scene, lang: str
) -> None:
    found: list[str] = []
    async with shown(tabs, scene, lang) as page:
        for size in scene.sizes:
            await look(page, MODES[0], size)
            all_ = [one for one in await targets(page) if not one.inline]
            if scene.for_staff:
                told = [*too_small(all_, STAFF)]
                told += too_near(all_, GAP if size["width"] >= 1024 else NARROW_GAP)
            else:
                told = [*too_small(all_, LINK), *too_near(all_, VISITOR_GAP)]
                told += too_small([one for one in all_ if one.kind == "sign"], STRIP)
            told += too_small([one for one in all_ if one.kind == "go"], MAIN)
            found += [f"{size['width']}: {one}" for one in told]
    assert found == []


@pytest.mark.parametrize("name", ["bord", "bord-lang"])
async def test_the_number_on_the_wall_takes_a_fifth_of_the_height(
    tabs: BrowserContext, name: str
) -> None:
    scene = next(scene for scene in SCENES if scene.name == name)
    async with shown(tabs, scene, "nl") as page:
        for width, height in ((1920, 1080), (1280, 720), (1366, 768)):
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.evaluate(CAPITALS) >= 0.2
            assert await too_wide(page) == []
            assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
