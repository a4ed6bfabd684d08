"""Stories at the door: a tablet is paired with the button, a PIN is guessed too often."""

import asyncio
import shutil
from pathlib import Path
from time import monotonic

import pytest
from playwright.async_api import expect

from tests.browser.stage import PHONE, TABLET, a_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium"),
]


async def test_a_tablet_is_paired_by_holding_the_button_and_visitors_go_on(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        address = stage.addresses[0]
        tablet = await stage.opens(f"{address['staff']}/", TABLET)
        await tablet.get_by_role("button", name="Koppel dit toestel").click()
        await expect(tablet.locator("#code")).not_to_be_empty()
        panel = await stage.panel()
        await panel.get_by_role("button", name="Kort").click()
        await expect(panel.locator("#log")).to_contain_text("nummer A1")
        await panel.get_by_role("button", name="3 tellen").click()
        await expect(panel.locator("#log")).to_contain_text("toestel gekoppeld")
        await expect(tablet.get_by_role("heading", name="Aan welke tafel zit je?")).to_be_visible()
        await tablet.goto(f"{address['staff']}/?tafel=1")
        await expect(tablet.get_by_role("heading", name="1 persoon wacht")).to_be_visible()

        # The lead's second device comes in through the first, and is shown the door again.
        phone = await stage.opens(f"{address['staff']}/", PHONE)
        await phone.get_by_role("button", name="Koppel dit toestel").click()
        await expect(phone.locator("#code")).not_to_be_empty()
        await tablet.get_by_role("button", name="Inloop").click()
        await tablet.get_by_role("link", name="Toestellen").click()
        await tablet.get_by_label("Code op dat toestel").fill(
            await phone.locator("#code").inner_text()
        )
        await tablet.get_by_role("button", name="Koppel", exact=True).click()
        await expect(phone.get_by_role("heading", name="Aan welke tafel zit je?")).to_be_visible()
        revoke = tablet.get_by_role("button", name="Ontkoppel bel")
        await revoke.click()
        await tablet.get_by_role("button", name="Tik nog eens").click()
        await expect(revoke).to_have_count(0)
        await expect(phone.get_by_label("Pincode van vandaag")).to_be_visible()


async def test_after_ten_wrong_pins_only_the_button_helps(tmp_path: Path) -> None:
    later = 0.0
    async with a_stage(tmp_path, hurry=1, ticker=lambda: monotonic() + later) as stage:
        address = stage.addresses[0]
        page = await stage.opens(f"{address['staff']}/", PHONE)

        async def tries(pin: str, told: str) -> None:
            await page.get_by_label("Pincode van vandaag").fill(pin)
            await page.get_by_role("button", name="Begin").click()
            await expect(page.get_by_role("alert")).to_contain_text(told)

        for _ in range(5):
            await tries("000000", "Die pincode klopt niet")
        await tries(address["pin"], "Te vaak geprobeerd. Wacht")
        later = 30.0
        for _ in range(5):
            await tries("000000", "Die pincode klopt niet")
        await stage.world.boxes[0].cut()
        later = 8000.0
        await page.goto(f"{address['staff']}/")
        await expect(page.get_by_role("alert")).to_contain_text("De pincode is geblokkeerd")
        await expect(page.get_by_label("Pincode van vandaag")).to_have_count(0)

        await page.get_by_role("button", name="Koppel dit toestel").click()
        await expect(page.locator("#code")).not_to_be_empty()
        code = (await page.locator("#code").inner_text()).replace(" ", " · ")
        panel = await stage.panel()
        await expect(panel.locator("#text")).to_have_text(code)
        await panel.get_by_role("button", name="3 tellen").click()
        await expect(page.get_by_role("heading", name="Aan welke tafel zit je?")).to_be_visible()
        other = await stage.tablet()
        await expect(other.get_by_role("button", name="Volgende")).to_be_visible()


async def test_a_tablet_that_nobody_touches_locks_and_keeps_what_was_tapped(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        address = stage.addresses[0]
        page = await (await stage.device(TABLET)).new_page()
        await page.clock.install()
        await page.goto(f"{address['staff']}/")
        await page.get_by_label("Pincode van vandaag").fill(address["pin"])
        await page.get_by_role("button", name="Begin").click()
        await page.goto(f"{address['staff']}/?tafel=1")
        await expect(page.get_by_role("button", name="Volgende")).to_be_visible()
        await page.context.set_offline(True)
        await page.get_by_role("button", name="+ telefoon").click()
        await page.clock.run_for(302_000)
        locked = page.get_by_role("heading", name="Het scherm is vergrendeld")
        await expect(locked).to_be_visible()
        await expect(page.get_by_role("button", name="Volgende")).to_have_count(0)
        await page.context.set_offline(False)
        await page.clock.run_for(5_000)
        await expect(locked).to_be_visible()
        box = stage.world.boxes[0].box
        assert box is not None
        async with asyncio.timeout(10):
            while dict(box.desk.view().tallies).get("call") != 1:
                await box.desk.changed(box.desk.revision)
        await page.clock.run_for(3_000)
        again = await page.context.new_page()
        await again.goto(f"{address['staff']}/")
        await expect(again.get_by_label("Pincode van vandaag")).to_be_visible()
        await page.get_by_label("Pincode van vandaag").fill(address["pin"])
        await page.get_by_role("button", name="Ga verder").click()
        await page.clock.run_for(3_000)
        await expect(page.get_by_role("button", name="Volgende")).to_be_visible()
        await expect(page.get_by_role("button", name="+ telefoon")).to_contain_text("1")
