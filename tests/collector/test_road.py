"""A box and a collector that did not know each other: words, codes, and all that goes wrong."""

import asyncio
from pathlib import Path

import pytest

from appliance.core.errors import BadSetting, TooManyTries
from appliance.core.federation.code import ExpiredCode, UsedCode, WrongCode
from appliance.core.federation.words import spoken
from appliance.services.road.road import NobodyThere, NothingOffered
from appliance.simulation.clock import Hands
from tests.collector.road_end import MONDAY, an_end, an_office


async def test_a_box_that_was_set_up_asks_by_itself_until_somebody_approves(
    tmp_path: Path,
) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        site = office.collector.site
        async with an_end(
            tmp_path / "b", hands=hands, address=office.collector.url, key=site.key
        ) as end:
            await end.road.tick()
            assert end.standing == "waiting"
            (asked,) = await site.boxes.listed()
            assert asked.words == tuple(end.road.own_words) == spoken(end.keys.public)
            await office.approve(end)
            await end.road.tick()
            assert end.standing == "approved"
            (place,) = end.road.places
            assert (place.project, place.round) == ("Digibank Westhoek", 3)
            assert place.programmes == ("Digibanken", "Iedereen Digitaal")
            await office.revoke(end)
            await end.road.tick()
            assert end.standing == "revoked"


async def test_a_box_that_was_never_approved_is_refused_not_revoked(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with an_office(tmp_path / "c", hands) as office:
        site = office.collector.site
        async with an_end(
            tmp_path / "b", hands=hands, address=office.collector.url, key=site.key
        ) as end:
            await end.road.tick()
            await office.revoke(end)
            await end.road.tick()
            assert end.standing == "refused"


async def test_words_are_compared_before_anything_is_believed(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await end.road.move(office.collector.url)
        root = office.collector.site.key
        assert end.road.their_words == spoken(root)
        assert len(end.road.key) == 0
        await end.road.tick()
        assert end.standing is None  # nobody's seal is believed yet
        with pytest.raises(NothingOffered):
            await end.road.compare(bytes(32), same=True)  # not the words that were shown
        await end.road.compare(root, same=True)
        assert end.road.ready
        await end.road.tick()
        assert end.standing == "waiting"


async def test_other_words_end_it_there(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await end.road.move(office.collector.url)
        await end.road.compare(office.collector.site.key, same=False)
        assert (end.road.address, end.road.key) == ("", b"")


async def test_a_code_brings_a_box_to_its_place_in_one_step(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands, nis=False, place="here") as end,
    ):
        code = await office.code("park")
        await end.road.move(office.collector.url, f" {code[:4].lower()}-{code[4:8]} {code[8:]}")
        assert end.road.key == office.collector.site.key
        assert end.standing == "approved"
        await end.road.tick()
        assert end.road.locations["here"].nis == "33011"
        assert end.road.locations["here"].id == "park"
        assert end.road.ready


async def test_a_code_works_once_and_for_a_day(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
        an_end(tmp_path / "other", hands=hands) as other,
    ):
        code = await office.code()
        await end.road.move(office.collector.url, code)
        await end.road.move(office.collector.url, code)  # the answer may have been lost
        with pytest.raises(UsedCode):
            await other.road.move(office.collector.url, code)
        late = await office.code()
        end.forward(hours=25)
        with pytest.raises(ExpiredCode):
            await other.road.move(office.collector.url, late)
        assert other.road.address == ""
        assert other.book.read("road") == {}


async def test_a_wrong_code_costs_more_and_more_time(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        url = office.collector.url
        for _ in range(5):
            with pytest.raises(WrongCode):
                await end.road.move(url, "0000 0000 0000")
        code = await office.code()
        with pytest.raises(TooManyTries):
            await end.road.move(url, code)
        end.seconds[0] += 31
        await end.road.move(url, code)
        assert end.standing == "approved"


@pytest.mark.parametrize("code", ["123", "ABCD EFGH", "!" * 12, "0" * 13])
async def test_what_cannot_be_a_code_is_said_before_anybody_is_asked(
    tmp_path: Path, code: str
) -> None:
    async with an_end(tmp_path / "b") as end:
        with pytest.raises(WrongCode):
            await end.road.move("http://127.0.0.1:9", code)


@pytest.mark.parametrize("address", ["", "http://cijfers.example.be", "ftp://x", "https://a b/c"])
async def test_an_address_that_is_none_changes_nothing(tmp_path: Path, address: str) -> None:
    async with an_end(tmp_path / "b") as end:
        with pytest.raises(BadSetting):
            await end.road.move(address)


async def test_an_address_where_nobody_answers_changes_nothing(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(
            tmp_path / "b",
            hands=hands,
            address=office.collector.url,
            key=office.collector.site.key,
        ) as end,
    ):
        with pytest.raises(NobodyThere):
            await end.road.move("http://127.0.0.1:9")
        assert end.road.address == office.collector.url


async def test_silence_is_dated_and_ends(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(
            tmp_path / "b",
            hands=hands,
            address=office.collector.url,
            key=office.collector.site.key,
        ) as end,
    ):
        await end.road.tick()
        since = end.bench.clock.now()
        end.plugged[0] = False
        for _ in range(3):
            with pytest.raises(Exception, match="cable"):
                await end.road.tick()
            end.forward(days=1)
        assert end.road.silent_since == since
        end.plugged[0] = True
        await end.road.tick()
        assert end.road.silent_since is None


async def test_the_box_goes_on_by_itself_once_a_lead_has_spoken(tmp_path: Path) -> None:
    """Nobody waits for the next full hour: what was chosen is asked at once, until it is yes."""
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
        asyncio.timeout(20),
        asyncio.TaskGroup() as group,
    ):
        road = group.create_task(end.road.run())
        await end.road.move(office.collector.url)
        await end.road.compare(office.collector.site.key, same=True)
        await end.until(lambda: end.standing == "waiting")
        await office.approve(end)
        await end.until(lambda: bool(end.road.places))
        road.cancel()
