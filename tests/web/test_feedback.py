"""Three questions on a phone, on a tablet that is turned, and what helpers ask of each other."""

import re
from datetime import timedelta

import pytest

from appliance.core import commands as c
from appliance.core.ids import CounterId, TicketNumber
from appliance.web.texts import NAMES
from tests.web.sites import Sites, both_sites

THREE = {"ease": "2", "friendly": "1", "confidence": "0"}


async def finished(sites: Sites, lang: str = "nl") -> str:
    """The address of a phone's ticket whose visit is over."""
    taken = await sites.phone.post(
        "/tickets", data={"service": "help", "lang": lang}, allow_redirects=False
    )
    await sites.tapped("counters/1/call-next")
    await sites.tapped("tickets/A1/finish")
    return taken.headers["Location"]


@pytest.mark.parametrize("lang", NAMES)
async def test_three_taps_without_script_say_how_it_was(lang: str) -> None:
    async with both_sites() as sites:
        url = await finished(sites, lang)
        page = await (await sites.phone.get(url)).text()
        for _ in range(2):
            faces = re.findall(r'<a class="btn" href="([^"]+)">', page)
            assert len(faces) == 4  # three faces, and the way back
            page = await (await sites.phone.get(faces[2].replace("&amp;", "&"))).text()
        action = re.findall(r'<form method="post" action="([^"]+)"', page)[-1]
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        assert fields == {"lang": lang, "ease": "2", "friendly": "2"}
        answer = await sites.phone.post(
            action, data={**fields, "confidence": "1"}, allow_redirects=False
        )
        assert (answer.status, answer.headers["Location"]) == (303, f"{url}?lang={lang}")
        assert sites.desk.queue.tickets[TicketNumber("A1")].rated == (2, 2, 1)
        thanked = await (await sites.phone.get(f"{url}?lang={lang}")).text()
        assert "/feedback" not in thanked


async def test_the_form_sent_again_after_back_counts_once_and_thanks_again() -> None:
    async with both_sites() as sites:
        url = await finished(sites)
        for answers in (THREE, {**THREE, "ease": "0"}):
            answer = await sites.phone.post(f"{url}/feedback", data=answers, allow_redirects=False)
            assert answer.status == 303
        assert sites.desk.queue.tickets[TicketNumber("A1")].rated == (2, 1, 0)


@pytest.mark.parametrize(
    "wrong", [{"ease": "2"}, {**THREE, "ease": "3"}, {**THREE, "friendly": "good"}, {}]
)
async def test_half_an_answer_is_none(wrong: dict[str, str]) -> None:
    async with both_sites() as sites:
        url = await finished(sites)
        answer = await sites.phone.post(f"{url}/feedback", data=wrong, allow_redirects=False)
        assert answer.status == 400
        assert sites.desk.queue.tickets[TicketNumber("A1")].rated is None


async def test_nonsense_in_the_address_asks_the_first_question_again() -> None:
    async with both_sites() as sites:
        url = await finished(sites)
        page = await (await sites.phone.get(f"{url}?ease=9&friendly=2")).text()
        assert "Ging het makkelijk?" in page


async def test_nobody_says_how_it_was_before_it_is_over() -> None:
    async with both_sites() as sites:
        taken = await sites.phone.post("/tickets", data={"service": "help"}, allow_redirects=False)
        url = taken.headers["Location"]
        assert "Ging het makkelijk?" not in await (await sites.phone.get(url)).text()
        answer = await sites.phone.post(f"{url}/feedback", data=THREE, allow_redirects=False)
        assert answer.status == 409


async def test_a_tablet_that_was_turned_gives_the_answers_on() -> None:
    async with both_sites() as sites:
        await finished(sites)
        rating = {"ease": 1, "friendly": 2, "confidence": 2}
        await sites.tapped("tickets/A1/feedback", rating)
        assert sites.desk.queue.tickets[TicketNumber("A1")].rated == (1, 2, 2)
        again = await sites.tap("tickets/A1/feedback", rating)
        assert (again.status, (await again.json())["error"]["code"]) == (409, "wrong-state")
        log = (await (await sites.tablet.get("/api/v1/log")).json())["actions"]
        assert not any("ease" in str(entry) for entry in log)


# ------------------------------------------------------------------ a visit that goes on


async def test_the_tablet_is_told_how_long_nobody_did_anything() -> None:
    async with both_sites() as sites:
        await sites.press()
        await sites.tapped("counters/1/call-next")
        sites.bench.hands.forward(timedelta(minutes=50))
        at = (await sites.staff_queue())["counters"][0]
        assert (at["minutes"], at["quiet"]) == (50, 50)
        await sites.tapped("tickets/A1/confirm")
        at = (await sites.staff_queue())["counters"][0]
        assert (at["minutes"], at["quiet"]) == (50, 0)


async def test_only_a_visit_can_be_said_to_go_on() -> None:
    async with both_sites() as sites:
        await sites.press()
        answer = await sites.tap("tickets/A1/confirm")
        assert answer.status == 409
        message = (await answer.json())["error"]["message"]
        assert message == "A1 wacht nog en is niet geroepen."


# ------------------------------------------------------------------ helpers among each other


async def test_help_is_asked_seen_and_answered_once() -> None:
    async with both_sites() as sites:
        assert (await sites.staff_queue())["help"] == []
        await sites.tapped("counters/2/help", {"on": True})
        assert (await sites.staff_queue())["help"] == [{"counter": 2, "coming": None}]
        await sites.tapped("counters/2/coming", {"counter": 1})
        late = await sites.tap("counters/2/coming", {"counter": 3})
        assert late.status == 409
        assert (await late.json())["error"]["message"] == "Daar gaat al iemand naartoe."
        assert (await sites.staff_queue())["help"] == [{"counter": 2, "coming": 1}]
        await sites.tapped("counters/2/help", {"on": False})
        assert (await sites.staff_queue())["help"] == []


@pytest.mark.parametrize("path", ["counters/9/help", "counters/9/coming"])
async def test_a_counter_that_is_not_there_asks_nothing(path: str) -> None:
    async with both_sites() as sites:
        answer = await sites.tap(path, {"counter": 1} if path.endswith("coming") else {})
        assert answer.status == 404
        assert (await sites.staff_queue())["help"] == []


@pytest.mark.parametrize("lang", NAMES)
async def test_a_first_day_is_told_on_one_sheet(lang: str) -> None:
    async with both_sites() as sites:
        answer = await sites.tablet.get(f"/eerste-dag?lang={lang}")
        text = await answer.text()
        assert answer.status == 200
        assert text.count("<li>") == 10
        assert "Digipunt" not in text


async def test_a_smiley_on_the_panel_counts_beside_those_of_phones() -> None:
    async with both_sites() as sites:
        await finished(sites)
        await sites.press()
        await sites.desk.perform(c.CallNext(counter=CounterId(1)))
        await sites.desk.perform(c.Smile(question="ease", level=2))
        await sites.tapped("tickets/A1/feedback", {"ease": 2, "friendly": 2, "confidence": 2})
        await sites.tapped("session/close", {"confirm": True})
        counted = [document["tables"] for document in sites.desk.tallies()]
        tables = [tables["feedback"] for tables in counted if "feedback" in tables]
        assert tables == [{"ease-2": 2, "friendly-2": 1, "confidence-2": 1}]
