"""What every browser since 2015 can read, and nothing asked of anybody but the box."""

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from appliance.web import pages
from tests.browser.measuring import NEEDS_TOOLS, tool
from tests.browser.scenes import SCENES, Scene, drawn, shown, strange
from tests.browser.stage import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM, NEEDS_TOOLS]
STATIC = Path(pages.__file__).parent / "static"
PANEL = Path(pages.__file__).parents[1] / "simulation" / "panel_page.html"
_SCRIPT = re.compile(r"<script nonce[^>]*>(.*?)</script>", re.DOTALL)


def inline_scripts() -> dict[str, str]:
    """Each script as a page carries it, once; and the panel's."""
    found: dict[str, str] = {}
    for name, html in drawn("nl").items():
        for n, script in enumerate(_SCRIPT.findall(html)):
            if script not in found.values():
                found[f"{name}-{n}"] = script
    panel = _SCRIPT.findall(PANEL.read_text("utf-8"))
    found.update({f"panel-{n}": re.sub(r"{{.*?}}", "0", one) for n, one in enumerate(panel)})
    return found


@pytest.mark.parametrize("name", inline_scripts())
def test_every_script_is_of_2015(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.js"
    file.write_text(inline_scripts()[name], encoding="utf-8")
    told = tool("acorn", "--ecma2015", "--silent", str(file))
    assert told.code == 0, told.stderr


@pytest.mark.parametrize("younger", ["a?.b", "a ?? b", "a ** b", "async () => 1", "({...a})"])
def test_a_younger_script_would_be_noticed(younger: str, tmp_path: Path) -> None:
    file = tmp_path / "younger.js"
    file.write_text(younger, encoding="utf-8")
    assert tool("acorn", "--ecma2015", "--silent", str(file)).code != 0


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if not scene.taps], ids=lambda scene: scene.name
)
async def test_no_request_leaves_the_box_and_a_visitors_page_is_one_response(
    tabs: BrowserContext, scene: Scene
) -> None:
    asked: list[tuple[str, str]] = []
    tabs.on("request", note := lambda one: asked.append((one.resource_type, one.url)))
    async with shown(tabs, scene, "nl") as page:
        await page.clock.run_for(1_000)
    tabs.remove_listener("request", note)
    assert [url for _, url in asked if strange(url)] == []
    live = {"fetch", "eventsource"}
    needed = [kind for kind, url in asked if kind not in live and not url.startswith("data:")]
    assert needed == ["document"]


def test_another_house_would_be_noticed() -> None:
    assert strange("http://fonts.example/a.woff2")
    assert strange("http://box.test.example/")
    assert not strange("http://box.test/api/v1/events")
