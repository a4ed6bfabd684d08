"""Nothing runs out of its screen, and every target on the tablet fits a finger."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Route, async_playwright

from appliance.web.texts import NAMES
from tests.web.examples import BUSY, CLOSED, QUIET, every_page, log_json, snapshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium"),
]
WIDE = "() => document.documentElement.scrollWidth - innerWidth"
SPACED = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
SMALL = """() => Array.from(document.querySelectorAll("button,a[href],input:not([type=hidden])"))
  .filter(one => one.offsetParent && !one.classList.contains("vh"))
  .map(one => [one.textContent.trim() || one.outerHTML, one.getBoundingClientRect()])
  .filter(one => one[1].width < 64 || one[1].height < 64)
  .map(one => `${one[0]} ${one[1].width} x ${one[1].height}`)"""
CAPITALS = """() => {
  const number = document.querySelector(".hero .no");
  const canvas = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(number);
  canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return canvas.measureText("A").actualBoundingBoxAscent / innerHeight;
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@pytest.mark.parametrize("lang", NAMES)
async def test_nothing_scrolls_sideways_on_the_smallest_phone(lang: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 320, "height": 568})
        too_wide: list[str] = []
        for name, html in every_page(lang).items():
            if name.startswith(("bord", "tablet")):
                continue
            await page.set_content(html)
            if await page.evaluate(WIDE) > 0:
                too_wide.append(name)
            await page.add_style_tag(content=SPACED)
            if await page.evaluate(WIDE) > 0:
                too_wide.append(f"{name} with wide spacing")
    assert not too_wide


@pytest.mark.parametrize("name", ["bord", "bord-lang"])
async def test_the_number_on_the_wall_takes_a_fifth_of_the_height(name: str) -> None:
    async with chromium() as browser:
        for size in ((1920, 1080), (1280, 720), (1366, 768)):
            page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
            await page.set_content(every_page("nl")[name])
            assert await page.evaluate(CAPITALS) >= 0.2
            assert await page.evaluate(WIDE) <= 0
            await page.close()


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 780)])
async def test_every_target_on_the_tablet_fits_a_finger(lang: str, width: int, height: int) -> None:
    states = [snapshot(view, lang) for view in (BUSY, QUIET, CLOSED)]
    async with chromium() as browser:
        for state in states:
            page = await browser.new_page(viewport={"width": width, "height": height})
            await page.route("**/*", answering(lang, state))
            await page.goto("http://box.test/")
            await page.locator("[data-do=next],[data-do=open]").first.wait_for()
            assert await page.evaluate(SMALL) == []
            assert await page.evaluate(WIDE) <= 0
            await page.close()


def answering(lang: str, state: dict[str, Any]) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        path = route.request.url
        if path.endswith("/queue"):
            await route.fulfill(json=state)
        elif path.endswith("/log"):
            await route.fulfill(json={"actions": log_json()})
        elif path.endswith("/events"):
            await route.fulfill(body="event: ping\ndata:\n\n", content_type="text/event-stream")
        else:
            page = every_page(lang)["tablet"]
            await route.fulfill(body=page, content_type="text/html; charset=utf-8")

    return answer
