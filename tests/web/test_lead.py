"""The lead's pages: told back, kept in words when wrong, the same checks for programs."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from html import unescape
from typing import Any

import pytest

from appliance.core.access import Role
from appliance.core.errors import BadSetting
from appliance.web import lead, lead_forms
from appliance.web.lead_forms import Form
from appliance.web.texts import NAMES
from tests.web.sites import Sites, both_sites
from tests.web.test_pages import checked

STRIPS = [strip.name for strip in lead.STRIPS]


@pytest.fixture
async def sites() -> AsyncIterator[Sites]:
    async with both_sites() as both:
        await both.pair(Role.LEAD)
        yield both


async def got(sites: Sites, path: str, status: int = 200) -> str:
    answer = await sites.tablet.get(path)
    assert answer.status == status, path
    return await answer.text()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def send(
    sites: Sites, strip: str, fields: Mapping[str, Any], *, path: str = "", **changes: str
) -> tuple[int, str]:
    """The form of that page, filled in; the status, and the page that follows."""
    page = await got(sites, path or f"/lead/{strip}")
    given = {"csrf": hidden(page, "csrf"), **changes}
    if 'name="seen"' in page:
        given.setdefault("seen", hidden(page, "seen"))
    answer = await sites.tablet.post(
        path or f"/lead/{strip}",
        data=[(k, v) for k, vs in {**given, **fields}.items() for v in _all(vs)],
        headers={"Origin": sites.origin, "Accept": "text/html"},
    )
    return answer.status, unescape(await answer.text())


def _all(values: object) -> list[str]:
    return [str(v) for v in values] if isinstance(values, list) else [str(values)]


# ------------------------------------------------------------------ every page


@pytest.mark.parametrize("lang", NAMES)
async def test_every_page_is_sound_small_and_needs_no_script(sites: Sites, lang: str) -> None:
    for path in ["/lead", *(f"/lead/{name}" for name in STRIPS), "/lead/month", "/lead/sheet",
                 "/lead/sheet?year=2026", "/wegwijs"]:  # fmt: skip
        page = await got(sites, f"{path}{'&' if '?' in path else '?'}lang={lang}")
        parser = checked(page)
        assert not parser.open, path
        assert len(parser.ids) == len(set(parser.ids)), path
        assert set(parser.for_ids) <= set(parser.ids), path
        assert f'lang="{lang}"' in page
        assert "digipunt" not in page.lower(), path
        assert not [a for a in parser.attributes if a[1] in {"style", "src", "onclick"}], path
        labelled = re.findall(r'<(?:input|select)(?![^>]*type="hidden")[^>]*>', page)
        for field in labelled:
            named = re.search(r' id="([^"]+)"', field)
            inside = re.search(
                rf"<label[^>]*>(?:(?!</label>).)*{re.escape(field)}", page, re.DOTALL
            )
            assert inside or (named and f'for="{named[1]}"' in page), (path, field)


async def test_the_overview_tells_what_holds_now(sites: Sites) -> None:
    page = unescape(await got(sites, "/lead"))
    assert "Met de hand geopend" in page
    assert "Digitale vraag · Computer" in page
    await sites.settings.change({"federation": False, "profile": "digidak"})
    page = unescape(await got(sites, "/lead"))
    assert "Uit: Cijfers naar de coördinator sturen" in page
    assert "DIGIDAK" in page


# ------------------------------------------------------------------ hours and closures


async def test_hours_are_filled_in_by_day_and_told_back(sites: Sites) -> None:
    filled = {"how": "days", "holidays": "1", "d2-0-from": "09:00", "d2-0-to": "12:00"}
    filled |= {"d4-0-from": "13:00", "d4-0-to": "15:00", "d4-1-from": "16:00", "d4-1-to": "18:30"}
    status, page = await send(sites, "hours", filled)
    assert status == 200
    assert sites.settings.current.hours == "Tu 09:00-12:00; Th 13:00-15:00,16:00-18:30; PH off"
    assert "Bewaard. Het geldt vanaf nu." in page
    assert "donderdag 26 november" in page
    assert "16.00 – 18.30" in page
    assert 'name="d4-1-to" value="18:30"' in page


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('"op afspraak"', "Dit is alleen een opmerking. Daarmee zou je dag en nacht open zijn."),
        ("dinsdag 9-12", "Deze uren begrijpen wij niet. Schrijf ze zoals: Tu 09:00-12:00"),
        ("off", "Zo ga je een heel jaar niet open. Laat leeg om zelf te openen."),
    ],
)
async def test_a_line_that_cannot_be_is_kept_beside_the_reason(
    sites: Sites, line: str, sentence: str
) -> None:
    status, page = await send(sites, "hours", {"how": "line", "line": line})
    assert status == 400
    assert sentence in page
    assert f'value="{line}"' in page
    assert 'aria-describedby="hours-wrong"' in page
    assert sites.settings.revision == 0


async def test_a_day_with_half_its_hours_is_named(sites: Sites) -> None:
    status, page = await send(sites, "hours", {"how": "days", "d3-0-from": "09:00"})
    assert status == 400
    assert "Vul bij elke dag een begin én een einde in." in page
    assert 'name="d3-0-from" value="09:00" aria-invalid="true"' in page


async def test_a_line_that_a_week_cannot_show_is_not_lost_unseen(sites: Sites) -> None:
    await sites.settings.change({"hours": "We[1,3] 09:00-12:00; PH off"})
    page = unescape(await got(sites, "/lead/hours"))
    assert "De uren staan nu in een regel die hier niet past." in page
    assert "woensdag 2 december" in page
    assert "<details open>" in page


async def test_closure_days_are_added_removed_and_11_july_is_offered(sites: Sites) -> None:
    await sites.settings.change({"hours": "Sa,Su 10:00-12:00"})
    page = unescape(await got(sites, "/lead/closures"))
    assert "Sluit op zondag 11 juli 2027" in page
    status, page = await send(sites, "closures", {"add": "2027-07-11"})
    assert status == 200
    assert "Sluit op" not in page
    await send(sites, "closures", {"from": "2026-12-24", "to": "2027-01-03"})
    assert list(sites.settings.current.closed) == ["2026-12-24/2027-01-03", "2027-07-11"]
    status, page = await send(sites, "closures", {"from": "2027-01-03", "to": "2026-12-24"})
    assert status == 400
    assert "De laatste dag komt voor de eerste." in page
    assert 'value="2027-01-03"' in page
    await send(sites, "closures", {"remove": "2027-07-11"})
    assert list(sites.settings.current.closed) == ["2026-12-24/2027-01-03"]


async def test_11_july_is_not_offered_where_it_is_closed_anyway(sites: Sites) -> None:
    await sites.settings.change({"hours": "Tu 09:00-12:00"})
    assert date(2027, 7, 11).strftime("%a") == "Sun"
    assert "juli" not in await got(sites, "/lead/closures")


# ------------------------------------------------------------------ services, words


async def test_services_are_hidden_moved_and_named(sites: Sites) -> None:
    fields: dict[str, Any] = {"order[]": ["help", "pc"], "show": ["help", "pc", "forms"]}
    await send(sites, "services", fields, move="up pc")
    assert list(sites.settings.current.services) == ["pc", "help"]
    fields = {"order[]": ["pc", "help"], "show": ["help"], "label-help-nl": "Vraagbaak"}
    status, page = await send(sites, "services", fields)
    assert status == 200
    assert list(sites.settings.current.services) == ["help"]
    assert sites.settings.current.label("help", "nl") == "Vraagbaak"
    assert "<b>Vraagbaak</b>" in page


async def test_hiding_everything_is_refused_and_what_was_chosen_stays(sites: Sites) -> None:
    status, page = await send(sites, "services", {"order[]": ["help", "pc"], "label-pc-nl": "Pc’s"})
    assert status == 400
    assert "Toon minstens één dienst" in page
    assert 'value="Pc’s"' in page
    assert list(sites.settings.current.services) == ["help", "pc"]


async def test_a_translated_name_needs_its_dutch_one(sites: Sites) -> None:
    fields = {"order[]": ["help", "pc"], "show": ["help", "pc"], "label-pc-fr": "Ordinateurs"}
    status, page = await send(sites, "services", fields)
    assert status == 400
    told = "Geef “Computer en internet gebruiken” ook een naam in deze taal: Nederlands."
    assert told in page
    assert 'value="Ordinateurs"' in page


async def test_a_paid_number_is_refused_with_the_reason(sites: Sites) -> None:
    filled = {"name": "Bib Mol", "helper_word": "buddy", "info_number": "0903 12 345"}
    status, page = await send(sites, "words", filled)
    assert status == 400
    assert "0903 12 345 kost de beller geld (070 of 090x). Geef een gratis nummer." in page
    assert 'value="buddy"' in page
    assert sites.settings.current.name == "Digicafé ’t Park"


async def test_a_changed_name_goes_back_to_how_it_was_set_up(sites: Sites) -> None:
    await send(sites, "words", {"name": "X", "helper_word": "helper", "info_number": ""})
    page = await got(sites, "/lead/words")
    assert 'name="back" value="name"' in page
    await send(sites, "words", {}, back="name")
    assert sites.settings.current.name == "Digicafé ’t Park"


@pytest.mark.parametrize(
    ("strip", "fields", "setting"),
    [
        ("profile", {"profile": "digidak"}, "profile"),
        ("language", {"language_rule": "brussel"}, "language_rule"),
        ("contacts", {"contact-ocmw": "Markt 1"}, "contacts"),
        ("network", {"hotspot": "1"}, "mdns"),
        ("keys", {"shortcuts": ["next"]}, "shortcuts"),
    ],
)
async def test_each_other_page_keeps_what_is_chosen(
    sites: Sites, strip: str, fields: Mapping[str, Any], setting: str
) -> None:
    before = getattr(sites.settings.current, setting)
    status, _ = await send(sites, strip, fields)
    assert status == 200
    assert getattr(sites.settings.current, setting) != before
    assert setting in sites.settings.changed


async def test_a_page_that_is_older_than_another_change_is_refused_and_renewed(
    sites: Sites,
) -> None:
    seen = hidden(await got(sites, "/lead/profile"), "seen")
    await sites.settings.change({"profile": "digidak"})
    status, page = await send(sites, "profile", {"profile": "none"}, seen=seen)
    assert status == 409
    assert "Iemand paste dit intussen aan." in page
    assert 'value="digidak" checked' in page


async def test_a_form_without_its_token_changes_nothing(sites: Sites) -> None:
    for token in ("", "x", "é"):
        answer = await sites.tablet.post(
            "/lead/words", data={"csrf": token, "name": "X"}, headers={"Origin": sites.origin}
        )
        assert answer.status == 403
    assert sites.settings.revision == 0


async def test_what_cannot_be_kept_is_said_and_does_not_hold(sites: Sites) -> None:
    page = await got(sites, "/lead/profile")
    sites.book.fail()
    answer = await sites.tablet.post(
        "/lead/profile",
        data={"csrf": hidden(page, "csrf"), "seen": hidden(page, "seen"), "profile": "digidak"},
        headers={"Origin": sites.origin, "Accept": "text/html"},
    )
    assert answer.status == 503
    assert sites.settings.current.profile == "none"


# ------------------------------------------------------------------ months


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("12", 720), ("12,5", 750), ("12.25", 735), ("1:20", 80), ("1u20", 80), ("", None)],
)
def test_hours_are_typed_as_people_write_them(text: str, minutes: int | None) -> None:
    assert lead_forms.minutes("x", text) == minutes


@pytest.mark.parametrize(
    ("text", "cents"), [("80", 8000), ("79,9", 7990), ("€ 79,90", 7990), ("", None)]
)
def test_euros_are_typed_as_people_write_them(text: str, cents: int | None) -> None:
    assert lead_forms.cents("x", text) == cents


def test_what_is_no_figure_is_named() -> None:
    with pytest.raises(BadSetting):
        lead_forms.month(Form(fields={"cost_huur": ["veel"]}))


async def test_a_month_is_typed_corrected_and_on_its_sheet(sites: Sites) -> None:
    path = "/lead/month?month=2026-11"
    filled = {"volunteer_minutes": "12,5", "cost_huur": "80", "cost_materiaal": "19,90"}
    status, page = await send(sites, "month", filled, path=path)
    assert status == 200
    assert "Bewaard" in page
    assert 'value="12,5"' in page
    status, page = await send(sites, "month", {**filled, "cost_huur": "duizend"}, path=path)
    assert status == 400
    assert "Schrijf een getal, zoals 12 of 12,50." in page
    assert 'value="duizend"' in page
    await send(sites, "month", {**filled, "cost_huur": "90"}, path=path)
    sheet = unescape(await got(sites, "/lead/sheet?month=2026-11"))
    assert "€ 109,90" in sheet
    assert "Wat deed Digicafé ’t Park in november 2026?" in sheet
    assert "Een bezoek is geen persoon" in sheet


async def test_a_year_sheet_bears_the_places_own_name(sites: Sites) -> None:
    sheet = unescape(await got(sites, "/lead/sheet?year=2026"))
    assert "Wat deed Digicafé ’t Park in 2026?" in sheet
    for path in ("?year=1999", "?year=x", "?month=2027-01", "?month=november"):
        await got(sites, f"/lead/sheet{path}", status=404)


async def test_the_list_of_referrals_is_for_every_helper(sites: Sites) -> None:
    await sites.settings.change({"contacts": {"ocmw": "Markt 1, elke voormiddag"}})
    async with both_sites() as others:
        assert "OCMW" in await got(others, "/wegwijs")
        assert "/lead/contacts" not in await got(others, "/wegwijs")
    page = await got(sites, "/wegwijs")
    assert "Markt 1, elke voormiddag" in page
    assert "Bel gratis" in page


# ------------------------------------------------------------------ for programs


async def test_settings_for_programs_have_the_same_checks(sites: Sites) -> None:
    told = await (await sites.tablet.get("/api/v1/settings")).json()
    assert told["changed"] == []
    assert told["settings"] == told["configured"]
    after = await sites.tapped("settings", {"name": "Bib Mol", "services": ["pc", "help"]})
    assert (after["settings"]["name"], after["changed"]) == ("Bib Mol", ["name", "services"])
    bad = await sites.tap("settings", {"info_number": "070 12 34 56", "name": "X"})
    error = (await bad.json())["error"]
    assert (bad.status, error["code"], error["field"]) == (400, "bad-setting", "info_number")
    stale = await sites.tap("settings", {"name": "X", "revision": 0})
    assert (stale.status, (await stale.json())["error"]["code"]) == (409, "settings-changed")
    again = await sites.tapped("settings", {"back": ["name"], "revision": 1})
    assert again["settings"]["name"] == "Digicafé ’t Park"
    for body in (
        {"letter": "B"},
        {"closed": "x"},
        {"closed": [1]},
        {"labels": {"help": 1}},
        {"hotspot": 1},
    ):
        answer = await sites.tap("settings", body)
        assert answer.status == 400, body


async def test_months_for_programs(sites: Sites) -> None:
    typed = {"volunteer_minutes": 720, "cost_cents": {"huur": 8000}}
    told = await sites.tapped("months/2026-11", typed)
    assert told["cost_cents"] == {"huur": 8000}
    assert told["sheet"]["running"] is True
    again = await (await sites.tablet.get("/api/v1/months/2026-11")).json()
    assert again == told
    for body in ({"cost_cents": {"koffie": 1}}, {"staff_minutes": -1}, {"cost_cents": 3}):
        assert (await sites.tap("months/2026-11", body)).status == 400
    assert (await sites.tap("months/2027-01", typed)).status == 404
    assert (await sites.tablet.get("/api/v1/months/2026-13")).status == 404
