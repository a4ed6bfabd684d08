"""From one coordinator to another: what had arrived stays, the rest goes along, nothing twice."""

from pathlib import Path

import pytest

from appliance.core.errors import DigipuntError
from appliance.core.federation.chain import load_chain
from appliance.services.road.road_book import Setup
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import Hands
from tests.collector.road_end import MONDAY, an_end, an_office


async def test_the_new_coordinator_gets_what_the_old_one_had_not(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_office(tmp_path / "b", hands) as other,
        an_end(tmp_path / "box", hands=hands) as end,
    ):
        await end.road.move(one.collector.url, await one.code())
        await end.letters.tick()
        await end.session(10)
        end.forward(days=8)
        await end.tell_all()  # a week and the month have arrived
        assert await one.tickets("month") == 10
        await end.session(7)
        end.forward(days=7)
        assert await end.letters.tick() > 0
        assert len(end.outbox.waiting) == 1  # the next week has not
        before = load_chain(end.book.read("chain")[1])

        await end.road.move(other.collector.url, await other.code())
        await end.road.tick()
        assert end.outbox.waiting == []
        end.forward(days=30)
        await end.tell_all()
        assert load_chain(end.book.read("chain")[1]).id != before.id
        assert await one.tickets("week") == 10
        assert await other.tickets("week") == 7
        assert (await one.tickets("month"), await other.tickets("month")) == (10, 7)


async def test_another_address_of_the_same_coordinator_changes_no_letter(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_end(tmp_path / "box", hands=hands) as end,
    ):
        await end.road.move(one.collector.url, await one.code())
        await end.letters.tick()
        await end.session(5)
        end.forward(days=8)
        await end.letters.tick()
        waiting, chain = list(end.outbox.waiting), dict(end.book.read("chain"))
        await end.road.move(one.collector.url.replace("127.0.0.1", "localhost"))
        assert end.road.key == one.collector.site.key
        assert (list(end.outbox.waiting), dict(end.book.read("chain"))) == (waiting, chain)


async def test_without_a_coordinator_everything_stays_here(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_end(tmp_path / "box", hands=hands) as end,
    ):
        await end.road.move(one.collector.url, await one.code())
        await end.road.leave()
        await end.session(5)
        end.forward(days=40)
        assert await end.letters.tick() == 0
        await end.road.move(one.collector.url)  # its key is known: no words are needed
        await end.tell_all()
        assert await one.tickets("month") == 5


async def test_who_sets_the_box_up_anew_is_followed_unless_people_chose(tmp_path: Path) -> None:
    hands, book = Hands(MONDAY), MemoryBook()
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_office(tmp_path / "b", hands) as other,
    ):
        async with an_end(
            tmp_path / "box",
            hands=hands,
            book=book,
            address=one.collector.url,
            key=one.collector.site.key,
        ) as end:
            await end.road.tick()
            assert end.standing == "waiting"
        async with an_end(
            tmp_path / "box",
            hands=hands,
            book=book,
            address=other.collector.url,
            key=other.collector.site.key,
        ) as end:
            await end.road.tick()
            assert end.road.address == other.collector.url
            await end.road.move(one.collector.url, await one.code())
        async with an_end(
            tmp_path / "box",
            hands=hands,
            book=book,
            address=other.collector.url,
            key=other.collector.site.key,
        ) as end:
            await end.road.tick()
            assert end.road.address == one.collector.url


async def test_a_card_that_takes_nothing_moves_nowhere(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "a", hands) as one,
        an_office(tmp_path / "b", hands) as other,
        an_end(tmp_path / "box", hands=hands) as end,
    ):
        await end.road.move(one.collector.url, await one.code())
        end.book.fail("The card is gone.")
        with pytest.raises(DigipuntError):
            await end.road.move(other.collector.url, await other.code())
        assert end.road.address == one.collector.url


def test_a_setup_is_told_from_another() -> None:
    one = Setup(address="https://a", key=b"k" * 32, place="park", known_nis=True)
    assert one.origin != Setup(address="https://b", key=b"k" * 32, place="x", known_nis=True).origin
