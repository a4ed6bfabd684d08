"""A box that died, and the one made from its backup: every visit once, whoever told of it."""

import random
from collections import Counter
from pathlib import Path

import pytest

from appliance.adapters import backup_file
from appliance.core.errors import Unavailable
from appliance.core.federation.calendar import Period
from appliance.core.federation.chain import load_chain
from appliance.core.federation.hello import Follows
from appliance.core.federation.road import dump_follows, restored
from appliance.ports import Write
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands
from tests.collector.road_end import MONDAY, End, Office, an_end, an_office
from tests.desks import BRUSSELS


def saved(end: End) -> MemoryBook:
    """What a box made from a backup of this moment begins with."""
    tables = {name: dict(end.book.read(name)) for name in backup_file.KEPT}
    chain = load_chain(end.book.read("chain")[1])
    follows = Follows(box=end.keys.box, chain=chain.id, received=chain.received)
    tables["before"] = {1: dump_follows(follows)}
    raw = backup_file.to_bytes({name: rows for name, rows in tables.items() if rows})
    assert b"PRIVATE" not in raw
    book = MemoryBook()
    for name, rows in restored(tables).items():
        book.commit_now([Write(table=name, id=n, document=row) for n, row in rows.items()])
    return book


async def approved(office: Office, end: End) -> None:
    await end.road.tick()
    await office.approve(end)
    await end.road.tick()


async def until_the_end(end: End) -> None:
    """Past the week and the month."""
    end.forward(days=45)
    await end.tell_all()


@pytest.mark.parametrize("story", ["told", "unsent", "late", "carried"])
async def test_no_visit_is_lost_or_counted_twice_over_a_restore(tmp_path: Path, story: str) -> None:
    """The backup knows of ten visits; whatever happened to their letters, they count once."""
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with an_end(tmp_path / "old", hands=hands, address=url, key=key) as old:
            await approved(office, old)
            await old.letters.tick()
            await old.session(10)
            old.forward(days=8)  # a week and the month are over
            old.plugged[0] = story == "told"
            written = await old.letters.tick()
            assert written == 2
            if story == "told":
                await old.outbox.send()
            book = saved(old)
            old.plugged[0] = True
            if story == "late":  # it lived on for an hour after the backup
                await old.outbox.send()
        async with an_end(tmp_path / "new", hands=hands, book=book, address=url, key=key) as new:
            await new.road.tick()
            assert await new.letters.tick() == 0  # nobody has said yet what is known
            if story == "carried":
                await new.road.tick()  # the old box is still believed: its letters get there
                assert await office.tickets("week") == 10
            await office.approve(new)
            await new.road.tick()
            assert new.road.ready
            await new.session(3)
            await until_the_end(new)
            assert await office.tickets("week") == 13
            assert await office.tickets("month") == 13
            shown = {one.box: one.state.value for one in await office.collector.site.boxes.listed()}
            assert shown == {old.keys.box: "revoked", new.keys.box: "approved"}


async def test_the_old_box_brings_nothing_once_another_takes_its_place(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with an_end(tmp_path / "old", hands=hands, address=url, key=key) as old:
            await approved(office, old)
            await old.letters.tick()
            await old.session(10)
            book = saved(old)
            async with an_end(
                tmp_path / "new", hands=hands, book=book, address=url, key=key
            ) as new:
                await approved(office, new)
                old.forward(days=45)
                assert await old.letters.tick() > 0
                assert not await old.outbox.send()
                assert old.outbox.last is not None
                await new.tell_all()
                assert await office.tickets("month") == 10
                await old.road.tick()
                assert old.standing == "revoked"


async def test_a_week_that_a_receipt_covers_is_never_sent_again(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with an_end(tmp_path / "old", hands=hands, address=url, key=key) as old:
            await approved(office, old)
            await old.letters.tick()
            await old.session(10)
            old.forward(days=8)
            await old.tell_all()
            book = saved(old)
        async with an_end(tmp_path / "new", hands=hands, book=book, address=url, key=key) as new:
            await approved(office, new)
            await new.letters.tick()
            assert new.outbox.waiting == []
            closed = [row for row in book.read("told").values() if row.get("closed")]
            assert {row["period"] for row in closed} == {"2026-W48", "2026-11"}
            assert new.road.follows is None


async def test_a_code_for_another_place_does_not_put_a_box_in_the_place_of_this_one(
    tmp_path: Path,
) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with an_end(tmp_path / "old", hands=hands, address=url, key=key) as old:
            await approved(office, old)
            await old.letters.tick()
            book = saved(old)
            async with an_end(tmp_path / "x", hands=hands, book=book, address=url, key=key) as new:
                await new.road.move(url, await office.code("bus"))
                assert new.standing == "waiting"  # a person must look
                await old.road.tick()
                assert old.standing == "approved"


async def test_a_box_that_is_in_names_no_other_that_it_would_replace(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with (
            an_end(tmp_path / "a", hands=hands, address=url, key=key) as one,
            an_end(tmp_path / "b", hands=hands, address=url, key=key) as other,
        ):
            await approved(office, one)
            await approved(office, other)
            row = dump_follows(Follows(box=one.keys.box, chain="0" * 16, received=0))
            other.book.commit_now([Write(table="before", id=1, document=row)])
            await other.road.tick()
            await office.approve(other, "bus")
            await one.road.tick()
            assert one.standing == "approved"


async def test_what_an_earlier_coordinator_was_told_stays_closed_over_a_restore(
    tmp_path: Path,
) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_office(tmp_path / "b", hands) as other,
    ):
        async with an_end(tmp_path / "old", hands=hands) as old:
            await old.road.move(one.collector.url, await one.code())
            await old.letters.tick()
            await old.session(10)
            old.forward(days=8)
            await old.tell_all()
            await old.road.move(other.collector.url, await other.code())
            await old.road.tick()
            await old.session(5)
            old.forward(days=7)
            await old.tell_all()
            book = saved(old)
        async with an_end(tmp_path / "new", hands=hands, book=book) as new:
            await new.road.tick()
            await other.approve(new)
            await new.road.tick()
            await new.session(2)
            await until_the_end(new)
        assert (await one.tickets("month"), await other.tickets("month")) == (10, 7)
        assert (await one.tickets("week"), await other.tickets("week")) == (10, 7)


class Diary:
    """What truly happened: visits by week and by month."""

    def __init__(self) -> None:
        self.weeks: Counter[str] = Counter()
        self.months: Counter[str] = Counter()

    async def some_days(self, end: End, chance: random.Random) -> None:
        """A session, then some days, then perhaps the post."""
        visitors = chance.randrange(9)
        day = end.bench.clock.now().astimezone(BRUSSELS).date()
        await end.session(visitors)
        self.weeks[Period.week_of(day).name] += visitors
        self.months[Period.month_of(day).name] += visitors
        end.forward(hours=23 + 24 * chance.choice([0, 1, 3, 8]))
        end.plugged[0] = chance.random() < 0.6
        await end.letters.tick()
        try:
            while end.outbox.waiting and await end.outbox.send():
                pass
        except Unavailable:
            pass
        end.plugged[0] = True


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_around_a_backup_every_visit_counts_once(
    tmp_path: Path, seed: int
) -> None:
    """Those that the backup knows of, those that the old box told later, and all of the new one."""
    chance, hands = random.Random(seed), Hands(MONDAY)
    before, after, anew = Diary(), Diary(), Diary()
    async with an_office(tmp_path / "c", hands) as office:
        url, key = office.collector.url, office.collector.site.key
        async with an_end(tmp_path / "old", hands=hands, address=url, key=key) as old:
            await approved(office, old)
            await old.letters.tick()
            for _ in range(chance.randrange(1, 6)):
                await before.some_days(old, chance)
            book = saved(old)
            for _ in range(chance.randrange(4)):
                await after.some_days(old, chance)
        async with an_end(tmp_path / "new", hands=hands, book=book, address=url, key=key) as new:
            await new.road.tick()
            told = {period: n for _, _, period, n in await office.told()}
            await office.approve(new)
            await new.road.tick()
            for _ in range(chance.randrange(1, 5)):
                await anew.some_days(new, chance)
            new.forward(days=70)
            await new.tell_all()
        for grain in ("week", "month"):
            known, mine = (
                (before.weeks, anew.weeks) if grain == "week" else (before.months, anew.months)
            )
            old_told = {p: n for p, n in told.items() if ("W" in p) == (grain == "week")}
            rest = sum(n for p, n in (known + mine).items() if p not in old_told)
            assert not (set(old_told) & set(+mine))
            assert await office.tickets(grain) == sum(old_told.values()) + rest
