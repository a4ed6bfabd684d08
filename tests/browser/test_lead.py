"""A lead's morning: hours, name and order changed on a tablet, the month typed, a sheet printed."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import button, next_up, sees_with_me
from tests.browser.stage import PHONE, TABLET, Stage, a_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium"),
]
A4 = (595, 842)
"""Points, as a PDF counts."""


async def saved(page: Page) -> None:
    await expect(page.get_by_role("status")).to_contain_text("Bewaard")


async def to_strip(page: Page, name: str) -> None:
    await page.get_by_role("link", name=re.compile(f"^{name}")).click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def back(page: Page) -> None:
    await page.get_by_role("link", name="Terug").click()
    await expect(page.get_by_role("heading", name="Deze plek")).to_be_visible()


async def pages_of(page: Page, path: Path) -> tuple[int, tuple[int, int]]:
    """How many pages it prints, and how large they are."""
    raw = await page.pdf(path=path, prefer_css_page_size=True)
    size = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    assert size
    count = len(re.findall(rb"/Type /Page\b(?!s)", raw))
    return count, (round(float(size[1])), round(float(size[2])))


async def test_a_lead_changes_the_place_and_everybody_sees_it(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        wall, phone = await stage.board(), await stage.phone()
        await expect(wall.get_by_text("Digicafé ’t Park")).to_be_visible()
        await stage.visitors(1)
        page = await stage.lead()
        await page.goto(f"{stage.addresses[0]['staff']}/?tafel=1")
        await button(page, "Inloop").click()
        await page.get_by_role("link", name="Deze plek").click()

        await to_strip(page, "Naam en woorden")
        await page.get_by_label("Naam van deze plek").fill("Digihuis De Brug")
        await page.get_by_label("Gratis telefoonnummer").fill("070 12 34 56")
        await button(page, "Bewaar").click()
        await expect(page.get_by_role("alert")).to_contain_text("kost de beller geld")
        await expect(page.get_by_label("Naam van deze plek")).to_have_value("Digihuis De Brug")
        await page.get_by_label("Gratis telefoonnummer").fill("0800 12 345")
        await button(page, "Bewaar").click()
        await saved(page)
        await expect(wall.get_by_text("Digihuis De Brug")).to_be_visible()
        await expect(phone.get_by_text("Digihuis De Brug").first).to_be_visible()

        await back(page)
        await to_strip(page, "Diensten")
        await page.get_by_role("button", name="Computer en internet gebruiken omhoog").click()
        await saved(page)
        await page.get_by_role("button", name="Computer en internet gebruiken omhoog").click()
        await page.get_by_role("checkbox", name="Toestel lenen").uncheck()
        await button(page, "Bewaar").last.click()
        await saved(page)
        first = phone.get_by_role("radio").first
        await expect(first).to_have_attribute("value", "pc")
        await expect(phone.get_by_role("radio")).to_have_count(4)

        await back(page)
        await to_strip(page, "Openingsuren")
        await page.get_by_label("woensdag, van").first.fill("13:30")
        await page.get_by_label("woensdag, tot").first.fill("16:00")
        await button(page, "Bewaar").click()
        await saved(page)
        await expect(page.get_by_text("woensdag 25 november")).to_be_visible()
        box = stage.world.boxes[0].box
        assert box is not None
        await box.desk.close(confirm=True)
        await expect(wall.get_by_text("woensdag").first).to_be_visible()
        await expect(wall.get_by_text("13.30").first).to_be_visible()
        await expect(phone.get_by_role("heading", name="Nu gesloten")).to_be_visible()


async def test_another_tablet_follows_by_itself(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        desk = await stage.tablet()
        await desk.keyboard.press("n")
        await sees_with_me(desk, "A1")
        box = stage.world.boxes[0].box
        assert box is not None
        await box.settings.change({"name": "De Brug", "shortcuts": [], "profile": "digidak"})
        await expect(desk.get_by_text("De Brug")).to_be_visible()
        await sees_with_me(desk, "A1")
        tallies = desk.get_by_role("button", name=re.compile(r"^\d+\s*\+"))
        await expect(tallies.first).to_contain_text("pc")
        await stage.visitors(1)
        await expect(next_up(desk)).to_contain_text("A2")
        await desk.keyboard.press("n")
        await sees_with_me(desk, "A1")


async def test_where_somebody_was_sent_on_to_takes_one_tap_more(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.visitors(1)
        desk = await stage.tablet()
        await next_up(desk).click()
        await sees_with_me(desk, "A1")
        await button(desk, "Belastingen").click()
        await expect(button(desk, "OCMW")).to_have_count(0)
        await button(desk, "Doorverwezen").click()
        await button(desk, "OCMW").click()
        await expect(button(desk, "OCMW")).to_have_attribute("aria-pressed", "true")
        await button(desk, "Klaar").click()
        await expect(desk.get_by_text("Er zit niemand bij jou.")).to_be_visible()
        box = stage.world.boxes[0].box
        assert box is not None
        ticket = next(iter(box.desk.queue.tickets.values()))
        assert (ticket.referral, ticket.outcome.value) == ("ocmw", "referred")


async def a_full_year(stage: Stage) -> None:
    """Months in which everything was counted that can be, more than any real place has."""
    box = stage.world.boxes[0].box
    assert box is not None
    from appliance.core.catalogue import REFERRALS, SERVICES, TOPICS
    from appliance.ports import Write

    tables = {
        "total": {"served": 3200, "tickets": 3400, "left": 200, "sessions": 22,
                  "open_minutes_actual": 3970, "open_minutes_planned": 4000},
        "service": {one.code: 20 + n for n, one in enumerate(SERVICES)},
        "topic": {one.code: 30 + n for n, one in enumerate(TOPICS)},
        "referral": {one.code: 6 + n for n, one in enumerate(REFERRALS)},
        "language": {"nl": 900, "fr": 200, "en": 90, "ar": 80, "tr": 6, "uk": 7, "pl": 2},
        "outcome": {"solved": 900, "partly": 90, "referred": 80, "comeback": 9, "unknown": 7},
        "assist": {"self": 600, "together": 90, "for": 30, "unknown": 10},
        "wait": {"0-5": 90, "5-10": 80, "10-20": 70, "20-40": 60, "40+": 6},
        "hour": {"am": 600, "noon": 90, "pm": 400, "eve": 20},
        "source": {"button": 900, "phone": 300, "tablet": 90, "sibling": 6},
        "feedback": {f"{q}-{n}": 40 for q in ("ease", "friendly", "confidence") for n in range(3)},
        "nonticket": {"call": 50, "home": 6, "group": 90, "pc": 400, "first": 300},
    }  # fmt: skip
    book = box.desk._book
    for n, month in enumerate(("2026-09", "2026-10"), start=1):
        document = {"v": 1, "period": month, "location": "park", "tables": tables}
        await book.commit([Write(table="tallies", id=n, document=document)])


async def test_the_month_is_typed_in_a_minute_and_printed_on_one_page(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await a_full_year(stage)
        page = await stage.lead()
        await page.goto(f"{stage.addresses[0]['staff']}/lead")
        await to_strip(page, "Uren en kosten van de maand")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("oktober 2026")
        await expect(page.get_by_label("Vrijwilligers, in uren")).not_to_have_value("")
        await page.get_by_label("Vrijwilligers, in uren").fill("132,5")
        await page.keyboard.press("Tab")
        await page.keyboard.type("20")
        for _ in range(3):
            await page.keyboard.press("Tab")
        await expect(page.get_by_label("Huur")).to_be_focused()
        await page.keyboard.type("450,00")
        await page.keyboard.press("Enter")
        await saved(page)
        await page.get_by_role("link", name="Toon het maandblad").click()
        await expect(page.get_by_text("€ 450")).to_have_count(2)
        for name in ("month=2026-10", "year=2026"):
            await page.goto(f"{stage.addresses[0]['staff']}/lead/sheet?{name}")
            printed = await pages_of(page, tmp_path / f"{name}.pdf")
            assert printed == (1, A4), name
        await page.goto(f"{stage.addresses[0]['staff']}/wegwijs")
        assert await pages_of(page, tmp_path / "wegwijs.pdf") == (1, A4)


async def test_nothing_runs_out_of_the_leads_pages(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await a_full_year(stage)
        page = await stage.lead()
        names = "hours closures services words profile language contacts network keys month sheet"
        paths = ["lead", "wegwijs", *(f"lead/{name}" for name in names.split())]
        wide = []
        for lang in ("nl", "fr", "ar"):
            for size in (TABLET, PHONE, {"width": 320, "height": 640}):
                await page.set_viewport_size(size)  # type: ignore[arg-type]
                for path in paths:
                    await page.goto(f"{stage.addresses[0]['staff']}/{path}?lang={lang}")
                    over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0:
                        wide.append((path, lang, size["width"], over))
        assert wide == []
