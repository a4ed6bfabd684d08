"""The screens under a finger: taps, silence, keyboard; before a box that is played."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from tests.web.examples import BUSY, CLOSED, PAGES, every_page, log_json, queue, snapshot, ticket

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium"),
]
BOX = "http://box.test"
POLICY = (
    "default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'; img-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As strict as a page can be served; a breach fails the story."""
TABLET = {"width": 1024, "height": 768}


class PlayedBox:
    """Answers one page as a box would, and writes down every tap."""

    def __init__(self, html: str, staff: dict[str, Any]) -> None:
        self.html = html
        self.staff = staff
        self.online = True
        self.refusal: tuple[int, str, str] | None = None
        self.taps: list[tuple[str, dict[str, Any], str]] = []
        self._heard = asyncio.Event()

    async def answer(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(BOX).partition("?")[0]
        if not self.online:
            await route.abort()
        elif request.method == "POST":
            key = await request.header_value("idempotency-key")
            self.taps.append((path, json.loads(request.post_data or "{}"), key or ""))
            self._heard.set()
            if self.refusal:
                status, code, message = self.refusal
                await route.fulfill(
                    status=status, json={"error": {"code": code, "message": message}}
                )
            else:
                await route.fulfill(json={"number": "A12"})
        elif path.endswith("/queue"):
            await route.fulfill(json=self.staff)
        elif path.endswith("/log"):
            await route.fulfill(json={"actions": log_json()})
        elif path.endswith("/events"):
            body = f"data: {json.dumps(self.staff)}\n\n"
            await route.fulfill(body=body, content_type="text/event-stream")
        else:
            await route.fulfill(
                body=self.html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

    async def told(self, taps: int) -> None:
        """Return once that many taps have arrived."""
        async with asyncio.timeout(20):
            while len(self.taps) < taps:
                self._heard.clear()
                await self._heard.wait()

    def paths(self) -> list[str]:
        return [path.removeprefix("/api/v1/") for path, _, _ in self.taps]


@asynccontextmanager
async def screen(box: PlayedBox, *, script: bool = True) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = await browser.new_context(
            viewport=TABLET,  # type: ignore[arg-type]
            java_script_enabled=script,
            timezone_id="Asia/Tokyo",
        )
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda told: faults.append(told.text) if breach(told.text) else None)
        await page.clock.install()
        await page.route("**/*", box.answer)
        await page.goto(f"{BOX}/")
        yield page
        assert not faults
        await page.unroute_all(behavior="ignoreErrors")
        await browser.close()


def breach(text: str) -> bool:
    return "Content Security Policy" in text or "Content-Security-Policy" in text


def tablet(**changes: Any) -> PlayedBox:  # noqa: ANN401  any field
    return PlayedBox(every_page("nl")["tablet"], snapshot(BUSY, **changes))


async def tap(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).first.click()


async def answer(page: Page, name: str) -> None:
    """Tap in the question that lies over the desk."""
    await page.get_by_role("dialog").get_by_role("button", name=name).first.click()


async def test_the_next_one_is_called_with_a_key_of_its_own() -> None:
    box = tablet()
    async with screen(box) as page:
        await expect(page.get_by_role("button", name="Volgende")).to_contain_text(
            "A8 komt. A7 is dan klaar."
        )
        await tap(page, "Volgende")
        await expect(page.locator("#say")).to_have_text("Nu bij jou: A12")
        await box.told(1)
    ((path, body, key),) = box.taps
    assert (path, body, len(key)) == ("/api/v1/counters/2/call-next", {}, 32)


async def test_a_tablet_without_a_counter_asks_for_one_and_remembers_it() -> None:
    html = PAGES.tablet("nl", csrf="c", counter=None, counters=3, nonce="n0nce")
    box = PlayedBox(html, snapshot(BUSY))
    async with screen(box) as page:
        await page.clock.run_for(500)
        await expect(page.get_by_role("dialog")).to_contain_text("Aan welke tafel zit je?")
        await answer(page, "tafel 3")
        await expect(page.get_by_role("button", name="Volgende")).to_contain_text("A8 komt.")
        assert page.url.endswith("?tafel=3")
        await tap(page, "Volgende")
        await expect(page.locator("#say")).to_have_text("Nu bij jou: A12")
        await box.told(1)
    assert box.paths() == ["counters/3/call-next"]


async def test_topic_and_outcome_go_along_with_done() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Belastingen")
        await tap(page, "Opgelost")
        await tap(page, "Samen")
        await tap(page, "Klaar")
        await expect(page.get_by_role("button", name="Belastingen")).to_be_visible()
        await box.told(1)
    path, body, _ = box.taps[0]
    assert path == "/api/v1/tickets/A7/finish"
    assert body == {"topic": "tax", "outcome": "solved", "assist": "together"}


async def test_a_topic_that_was_chosen_is_not_lost_by_calling_the_next() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Belastingen")
        await tap(page, "Volgende")
        await expect(page.locator("#say")).to_have_text("Nu bij jou: A12")
        await box.told(2)
    assert box.paths() == ["tickets/A7/finish", "counters/2/call-next"]
    assert box.taps[0][1] == {"topic": "tax"}


async def test_taps_without_connection_are_kept_and_sent_once() -> None:
    box = tablet()
    async with screen(box) as page:
        await expect(page.get_by_role("button", name="+ telefoon")).to_be_visible()
        box.online = False
        await tap(page, "+ telefoon")
        await tap(page, "+ thuis")
        await expect(page.locator("#banner")).to_contain_text("2 tikken bewaard.")
        await page.clock.run_for(9000)
        box.online = True
        await page.clock.run_for(3000)
        await expect(page.locator("#banner")).to_be_empty()
        await box.told(2)
    assert [body["measure"] for _, body, _ in box.taps] == ["call", "home"]
    assert len({key for _, _, key in box.taps}) == 2


async def test_next_cannot_be_tapped_twice_while_it_is_under_way() -> None:
    box = tablet()
    async with screen(box) as page:
        await expect(page.get_by_role("button", name="Volgende")).to_be_enabled()
        box.online = False
        await tap(page, "Volgende")
        await expect(page.get_by_role("button", name="Volgende")).to_be_disabled()


async def test_closing_while_people_wait_asks_what_to_do() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Inloop")
        box.refusal = (409, "people-waiting", "Er wachten nog 5 mensen.")
        await tap(page, "Sluit de inloop")
        await expect(page.get_by_role("dialog")).to_contain_text("Er wachten nog 5 mensen.")
        box.refusal = None
        await tap(page, "Laatste nummers")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await box.told(2)
    assert [body for _, body, _ in box.taps] == [{}, {"last": True}]


async def test_a_refusal_is_told_in_the_boxs_own_words() -> None:
    box = tablet()
    box.refusal = (409, "wrong-state", "A7 is al klaar.")
    async with screen(box) as page:
        await tap(page, "Klaar")
        await expect(page.get_by_role("alert")).to_contain_text("A7 is al klaar.")


async def test_a_question_can_be_left_by_keyboard_and_gives_the_focus_back() -> None:
    box = tablet()
    async with screen(box) as page:
        row = page.get_by_role("button", name="A9")
        await row.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(row).to_be_focused()
    assert not box.taps


async def test_holding_until_a_time_means_the_places_own_clock() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Zet in wacht")
        await page.get_by_label("Of tot hoe laat?").fill("11:30")
        await answer(page, "Zet")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.locator("#clock")).to_have_text("10.42")
        await box.told(1)
    path, body, _ = box.taps[0]
    assert path == "/api/v1/tickets/A7/hold"
    assert body["until"].startswith("2026-11-20T10:30")


async def test_somebody_without_a_phone_is_added_and_told_the_number() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Voeg iemand toe")
        await answer(page, "العربية")
        await answer(page, "Digitale vraag")
        await expect(page.get_by_role("dialog")).to_contain_text("A12")
        await box.told(1)
    assert box.taps[0][1] == {"service": "help", "lang": "ar", "source": "tablet"}


async def test_somebody_added_speaks_the_places_first_language_unless_told_otherwise() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Voeg iemand toe")
        await answer(page, "Digitale vraag")
        await expect(page.get_by_role("dialog")).to_contain_text("A12")
        await box.told(1)
    assert box.taps[0][1]["lang"] == "nl"


@pytest.mark.parametrize("name", ["welkom", "welkom-dicht", "nummer-beurt", "bord-dicht", "pin"])
async def test_a_page_keeps_to_the_strictest_policy(name: str) -> None:
    box = PlayedBox(every_page("nl")[name], {})
    async with screen(box) as page:
        await expect(page.locator("main")).to_be_visible()


async def test_an_action_is_undone_from_the_log() -> None:
    box = tablet()
    async with screen(box) as page:
        await tap(page, "Vandaag")
        await page.get_by_role("dialog").get_by_role("button", name="Ongedaan maken").last.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await box.told(1)
    assert box.taps[0][:2] == ("/api/v1/undo", {"action": 3})


async def test_a_closed_place_is_opened_with_its_helpers() -> None:
    box = PlayedBox(every_page("nl")["tablet"], snapshot(CLOSED, helpers=1))
    async with screen(box) as page:
        await tap(page, "Eén helper meer")
        await tap(page, "Open de inloop")
        await expect(page.get_by_role("button", name="Open de inloop")).to_be_enabled()
        await box.told(1)
    assert box.taps[0][:2] == ("/api/v1/session/open", {"helpers": 2})


async def test_a_silent_wall_hides_the_old_number() -> None:
    box = PlayedBox(every_page("nl")["bord"], {})
    async with screen(box) as page:
        await expect(page.get_by_role("heading", name="Nu aan de beurt")).to_be_visible()
        box.online = False
        await page.clock.run_for(8000)
        await expect(page.get_by_text("Even geen verbinding")).to_be_visible()
        await expect(page.get_by_text("A7")).to_be_hidden()
        box.online = True
        await page.clock.run_for(8000)
        await expect(page.get_by_text("A7")).to_be_visible()


async def test_a_phone_is_told_when_it_is_its_turn() -> None:
    pages = every_page("nl")
    box = PlayedBox(pages["nummer-wacht"], {})
    async with screen(box) as page:
        await expect(page.get_by_role("heading", name="2 mensen voor u")).to_be_visible()
        box.html = pages["nummer-beurt"]
        await page.clock.run_for(61000)
        await expect(page.get_by_role("heading", name="Ga naar tafel 2")).to_be_visible()
        await expect(page.get_by_role("status")).to_have_text("A7. Ga naar tafel 2")


async def test_a_phone_keeps_its_number_without_connection() -> None:
    box = PlayedBox(every_page("nl")["nummer-wacht"], {})
    async with screen(box) as page:
        box.online = False
        await page.clock.run_for(8000)
        await expect(page.get_by_text("Wij roepen uw nummer luidop.")).to_be_visible()
        await expect(page.get_by_text("A9").first).to_be_visible()


async def test_a_number_is_taken_and_given_up_without_script() -> None:
    box = PlayedBox(every_page("ar")["nummer-wacht"], {})
    async with screen(box, script=False) as page:
        await page.get_by_text("لن أنتظر").first.click()
        await expect(page.get_by_role("button", name="نعم، لن أنتظر")).to_be_visible()


async def test_a_wanted_counter_is_not_offered_to_another() -> None:
    waiting = (ticket("A11", wanted=3),)
    state = snapshot(queue(waiting=waiting, held=()))
    box = PlayedBox(every_page("nl")["tablet"], state)
    async with screen(box) as page:
        await expect(page.get_by_role("button", name="Volgende")).to_be_disabled()
        await expect(page.get_by_text("voor tafel 3")).to_be_visible()
