"""After closing only what is listed here is left; who adds a field must decide about it."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from appliance.adapters.opening_hours import OsmTimetable
from appliance.adapters.posix_files import PosixFiles
from appliance.core import commands as c
from appliance.core.ids import CounterId, Key, LocationId, ServiceId, TicketNumber
from appliance.core.settings import Settings
from appliance.core.ticket import Assist, Outcome, Source
from appliance.desk import Desk
from appliance.ports import Book
from appliance.services.month_book import MonthBook
from appliance.services.settings_book import SettingsBook
from tests.desks import TUESDAY
from tests.torture import retention
from tests.torture.controls import NoWipe
from tests.torture.life import Home

SURVIVES = {
    # the snapshot's own facts: commits and ids counted, nothing about anybody
    "_journal.#.crc",
    "_journal.#.format",
    "_journal.#.seq",
    "_journal.#.segment",
    "_journal.#.high.actions",
    "_journal.#.high.box",
    "_journal.#.high.months",
    "_journal.#.high.settings",
    "_journal.#.high.tallies",
    "_journal.#.damage",
    # numbers used: how many sessions, the last number, on which dates; no time of day
    "box.#.v",
    "box.#.numbering.serial",
    "box.#.numbering.count",
    "box.#.numbering.days",
    "box.#.numbering.undated",
    # how long help takes, in steps, of the last ten sessions
    "box.#.lessons.help.#",
    "box.#.lessons.kept",
    "box.#.lessons.promised",
    "box.#.window",
    # the last closing: the key under which a volunteer asked, and two counts
    "box.#.closing.key",
    "box.#.closing.asked",
    "box.#.closing.left",
    "box.#.closing.finished",
    # what a lead changed on screen, about the place and nobody in it
    "settings.#.v",
    "settings.#.revision",
    "settings.#.changed.name",
    "settings.#.changed.helper_word",
    "settings.#.changed.hours",
    "settings.#.changed.closed",
    "settings.#.changed.services",
    "settings.#.changed.labels.help.nl",
    "settings.#.changed.info_number",
    "settings.#.changed.language_rule",
    "settings.#.changed.profile",
    "settings.#.changed.contacts.ocmw",
    "settings.#.changed.hotspot",
    "settings.#.changed.mdns",
    "settings.#.changed.federation",
    "settings.#.changed.feedback_buttons",
    "settings.#.changed.shortcuts",
    # hours and costs of a month, of everybody together
    "months.#.v",
    "months.#.period",
    "months.#.location",
    "months.#.volunteer_minutes",
    "months.#.staff_minutes",
    "months.#.cost_cents.huur",
    # counts of a month and of a week; codes of the catalogue, nothing crossed
    "tallies.#.v",
    "tallies.#.period",
    "tallies.#.location",
    "tallies.#.tables.total.sessions",
    "tallies.#.tables.total.open_minutes_actual",
    "tallies.#.tables.total.open_minutes_planned",
    "tallies.#.tables.total.tickets",
    "tallies.#.tables.total.served",
    "tallies.#.tables.total.left",
    "tallies.#.tables.service.help",
    "tallies.#.tables.service.pc",
    "tallies.#.tables.language.nl",
    "tallies.#.tables.source.button",
    "tallies.#.tables.source.phone",
    "tallies.#.tables.hour.am",
    "tallies.#.tables.wait.0-5",
    "tallies.#.tables.help.0-5",
    "tallies.#.tables.topic.tax",
    "tallies.#.tables.topic.unknown",
    "tallies.#.tables.outcome.referred",
    "tallies.#.tables.referral.ocmw",
    "tallies.#.tables.outcome.unknown",
    "tallies.#.tables.assist.together",
    "tallies.#.tables.assist.unknown",
    "tallies.#.tables.total.called",
    "tallies.#.tables.total.contacts",
    "tallies.#.tables.total.nonticket",
    "tallies.#.tables.channel.call",
    "tallies.#.tables.channel.face",
    "tallies.#.tables.help.unknown",
    "tallies.#.tables.feedback.ease-0",
    "tallies.#.tables.feedback.ease-2",
    "tallies.#.tables.feedback.friendly-2",
    "tallies.#.tables.feedback.confidence-1",
    "tallies.#.tables.nonticket.call",
    "tallies.#.tables.promise.given",
    "tallies.#.tables.promise.kept",
}

FILES = {"store.json", "journal-000001.wal"}


def fields(value: object, path: str = "") -> Iterator[str]:
    """The path of every leaf; ids and steps, which are numbers, as #."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = "#" if str(key).isdigit() else str(key)
            yield from fields(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for inner in value:
            yield from fields(inner, path)
    else:
        yield path


async def everything_happens(desk: Desk, session: int) -> None:
    """A session in which every kind of act is done once."""
    window = TUESDAY + timedelta(days=session)
    await desk.open(key=Key(f"open {session}"), window=window)
    numbers: list[TicketNumber] = []
    for service, source in (("help", Source.BUTTON), ("pc", Source.PHONE)) * 3:
        done = await desk.take(
            ServiceId(service), source=source, lang="nl", key=Key(f"{session} {numbers}")
        )
        assert done.ticket is not None
        numbers.append(done.ticket.number)
    first, second, third, fourth, *_ = numbers
    one = CounterId(1)
    await desk.perform(c.CallNext(counter=one))
    await desk.perform(c.Recall(number=first))
    await desk.perform(c.Serve(number=first))
    sent_on = c.Finish(
        number=first,
        topic="tax",
        outcome=Outcome.REFERRED,
        assist=Assist.TOGETHER,
        referral="ocmw",
    )
    done = await desk.perform(sent_on)
    await desk.perform(c.Rate(number=first, ease=2, friendly=2, confidence=1))
    await desk.perform(c.CallNext(counter=one))
    await desk.perform(c.Confirm(number=second))
    await desk.perform(c.Smile(question="ease", level=0))
    await desk.perform(c.NoShow(number=second))
    await desk.perform(c.Hold(number=third))
    await desk.perform(c.ReturnHeld(number=third))
    await desk.perform(c.Cancel(number=fourth))
    await desk.perform(c.Count(measure="call"))
    await desk.perform(c.CountHelpers(helpers=3))
    done = await desk.perform(c.CallNext(counter=one))
    assert done.action is not None
    undone = await desk.perform(c.Undo(action=done.action))
    assert undone.action is not None
    await desk.perform(c.Undo(action=undone.action))
    await desk.close(confirm=True, key=Key(f"close {session}"))


async def a_lead_types_everything(book: Book, box: Home) -> None:
    settings = SettingsBook(
        book=book,
        base=Settings(name="Park", services=("help",)),
        read_hours=partial(OsmTimetable, zone="Europe/Brussels"),
        today=box.clock.now,
    )
    await settings.change(
        {
            "name": "Digicafé ’t Park",
            "helper_word": "digihelper",
            "hours": "Tu 09:00-12:00",
            "closed": ["2026-07-11"],
            "services": ["help", "pc"],
            "labels": {"help": {"nl": "Vraag"}},
            "info_number": "1777",
            "language_rule": "nl",
            "profile": "digidak",
            "contacts": {"ocmw": "Markt 1"},
            "hotspot": False,
            "mdns": False,
            "federation": False,
            "feedback_buttons": True,
            "shortcuts": ["next"],
        },
        key=Key("settings key"),
    )
    months = MonthBook(
        book=book,
        location=LocationId("park"),
        tallies=list,
        today=lambda: box.clock.now().date(),
    )
    typed = {"volunteer_minutes": 720, "staff_minutes": 60, "cost_cents": {"huur": 1}}
    await months.type("2026-11", typed)


async def test_what_survives_closing_is_what_is_listed(tmp_path: Path) -> None:
    box = Home(path=tmp_path / "store", files=PosixFiles())
    await box.provision()
    async with box.started() as (desk, book):
        await a_lead_types_everything(book, box)
        for session in range(10):  # enough of them for promises
            await everything_happens(desk, session)
        assert dict(book.read("actions")) == {}
    assert {file.name for file in (tmp_path / "store").iterdir()} == FILES
    assert not any((tmp_path / "store" / "journal-000001.wal").read_bytes())
    left = json.loads((tmp_path / "store" / "store.json").read_bytes())
    assert set(fields(left)) == SURVIVES
    assert b"settings key" not in json.dumps(left).encode()


def test_nothing_of_two_hundred_visitors_is_left_in_the_files(tmp_path: Path) -> None:
    assert retention.nothing_left(tmp_path, card=False).wrong == []


def test_who_looks_for_traces_finds_them_while_people_are_here(tmp_path: Path) -> None:
    found = retention.nothing_left(tmp_path, card=False, files=NoWipe(PosixFiles()))
    assert found.wrong != []
