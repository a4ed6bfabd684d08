"""What comes down: newer only, sealed only, for us only, and only while its day lasts."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from appliance.core.errors import BadRequest, DigipuntError
from appliance.core.federation import news as newses
from appliance.core.federation import roster as rosters
from appliance.core.federation.dsse import seal
from appliance.core.federation.papers import (
    ExpiredPaper,
    ForeignPaper,
    Head,
    Kind,
    OldPaper,
)
from appliance.core.federation.roster import Listed, Place, Roster
from appliance.core.stamp import ClockSource
from appliance.simulation.clock import Hands
from tests.collector.road_end import MONDAY, End, Office, an_end, an_office, keys_in

TODAY = date(2026, 11, 23)


async def joined(office: Office, end: End) -> None:
    await end.road.move(office.collector.url, await office.code())
    await end.road.tick()


def roster_of(end: End, version: int, *, days: int = 30, box: str | None = None) -> Roster:
    now = end.bench.clock.now().replace(microsecond=0)
    place = Place(id="park", name="Park", nis="33011", kind="library")
    return Roster(
        head=Head(version=version, made=now, expires=now + timedelta(days=days)),
        places=[place],
        boxes=[Listed(box=box or end.keys.box, key=end.keys.public, locations=("park",))],
    )


def sealed(roster: Roster, office: Office) -> bytes:
    key = office.collector.key
    return seal(Kind.ROSTER.type, rosters.dump(roster), keyid="coordinator", sign=key.sign)


async def test_news_reaches_the_tablets_and_goes_when_it_is_withdrawn(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        press = office.collector.site.press
        await joined(office, end)
        assert end.road.papers.news(TODAY) == []
        await press.write(
            sort="event",
            title="  Vorming  voor helpers ",
            text="Donderdag\n in de bib",
            since="2026-11-20",
            until="2026-11-26",
            by="an",
        )
        await end.road.tick()
        (item,) = end.road.papers.news(TODAY)
        assert (item.title, item.text) == ("Vorming voor helpers", "Donderdag\nin de bib")
        assert end.road.papers.news(date(2026, 11, 27)) == []
        first = end.road.papers.envelope(Kind.NEWS)
        await end.road.tick()
        assert end.road.papers.envelope(Kind.NEWS) == first  # nothing new: not sent again
        await press.withdraw(item.id)
        await end.road.tick()
        assert end.road.papers.news(TODAY) == []


async def test_news_ends_by_itself_when_nobody_renews_it(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await office.collector.site.press.write(
            sort="news", title="Lang", text="", since="2026-11-01", until="2027-11-01", by="an"
        )
        await joined(office, end)
        assert len(end.road.papers.news(TODAY)) == 1
        end.forward(days=31)
        assert end.road.papers.news(TODAY + timedelta(days=31)) == ()
        expired = [end.road.papers.roster_expired]
        end.forward(days=60)
        expired.append(end.road.papers.roster_expired)
        assert end.road.places  # all goes on with what was known
        await end.road.tick()
        assert [*expired, end.road.papers.roster_expired] == [False, True, False]
        assert len(end.road.papers.news(TODAY + timedelta(days=91))) == 1


BAD: dict[str, tuple[type[DigipuntError], int, int, str | None]] = {
    "a version that was passed": (OldPaper, 1, 30, None),
    "one that has ended": (ExpiredPaper, 6, -1, None),
    "one of other boxes": (ForeignPaper, 6, 30, "a" * 26),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_roster_that_may_not_be_believed_leaves_the_one_before(
    tmp_path: Path, name: str
) -> None:
    kind, version, days, box = BAD[name]
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        await end.road.papers.take(Kind.ROSTER, sealed(roster_of(end, 5), office))
        before = end.road.papers.envelope(Kind.ROSTER)
        wrong = sealed(roster_of(end, version, days=days, box=box), office)
        with pytest.raises(kind):
            await end.road.papers.take(Kind.ROSTER, wrong)
        assert end.road.papers.envelope(Kind.ROSTER) == before


async def test_the_same_version_cannot_say_something_else(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        paper = sealed(roster_of(end, 5), office)
        assert await end.road.papers.take(Kind.ROSTER, paper)
        assert not await end.road.papers.take(Kind.ROSTER, paper)
        with pytest.raises(ForeignPaper):
            await end.road.papers.take(Kind.ROSTER, sealed(roster_of(end, 5, days=9), office))


async def test_nobody_else_can_seal_one(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        stranger = keys_in(tmp_path / "s")
        payload = rosters.dump(roster_of(end, 9))
        forged = seal(Kind.ROSTER.type, payload, keyid="coordinator", sign=stranger.sign)
        for raw in (forged, b"<html>Welcome to FreeWifi</html>", b"{}", b"[" * 9000):
            with pytest.raises(DigipuntError):
                await end.road.papers.take(Kind.ROSTER, raw)
        news = newses.dump(newses.News(head=roster_of(end, 9).head, items=[]))
        wrong_kind = seal(Kind.NEWS.type, news, keyid="coordinator", sign=office.collector.key.sign)
        with pytest.raises(DigipuntError):
            await end.road.papers.take(Kind.ROSTER, wrong_kind)


async def test_without_a_clock_that_anybody_trusts_nothing_expires(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        end.bench.clock.trust = ClockSource.NONE
        assert await end.road.papers.take(Kind.ROSTER, sealed(roster_of(end, 9, days=-9), office))
        assert not end.road.papers.roster_expired


async def test_a_revoked_box_is_named_with_the_last_letter_that_is_believed(
    tmp_path: Path,
) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
        an_end(tmp_path / "gone", hands=hands) as gone,
    ):
        await joined(office, end)
        await joined(office, gone)
        await gone.letters.tick()
        gone.forward(days=8)
        await gone.tell_all()
        await office.revoke(gone)
        await end.road.tick()
        roster = end.road.papers.roster
        assert roster is not None
        assert [one.box for one in roster.boxes] == [end.keys.box]
        (revoked,) = roster.revoked
        assert (revoked.box, revoked.after) == (gone.keys.box, 2)


WRONG = {
    "sort": {"sort": "spam"},
    "title": {"title": " "},
    "text": {"text": "x" * 1201},
    "until": {"until": "2026-11-01"},
    "day": {"since": "gisteren"},
}


@pytest.mark.parametrize("name", WRONG)
async def test_news_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    fields = {
        "sort": "news",
        "title": "T",
        "text": "",
        "since": "2026-11-20",
        "until": "2026-11-21",
        **WRONG[name],
    }
    async with an_office(tmp_path / "c", Hands(MONDAY)) as office:
        with pytest.raises(BadRequest):
            await office.collector.site.press.write(**fields, by="an")
        assert await office.collector.site.press.items() == []


async def test_a_hybrid_box_tells_of_each_place_apart(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        await office.approve(end, "park", "bus")
        await end.road.tick()
        assert list(end.road.locations) == ["park", "bus"]
        await end.letters.tick()
        await end.session(6)
        await end.session(4, location="bus")
        end.forward(days=8)
        await end.tell_all()
        months = [one for one in await office.told() if one[2] == "2026-11"]
        assert [(place, n) for _, place, _, n in months] == [("bus", 4), ("park", 6)]


async def test_a_place_under_another_name_in_the_register_is_told_under_that(
    tmp_path: Path,
) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands, nis=False) as end,
    ):
        await end.road.move(office.collector.url, await office.code("bus"))
        await end.road.tick()
        assert json.loads(json.dumps(dict(end.road.state.names))) == {"park": "bus"}
        await end.letters.tick()
        await end.session(6)  # counted here as what the setup calls it
        end.forward(days=8)
        await end.tell_all()
        assert {place for _, place, _, _ in await office.told()} == {"bus"}


async def test_a_box_that_moves_in_the_register_tells_of_its_new_place(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands, nis=False, place="here") as end,
    ):
        await joined(office, end)
        assert end.road.locations["here"].id == "park"
        await office.approve(end, "bus")
        await end.road.tick()
        assert end.road.locations["here"].id == "bus"


async def test_what_had_no_date_is_told_once_and_marked(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        await end.letters.tick()
        end.bench.clock.trust = ClockSource.NONE
        await end.session(3)
        end.bench.clock.trust = ClockSource.NTP
        await end.session(6)
        assert {one["period"] for one in end.desk.tallies()} >= {"undated"}
        end.forward(days=45)
        await end.tell_all()
        assert await office.tickets("week") == await office.tickets("month") == 9
        assert "undated" not in {one["period"] for one in end.desk.tallies()}
        marked = [
            one["period"]
            for one in end.desk.tallies()
            if one["tables"]["total"].get("sessions_undated")
        ]
        assert len(marked) == 2  # a week, and a month


async def test_somebody_may_know_the_date_after_all(tmp_path: Path) -> None:
    hands = Hands(MONDAY)
    async with (
        an_office(tmp_path / "c", hands) as office,
        an_end(tmp_path / "b", hands=hands) as end,
    ):
        await joined(office, end)
        await end.letters.tick()
        end.bench.clock.trust = ClockSource.NONE
        await end.session(3)
        end.bench.clock.trust = ClockSource.NTP
        assert await end.desk.date_undated(date(2026, 11, 23)) == 1
        assert await end.desk.date_undated(date(2026, 11, 24)) == 0
        end.forward(days=45)
        await end.tell_all()
        found = {period: n for _, _, period, n in await office.told() if n}
        assert found == {"2026-W48": 3, "2026-11": 3}
