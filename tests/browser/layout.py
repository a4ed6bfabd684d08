"""What a page's geometry says: too wide, cut off, broken, too small for a finger, too near."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from playwright.async_api import Page

_TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"

_CUT_OFF = """() => {
  const found = [];
  const clips = /hidden|clip/;
  for (const one of document.querySelectorAll("body *")) {
    const says = Array.from(one.childNodes).some(n => n.nodeType === 3 && n.textContent.trim());
    if (!says || !one.offsetParent || one.closest(".vh, option, script, style, noscript")) continue;
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    let scrolls = false;
    for (let up = one; up && up !== document.documentElement && !scrolls; up = up.parentElement) {
      const style = getComputedStyle(up);
      const edge = up === document.body
        ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : up.getBoundingClientRect();
      scrolls = /auto|scroll/.test(style.overflowY) && up !== document.body;
      const over = Math.max(
        clips.test(style.overflowX) ? Math.max(edge.left - box.left, box.right - edge.right) : 0,
        clips.test(style.overflowY) ? Math.max(edge.top - box.top, box.bottom - edge.bottom) : 0);
      if (over > 3) {
        found.push(`${one.textContent.trim().slice(0, 40)}: ${Math.round(over)} px`);
        break;
      }
      if (style.position === "fixed") break;
    }
  }
  return found;
}"""

_BROKEN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!one.offsetParent || one.closest(".vh, option, script, style, noscript")) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{M}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set(Array.from(range.getClientRects(), box => Math.round(box.top)));
      if (lines.size > 1) found.push(`${word[0]} in ${one.textContent.trim().slice(0, 40)}`);
    }
  }
  return found;
}"""

_TARGETS = """() => {
  const over = document.querySelector("dialog[open]");
  const all = (over || document).querySelectorAll(
    "button,a[href],summary,label.sign,label.pick,input:not([type=hidden]):not([type=radio])");
  return Array.from(all).filter(one => one.offsetParent && !one.closest(".vh")).map(one => {
    const box = one.getBoundingClientRect();
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (!/auto|scroll/.test(getComputedStyle(up).overflowY)) continue;
      const edge = up.getBoundingClientRect();
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    const name = (one.getAttribute("aria-label") || one.textContent.trim() || one.id).slice(0, 40);
    const kind = ["who", "sign", "go"].find(kind => one.classList.contains(kind)) || "";
    return {
      name, kind, left, top, right, bottom, width: box.width, height: box.height,
      inline: getComputedStyle(one).display === "inline"
    };
  }).filter(one => one.bottom - one.top > 4);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that can be touched: where what can be seen of it lies, and how large it is."""

    name: str
    kind: str
    """`who` is a row of the list, `sign` a strip, `go` the one filled button."""
    left: float
    top: float
    right: float
    bottom: float
    width: float
    height: float
    inline: bool
    """A link within a sentence."""

    def below(self, least: float) -> bool:
        return min(self.width, self.height) < least - 0.5

    def gap(self, other: "Target") -> float:
        across = max(self.left - other.right, other.left - self.right)
        return max(across, self.top - other.bottom, other.top - self.bottom)


async def too_wide(page: Page) -> Sequence[str]:
    """How far it scrolls sideways, if it does."""
    over = await page.evaluate(_TOO_WIDE)
    return [f"scrolls {over} px sideways"] if over > 0 else []


async def cut_off(page: Page) -> Sequence[str]:
    """Texts of which a part can neither be seen nor scrolled to."""
    found: list[str] = await page.evaluate(_CUT_OFF)
    return [f"cut off: {one}" for one in found]


async def broken_words(page: Page) -> Sequence[str]:
    """Words that go on in the next line without a hyphen: they are not words any more."""
    found: list[str] = await page.evaluate(_BROKEN)
    return [f"broken: {one}" for one in found]


async def targets(page: Page) -> Sequence[Target]:
    """Everything that can be touched now; below an open question nothing can."""
    found: list[dict[str, Any]] = await page.evaluate(_TARGETS)
    return [Target(**one) for one in found]


def too_small(all_: Sequence[Target], least: float) -> Sequence[str]:
    return [f"{one.name}: {one.width:.0f} x {one.height:.0f}" for one in all_ if one.below(least)]


def too_near(all_: Sequence[Target], least: float) -> Sequence[str]:
    """Pairs with less than that between them; rows of one list may touch."""
    return [
        f"{one.name} and {other.name}: {gap:.0f} px"
        for one, other in combinations(all_, 2)
        if not one.kind == other.kind == "who" and (gap := one.gap(other)) < least - 0.5
    ]
