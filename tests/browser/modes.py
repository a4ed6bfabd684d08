"""The ways in which eyes and screens differ: dark, forced colours, narrow, wide spacing."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page

from appliance.web.texts import NAMES
from tests.browser.pseudo import LANGUAGES, PSEUDO

SPACING = """
*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}
p{margin-bottom:2em!important}"""
"""What WCAG 1.4.12 lets a reader set."""


PLAIN: dict[str, Any] = {
    "color_scheme": "light",
    "contrast": "no-preference",
    "forced_colors": "none",
    "reduced_motion": "reduce",
}
NARROW, TALL = 760, 4000
"""A narrow page is measured at its whole length: nothing waits below a dock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way of looking; every page is looked at in each."""

    name: str
    media: dict[str, Any] = field(default_factory=lambda: PLAIN)
    width: int | None = None
    css: str = ""
    languages: frozenset[str] = frozenset(LANGUAGES)
    colours: bool = False
    """Whether it differs from `light` in colours alone: then only rules about colours are asked."""


REAL = frozenset(NAMES)
MODES = (
    Mode(name="light"),
    Mode(name="dark", media={**PLAIN, "color_scheme": "dark"}, colours=True, languages=REAL),
    Mode(name="forced", media={**PLAIN, "forced_colors": "active"}, colours=True, languages=REAL),
    Mode(name="contrast", media={**PLAIN, "contrast": "more"}, colours=True, languages=REAL),
    Mode(name="320", width=320),
    Mode(name="spaced", css=SPACING),
    Mode(name="320-spaced", width=320, css=SPACING, languages=frozenset({"nl", "ar", PSEUDO})),
)


async def look(page: Page, mode: Mode, size: dict[str, int]) -> None:
    """Look at the page so, at its whole length if it is narrow."""
    width = mode.width or size["width"]
    height = TALL if width < NARROW else size["height"]
    await page.set_viewport_size({"width": width, "height": height})
    await apply(page, mode)


async def apply(page: Page, mode: Mode) -> None:
    """Colours and spacing alone; what another mode brought is gone."""
    await page.emulate_media(**mode.media)
    await page.evaluate(
        """css => {
          let sheet = document.getElementById("as-seen");
          if (!sheet) {
            sheet = document.createElement("style");
            sheet.id = "as-seen";
            document.head.appendChild(sheet);
          }
          sheet.textContent = css;
        }""",
        mode.css,
    )
