"""Every switch of the drawer in the middle of a session: nobody lost, nobody twice, and told."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import button, next_up, row, sees_with_me
from tests.browser.stage import NEEDS_CHROMIUM, Stage, a_stage, power_cut, press, switch

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]
PAPER = "Neem een papieren nummer"


@dataclass
class Room:
    """A session under way: A1 at table 2, A2 and A3 waiting."""

    stage: Stage
    panel: Page
    wall: Page
    tablet: Page

    async def warned(self, sentence: str) -> None:
        await expect(self.tablet.get_by_text(sentence).first).to_be_visible()

    async def reassured(self, sentence: str) -> None:
        await expect(self.tablet.get_by_text(sentence)).to_have_count(0)

    async def nobody_lost(self, *numbers: str) -> None:
        """A1 still sits at table 2, and these wait in this order."""
        await sees_with_me(self.tablet, "A1")
        for number in numbers:
            await expect(row(self.tablet, number)).to_be_visible()
        await expect(next_up(self.tablet)).to_contain_text(f"{numbers[0]} komt.")
        waiting = f"{len(numbers)} mensen wachten"
        await expect(self.tablet.get_by_role("heading", name=waiting)).to_be_visible()
        assert await self.stage.numbers() == ["A1", *numbers]

    async def goes_on(self, number: str) -> None:
        """The next press gives that number, and a volunteer can call."""
        assert await press(self.panel) == number
        await expect(row(self.tablet, number)).to_be_visible()
        await next_up(self.tablet).click()
        await sees_with_me(self.tablet, "A2")
        await expect(self.wall.get_by_role("main")).to_contain_text(re.compile(r"A2\s*tafel\s*2"))


@asynccontextmanager
async def a_room(data: Path, *, room: int | None = None) -> AsyncIterator[Room]:
    async with a_stage(data, room=room) as stage:
        await stage.visitors(3)
        panel, wall = await stage.panel(), await stage.board()
        tablet = await stage.tablet(table=2)
        await next_up(tablet).click()
        await sees_with_me(tablet, "A1")
        await expect(wall.get_by_text("2 mensen wachten")).to_be_visible()
        yield Room(stage=stage, panel=panel, wall=wall, tablet=tablet)


async def test_power_cut(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await power_cut(room.panel)
        await room.warned("De kast viel even uit. Alle nummers zijn er nog.")
        await room.nobody_lost("A2", "A3")
        await room.goes_on("A4")


@pytest.mark.parametrize(("fault", "held"), [("Schijf vol", 9), ("Kaart alleen-lezen", None)])
async def test_when_nothing_can_be_kept_everybody_is_sent_to_paper(
    tmp_path: Path, fault: str, held: int | None
) -> None:
    async with a_room(tmp_path, room=held) as room:
        waiting = await room.stage.phone()
        await waiting.get_by_role("button", name="Neem een nummer").click()
        await expect(waiting.get_by_role("heading", name="2 mensen voor u")).to_be_visible()
        numbers = ["A2", "A3", "A4"]
        await expect(row(room.tablet, "A4")).to_be_visible()
        late = await room.stage.phone()
        plain = await room.stage.phone(java_script_enabled=False)  # its page stays as it was

        await switch(room.panel, fault)
        while (told := await press(room.panel)) is not None:  # what is reserved still takes some
            numbers.append(told)
        assert bool(held) == (len(numbers) > 3)
        await expect(room.panel.get_by_text("Scherm: NEEM · PA- · PIER")).to_be_visible()
        await expect(room.panel.get_by_role("status").first).to_have_text("Lamp: storing")
        await room.warned(PAPER)
        await room.warned("Trek de stekker uit")
        await expect(room.wall.get_by_text(PAPER)).to_be_visible()
        await expect(waiting.get_by_text("Uw nummer blijft geldig")).to_be_visible()
        await expect(late.get_by_text("een nummer op papier")).to_be_visible()
        await expect(late.get_by_role("button", name="Neem een nummer")).to_be_hidden()
        await plain.get_by_role("button", name="Neem een nummer").click()
        await expect(plain.get_by_role("alert")).to_contain_text(PAPER)
        await next_up(room.tablet).click()
        await expect(room.tablet.get_by_role("alert")).to_contain_text(PAPER)
        await button(room.tablet, "Oké").click()
        await room.nobody_lost(*numbers)

        await power_cut(room.panel)  # the card is still as it was: the box shows what it knows
        if held is None:
            await room.warned(PAPER)
        await room.nobody_lost(*numbers)
        await switch(room.panel, fault, on=False)
        await power_cut(room.panel)
        await room.reassured(PAPER)
        await expect(room.wall.get_by_text(PAPER)).to_be_hidden()
        await room.nobody_lost(*numbers)
        await room.goes_on(f"A{len(numbers) + 2}")


async def test_a_clock_that_jumps(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await switch(room.panel, "Klok springt")
        await expect(room.panel.get_by_text("2016")).to_be_visible()
        await room.warned("De klok versprong. De nummers gaan gewoon door.")
        await room.nobody_lost("A2", "A3")
        await room.goes_on("A4")
        await switch(room.panel, "Klok springt", on=False)
        await room.reassured("De klok versprong.")


async def test_a_clock_that_nobody_vouches_for(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await switch(room.panel, "Klok onzeker")
        await room.warned("De klok is niet zeker. Open en sluit de inloop zelf.")
        await room.nobody_lost("A2", "A3")
        await room.goes_on("A4")
        await switch(room.panel, "Klok onzeker", on=False)
        await room.reassured("De klok is niet zeker.")


async def test_a_button_that_is_stuck(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await switch(room.panel, "Knop klemt")
        await room.warned("Knop 1 zit vast en staat uit.")
        await expect(room.panel.get_by_text("Storing – nu")).to_be_visible()
        await room.nobody_lost("A2", "A3", "A4")  # the finger that jammed it got a number
        await button(room.tablet, "Voeg iemand toe").click()
        await room.tablet.get_by_role("dialog").get_by_role("button", name="Digitale vraag").click()
        await expect(room.tablet.get_by_role("dialog")).to_contain_text("A5")
        await button(room.tablet, "Oké").click()
        await switch(room.panel, "Knop klemt", on=False)
        await room.reassured("Knop 1 zit vast")
        await room.goes_on("A6")


async def test_a_display_that_is_gone(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await switch(room.panel, "Scherm weg")
        await room.warned("Het scherm op de kast werkt niet. De nummers gaan door.")
        await expect(room.panel.get_by_text("Scherm: donker")).to_be_visible()
        await room.nobody_lost("A2", "A3")
        await room.goes_on("A4")
        await power_cut(room.panel)
        await room.warned("Het scherm op de kast werkt niet.")
        await switch(room.panel, "Scherm weg", on=False)
        await room.reassured("Het scherm op de kast werkt niet.")
        await expect(room.panel.get_by_text("Scherm: A2")).to_be_visible()


async def test_a_wall_without_a_box_hides_the_old_number_and_heals(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        wire = await room.stage.wire()
        wall = await room.stage.opens(f"{wire.url}/board", {"width": 1920, "height": 1080})
        number = wall.get_by_role("heading", name="Nu aan de beurt")
        await expect(number).to_be_visible()
        await wire.cut()
        await expect(wall.get_by_text("Even geen verbinding")).to_be_visible(timeout=7000)
        await expect(number).to_be_hidden()
        await next_up(room.tablet).click()
        await sees_with_me(room.tablet, "A2")
        await wire.mend()
        await expect(wall.get_by_role("main")).to_contain_text(re.compile(r"A2\s*tafel\s*2"))
        await expect(wall.get_by_text("Even geen verbinding")).to_be_hidden()


async def test_a_tablet_without_a_box_keeps_its_taps(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await room.tablet.context.set_offline(True)
        await room.tablet.get_by_role("button", name="+ telefoon").click()
        await room.warned("1 tik bewaard.")
        await room.tablet.context.set_offline(False)
        await room.reassured("Geen verbinding")
        await expect(room.tablet.get_by_role("button", name="+ telefoon")).to_contain_text("1")
