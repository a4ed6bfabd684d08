"""A visitor without a phone, one without script or memory, a volunteer on her first day."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.desk import answer, button, next_up, question, row, sees_with_me
from tests.browser.stage import NEEDS_CHROMIUM, TABLET, Stage, a_stage, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]

FORGETFUL = """
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new Error("SecurityError"); } });
  }
  Object.defineProperty(document, "cookie", {
    get() { throw new Error("SecurityError"); }, set() { throw new Error("SecurityError"); }
  });
"""
COUNTS_TAPS = 'addEventListener("click", event => { if (event.isTrusted) tapped(); }, true);'


async def called_to(stage: Stage, tablet: Page, number: str) -> None:
    await next_up(tablet).click()
    await sees_with_me(tablet, number)


async def test_maria_without_a_phone_needs_only_the_button_and_the_wall(tmp_path: Path) -> None:
    """P1: she presses, remembers what the box shows, looks up, is late once, and is helped."""
    async with a_stage(tmp_path) as stage:
        panel, wall = await stage.panel(), await stage.board()
        tablet = await stage.tablet(table=2)
        await stage.visitors(1)
        assert await press(panel) == "A2"
        await expect(panel.get_by_text("Scherm: A2")).to_be_visible()
        await expect(wall.get_by_text("2 mensen wachten")).to_be_visible()
        await stage.visitors(3)

        await called_to(stage, tablet, "A1")
        await expect(wall.get_by_role("main")).to_contain_text(re.compile(r"A1\s*tafel\s*2"))
        await called_to(stage, tablet, "A2")
        await expect(wall.get_by_role("main")).to_contain_text(re.compile(r"A2\s*tafel\s*2"))
        await expect(panel.get_by_text("Geluid: twee tonen")).to_be_visible()

        await button(tablet, "Niet hier").click()  # she did not hear it
        await expect(row(tablet, "A2")).to_be_visible()
        for number in ("A3", "A4"):
            await called_to(stage, tablet, number)
        await called_to(stage, tablet, "A5")
        await called_to(stage, tablet, "A2")  # a few places on, and called again
        hero = wall.get_by_role("heading", name="Nu aan de beurt").locator("xpath=..")
        await expect(hero).to_contain_text(re.compile(r"A2\s*tafel\s*2"))
        await button(tablet, "Klaar").click()
        await expect(wall.get_by_text("Er wacht nu niemand.")).to_be_visible()


async def test_yusuf_in_arabic_without_script_storage_or_cookies(tmp_path: Path) -> None:
    """P2: nothing is remembered by his phone; the address of the page is the memory."""
    async with a_stage(tmp_path) as stage:
        tablet = await stage.tablet(table=2)
        phone = await stage.phone(locale="ar", java_script_enabled=False)
        await phone.context.route("**/*", without_cookies)
        await phone.reload()
        await expect(phone.locator("html")).to_have_attribute("dir", "rtl")
        await phone.get_by_role("button", name="خذ رقماً").click()
        await expect(phone.get_by_role("main")).to_contain_text("A1")
        assert await phone.context.cookies() == []
        await called_to(stage, tablet, "A1")
        await phone.reload()
        await expect(phone.get_by_role("heading", name="حان دورك")).to_be_visible()
        await expect(phone.get_by_role("main")).to_contain_text(re.compile(r"طاولة\s*2"))


async def test_a_mini_browser_in_which_all_memory_throws_and_no_stream_comes(
    tmp_path: Path,
) -> None:
    """As in the window that opens by itself on a phone: with script, but little else."""
    async with a_stage(tmp_path) as stage:
        tablet = await stage.tablet(table=3)
        wire = await stage.wire(0, "127.0.9.1")
        context = await stage.device({"width": 390, "height": 780})
        await context.add_init_script(FORGETFUL)
        await context.route("**/*", without_cookies)
        phone = await context.new_page()
        await phone.goto(f"{wire.url}/")
        await phone.get_by_role("button", name="Neem een nummer").click()
        await expect(phone.get_by_role("heading", name="U bent de volgende")).to_be_visible()
        await called_to(stage, tablet, "A1")
        await expect(phone.get_by_role("heading", name="Ga naar tafel 3")).to_be_visible()


async def without_cookies(route: Route) -> None:
    """A browser that takes no cookies, and from which a stream of events never comes back."""
    if route.request.url.endswith("/events"):
        await route.abort()
        return
    sent = {k: v for k, v in (await route.request.all_headers()).items() if k != "cookie"}
    got = await route.fetch(headers=sent, max_redirects=0)
    kept = {key: value for key, value in got.headers.items() if key != "set-cookie"}
    await route.fulfill(response=got, headers=kept)


async def test_a_new_volunteer_calls_her_first_visitor_in_three_taps(tmp_path: Path) -> None:
    """P3: counted from the PIN on."""
    taps = 0

    def tapped(_source: object) -> None:
        nonlocal taps
        taps += 1

    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        address = stage.addresses[0]
        context = await stage.device(TABLET)
        page = await context.new_page()
        await page.goto(f"{address['staff']}/")
        await page.get_by_label("Pincode van vandaag").fill(address["pin"])
        await page.get_by_role("button", name="Begin").click()
        await context.expose_binding("tapped", tapped)
        await context.add_init_script(COUNTS_TAPS)
        await page.reload()
        await expect(question(page)).to_contain_text("Aan welke tafel zit je?")
        await answer(page, "tafel 1")
        await called_to(stage, page, "A1")
        assert 1 <= taps <= 3


async def test_the_language_is_changed_on_the_phone_and_on_the_tablet(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        phone = await stage.phone()
        heading = phone.get_by_role("heading", level=1)
        await expect(heading).to_have_text("Waarvoor komt u?")
        for name, told, way in (
            ("Français", "Pourquoi venez-vous ?", "ltr"),
            ("English", "What are you here for?", "ltr"),
            ("العربية", "بماذا نساعدك؟", "rtl"),
        ):
            await phone.get_by_role("navigation").get_by_role("link", name=name).click()
            await expect(phone.locator("html")).to_have_attribute("dir", way)
            await expect(phone.get_by_role("link", name=name)).to_have_attribute(
                "aria-current", "true"
            )
            await expect(heading).to_have_text(told)
        await phone.get_by_role("button", name="خذ رقماً").click()
        await expect(phone.get_by_role("heading", name="رقمك")).to_be_visible()

        tablet = await stage.tablet(table=2)
        await expect(row(tablet, "A1")).to_contain_text("AR")
        await button(tablet, "Inloop").click()
        await question(tablet).get_by_role("button", name="English").click()
        await expect(tablet.locator("html")).to_have_attribute("lang", "en")
        await expect(tablet.get_by_role("heading", name="1 person is waiting")).to_be_visible()
        assert "tafel=2" in tablet.url
