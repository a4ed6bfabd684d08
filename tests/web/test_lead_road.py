"""The lead's pages about the coordinator, and about all that the box keeps."""

import json
import re
from datetime import date
from functools import partial
from pathlib import Path

import pytest

import appliance
from appliance.core.access import Role
from appliance.core.federation.news import Item, Sort
from appliance.core.federation.words import spoken
from appliance.ports import Write
from appliance.services.keeping import STAYS, TABLES
from tests.core.federation.letters import PUBLIC
from tests.web.examples import PAGES
from tests.web.sites import ROOT, Sites, both_sites

ADDRESS = "https://cijfers.example.be"


async def csrf(sites: Sites, path: str = "/lead/coordinator") -> str:
    text = await (await sites.tablet.get(path)).text()
    return str(re.findall(r'name="csrf" value="([^"]+)"', text)[0])


async def sent(sites: Sites, path: str, **fields: str) -> tuple[int, str]:
    data = {"csrf": await csrf(sites), **fields}
    async with sites.tablet.post(path, data=data, headers={"Origin": sites.origin}) as answer:
        return answer.status, await answer.text()


async def test_a_lead_goes_to_a_coordinator_and_compares_words() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        status, text = await sent(sites, "/lead/coordinator", do="move", address=ADDRESS)
        assert status == 200
        assert "Zegt de coördinator deze woorden?" in text
        for word in spoken(ROOT.public_key().public_bytes_raw()):
            assert f"<li>{word}</li>" in text
        key = re.findall(r'name="key" value="([^"]+)"', text)[0]
        status, text = await sent(sites, "/lead/coordinator", do="same", key=key)
        assert "heeft nog niet geantwoord" in text
        for word in spoken(PUBLIC):
            assert f"<li>{word}</li>" in text
        assert "Code voor de telefoon van de coördinator" in text
        await sites.road.tick()
        text = await (await sites.tablet.get("/lead/coordinator")).text()
        assert "De coördinator moet deze kast nog goedkeuren." in text
        assert "moet deze kast nog goedkeuren" in await (await sites.tablet.get("/lead")).text()
        status, text = await sent(sites, "/lead/coordinator", do="leave")
        assert "Deze kast heeft geen coördinator." in text


WRONG = {
    "no address": ({"do": "move", "address": "hier"}, 400, "Dat is geen adres"),
    "a code that is none": (
        {"do": "move", "address": ADDRESS, "code": "12"},
        409,
        "Die code klopt niet.",
    ),
    "words of another day": ({"do": "same", "key": "AAAA"}, 409, "gelden niet meer"),
    "nothing we know": ({"do": "dance"}, 400, "Dit begrijpen wij niet"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_cannot_be_is_said_and_changes_nothing(name: str) -> None:
    fields, wanted, sentence = WRONG[name]
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        status, text = await sent(sites, "/lead/coordinator", **fields)
        assert status == wanted
        assert sentence in text
        assert sites.book.read("road") == {}


async def test_where_nobody_answers_is_said() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        sites.coordinator.connected = False
        status, text = await sent(sites, "/lead/coordinator", do="move", address=ADDRESS)
        assert (status, sites.road.address) == (503, "")
        assert "Daar antwoordt geen coördinator." in text
        assert f'value="{ADDRESS}"' in text  # not typed again


@pytest.mark.parametrize("path", ["/lead/coordinator", "/lead/data", "/lead/export"])
async def test_a_volunteer_sees_none_of_it(path: str) -> None:
    async with both_sites() as sites:
        assert (await sites.tablet.get(path)).status == 403


async def test_all_that_is_kept_can_be_taken_along_and_read() -> None:
    async with both_sites() as sites:
        token = await sites.pair(Role.LEAD)
        await sites.press(3)
        await sites.tapped("session/close", {"confirm": True})
        await sites.settings.change({"name": "Bib Park"})
        await sites.road.move(ADDRESS)
        async with sites.tablet.get("/lead/export") as answer:
            assert "digipunt_Bib-Park.json" in answer.headers["Content-Disposition"]
            raw = await answer.text()
        found = json.loads(raw)
        assert set(found["tables"]) == {"settings", "tallies", "box", "devices", "road"}
        assert found["tables"]["settings"][0]["changed"] == {"name": "Bib Park"}
        assert set(found["tables"]) <= set(found["what"])
        assert "PRIVATE" not in raw
        assert token not in raw
        assert "digest" not in found["tables"]["devices"][0]


async def test_wiping_is_asked_twice_and_leaves_nothing() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        await sites.press(3)
        status, text = await sent(sites, "/lead/wipe", step="1")
        assert (status, "Vink eerst aan" in text) == (409, True)
        status, text = await sent(sites, "/lead/wipe", step="1", sure="1")
        assert (status, "Echt alles wissen?" in text) == (200, True)
        status, text = await sent(sites, "/lead/wipe", step="2")
        assert status == 409
        status, text = await sent(sites, "/lead/wipe", step="2", sure="1")
        assert (status, "De inloop is al open" in text) == (409, True)
        assert "wiped" not in sites.conditions
        await sites.tapped("session/close", {"confirm": True})
        assert sites.book.read("tallies")
        status, text = await sent(sites, "/lead/wipe", step="2", sure="1")
        assert (status, "Alles is gewist." in text) == (200, True)
        assert [name for name in TABLES if sites.book.read(name)] == []
        assert sites.book.read("access")  # an old cookie must not fit a new device
        assert sites.conditions == ["wiped"]
        assert sites.book.tidied[-1] is True


async def test_a_card_that_takes_nothing_keeps_everything() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        await sites.press(3)
        await sites.tapped("session/close", {"confirm": True})
        sites.book.fail("The card is gone.")
        status, _ = await sent(sites, "/lead/wipe", step="2", sure="1")
        assert status == 503
        assert sites.book.read("tallies")
        assert sites.conditions == []


def test_every_table_that_somebody_writes_is_wiped_or_stays_for_a_reason() -> None:
    """Who adds a table must decide about it."""
    root = Path(appliance.__file__).parent
    source = "".join(
        path.read_text("utf-8")
        for folder in ("services", "core")
        for path in (root / folder).rglob("*.py")
    )
    source += (root / "desk.py").read_text("utf-8") + (root / "box.py").read_text("utf-8")
    named = set(re.findall(r'Write\(table="(\w+)"', source))
    named |= set(re.findall(r'^_?TABLE: Final = "(\w+)"', source, re.MULTILINE))
    named |= set(re.findall(r'\(\s*"(\w+)", (?:number|n|1|2), ', source))
    assert len(named) > 12
    assert named == set(TABLES) | set(STAYS)


async def test_a_date_is_given_to_what_had_none() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        tables = {"total": {"sessions": 1, "tickets": 4, "served": 4}}
        undated = {"v": 1, "period": "undated", "location": "park", "tables": tables}
        sites.book.commit_now([Write(table="tallies", id=9, document=undated)])
        page = await (await sites.tablet.get("/lead/month?month=2026-11")).text()
        assert "Welke dag was het?" in page
        status, text = await sent(sites, "/lead/undated", day="2027-01-01")
        assert (status, "Kies een dag die al begonnen is." in text) == (400, True)
        status, text = await sent(sites, "/lead/undated", day="2026-11-20")
        assert (status, "Welke dag was het?" in text) == (200, False)
        months = {one["period"]: one["tables"]["total"] for one in sites.desk.tallies()}
        assert months["2026-11"]["tickets"] == months["2026-W47"]["tickets"] == 4
        assert months["2026-11"]["sessions_undated"] == 1


NEWS = (
    Item(
        id="5f2a",
        sort=Sort.NEWS,
        title="Itsme <werkt> niet",
        text="Stel uit.\nTot dinsdag.",
        since=date(2026, 11, 20),
        until=date(2026, 11, 27),
    ),
)


def test_a_tablet_shows_what_the_coordinator_wrote_and_asks_where_the_box_is() -> None:
    tablet = partial(PAGES.tablet, "nl", csrf="c", counter=1, counters=3, nonce="n")
    places = (("park", "Digicafé"), ("bus", "De bus"))
    text = tablet(places=places, news=NEWS)
    assert "Itsme &lt;werkt&gt; niet" in text
    assert 'data-arg="5f2a"' in text
    assert 'value="bus"' in text
    plain = tablet(places=places[:1])
    assert 'id="where"' not in plain
    assert 'id="news"' not in plain


async def test_a_tablet_that_has_read_it_is_left_in_peace() -> None:
    async with both_sites() as sites:
        sites.site.news = lambda: NEWS
        assert "Itsme" in await (await sites.tablet.get("/")).text()
        async with sites.tablet.get("/", cookies={"news": "a1.5f2a"}) as answer:
            assert "Itsme" not in await answer.text()
        async with sites.phone.get("/") as answer:
            assert "Itsme" not in await answer.text()


async def test_a_session_is_opened_where_people_say() -> None:
    async with both_sites(open_=False) as sites:
        await sites.tapped("session/open", {"location": "bus"})
        session = sites.desk.queue.session
        assert session is not None
        assert session.location == "bus"
        await sites.tapped("session/close", {"confirm": True})
        answer = await sites.tap("session/open", {"location": "maan"})
        assert answer.status == 404


async def test_each_place_that_a_box_visits_has_months_of_its_own() -> None:
    async with both_sites() as sites:
        await sites.pair(Role.LEAD)
        sites.site.places = lambda: (("park", "Digicafé"), ("bus", "De bus"))
        token = await csrf(sites, "/lead/month?month=2026-11&place=bus")
        fields = {"csrf": token, "volunteer_minutes": "12", "staff_minutes": ""}
        async with sites.tablet.post(
            "/lead/month?month=2026-11&place=bus", data=fields, headers={"Origin": sites.origin}
        ) as answer:
            assert answer.status == 200
            assert answer.url.query["place"] == "bus"
        (row,) = sites.book.read("months").values()
        assert (row["location"], row["volunteer_minutes"]) == ("bus", 720)
        page = await (await sites.tablet.get("/lead/sheet?month=2026-11&place=bus")).text()
        assert "Wat deed De bus in november 2026?" in page
        assert "place=park" in page
        assert (await sites.tablet.get("/lead/month?place=maan")).status == 404
