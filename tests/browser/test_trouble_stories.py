"""Wi-Fi that goes, answers that get lost, windows that are old: nothing lost, nothing twice."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.desk import answer, button, next_up, question, row, sees_with_me
from tests.browser.stage import NEEDS_CHROMIUM, TABLET, Stage, a_stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]
CUT = 60_000
"""Milliseconds without Wi-Fi, turned on the tablet's own clock."""


async def a_tablet_whose_clock_is_turned(stage: Stage, table: int) -> Page:
    address = stage.addresses[0]
    page = await (await stage.device(TABLET)).new_page()
    await page.clock.install()
    await page.goto(f"{address['staff']}/")
    await page.get_by_label("Pincode van vandaag").fill(address["pin"])
    await page.get_by_role("button", name="Begin").click()
    await page.goto(f"{address['staff']}/?tafel={table}")
    await expect(next_up(page)).to_contain_text("komt.")
    return page


async def tallied(stage: Stage, **wanted: int) -> None:
    """Return once the box has counted exactly that."""
    desk = (await stage.world.boxes[0].up()).desk
    async with asyncio.timeout(15):
        while dict(desk.view().tallies) != wanted:
            await desk.changed(desk.revision)


async def test_a_minute_without_wifi_loses_no_tap_and_doubles_none(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(3)
        tablet = await a_tablet_whose_clock_is_turned(stage, 2)
        await tablet.context.set_offline(True)
        await tablet.get_by_role("button", name="+ telefoon").click()
        await tablet.get_by_role("button", name="+ thuis").click()
        await next_up(tablet).click()
        await expect(next_up(tablet)).to_be_disabled()
        await tablet.get_by_role("button", name="+ telefoon").click()
        await tablet.clock.run_for(CUT)
        said = tablet.get_by_role("status").filter(has_text="4 tikken bewaard.")
        await expect(said).to_be_visible()
        await tablet.context.set_offline(False)
        await tablet.clock.run_for(5_000)
        await tallied(stage, call=2, home=1)
        await sees_with_me(tablet, "A1")
        await expect(tablet.get_by_role("heading", name="2 mensen wachten")).to_be_visible()
        await expect(tablet.get_by_text("Geen verbinding")).to_have_count(0)
        assert await stage.numbers() == ["A1", "A2", "A3"]


async def test_an_answer_that_got_lost_does_not_call_twice(tmp_path: Path) -> None:
    """The box heard the tap; the tablet never heard that it did, and sends it again."""
    lost = 0

    async def lose_the_first(route: Route) -> None:
        nonlocal lost
        if lost:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    async with a_stage(tmp_path) as stage:
        await stage.visitors(3)
        tablet = await stage.tablet(table=1)
        await tablet.route("**/call-next", lose_the_first)
        await next_up(tablet).click()
        await expect(tablet.get_by_text("Geen verbinding")).to_have_count(0)
        await sees_with_me(tablet, "A1")
        await expect(tablet.get_by_role("heading", name="2 mensen wachten")).to_be_visible()
        await expect(next_up(tablet)).to_contain_text("A2 komt. A1 is dan klaar.")
        await expect(next_up(tablet)).to_be_enabled()
        assert lost == 1


async def test_of_two_tablets_that_call_the_same_visitor_the_slower_is_told(
    tmp_path: Path,
) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        slow = await stage.tablet(table=1)
        await row(slow, "A2").click()
        wanted = question(slow).get_by_role("button", name="Roep nu")
        await expect(wanted).to_be_visible()
        await slow.context.set_offline(True)  # the tap is on its way while the other is faster
        await wanted.click()
        fast = await stage.tablet(table=3)
        await row(fast, "A2").click()
        await answer(fast, "Roep nu")
        await sees_with_me(fast, "A2")
        await slow.context.set_offline(False)
        told = slow.get_by_role("alert")
        await expect(told).to_contain_text("A2 is al geroepen door tafel 3.")
        await expect(slow.get_by_role("heading", name="1 persoon wacht")).to_be_visible()
        await expect(fast.get_by_text("Nu bij jou").first).to_be_visible()


async def test_an_old_window_says_what_changed_and_shows_it(tmp_path: Path) -> None:
    """A number that has left is not called from a screen that did not hear of it yet."""
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        phone = await stage.phone()
        await phone.get_by_role("button", name="Neem een nummer").click()
        await expect(phone.get_by_role("main")).to_contain_text("A2")
        old = await stage.tablet(table=1)
        await row(old, "A2").click()
        await expect(question(old)).to_be_visible()
        await old.context.set_offline(True)
        await answer(old, "Roep nu")
        await phone.get_by_text("Ik wacht niet meer").first.click()
        await phone.get_by_role("button", name="Ja, ik wacht niet meer").click()
        await expect(phone.get_by_role("heading", name="U wacht niet meer")).to_be_visible()
        await old.context.set_offline(False)
        await expect(old.get_by_role("alert")).to_contain_text("A2")
        await expect(row(old, "A2")).to_have_count(0)
        await expect(old.get_by_role("heading", name="1 persoon wacht")).to_be_visible()
        await expect(old.get_by_text("Er zit niemand bij jou.")).to_be_visible()


async def test_a_form_sent_again_after_back_gives_the_same_number(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        phone = await stage.phone()
        await phone.get_by_role("button", name="Neem een nummer").click()
        await expect(phone.get_by_role("heading", name="Uw nummer")).to_be_visible()
        first = phone.url
        await phone.go_back(wait_until="commit")
        take = phone.get_by_role("button", name="Neem een nummer")
        mine = phone.get_by_role("link", name="Toon mijn nummer")
        await take.or_(mine).first.click()
        await expect(phone.get_by_role("heading", name="Uw nummer")).to_be_visible()
        assert phone.url == first
        await phone.go_back(wait_until="commit")
        await phone.goto(first)

        await phone.get_by_text("Ik wacht niet meer").first.click()
        await phone.get_by_role("button", name="Ja, ik wacht niet meer").click()
        await expect(phone.get_by_role("heading", name="U wacht niet meer")).to_be_visible()
        await phone.go_back(wait_until="commit")
        await phone.goto(first)
        await expect(phone.get_by_role("heading", name="U wacht niet meer")).to_be_visible()
        assert await stage.numbers() == ["A1"]


async def test_two_windows_of_one_volunteer_finish_a_visit_once(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(2)
        one = await stage.tablet(table=2)
        await next_up(one).click()
        await sees_with_me(one, "A1")
        other = await one.context.new_page()
        await other.goto(one.url)
        await sees_with_me(other, "A1")
        may_go = asyncio.Event()

        async def held_up(route: Route) -> None:
            await may_go.wait()
            await route.continue_()

        await one.route("**/finish", held_up)
        await button(one, "Klaar").click()
        await button(other, "Klaar").click()
        await expect(other.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        may_go.set()
        await expect(one.get_by_role("alert")).to_contain_text("A1 is al klaar.")
        await expect(other.get_by_role("alert")).to_be_empty()
        for page in (one, other):
            await expect(page.get_by_text("Er zit niemand bij jou.")).to_be_visible()
            await expect(next_up(page)).to_contain_text("A2 komt.")
        desk = (await stage.world.boxes[0].up()).desk
        assert desk.view().finished == 1
