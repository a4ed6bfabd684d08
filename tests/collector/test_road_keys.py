"""Keys are changed: what the old one sealed stays true, what it seals later is worth nothing."""

import asyncio
import json
from pathlib import Path

import pytest

from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.ed25519 import verify
from appliance.collector.keys import open_key
from appliance.collector.program import open_store
from appliance.collector.publishing import Asked, publish
from appliance.collector.roots import new_root
from appliance.collector.spans import Span
from appliance.collector.verifying import verified
from appliance.core.errors import BadStore, DigipuntError
from appliance.core.federation.rotation import BadRotation, KeyChange, load_box, seal_box
from appliance.services.road.key_changes import KeyChanges
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands
from tests.collector.road_end import MONDAY, an_end, an_office, keys_in


async def test_letters_before_and_after_a_change_both_count(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await end.road.move(office.collector.url, await office.code())
        await end.letters.tick()
        await end.session(4)
        end.forward(days=8)
        await end.letters.tick()  # sealed with the first key, not sent yet
        first, box = end.keys.sealing, end.keys.box
        await end.road.changes.change()
        assert end.keys.sealing != first
        assert (end.keys.box, end.keys.public) == (box, first)
        await end.road.tick()
        await end.session(5)
        end.forward(days=45)
        await end.tell_all()
        assert await office.tickets("month") == 9
        roster = end.road.papers.roster
        assert roster is not None
        assert [one.key for one in roster.boxes] == [end.keys.sealing]


async def test_a_stolen_old_key_writes_nothing_any_more(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await end.road.move(office.collector.url, await office.code())
        await end.letters.tick()
        stolen = BoxKeys(end.keys._key, tmp_path / "b")
        await end.road.changes.change()
        await end.road.tick()
        await end.session(4)
        end.forward(days=8)
        end.letters._sender = type(end.letters._sender)(
            **{
                name: getattr(end.letters._sender, name)
                for name in end.letters._sender.__slots__
                if name != "sign"
            },
            sign=stolen.sign,
        )
        await end.letters.tick()
        assert await end.outbox.send() is False
        assert await office.tickets("month") == 0


async def test_only_the_key_that_holds_now_names_the_next(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        book, now = office.collector.site.key_book, office.collector.site.now()
        await end.road.move(office.collector.url, await office.code())
        thief = BoxKeys(end.keys._key, tmp_path / "b")
        mine = keys_in(tmp_path / "mine")
        await end.road.changes.change()
        raw = end.book.read("keyring")[1]["envelope"].encode()
        await end.road.tick()
        await book.change(raw, now=now)  # again: nothing changes
        late = KeyChange(box=thief.box, n=1, old=thief.public, new=mine.public)
        with pytest.raises(BadRotation):
            await book.change(seal_box(late, old=thief.sign, new=mine.sign), now=now)
        later = KeyChange(box=thief.box, n=2, old=thief.public, new=mine.public)
        with pytest.raises(BadRotation):
            await book.change(seal_box(later, old=thief.sign, new=mine.sign), now=now)
        ahead = KeyChange(box=thief.box, n=3, old=end.keys.sealing, new=mine.public)
        with pytest.raises(BadRotation):
            await book.change(seal_box(ahead, old=end.keys.sign, new=mine.sign), now=now)


def test_a_change_needs_both_seals(tmp_path: Path) -> None:
    one, other = keys_in(tmp_path / "a"), keys_in(tmp_path / "b")
    change = KeyChange(box=one.box, n=1, old=one.public, new=other.public)
    assert load_box(seal_box(change, old=one.sign, new=other.sign), verify) == change
    for old, new in ((one.sign, one.sign), (other.sign, other.sign)):
        with pytest.raises(BadRotation):
            load_box(seal_box(change, old=old, new=new), verify)


async def test_a_cut_in_the_middle_leaves_the_old_key(tmp_path: Path) -> None:
    keys, book = keys_in(tmp_path), MemoryBook()
    changes = KeyChanges(book=book, keys=keys, turn=asyncio.Lock())
    book.fail("The power is gone.")
    with pytest.raises(DigipuntError):
        await changes.change()
    again = keys_in(tmp_path)
    KeyChanges(book=MemoryBook(), keys=again, turn=asyncio.Lock())
    assert again.sealing == again.public == keys.sealing


async def test_after_a_restart_the_new_key_seals(tmp_path: Path) -> None:
    keys, book = keys_in(tmp_path), MemoryBook()
    await KeyChanges(book=book, keys=keys, turn=asyncio.Lock()).change()
    await KeyChanges(book=book, keys=keys, turn=asyncio.Lock()).change()
    again = keys_in(tmp_path)
    assert KeyChanges(book=book, keys=again, turn=asyncio.Lock()).count == 2
    assert again.sealing == keys.sealing != keys.public
    assert again.secret("pin") == keys.secret("pin")
    (tmp_path / "seal-2.key").write_bytes((tmp_path / "box.key").read_bytes())
    with pytest.raises(BadStore):
        KeyChanges(book=book, keys=keys_in(tmp_path), turn=asyncio.Lock())


async def test_boxes_follow_a_coordinator_to_its_next_keys(tmp_path: Path) -> None:
    hands, book = Hands(MONDAY), MemoryBook()
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands, book=book) as end,
    ):
        await end.road.move(office.collector.url, await office.code())
        await end.road.tick()
        await end.letters.tick()
        await end.session(6)
        config = office.collector.site.config
        first = office.collector.site.key
    for _ in range(2):
        async with open_store(config) as (database, key):
            await new_root(database, key, config.key_path)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands, book=book) as end,
    ):
        assert office.collector.site.key != first
        assert open_key(config.key_path).public == first
        await end.road._kept.keep(
            type(end.road.state)(
                **{
                    name: getattr(end.road.state, name)
                    for name in end.road.state.__slots__
                    if name != "address"
                },
                address=office.collector.url,
            )
        )
        await end.road.tick()
        assert end.road.key == office.collector.site.key
        end.forward(days=9)
        await end.tell_all()
        assert end.outbox.waiting == []
        assert await office.tickets("month") == 6


async def test_a_coordinator_that_nobody_introduced_is_not_followed(tmp_path: Path) -> None:
    hands, book = Hands(MONDAY), MemoryBook()
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_office(tmp_path / "x", hands) as impostor,
        an_end(
            tmp_path / "b",
            hands=hands,
            book=book,
            address=impostor.collector.url,
            key=office.collector.site.key,
        ) as end,
    ):
        with pytest.raises(DigipuntError, match="did not seal"):
            await end.road.tick()
        assert end.road.key == office.collector.site.key
        assert end.standing is None


async def test_a_published_year_is_recomputed_over_a_change_of_keys(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    out = tmp_path / "out"
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await end.road.move(office.collector.url, await office.code())
        for _ in range(2):
            await end.session(6)
            end.forward(days=8)
            await end.letters.tick()
            await end.road.changes.change()
            await end.road.tick()
        end.forward(days=45)
        await end.tell_all()
        day = hands.now().date()
        asked = Asked(name="", span=Span.of("2026-11", "2026-12"), region="", geography=None,
                      today=day, k=5)  # fmt: skip
        assert await publish(office.collector.site.database, out, asked) > 3
    assert verified(out).wrong == []
    facts = json.loads((out / "published.json").read_bytes())
    changes = facts["boxes"][0]["changes"]
    assert len(changes) == 2
    for left, sentence in (
        (changes[:1], "the seal does not fit"),
        (changes[1:], "change 1 of its key is not that of this box"),
        (["{}", changes[1]], "change 1 of its key does not hold"),
    ):
        facts["boxes"][0]["changes"] = left
        (out / "published.json").write_text(json.dumps(facts))
        assert any(sentence in one for one in verified(out).wrong)
