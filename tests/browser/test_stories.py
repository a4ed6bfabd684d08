"""A walk-in as people live it: the panel, the wall, two tablets and phones, before a real demo."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.desk import (
    answer,
    button,
    next_up,
    question,
    row,
    sees_with_me,
    undo,
    until_focused,
)
from tests.browser.stage import NEEDS_CHROMIUM, PHONE, a_stage, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]


async def test_a_press_becomes_a_number_a_call_and_a_visit(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        panel, wall = await stage.panel(), await stage.board()
        await expect(wall.get_by_text("Er wacht nu niemand.")).to_be_visible()
        assert await press(panel) == "A1"
        await expect(panel.get_by_role("log")).to_contain_text("knop ingedrukt: nummer A1")
        await expect(panel.get_by_text("Scherm: A1")).to_be_visible()
        await expect(wall.get_by_text("1 persoon wacht")).to_be_visible()

        tablet = await stage.opens(stage.addresses[0]["staff"], {"width": 1024, "height": 768})
        await tablet.get_by_label("Pincode van vandaag").fill(stage.addresses[0]["pin"])
        await tablet.get_by_role("button", name="Begin").click()
        await expect(question(tablet)).to_contain_text("Aan welke tafel zit je?")
        await answer(tablet, "tafel 2")
        await expect(tablet.get_by_role("heading", name="1 persoon wacht")).to_be_visible()
        await expect(row(tablet, "A1")).to_be_visible()

        await next_up(tablet).click()
        await expect(tablet.get_by_text("Nu bij jou").first).to_be_visible()
        await expect(wall.get_by_role("heading", name="Nu aan de beurt")).to_be_visible()
        await expect(wall.get_by_role("main")).to_contain_text(re.compile(r"A1\s*tafel\s*2"))
        await expect(wall.get_by_text("Er wacht nu niemand.")).to_be_visible()
        await expect(panel.get_by_text("Scherm: A1 · T2")).to_be_visible()
        await expect(panel.get_by_text("Geluid: twee tonen")).to_be_visible()


async def test_a_visit_with_everything_that_can_happen_and_all_of_it_undone(
    tmp_path: Path,
) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(3)
        panel = await stage.panel()
        tablet = await stage.tablet(table=2)
        wall = await stage.board()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")

        await button(tablet, "Roep nog eens").click()
        await undo(tablet, "A1 nog eens geroepen")
        await sees_with_me(tablet, "A1")

        await button(tablet, "Niet hier").click()
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        await expect(row(tablet, "A1")).to_be_visible()
        await undo(tablet, "A1 was er niet")
        await sees_with_me(tablet, "A1")

        await button(tablet, "Zet in wacht").click()
        await answer(tablet, "Tot ik terugroep")
        await expect(row(tablet, "A1")).to_contain_text("in wacht")
        await undo(tablet, "A1 in wacht gezet")
        await sees_with_me(tablet, "A1")

        await button(tablet, "Verwijs").click()
        await answer(tablet, "tafel 3")
        await expect(row(tablet, "A1")).to_contain_text("voor tafel 3")
        await undo(tablet, "A1 doorverwezen naar tafel 3")
        await sees_with_me(tablet, "A1")

        await button(tablet, "Belastingen").click()
        await button(tablet, "Klaar").click()
        await expect(tablet.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        await undo(tablet, "A1 is klaar")
        await sees_with_me(tablet, "A1")
        await undo(tablet, "A1 naar tafel 2 geroepen")
        await expect(tablet.get_by_role("heading", name="3 mensen wachten")).to_be_visible()
        await expect(wall.get_by_text("3 mensen wachten")).to_be_visible()
        await expect(panel.get_by_text("Scherm: ----")).to_be_visible()


async def test_on_hold_and_back_again_in_the_same_place(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        tablet = await stage.tablet(table=1)
        await row(tablet, "A1").click()
        await answer(tablet, "Zet in wacht")
        await answer(tablet, "15 minuten")
        await expect(row(tablet, "A1")).to_contain_text("in wacht tot 9.45")
        await expect(next_up(tablet)).to_contain_text("A2 komt.")
        await row(tablet, "A1").click()
        await answer(tablet, "Weer in de rij")
        await expect(next_up(tablet)).to_contain_text("A1 komt.")


async def test_who_came_without_a_number_and_what_went_without_one(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        tablet = await stage.tablet(table=1)
        await button(tablet, "Voeg iemand toe").click()
        await answer(tablet, "العربية")
        await answer(tablet, "Digitale vraag")
        await expect(question(tablet)).to_contain_text("A1")
        await answer(tablet, "Oké")
        await expect(row(tablet, "A1")).to_contain_text("AR")
        call = tablet.get_by_role("button", name="+ telefoon")
        await call.click()
        await expect(call).to_contain_text("1")
        await tablet.get_by_role("button", name="+ groep").click()
        await answer(tablet, "+8")
        await expect(tablet.get_by_role("button", name="+ groep")).to_contain_text("8")
        await undo(tablet, r"\+1 telefoon")
        await expect(call).to_contain_text("0")


async def test_closing_with_people_waiting_has_three_ways(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        tablet, wall = await stage.tablet(table=1), await stage.board()
        phone = await stage.phone()

        async def shut(choice: str) -> None:
            await button(tablet, "Inloop").click()
            await answer(tablet, "Sluit de inloop")
            await expect(question(tablet)).to_contain_text("wachten nog 2 mensen")
            await answer(tablet, choice)
            await expect(question(tablet)).to_be_hidden()

        await shut("Nog wachten")
        await expect(tablet.get_by_role("heading", name="2 mensen wachten")).to_be_visible()
        await shut("Laatste nummers")
        await expect(tablet.get_by_text("Laatste nummers · ")).to_be_visible()
        await phone.reload()
        await expect(phone.get_by_role("heading", name="Vandaag geen nummers meer")).to_be_visible()
        await shut("Toch sluiten")
        await expect(tablet.get_by_role("heading", name="De inloop is dicht.")).to_be_visible()
        await expect(wall.get_by_role("heading", name="Nu gesloten")).to_be_visible()

        await tablet.get_by_role("button", name="Open de inloop").click()
        await expect(tablet.get_by_role("heading", name="Er wacht niemand.")).to_be_visible()
        await expect(wall.get_by_role("heading", name="Welkom. Neem een nummer.")).to_be_visible()
        assert await stage.visitors(1) == ["A3"], "no number twice in a day"


async def test_an_arabic_phone_without_script_takes_a_number_in_two_taps(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        tablet = await stage.tablet(table=2)
        phone = await stage.phone(locale="ar", java_script_enabled=False)
        await phone.get_by_text("استخدام الحاسوب والإنترنت").click()
        await phone.get_by_role("button", name="خذ رقماً").click()
        await expect(phone.get_by_role("heading", name="رقمك")).to_be_visible()
        await expect(phone.get_by_role("main")).to_contain_text("A2")
        await expect(phone.get_by_role("heading", name="أمامك شخص واحد")).to_be_visible()
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await next_up(tablet).click()
        await sees_with_me(tablet, "A2")
        await phone.reload()
        await expect(phone.get_by_role("heading", name="حان دورك")).to_be_visible()
        await undo(tablet, "A1 klaar, A2 naar tafel 2")
        await phone.reload()
        await phone.get_by_text("لن أنتظر").first.click()
        await phone.get_by_role("button", name="نعم، لن أنتظر").click()
        await expect(phone.get_by_role("heading", name="لم تعد تنتظر")).to_be_visible()
        await expect(tablet.get_by_role("heading", name="Er wacht niemand.")).to_be_visible()


async def test_a_phone_hears_within_five_seconds_that_it_is_its_turn(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        tablet, phone = await stage.tablet(table=3), await stage.phone()
        await phone.get_by_role("button", name="Neem een nummer").click()
        await expect(phone.get_by_role("heading", name="U bent de volgende")).to_be_visible()
        await next_up(tablet).click()
        turn = phone.get_by_role("heading", name="U bent aan de beurt")
        await expect(turn).to_be_visible(timeout=5000)
        await expect(phone.get_by_role("heading", name="Ga naar tafel 3")).to_be_visible()


async def test_two_tablets_at_once_call_two_different_visitors(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(3)
        one, two = await stage.tablet(table=1), await stage.tablet(table=2)
        await expect(next_up(one)).to_contain_text("A1 komt.")
        await expect(next_up(two)).to_contain_text("A1 komt.")
        await asyncio.gather(next_up(one).click(), next_up(two).click())
        for tablet in (one, two):
            await expect(tablet.get_by_role("heading", name="1 persoon wacht")).to_be_visible()
            await expect(next_up(tablet)).to_contain_text(re.compile(r"A3 komt. A[12] is dan"))
        hints = {await next_up(tablet).text_content() for tablet in (one, two)}
        assert len(hints) == 2


async def test_signing_in_and_calling_with_the_keyboard_alone(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        page = await stage.opens(stage.addresses[0]["staff"], {"width": 1024, "height": 768})
        await expect(page.get_by_label("Pincode van vandaag")).to_be_focused()
        await page.keyboard.type(stage.addresses[0]["pin"])
        await page.keyboard.press("Enter")
        await expect(question(page)).to_contain_text("Aan welke tafel zit je?")
        await until_focused(page, question(page).get_by_role("button", name="tafel 1"))
        await page.keyboard.press("Enter")
        await expect(question(page)).to_be_hidden()
        await until_focused(page, next_up(page))
        await page.keyboard.press("Enter")
        await sees_with_me(page, "A1")


async def test_every_screen_shows_what_matters_without_scrolling(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        panel = await stage.panel()
        for switch in await panel.get_by_role("switch").all():
            await expect(switch).to_be_in_viewport(ratio=1)
        await stage.visitors(1)
        tablet = await stage.tablet(table=2, size=PHONE)
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await expect(tablet.get_by_text("Digicafé ’t Park")).to_be_in_viewport(ratio=1)
        await expect(next_up(tablet)).to_be_in_viewport(ratio=1)
        wall = await stage.board(size=PHONE)
        await expect(wall.get_by_role("heading", name="Nu aan de beurt")).to_be_in_viewport(ratio=1)
        assert await wall.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
