"""What a lead changes holds in the whole box at once, and comes back after a power cut."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from appliance.adapters import backup_file
from appliance.backup import back_up, restore
from appliance.box import Box, closed_frames, open_box
from appliance.config import Box as BoxConfig
from appliance.config import Config, Panel, Place, Web
from appliance.core.ids import Key, ServiceId
from appliance.core.ticket import Source
from appliance.edges import open_simulated_edges
from appliance.ports import Document
from appliance.services.settings_book import SettingsBook
from appliance.simulation.clock import Hands, SimulatedClock
from tests.desks import BRUSSELS, running

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=BRUSSELS)


def config(path: Path, **place: Any) -> Config:  # noqa: ANN401  any key
    values = {"name": "Bib Mol", "hours": "Tu 09:00-12:00", "info_number": "1777", **place}
    return Config(
        place=Place(id="mol", **values),
        box=BoxConfig(store=str(path)),
        web=Web(visitor_host="127.0.0.1", visitor_port=0, staff_host="127.0.0.1", staff_port=0),
        panel=Panel(),
    )


@asynccontextmanager
async def a_box(
    conf: Config, hands: Hands | None = None
) -> AsyncIterator[tuple[Box, SettingsBook, ClientSession]]:
    clock = SimulatedClock(hands or Hands(TUESDAY))
    async with (
        open_simulated_edges(conf, clock=clock) as (edges, _panel),
        open_box(edges, conf) as box,
        running(box.desk),
        ClientSession(base_url=str(box.visitor)) as phone,
    ):
        yield box, box.settings, phone


async def page(phone: ClientSession, path: str = "/", lang: str = "nl") -> str:
    async with phone.get(path, headers={"Accept-Language": lang}) as answer:
        assert answer.status == 200, path
        return await answer.text()


async def test_name_number_and_words_stand_on_every_screen_at_once(tmp_path: Path) -> None:
    async with a_box(config(tmp_path)) as (box, settings, phone):
        assert "Bib Mol" in await page(phone)
        assert "Bib Mol" in await page(phone, "/board")
        revision = (await (await phone.get("/api/v1/queue")).json())["edition"]
        await settings.change(
            {"name": "Digicafé", "info_number": "0800 99", "helper_word": "buddy"}
        )
        for path in ("/", "/board", "/t/xyz", "/wat-tellen-wij"):
            async with phone.get(path) as answer:
                told = await answer.text()
            assert "Digicafé" in told
            assert "Bib Mol" not in told
        assert "0800\u00a099" in await page(phone)
        async with phone.get("/t/xyz") as answer:
            assert "een buddy" in await answer.text()
        assert (await (await phone.get("/api/v1/queue")).json())["edition"] > revision
        async with phone.get(f"{box.staff}/api/v1/openapi.json") as answer:
            assert (await answer.json())["info"]["title"] == "Digicafé: staff"
    async with a_box(config(tmp_path)) as (_box, settings, phone):
        assert "Digicafé" in await page(phone)
        await settings.change({}, back=["name"])
        assert "Bib Mol" in await page(phone)


async def test_hours_open_the_session_and_stand_on_the_closed_screens(tmp_path: Path) -> None:
    hands = Hands(TUESDAY)
    async with a_box(config(tmp_path), hands) as (box, settings, phone):
        assert closed_frames(box.rollover.next_opening(), TUESDAY, BRUSSELS) == ("DI", "9.00")
        await settings.change({"hours": "Tu 08:30-10:00; We 13:00-15:00"})
        assert closed_frames(box.rollover.next_opening(), TUESDAY, BRUSSELS) == ("DI", "8.30")
        assert "13 – 15" in await page(phone, "/board")
        hands.forward(timedelta(minutes=31))
        await box.rollover.tick()
        assert (await (await phone.get("/api/v1/queue")).json())["session"] == "open"
        await settings.change({"closed": ["2026-11-24"]})
        await box.rollover.tick()
        assert (await (await phone.get("/api/v1/queue")).json())["taking"] is False


async def test_services_are_shown_hidden_and_ordered(tmp_path: Path) -> None:
    async with a_box(config(tmp_path)) as (box, settings, phone):
        await box.desk.open()
        told = await page(phone)
        assert told.index('value="help"') < told.index('value="pc"')
        assert 'href="/s/course?lang=nl"' in told
        await settings.change(
            {"services": ["pc", "help"], "labels": {"pc": {"nl": "Vrij aan de pc"}}}
        )
        told = await page(phone)
        assert told.index('value="pc"') < told.index('value="help"')
        assert "Vrij aan de pc" in told
        assert "Vrij aan de pc" not in await page(phone, lang="fr")
        assert "loan" not in told
        refused = await phone.post("/api/v1/tickets", json={"service": "loan"})
        assert (refused.status, (await refused.json())["error"]["code"]) == (404, "unknown-service")
        assert (await phone.get("/s/course")).status == 404


async def test_who_has_a_number_keeps_it_when_the_service_goes(tmp_path: Path) -> None:
    async with a_box(config(tmp_path)) as (box, settings, phone):
        await box.desk.open()
        await box.desk.take(ServiceId("loan"), source=Source.TABLET, lang="nl")
        await settings.change({"services": ["help"]})
        assert [str(t.number) for t in box.desk.queue.waiting] == ["A1"]
    async with a_box(config(tmp_path)) as (box, _settings, phone):
        assert [str(t.service) for t in box.desk.queue.waiting] == ["loan"]
        assert (await (await phone.get("/api/v1/queue")).json())["waiting"] == 1


async def test_coffee_and_forms_is_one_setting(tmp_path: Path) -> None:
    conf = config(tmp_path)
    async with a_box(conf) as (box, settings, phone):
        await box.desk.open()
        await settings.change({"profile": "koffie-formulieren"})
        told = await page(phone)
        assert told.index('value="forms"') < told.index('value="help"')
        done = await box.panel._take(1, "a press")
        ticket = next(iter(box.desk.queue.tickets.values()))
        assert (done.number, str(ticket.service)) == ("A1", "forms")
        await settings.change({"profile": "none"})
        assert 'value="forms"' not in await page(phone)


async def test_digidak_needs_no_number_for_a_computer(tmp_path: Path) -> None:
    async with a_box(config(tmp_path)) as (box, settings, phone):
        await box.desk.open()
        await settings.change({"profile": "digidak"})
        told = await page(phone)
        assert "Dat mag zonder nummer. Kom binnen." in told
        assert 'value="pc"' not in told
        assert 'value="practice"' in told


async def test_brussels_speaks_two_languages_from_the_wall(tmp_path: Path) -> None:
    async with a_box(config(tmp_path)) as (_box, settings, phone):
        assert "Fermé" not in await page(phone, "/board", lang="fr")
        assert "Vertaald" not in await page(phone, lang="nl")
        label = 'id="translated"'
        assert label in await page(phone, lang="fr")
        await settings.change({"language_rule": "brussel"})
        wall = await page(phone, "/board", lang="en")
        assert "Nu gesloten" in wall
        assert "Fermé" in wall
        assert 'lang="fr"' in wall
        assert label not in await page(phone, lang="fr")
        assert label in await page(phone, lang="ar")
        await settings.change({"language_rule": "vrij"})
        assert label not in await page(phone, lang="ar")
        assert "Closed" in await page(phone, "/board", lang="en")


async def test_hours_that_nobody_came_to_open_count_as_planned(tmp_path: Path) -> None:
    hands = Hands(TUESDAY)
    conf = config(tmp_path, hours="Tu,We,Th 09:00-12:00")

    def counted(documents: list[Document]) -> dict[str, int]:
        month = next(one for one in documents if one["period"] == "2026-11")
        return dict(month["tables"]["total"])

    async with a_box(conf, hands) as (box, _settings, _phone):
        hands.forward(timedelta(hours=1))
        await box.rollover.tick()
        hands.forward(timedelta(hours=3))
        await box.desk.close(confirm=True, key=Key("tuesday"))
        assert counted(list(box.desk.tallies()))["open_minutes_planned"] == 180
    hands.forward(timedelta(days=2, hours=-3))
    async with a_box(conf, hands) as (box, _settings, _phone):
        await box.rollover.tick()
        hands.forward(timedelta(hours=1))
        await box.desk.close(confirm=True, key=Key("thursday"))
        total = counted(list(box.desk.tallies()))
        assert total["open_minutes_planned"] == 3 * 180
        assert total["open_minutes_actual"] < total["open_minutes_planned"]
        assert total["sessions"] == 2


async def test_settings_and_months_travel_in_a_backup(tmp_path: Path) -> None:
    old, new = config(tmp_path / "old"), config(tmp_path / "new")
    async with a_box(old) as (box, settings, _phone):
        await settings.change({"name": "Digicafé", "hours": "We 13:00-15:00"})
        await box.months.type("2026-11", {"volunteer_minutes": 600})
    await back_up(old, tmp_path / "b.json")
    assert set(backup_file.read(tmp_path / "b.json")) == {"box", "months", "settings", "tallies"}
    restore(tmp_path / "b.json", tmp_path / "new")
    async with a_box(new) as (box, settings, phone):
        assert "Digicafé" in await page(phone)
        assert settings.current.hours == "We 13:00-15:00"
        assert box.months.typed("2026-11").volunteer_minutes == 600
