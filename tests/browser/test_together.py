"""Smileys at the end, a word at the right moment, and helpers who help each other."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from appliance.core.ids import TicketNumber
from tests.browser.desk import answer, button, next_up, sees_with_me
from tests.browser.layout import cut_off, too_wide
from tests.browser.measuring import NEEDS_TOOLS, axe
from tests.browser.modes import MODES, look
from tests.browser.stage import NEEDS_CHROMIUM, TABLET, Stage, a_stage, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM, NEEDS_TOOLS]


async def rated(stage: Stage, number: str = "A1") -> tuple[int, int, int] | None:
    return (await stage.world.boxes[0].up()).desk.queue.tickets[TicketNumber(number)].rated


async def pass_minutes(stage: Stage, minutes: int) -> None:
    hands = stage.world.hands
    await stage.world.turn(hands.passed() + timedelta(minutes=minutes))


async def test_a_phone_without_script_asks_three_times_and_thanks(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        phone = await stage.phone(java_script_enabled=False, locale="ar")
        await phone.get_by_role("button", name="خذ رقماً").click()
        tablet = await stage.tablet()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await button(tablet, "Klaar").click()
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        await phone.reload()
        for question in ("هل كان الأمر سهلًا؟", "هل كان التعامل ودودًا؟"):
            await expect(phone.get_by_role("heading", name=question)).to_be_visible()
            await phone.get_by_role("link", name="نعم", exact=True).click()
        await phone.get_by_role("button", name="قليلًا").click()
        await expect(phone.get_by_text("شكرًا! لا أحد يعرف أنك قلت هذا.")).to_be_visible()
        assert await rated(stage) == (2, 2, 1)
        await phone.go_back()
        await expect(phone.get_by_text("شكرًا! لا أحد يعرف أنك قلت هذا.")).to_be_visible()
        assert await rated(stage) == (2, 2, 1)


async def test_the_tablet_is_turned_to_a_visitor_in_her_own_language(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        tablet = await stage.tablet()
        await button(tablet, "Voeg iemand toe").click()
        await answer(tablet, "Français")
        await answer(tablet, "Digitale vraag")
        await answer(tablet, "Oké")
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await button(tablet, "Klaar").click()
        await button(tablet, "Vraag het").click()
        for mode in MODES:
            await look(tablet, mode, TABLET)
            assert [*await axe(tablet), *await too_wide(tablet), *await cut_off(tablet)] == []
        await look(tablet, MODES[0], TABLET)
        for question in ("C’était facile ?", "C’était aimable ?", "Osez-vous le faire seul"):
            await expect(tablet.get_by_role("heading", name=question)).to_be_focused()
            await expect(next_up(tablet)).to_be_hidden()
            await tablet.get_by_role("button", name="Oui", exact=True).click()
        await expect(tablet.get_by_role("heading", name="Merci !")).to_be_visible()
        await button(tablet, "Oké").click()
        await expect(next_up(tablet)).to_be_visible()
        await expect(button(tablet, "Vraag het")).to_be_hidden()
        assert await rated(stage) == (2, 2, 2)


async def test_who_does_not_want_to_answer_gives_the_tablet_back(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        tablet = await stage.tablet()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await button(tablet, "Klaar").click()
        await button(tablet, "Vraag het").click()
        await tablet.get_by_role("button", name="Een beetje").click()
        await button(tablet, "Ik antwoord niet").click()
        await expect(next_up(tablet)).to_be_visible()
        assert await rated(stage) is None


async def test_a_smiley_on_the_box_needs_no_phone(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        panel = await stage.panel()
        assert await press(panel) == "A1"
        good = panel.get_by_role("button", name="Goed", exact=True)
        await good.click()
        await expect(panel.get_by_role("log")).to_contain_text("geen nummer")
        tablet = await stage.tablet()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await good.click()
        await expect(panel.get_by_role("log")).to_contain_text("bedankt")
        desk = (await stage.world.boxes[0].up()).desk
        assert desk.queue.smileys == {"ease-2": 1}


async def test_half_an_hour_with_people_waiting_gets_a_gentle_word(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(5)
        tablet = await stage.tablet()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        word = tablet.get_by_text("30 minuten, 4 mensen wachten.")
        await pass_minutes(stage, 29)
        await expect(tablet.get_by_text(re.compile("· 29 minuten"))).to_be_visible()
        await expect(word).to_be_hidden()
        await pass_minutes(stage, 1)
        await expect(word).to_be_visible()
        await button(tablet, "Oké").click()
        await expect(word).to_be_hidden()


async def test_a_visit_without_a_sign_is_asked_about_and_a_forgotten_one_teaches_nothing(
    tmp_path: Path,
) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        tablet = await stage.tablet()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await pass_minutes(stage, 45)
        await expect(tablet.get_by_text("Zit A1 nog bij jou?")).to_be_visible()
        await button(tablet, "Ja, nog bezig").click()
        await expect(tablet.get_by_text("Zit A1 nog bij jou?")).to_be_hidden()
        await pass_minutes(stage, 80)
        await button(tablet, "Nee, al weg").click()
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        desk = (await stage.world.boxes[0].up()).desk
        assert desk.queue.tickets[TicketNumber("A1")].forgotten
        assert not desk.queue.lesson.help


async def test_one_helper_asks_and_another_goes(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        one, two = await stage.tablet(table=1), await stage.tablet(table=2)
        await next_up(one).click()
        await sees_with_me(one, "A1")
        await button(one, "Hulp nodig").click()
        await expect(one.get_by_text("Je vroeg hulp. De anderen zien het.")).to_be_visible()
        await expect(two.get_by_text("Tafel 1 vraagt hulp.")).to_be_visible()
        await button(two, "Ik ga").click()
        await expect(one.get_by_text("Tafel 2 komt naar je toe.")).to_be_visible()
        await button(one, "Is in orde").click()
        await expect(two.get_by_text("Jij gaat naar tafel 1.")).to_be_hidden()


async def test_keys_do_what_the_buttons_do_and_can_be_switched_off(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        tablet = await stage.tablet()
        await tablet.keyboard.press("n")
        await sees_with_me(tablet, "A1")
        await tablet.keyboard.press("k")
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        await button(tablet, "Inloop").click()
        await answer(tablet, "Sneltoetsen staan aan")
        await expect(tablet.get_by_role("button", name="Sneltoetsen staan uit")).to_be_visible()
        await tablet.keyboard.press("Escape")
        await tablet.keyboard.press("n")
        await tablet.reload()
        await tablet.keyboard.press("n")
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A2")


async def one_screen(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollHeight <= innerHeight"))


@pytest.mark.parametrize("lang", ["nl", "fr", "en", "ar"])
async def test_the_first_day_fits_on_one_screen_and_one_sheet(tmp_path: Path, lang: str) -> None:
    async with a_stage(tmp_path) as stage:
        tablet = await stage.tablet()
        await tablet.goto(f"{stage.addresses[0]['staff']}/eerste-dag?lang={lang}")
        assert await one_screen(tablet)
        sheet = await tablet.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
        await tablet.set_viewport_size({"width": 390, "height": 844})
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert await tablet.evaluate(wide)
