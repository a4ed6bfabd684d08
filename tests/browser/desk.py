"""What a volunteer taps and sees, in the words of the screen."""

import re

from playwright.async_api import Locator, Page, expect


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def question(page: Page) -> Locator:
    """What lies over the desk."""
    return page.get_by_role("dialog")


def row(page: Page, number: str) -> Locator:
    """Somebody in the list of a tablet."""
    return page.get_by_role("button", name=re.compile(rf"^{number}\b"))


def next_up(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Volgende"))


async def answer(page: Page, name: str | re.Pattern[str]) -> None:
    await question(page).get_by_role("button", name=name).first.click()


async def undo(page: Page, what: str) -> None:
    """Take that line of today's log back."""
    await button(page, "Vandaag").click()
    line = question(page).get_by_role("listitem").filter(has_text=re.compile(rf"\d{what}"))
    await line.get_by_role("button", name="Ongedaan maken").first.click()
    done = question(page).get_by_text(re.compile(f"Ongedaan gemaakt: {what}"))
    await expect(done.first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(question(page)).to_be_hidden()


async def sees_with_me(page: Page, number: str) -> None:
    mine = re.compile(rf"{number}\s*tafel\s*\d\s*Nu bij jou")
    await expect(page.get_by_role("main")).to_contain_text(mine)


async def until_focused(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus; a screen has fewer stops than that."""
    for _ in range(60):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")
