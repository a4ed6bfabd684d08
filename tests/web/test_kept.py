"""The privacy sheet as people read it on the box."""

import pytest

from appliance.core.access import Role
from appliance.core.privacy_box import BOX
from appliance.web.privacy_words import all_that_is_kept, kept_of_visitors
from appliance.web.texts import NAMES, Texts
from tests.desks import BRUSSELS
from tests.web.sites import both_sites

MOST_WORDS = 12


@pytest.mark.parametrize("lang", NAMES)
def test_everything_that_is_kept_has_words_in_every_language(lang: str) -> None:
    texts = Texts(lang, zone=BRUSSELS)
    kept = all_that_is_kept(texts)
    assert len(kept) == len(BOX)
    assert len({one.what for one in kept}) == len(BOX)
    assert all((one.why, one.where, one.until, one.goes) != ("",) * 4 for one in kept)
    assert all(len(one.what.split()) <= MOST_WORDS for one in kept)


def test_visitors_read_first_what_is_about_them() -> None:
    texts = Texts("nl", zone=BRUSSELS)
    about = [one.what for one in kept_of_visitors(texts)]
    assert about[:3] == [
        "Nummers van vandaag, en waarvoor mensen kwamen",
        "Welke telefoon welk nummer heeft",
        "Welke telefoon op de gratis wifi zit",
    ]
    assert len(about) == sum(one.people for one in BOX) + 2


async def test_a_visitor_finds_it_behind_what_is_counted() -> None:
    async with both_sites() as sites:
        counted = await (await sites.phone.get("/wat-tellen-wij")).text()
        assert "/wat-bewaren-wij?lang=nl" in counted
        kept = await (await sites.phone.get("/wat-bewaren-wij?lang=fr")).text()
        assert "Quel téléphone est sur le wifi gratuit" in kept
        assert "Que gardons-nous" in kept


async def test_a_lead_can_print_all_of_it() -> None:
    async with both_sites() as sites:
        assert (await sites.tablet.get("/lead/privacy")).status == 403
        await sites.pair(Role.LEAD)
        page = await (await sites.tablet.get("/lead/privacy")).text()
        assert page.count("<h2>") == len(BOX)
        assert 'id="print"' in page
        assert "/lead/privacy" in await (await sites.tablet.get("/lead")).text()
