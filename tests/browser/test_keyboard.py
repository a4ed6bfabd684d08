"""Fingers that never touch the glass: every control by Tab, seen when it has the focus."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page

from appliance.web import pages
from tests.browser.modes import MODES, apply
from tests.browser.scenes import SCENES, Scene, shown
from tests.browser.stage import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]
STATIC = Path(pages.__file__).parent / "static" / "js"
CONTROLS = """() => {
  const room = document.querySelector("dialog[open]") || document.body;
  const groups = new Set();
  return Array.from(room.querySelectorAll("button,a[href],summary,input:not([type=hidden])"))
    .filter(one => one.checkVisibility() && !one.disabled)
    .filter(one => one.type !== "radio" || !groups.has(one.name) && groups.add(one.name)).length;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || !one.matches("button,a[href],summary,input")) return null; // a region that scrolls
  if (one === window.last && one.type === "time") return null; // which has several stops
  window.last = one;
  window.met = window.met || new Set();
  const key = one.type === "radio" ? one.name : one;
  const again = window.met.has(key);
  window.met.add(key);
  const seen = one.classList.contains("vh") ? one.nextElementSibling : one;
  const box = seen.getBoundingClientRect();
  const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const style = getComputedStyle(seen);
  return {
    again, name: (one.getAttribute("aria-label") || one.textContent || one.id).trim().slice(0, 30),
    hidden: !points.some(at => at && (seen.contains(at) || at.contains(seen) && at !== document.body
      && at !== document.documentElement)),
    ring: parseFloat(style.outlineWidth)
  };
}"""
MOST = 90


async def walked(page: Page) -> tuple[int, Sequence[str]]:
    """Tab until a control comes round again: how many there were, and which could not be seen."""
    met, unseen = 0, list[str]()
    await page.evaluate("document.activeElement.blur()")
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        at = await page.evaluate(FOCUSED)
        if at is None:
            continue
        if at["again"]:
            return met, unseen
        met += 1
        if at["hidden"]:
            unseen.append(f"{at['name']} is hidden")
        if at["ring"] < 3:
            unseen.append(f"{at['name']} has no ring")
    raise AssertionError("the focus never comes round")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_every_control_is_reached_by_tab_seen_and_left_again(
    tabs: BrowserContext, scene: Scene
) -> None:
    async with shown(tabs, scene, "nl", size=scene.sizes[-1]) as page:
        await apply(page, MODES[0])
        controls = await page.evaluate(CONTROLS)
        if not controls:
            return
        met, unseen = await walked(page)
        assert unseen == []
        assert met == controls


def test_no_letter_is_listened_to_that_cannot_be_switched_off() -> None:
    """A shortcut of one letter is pressed by mistake, and by a voice (WCAG 2.1.4)."""
    for script in STATIC.rglob("*.js"):
        text = script.read_text("utf-8")
        if script.name == "keys.js":
            assert "!keysOn" in text
            continue
        keys = re.findall(r"(?:event|e)\.(?:key|code|keyCode|which)\b(.{0,20})", text)
        named = [re.match(r"\s*[!=]==\s*\"(Escape|Tab|Enter)\"", after) for after in keys]
        assert all(named), script.name


@pytest.mark.asyncio(loop_scope="session")
async def test_a_trap_or_a_missing_ring_would_be_noticed(tabs: BrowserContext) -> None:
    page = await tabs.new_page()
    await page.set_content("<button style='outline:0'>a</button><button>b</button>")
    met, unseen = await walked(page)
    assert (met, unseen[0]) == (2, "a has no ring")
    await page.close()


UNSPOKEN = """() => Array.from(document.querySelectorAll("button,a[href],summary,label"))
  .filter(one => one.getAttribute("aria-label") && one.checkVisibility())
  .map(one => [one.getAttribute("aria-label"), one.innerText.trim()])
  .filter(([spoken, written]) => !spoken.toLowerCase().includes(written.toLowerCase()))"""


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", ["tablet", "tablet-vandaag", "tablet-inloop", "toestellen", "pin"])
async def test_what_is_written_on_a_control_is_in_its_spoken_name(
    tabs: BrowserContext, name: str
) -> None:
    scene = next(scene for scene in SCENES if scene.name == name)
    async with shown(tabs, scene, "nl") as page:
        assert await page.evaluate(UNSPOKEN) == []
