"""The privacy sheet is whole, true and fresh."""

import stat
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from appliance.box import _confirm_clock
from appliance.collector import register
from appliance.collector.database import open_database
from appliance.collector.keys import open_key
from appliance.collector.privacy import COLLECTOR, DATABASE
from appliance.collector.register import Place, Project, Share
from appliance.collector.schema import prepare
from appliance.config import Box as BoxConfig
from appliance.config import Config
from appliance.core import numbering
from appliance.core.box_state import LESSONS
from appliance.core.errors import SessionClosed
from appliance.core.numbering import Numbering
from appliance.core.privacy import Holding
from appliance.core.privacy_box import BOX, FILES, TABLES
from appliance.core.privacy_wire import WIRE
from appliance.core.stamp import ClockSource
from appliance.edges import open_simulated_edges
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.web.phones import Phones
from tests.desks import TUESDAY, Bench, press, running
from tests.house.accessibility import exists
from tests.house.privacy import (
    PAGE,
    browser_storage,
    columns,
    documents,
    files_in_code,
    key_of,
    letters,
    page,
    places_that_set_cookies,
    shown_by,
    tables_in_code,
)

EVERY = (*BOX, *COLLECTOR)


@pytest.mark.parametrize("table", sorted(documents()))
def test_every_field_of_the_store_has_a_meaning_and_no_other_is_promised(table: str) -> None:
    assert set(TABLES[table].fields) == set(documents()[table])


def test_every_table_that_a_box_writes_is_on_the_sheet() -> None:
    assert set(TABLES) == tables_in_code() == set(documents())


def test_every_member_of_a_letter_is_on_the_sheet() -> None:
    assert {one.code: set(one.fields) for one in WIRE} == letters()


def test_every_column_of_the_collector_is_on_the_sheet() -> None:
    assert {one.code: set(one.fields) for one in DATABASE} == columns()


def test_every_small_file_and_every_cookie_is_on_the_sheet() -> None:
    declared = {one.code for one in FILES} | {"collector.key"}
    assert files_in_code() - {"demo.json"} == declared
    assert places_that_set_cookies() == {"sign_in.py": 1, "api.py": 1}


def test_no_page_keeps_anything_else_in_a_browser() -> None:
    assert browser_storage() == ["taps.js"], "which news were put away"


@pytest.mark.parametrize("one", EVERY, ids=key_of)
def test_everything_kept_has_a_purpose_an_end_and_a_test_that_shows_it(one: Holding) -> None:
    assert one.what
    assert one.purpose
    assert one.goes
    assert one.fields
    assert all(one.fields.values())
    tests = shown_by()[key_of(one)]
    assert [test for test in tests if not exists(test)] == []
    assert tests


def test_nothing_is_shown_that_is_not_kept() -> None:
    assert set(shown_by()) == {key_of(one) for one in EVERY}


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make privacy`"


# ------------------------------------------------------------------ ends that no other test shows


async def test_phones_are_forgotten_with_the_session() -> None:
    bench = Bench()
    desk = bench.new_desk()
    async with running(desk):
        await desk.open()
        phones = Phones(desk)
        number = (await press(desk)).ticket
        assert number is not None
        assert phones.reserve("10.77.0.9")
        phones.settle("10.77.0.9", desk.queue.tickets[number.number])
        assert phones.ticket("10.77.0.9") is not None
        await desk.close(confirm=True)
        assert phones.ticket("10.77.0.9") is None
        assert phones.reserve("10.77.0.9")  # nothing of it is left
        with pytest.raises(SessionClosed):
            await press(desk)


async def test_a_box_remembers_ten_sessions_and_four_hundred_days() -> None:
    bench = Bench()
    desk = bench.new_desk()
    async with running(desk):
        for _ in range(LESSONS + 2):
            await desk.open()
            await press(desk)
            await desk.close(confirm=True)
            bench.hands.forward(timedelta(days=1))
        assert len(desk.state.lessons) == LESSONS
    known = Numbering()
    stamp = SimulatedClock(Hands(TUESDAY)).stamp()
    first = date(2020, 1, 1)
    for n in range(numbering.REMEMBERED + 5):
        known = numbering.closed(
            known,
            day=first + timedelta(days=n),
            opened=stamp,
            stamp=stamp,
            local=lambda at: at.date(),
        )
    assert len(known.days) == numbering.REMEMBERED == 400


async def test_the_hour_that_was_vouched_for_is_one_row(tmp_path: Path) -> None:
    clock = SimulatedClock(Hands(TUESDAY), source=ClockSource.NONE)
    config = Config(box=BoxConfig(store=str(tmp_path)))
    async with open_simulated_edges(config, clock=clock) as (edges, _panel):
        desk = Bench(book=edges.book).new_desk()
        for hour in range(3):
            await _confirm_clock(edges, desk, TUESDAY + timedelta(hours=hour))
        kept = edges.book.read("clock")
    last = TUESDAY.astimezone(UTC) + timedelta(hours=2)
    assert [row["wall"] for row in kept.values()] == [last.isoformat()]


async def test_what_a_coordinator_types_again_takes_the_place_of_the_old(tmp_path: Path) -> None:
    project = Project(
        project="p", name="Een", promotor="", trajectory="voortraject", call_round=1,
        status="lopend", starts=None, ends=None, budget_cents=None, programmes="",
    )  # fmt: skip
    place = Place(
        location="park", name="Een", nis="33011", kind="other", project="p",
        expected_from="2026-01-01", expected_to=None,
    )  # fmt: skip
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'c.db'}") as database:
        await prepare(database)
        for name in ("Een", "Twee"):
            await register.put_projects(database, [replace(project, name=name)])
            await register.put_places(database, [replace(place, name=name)])
            await register.put_shares(database, [_share("33011" if name == "Een" else "33037")])
        known = await register.read(database)
    assert [one.name for one in known.projects] == ["Twee"]
    assert [one.name for one in known.places] == ["Twee"]
    assert [one.nis for one in known.shares] == ["33037"]


def _share(nis: str) -> Share:
    return Share(project="p", nis=nis, role="partner", valid_from=None, valid_to=None)


def test_the_collectors_key_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "collector" / "collector.key"
    assert open_key(file).public == open_key(file).public
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
