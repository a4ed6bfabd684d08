"""Every page, in every state, language and way of looking: axe finds nothing, all can be read."""

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page

from appliance.web.texts import NAMES
from tests.browser.layout import broken_words, cut_off, too_wide
from tests.browser.measuring import NEEDS_TOOLS, axe, validated
from tests.browser.modes import MODES, REAL, look
from tests.browser.pseudo import LANGUAGES, PSEUDO
from tests.browser.scenes import SCENES, SIZES, Kind, Scene, drawn, shown
from tests.browser.stage import NEEDS_CHROMIUM, WALL, a_stage

pytestmark = [
    pytest.mark.browser,
    NEEDS_CHROMIUM,
    NEEDS_TOOLS,
]
in_one_browser = pytest.mark.asyncio(loop_scope="session")
_WRITTEN_OUT = re.compile(r' (hidden|required|open|disabled|checked)=""')
"""How a browser writes down what HTML calls a boolean attribute."""


async def told(page: Page, lang: str, size: dict[str, int]) -> list[str]:
    """Everything found in all ways of looking that this language is looked at in."""
    found: list[str] = []
    for mode in MODES:
        if lang in mode.languages:
            await look(page, mode, size)
            here = [
                *(await axe(page, colours=mode.colours)),
                *(await too_wide(page)),
                *(await cut_off(page)),
                *(await broken_words(page) if lang in REAL and not mode.css else []),
            ]
            found += [f"{mode.name}: {one}" for one in here]
    return found


@in_one_browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_axe_finds_nothing_and_nothing_is_cut_off(
    tabs: BrowserContext, scene: Scene, lang: str
) -> None:
    async with shown(tabs, scene, lang) as page:
        assert await told(page, lang, SIZES[scene.kind][0]) == []


@in_one_browser
async def test_axe_finds_nothing_on_the_simulated_panel(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        page = await stage.panel()
        source = await (await page.request.get(page.url)).text()
        assert await told(page, "nl", WALL) == []
    file = tmp_path / "panel.html"
    file.write_text(source, encoding="utf-8")
    assert validated([file]) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_html_validate_finds_nothing(lang: str, tmp_path: Path) -> None:
    files = []
    for name, html in drawn(lang).items():
        files.append(tmp_path / f"{name}.html")
        files[-1].write_text(html, encoding="utf-8")
    assert validated(files) == []


@in_one_browser
@pytest.mark.parametrize("lang", ["nl", "ar"])
async def test_html_validate_finds_nothing_in_what_a_script_has_drawn(
    tabs: BrowserContext, lang: str, tmp_path: Path
) -> None:
    files = []
    for scene in SCENES:
        if scene.kind is Kind.TABLET:
            async with shown(tabs, scene, lang) as page:
                source = await page.evaluate("document.documentElement.outerHTML")
            files.append(tmp_path / f"{scene.name}.html")
            html = _WRITTEN_OUT.sub(r" \1", source)
            files[-1].write_text(f"<!DOCTYPE html>\n{html}", encoding="utf-8")
    assert validated(files) == []


@pytest.mark.parametrize("lang", NAMES)
def test_only_a_page_without_script_renews_itself(lang: str) -> None:
    """html-validate's own rule is off: it does not see that a script's page never does this."""
    for name, html in drawn(lang).items():
        rest = re.sub(r"<noscript>.*?</noscript>", "", html, flags=re.DOTALL)
        assert "http-equiv" not in rest, name


def test_the_measures_can_fail(tmp_path: Path) -> None:
    file = tmp_path / "bad.html"
    file.write_text("<!DOCTYPE html><html><body><img src='x'><p>a<p></div>", encoding="utf-8")
    assert len(validated([file])) > 3


@in_one_browser
async def test_axe_and_the_layout_can_find_something(tabs: BrowserContext) -> None:
    page = await tabs.new_page()
    await page.set_viewport_size({"width": 320, "height": 400})
    await page.set_content(
        "<html><body><div style='height:10px;overflow:hidden'><h1>Cut off</h1></div>"
        "<p style='color:#999;width:400px'>Pale and too wide</p><button></button>"
        "<p style='width:4em;overflow-wrap:anywhere'>Unbreakable word</p></body></html>"
    )
    assert {one.partition(":")[0] for one in await axe(page)} >= {"button-name", "color-contrast"}
    assert await too_wide(page)
    assert await cut_off(page)
    assert await broken_words(page) == ["broken: Unbreakable in Unbreakable word"]
    await page.close()


def test_the_pseudo_language_is_long_and_runs_the_other_way() -> None:
    page, dutch = drawn(PSEUDO)["welkom"], drawn("nl")["welkom"]
    assert 'dir="rtl"' in page
    assert "Neem een nummer" in dutch
    assert "Néééém ééééñ ñûûûûmmér" in page
