"""The lead's pages as a box serves them, in every language and way of looking."""

from pathlib import Path

import pytest

from appliance.web.texts import NAMES
from tests.box.test_sealed_road import free_port
from tests.browser.layout import broken_words, cut_off, too_wide
from tests.browser.measuring import NEEDS_TOOLS, axe, validated
from tests.browser.modes import MODES, look
from tests.browser.stage import NEEDS_CHROMIUM, TABLET, a_stage

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
    "/wegwijs",
    "/veilig",
)


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
            for mode in MODES:
                await look(page, mode, TABLET)
                here = [
                    *(await axe(page, colours=mode.colours)),
                    *(await too_wide(page)),
                    *(await cut_off(page)),
                    *(await broken_words(page) if not mode.css else []),
                ]
                found += [f"{path} {mode.name}: {one}" for one in here]
        assert found == []
        assert "\n".join(validated(files)) == ""
