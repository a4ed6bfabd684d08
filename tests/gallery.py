"""Pictures of every screen: `python -m tests.gallery DIR [name…]`."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, async_playwright

from tests.web.examples import (
    BUSY,
    CLOSED,
    LANGUAGES,
    QUIET,
    every_page,
    log_json,
    snapshot,
)

BOX = "http://box.test"
PHONE = {"width": 390, "height": 780}
NARROW = {"width": 320, "height": 640}
TABLET = {"width": 1024, "height": 768}
WALL = {"width": 1920, "height": 1080}
SHEETS = {
    "vandaag": ["[data-do=today]"],
    "inloop": ["[data-do=session]"],
    "persoon": ["[data-do=person]"],
    "erbij": ["[data-do=add]"],
    "wacht": ["[data-do=hold]"],
    "verwijs": ["[data-do=transfer]"],
    "groep": ["[data-do=tally][data-arg=group]"],
    "onderwerpen": ["[data-do=topics]"],
    "gekozen": ["[data-do=topic][data-arg=tax]", "[data-do=outcome][data-arg=solved]"],
    "sluiten": ["[data-do=session]", "[data-do=shut]"],
}


def sizes(name: str) -> Sequence[dict[str, int]]:
    if name.startswith("bord"):
        return (WALL,)
    if name.startswith("tablet"):
        return (TABLET, PHONE)
    return (PHONE, NARROW)


async def draw(
    browser: Browser, folder: Path, wanted: Sequence[str], *, lang: str, scheme: str
) -> None:
    for name, html in every_page(lang).items():
        if wanted and not any(name.startswith(start) for start in wanted):
            continue
        for size in sizes(name):
            page = await browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            await serve(page, html, lang)
            await page.goto(f"{BOX}/")
            path = folder / f"{name}-{lang}-{size['width']}-{scheme}.png"
            if name == "tablet":
                await page.locator("#list li").first.wait_for()
                await page.screenshot(path=path)
                if lang in {"nl", "ar"} and scheme == "light":
                    await tap_through(page, path)
            else:
                await page.screenshot(path=path, full_page=True)
                wide = await page.evaluate("document.documentElement.scrollWidth")
                if wide > size["width"]:
                    print(f"{path.name}: {wide} px wide")
            await page.close()


async def tap_through(page: Page, path: Path) -> None:
    for name, taps in SHEETS.items():
        for tap in taps:
            await page.locator(tap).first.click()
        await page.wait_for_timeout(80)
        await page.screenshot(path=path.with_name(f"{path.stem}-{name}.png"))
        await page.keyboard.press("Escape")


async def serve(page: Page, html: str, lang: str, staff: dict[str, Any] | None = None) -> None:
    """Answer as a box would, from frozen examples."""
    state = staff or snapshot(BUSY, lang)

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(BOX)
        if path == "/":
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.endswith("/events"):
            body = f"data: {json.dumps(state)}\n\nevent: ping\ndata:\n\n"
            await route.fulfill(body=body, content_type="text/event-stream")
        elif path.endswith("/queue"):
            await route.fulfill(json=state)
        elif path.endswith("/log"):
            await route.fulfill(json={"actions": log_json()})
        elif path.endswith("/close"):
            error = {"code": "people-waiting", "message": "Er wachten nog 5 mensen."}
            await route.fulfill(json={"error": error}, status=409)
        else:
            await route.fulfill(json={})

    await page.route("**/*", answer)


async def other_states(browser: Browser, folder: Path) -> None:
    """What only comes out after a while: silence, quiet, closed."""
    for name, state in (
        ("tablet-rust", snapshot(QUIET)),
        ("tablet-dicht", snapshot(CLOSED)),
        (
            "tablet-let-op",
            snapshot(BUSY, conditions=[{"name": "disk", "sentence": "Wij kunnen niets bewaren."}]),
        ),
    ):
        for size in (TABLET, PHONE):
            page = await browser.new_page(viewport=size)  # type: ignore[arg-type]
            await serve(page, every_page("nl")["tablet"], "nl", state)
            await page.goto(f"{BOX}/")
            await page.wait_for_timeout(300)
            await page.screenshot(path=folder / f"{name}-nl-{size['width']}-light.png")
            await page.close()
    for name, size in (("bord", WALL), ("nummer-wacht", PHONE), ("tablet", TABLET)):
        page = await browser.new_page(viewport=size)  # type: ignore[arg-type]
        await serve(page, every_page("nl")[name], "nl")
        await page.goto(f"{BOX}/")
        await page.wait_for_timeout(300)
        await page.unroute_all()
        await page.route("**/*", lambda route: route.abort())
        await page.wait_for_timeout(7500)
        await page.screenshot(path=folder / f"{name}-stil-nl-{size['width']}-light.png")
        await page.close()


async def main(folder: Path, wanted: Sequence[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for lang in LANGUAGES:
            for scheme in ("light", "dark") if lang in {"nl", "ar"} else ("light",):
                await draw(browser, folder, wanted, lang=lang, scheme=scheme)
        if not wanted or "stil" in wanted:
            await other_states(browser, folder)
        await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
