"""What leaves the box can be read before it goes."""

from dataclasses import replace

import pytest

from appliance.core.access import Role
from appliance.core.catalogue import SERVICES
from appliance.core.federation.calendar import Period
from appliance.core.federation.report import SUMS
from appliance.core.small import Folded
from appliance.web.letter_words import letter_words
from appliance.web.pages import Place
from appliance.web.sheet_words import table_words
from appliance.web.texts import NAMES, Texts
from tests.core.federation.letters import NOVEMBER
from tests.desks import BRUSSELS
from tests.web.sites import both_sites

PLACE = Place(name="Bib", zone=BRUSSELS, services=tuple(str(one.code) for one in SERVICES))


async def test_a_lead_sees_what_would_leave_and_a_volunteer_does_not() -> None:
    async with both_sites() as sites:
        assert (await sites.tablet.get("/api/v1/outbox/next")).status == 403
        await sites.pair(Role.LEAD)
        await sites.press(6)
        await sites.tapped("session/close", {"confirm": True})
        told = await (await sites.tablet.get("/api/v1/outbox/next")).json()
        assert (told["coordinator"], told["sending"], told["waiting"]) == (None, False, 0)
        week, month = told["letters"]
        assert (week["period"]["name"], week["totals"]["tickets"]) == ("2026-W48", 6)
        assert month["tables"]["service"] == {"help": 6}
        page = await (await sites.tablet.get("/lead/letters")).text()
        assert "Er vertrekt niets: deze kast heeft geen coördinator." in page
        assert "Week 48 van 2026" in page
        assert "uitgegeven nummers" in page


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize("name", ["2026-W48", "2026-11", "2026-Q4"])
def test_every_letter_has_a_title_in_words(lang: str, name: str) -> None:
    texts = Texts(lang, zone=BRUSSELS)
    words = letter_words(replace(NOVEMBER, period=Period.named(name)), PLACE, texts)
    assert "2026" in words.title
    assert name not in words.title
    assert [what for what, _ in words.totals if "_" in what] == []


@pytest.mark.parametrize("table", SUMS)
def test_every_table_of_a_letter_can_be_read_also_what_nobody_knew(table: str) -> None:
    texts = Texts("nl", zone=BRUSSELS)
    cells = {
        "hour": {"am": 9, "unknown": 6},
        "wait": {"0-5": 9, "40+": 6, "unknown": 5},
        "help": {"0-5": 9, "unknown": 6},
        "channel": {"face": 9, "call": 5},
    }.get(table, {})
    if table.startswith("feedback"):
        cells = {"2": 9, "0": 5}
    told = table_words(table, Folded(named=cells, rest=7), PLACE, texts)
    assert told.title != table
    assert [row.n for row in told.rows][-1] == 7
    assert not any(row.name in cells for row in told.rows)
