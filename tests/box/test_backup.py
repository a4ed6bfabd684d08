"""Out of one box, into a new one: what survives sessions, and nothing about anybody."""

import errno
import itertools
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters import backup_file, box_keys
from appliance.adapters.pin_file import PinFile
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import create_store, open_book
from appliance.backup import restore, worth_keeping
from appliance.core import box_state
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.core.ids import Key, ServiceId
from appliance.core.ticket import Source
from appliance.edges import STORE, provisioned
from appliance.simulation.files import SimulatedFiles
from tests.desks import SETTINGS
from tests.torture.episodes import as_text, backed_up, tables_of
from tests.torture.life import Home
from tests.torture.test_retention import SURVIVES, everything_happens, fields
from tests.torture.verdict import take_one


def a_box(path: Path) -> Home:
    """A provisioned one with a PIN."""
    keys = provisioned(path)
    PinFile(path, pepper=keys.secret("pin")).choose("123456")
    return Home(path=path / STORE, files=PosixFiles())


async def saved(home: Home, to: Path) -> bool:
    """Whether it says that a session is open."""
    tables, said = await worth_keeping(home.path, SETTINGS)
    backup_file.write(to, tables)
    return said.session_open


async def a_busy_day(home: Home) -> set[str]:
    """Two closed sessions and an open one; the numbers given in it."""
    async with home.started() as (desk, _):
        for session in range(2):
            await everything_happens(desk, session)
        await desk.open(key=Key("press to open"))
        for n in range(5):
            key = Key(f"press of {n}")
            await desk.take(ServiceId("help"), source=Source.PHONE, lang="oci", key=key)
        return {str(number) for number in desk.queue.tickets}


async def test_no_number_of_a_used_day_is_given_again(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    given = await a_busy_day(home)
    assert await saved(home, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new")
    assert "A17" in given
    for hours, number in ((1, "A18"), (24, "A1")):  # the next day begins again
        again = Home(path=tmp_path / "new" / STORE, files=PosixFiles())
        again.hands.forward(timedelta(hours=hours))
        async with again.started() as (desk, _):
            assert desk.queue.session is None
            assert await take_one(desk) == number
            await desk.close(confirm=True)


async def test_all_that_survives_sessions_is_there_again(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    async with home.started() as (desk, book):
        for session in range(10):
            await everything_happens(desk, session)
        before = desk.state
        tallies = dict(book.read("tallies"))
    assert not await saved(home, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new")
    async with open_book(tmp_path / "new" / STORE) as book:
        after = box_state.load(book.read("box")[1])
        assert dict(book.read("tallies")) == tallies
        assert dict(book.read("actions")) == {}
    assert (after.numbering, after.lessons, after.window) == (
        before.numbering,
        before.lessons,
        before.window,
    )
    assert after.closing is None  # it holds the key of somebody's press


async def test_nothing_secret_and_nobody_is_in_it(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await a_busy_day(home)
    async with home.looked_at() as (desk, _):
        secrets = [ticket.token.encode() for ticket in desk.queue.tickets.values()]
        secrets += [
            word.encode() for a in desk.queue.actions for word in (a.key, a.stamp.boot) if word
        ]
        secrets += [a.stamp.wall.isoformat().encode() for a in desk.queue.actions]
    assert len(secrets) > 15
    keys = box_keys.load(tmp_path / "old")
    pem = (tmp_path / "old" / box_keys.FILE).read_bytes()
    secrets += [pem.split(b"\n")[1], keys.box.encode(), keys.secret("pin"), b"PRIVATE", b"argon2"]
    secrets += [(tmp_path / "old" / "pin.json").read_bytes(), b"press", b"oci", b"actions"]
    await saved(home, tmp_path / "backup")
    raw = (tmp_path / "backup").read_bytes()
    assert [secret for secret in secrets if secret in raw] == []
    assert set(fields(json.loads(raw)["content"]["tables"])) - SURVIVES == {"box.#.closing"}


async def test_the_store_is_only_read(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await a_busy_day(home)
    before = {file.name: file.read_bytes() for file in home.path.iterdir()}
    await saved(home, tmp_path / "backup")
    assert {file.name: file.read_bytes() for file in home.path.iterdir()} == before


async def test_a_running_box_is_not_read(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    async with home.started():
        with pytest.raises(BadStore, match="if that is the box, stop it first"):
            await worth_keeping(home.path, SETTINGS)


async def test_a_new_box_has_a_key_of_its_own(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await saved(home, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new")
    assert provisioned(tmp_path / "new").box != provisioned(tmp_path / "old").box
    assert not (tmp_path / "new" / "pin.json").exists()


async def test_where_a_box_is_nothing_is_restored(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await saved(home, tmp_path / "backup")
    with pytest.raises(BadStore, match=r"There is a box .* move .* away and restore again"):
        restore(tmp_path / "backup", tmp_path / "old")
    async with home.started() as (desk, _):
        await take_one(desk)
    (tmp_path / "old" / box_keys.FILE).unlink()  # a used store without a key is kept too
    with pytest.raises(BadStore, match="There is a box"):
        restore(tmp_path / "backup", tmp_path / "old")


def test_a_restoring_that_fails_at_any_call_can_be_done_again(tmp_path: Path) -> None:
    tables = backed_up(1)
    backup_file.write(tmp_path / "backup", tables)
    for call in itertools.count(1):
        home = tmp_path / str(call)
        create_store(home / STORE, segment_bytes=8192, tables=backed_up(2))  # an earlier attempt
        files = SimulatedFiles(PosixFiles())
        files.fail_at(call, errno.EIO)
        try:
            restore(tmp_path / "backup", home, files=files, segment_bytes=8192)
            failed = False
        except StorageUnavailable:
            failed = True
            if not box_keys.exists(home):
                restore(tmp_path / "backup", home, segment_bytes=8192)
        provisioned(home)
        assert tables_of(home / STORE, PosixFiles()) == as_text(tables)
        if not failed:
            assert call > 12
            break


async def test_a_box_that_lost_its_store_keeps_its_key(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await saved(home, tmp_path / "backup")
    before = provisioned(tmp_path / "old").box
    shutil.rmtree(home.path)
    restore(tmp_path / "backup", tmp_path / "old")
    assert provisioned(tmp_path / "old").box == before


async def test_what_an_interrupted_start_left_is_replaced(tmp_path: Path) -> None:
    home = a_box(tmp_path / "old")
    await a_busy_day(home)
    await saved(home, tmp_path / "backup")
    create_store(tmp_path / "new" / STORE)
    restore(tmp_path / "backup", tmp_path / "new")
    async with open_book(tmp_path / "new" / STORE) as book:
        assert box_state.load(book.read("box")[1]).numbering.serial == 3


def test_a_sound_file_with_a_state_nobody_wrote_is_refused(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{}, {"v": 1}, {"v": 1, "closing": None, "numbering": 3}]
    for row in rows:
        backup_file.write(tmp_path / "backup", {"box": {1: row}, "tallies": {}})
        with pytest.raises(BadStore):
            restore(tmp_path / "backup", tmp_path / "new")
        assert not (tmp_path / "new").exists()
