"""After closing only what is listed here is left; who adds a field must decide about it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from appliance.adapters.posix_files import PosixFiles
from appliance.core import commands as c
from appliance.core.ids import CounterId, Key, ServiceId, TicketNumber
from appliance.core.ticket import Assist, Outcome, Source
from appliance.desk import Desk
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
    # counts of a month and of a week; codes of the catalogue, nothing crossed
    "tallies.#.v",
    "tallies.#.period",
    "tallies.#.location",
    "tallies.#.tables.total.sessions",
    "tallies.#.tables.total.open_minutes_actual",
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
    "tallies.#.tables.outcome.solved",
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
    await desk.open(key=Key(f"open {session}"))
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
    solved = c.Finish(number=first, topic="tax", outcome=Outcome.SOLVED, assist=Assist.TOGETHER)
    done = await desk.perform(solved)
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


async def test_what_survives_closing_is_what_is_listed(tmp_path: Path) -> None:
    box = Home(path=tmp_path / "store", files=PosixFiles())
    await box.provision()
    async with box.started() as (desk, book):
        for session in range(10):  # enough of them for promises
            await everything_happens(desk, session)
        assert dict(book.read("actions")) == {}
    assert {file.name for file in (tmp_path / "store").iterdir()} == FILES
    assert not any((tmp_path / "store" / "journal-000001.wal").read_bytes())
    left = json.loads((tmp_path / "store" / "store.json").read_bytes())
    assert set(fields(left)) == SURVIVES


def test_nothing_of_two_hundred_visitors_is_left_in_the_files(tmp_path: Path) -> None:
    assert retention.nothing_left(tmp_path, card=False).wrong == []


def test_who_looks_for_traces_finds_them_while_people_are_here(tmp_path: Path) -> None:
    found = retention.nothing_left(tmp_path, card=False, files=NoWipe(PosixFiles()))
    assert found.wrong != []
