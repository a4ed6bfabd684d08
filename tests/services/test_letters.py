"""From closed sessions to a coordinator who knows exactly what happened."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.errors import StorageUnavailable, Unavailable
from appliance.core.federation.chain import load_chain
from appliance.core.federation.receipt import Status
from appliance.core.federation.report import Location, Report
from appliance.core.ids import CounterId, LocationId
from appliance.core.stamp import ClockSource
from appliance.ports import Write
from appliance.services.letters import Letters, Sender
from appliance.services.outbox import PAUSES, Coordinator, Outbox
from appliance.simulation.books import MemoryBook
from appliance.simulation.coordinator import SimulatedCoordinator, payload_of
from tests.core.federation.letters import KEY, PUBLIC, verify
from tests.desks import BRUSSELS, Bench, press, running

BOX = "b" * 26
ROOT = Ed25519PrivateKey.from_private_bytes(bytes(32))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS)


class Town:
    """One box, its letters, and the coordinator at the other end."""

    def __init__(self, bench: Bench, book: MemoryBook, *, boxes: dict[str, bytes]) -> None:
        self.bench = bench
        self.book = book
        self.desk = bench.new_desk()
        self.conditions: dict[str, bool] = {}
        self.pauses: list[float] = []
        self.tired, self.go_on, self.idle = (asyncio.Event() for _ in range(3))
        self.coordinator = SimulatedCoordinator(sign=ROOT.sign, verify=verify, keys=boxes)
        self.letters = Letters(
            book=book,
            desk=self.desk,
            clock=bench.clock,
            sender=Sender(
                box=BOX,
                sign=KEY.sign,
                locations=(Location(id="park", nis="33011"), Location(id="bus", nis="33037")),
                zone=BRUSSELS,
                software="0.1.0",
                k=5,
                breakdown="month",
                new_chain=lambda: "0123456789abcdef",
            ),
        )
        self.outbox = Outbox(
            book=book,
            box=BOX,
            coordinator=Coordinator(key=ROOT.public_key().public_bytes_raw(), verify=verify),
            mail=self.coordinator,
            changed=self.changed,
            pause=self.pause,
            condition=self.conditions.__setitem__,
        )

    async def changed(self) -> None:
        self.idle.set()  # nothing waits any more
        await asyncio.Event().wait()

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) == len(PAUSES) + 2:
            self.tired.set()
            await self.go_on.wait()
        await asyncio.sleep(0)

    async def session(self, visitors: int, *, location: str = "park") -> None:
        """A walk-in moment of an hour in which everybody is helped."""
        await self.desk.open(location=LocationId(location))
        for _ in range(visitors):
            await press(self.desk)
            await self.desk.perform(c.CallNext(counter=CounterId(1)))
        self.forward(hours=1)
        await self.desk.close(confirm=True)

    def forward(self, **duration: float) -> None:
        self.bench.hands.forward(timedelta(**duration))

    def told(self, kind: str = "month") -> list[Report]:
        return [one for one in self.coordinator.received if one.period.kind == kind]

    @property
    def waiting(self) -> list[int]:
        return [number for number, _ in self.outbox.waiting]


@asynccontextmanager
async def a_town(
    *,
    known: bool = True,
    begun: bool = True,
    start: datetime = MONDAY,
    book: MemoryBook | None = None,
) -> AsyncIterator[Town]:
    book = book or MemoryBook()
    bench = Bench(book=book, start=start)
    town = Town(bench, book, boxes={BOX: PUBLIC} if known else {})
    async with running(town.desk):
        if begun:
            await town.letters.tick()
        yield town


async def test_a_week_and_a_month_are_told_when_they_are_over() -> None:
    async with a_town() as town:
        await town.session(7)
        assert await town.letters.tick() == 0
        town.forward(days=7)
        assert await town.letters.tick() == 2  # the week, of both places
        town.forward(days=1)
        assert await town.letters.tick() == 2  # the month
        await town.outbox.send()
        week, _, month, bus = town.coordinator.received
        assert (week.period.name, week.totals["tickets"], week.tables) == ("2026-W48", 7, {})
        assert (month.period.name, month.totals["served"]) == ("2026-11", 7)
        assert month.tables["service"] == {"help": 7}
        assert (bus.location.id, bus.totals["tickets"]) == ("bus", 0)
        assert town.waiting == []


async def test_a_period_waits_until_nobody_can_still_be_in_it() -> None:
    async with a_town(start=MONDAY + timedelta(days=6, hours=14)) as town:
        await town.desk.open()  # Sunday at eleven at night
        await press(town.desk)
        town.forward(hours=9)
        assert await town.letters.tick() == 0
        await town.desk.close(confirm=True)
        assert await town.letters.tick() == 2
        await town.outbox.send()
        assert [week.totals["tickets"] for week in town.told("week")] == [1, 0]


async def test_the_night_is_over_before_a_letter_is_written() -> None:
    async with a_town() as town:
        town.forward(days=6, hours=17)  # two in the morning
        assert await town.letters.tick() == 0
        town.forward(hours=2)
        assert await town.letters.tick() == 2


async def test_nothing_is_signed_under_a_clock_that_nobody_trusts() -> None:
    async with a_town() as town:
        await town.session(3)
        town.bench.clock.trust = ClockSource.NONE
        town.forward(days=40)
        assert await town.letters.tick() == 0
        town.bench.clock.trust = ClockSource.NTP
        assert await town.letters.tick() > 0


async def test_what_comes_late_is_a_revision_of_totals_only() -> None:
    async with a_town() as town:
        await town.session(9)
        town.forward(days=8)
        await town.letters.tick()
        document = dict(next(iter(town.book.read("tallies").values())))
        grown = {**document["tables"], "total": {**document["tables"]["total"], "tickets": 10}}
        grown["total"]["left"] = 1
        late = Write(table="tallies", id=1, document={**document, "tables": grown})
        town.book.commit_now([late])
        assert await town.letters.tick() == 1
        await town.outbox.send()
        last = town.coordinator.received[-1]
        assert (last.revision, last.totals["tickets"], last.tables) == (1, 10, {})


async def test_letters_stay_until_a_sealed_receipt_has_come() -> None:
    async with a_town() as town:
        await town.session(6)
        town.forward(days=8)
        await town.letters.tick()
        town.coordinator.connected = False
        with pytest.raises(Unavailable):
            await town.outbox.send()
        assert town.waiting == [1, 2, 3, 4]
        town.coordinator.connected = True
        town.coordinator.lose_answers = True
        with pytest.raises(Unavailable):
            await town.outbox.send()
        assert town.waiting == [1, 2, 3, 4]
        assert len(town.coordinator.received) == 4
        town.coordinator.lose_answers = False
        await town.outbox.send()
        assert town.waiting == []
        assert len(town.coordinator.received) == 4  # the second time changed nothing
        assert town.outbox.last is Status.DUPLICATE


GARBLED = {
    "somebody's login page": lambda _: b"<html>Welcome to FreeWifi</html>",
    "nothing": lambda _: b"",
    "fewer answers": lambda raw: raw.splitlines()[0],
    "a word nobody knows": lambda raw: raw.replace(b'"accepted"', b'"fine"'),
    "numbers only": lambda _: b"1\n2\n3\n4",
}


@pytest.mark.parametrize("garble", GARBLED.values(), ids=GARBLED.keys())
async def test_what_is_no_answer_takes_no_letter_away(garble: object) -> None:
    async with a_town() as town:
        town.forward(days=8)
        await town.letters.tick()
        town.coordinator.garble = garble  # type: ignore[assignment]
        with pytest.raises(Unavailable):
            await town.outbox.send()
        assert town.waiting == [1, 2, 3, 4]


async def test_a_receipt_that_somebody_else_sealed_takes_no_letter_away() -> None:
    async with a_town() as town:
        town.forward(days=8)
        await town.letters.tick()
        town.coordinator.sign = KEY.sign
        assert await town.outbox.send() is False
        assert town.waiting == [1, 2, 3, 4]


async def test_a_box_nobody_vouched_for_keeps_its_letters_and_says_so() -> None:
    async with a_town(known=False) as town:
        town.forward(days=8)
        await town.letters.tick()
        assert await town.outbox.send() is False
        assert town.conditions["coordinator-refuses"] is True
        assert town.waiting == [1, 2, 3, 4]
        town.coordinator.keys = {BOX: PUBLIC}
        assert await town.outbox.send() is True
        assert town.conditions["coordinator-refuses"] is False


async def test_a_card_that_takes_nothing_writes_no_letter_twice() -> None:
    async with a_town() as town:
        town.forward(days=7)
        town.book.fail("The card is gone.")
        with pytest.raises(StorageUnavailable):
            await town.letters.tick()
        assert town.waiting == []
        assert load_chain(town.book.read("chain")[1]).seq == 0


async def test_the_chain_goes_on_after_a_restart() -> None:
    book = MemoryBook()
    async with a_town(book=book) as town:
        await town.session(5)
        town.forward(days=7)
        await town.letters.tick()
        await town.outbox.send()
    later = MONDAY + timedelta(days=15)
    async with a_town(book=book, start=later, begun=False) as town:
        assert await town.letters.tick() == 4
        chain = load_chain(book.read("chain")[1])
        assert (chain.seq, chain.received) == (6, 2)
        first = payload_of(book.read("letters")[3]["envelope"])
        assert first["seq"] == 3


async def test_who_asks_sees_the_letters_before_they_are_written() -> None:
    async with a_town() as town:
        await town.session(8)
        seen = town.letters.upcoming()
        assert [(one.period.name, one.location.id) for one in seen] == [
            ("2026-W48", "park"),
            ("2026-W48", "bus"),
            ("2026-11", "park"),
            ("2026-11", "bus"),
        ]
        assert seen[0].totals["tickets"] == 8
        assert seen[2].tables["service"] == {"help": 8}
        assert town.waiting == []


async def test_it_tries_again_slower_and_slower_and_says_that_nobody_answers() -> None:
    async with a_town() as town:
        town.forward(days=7)
        await town.letters.tick()
        town.coordinator.connected = False
        async with asyncio.TaskGroup() as group:
            task = group.create_task(town.outbox.run())
            async with asyncio.timeout(5):
                await town.tired.wait()
            assert town.pauses[: len(PAUSES) + 2] == [*PAUSES, PAUSES[-1], PAUSES[-1]]
            assert town.conditions["coordinator-silent"]
            town.coordinator.connected = True
            town.go_on.set()
            async with asyncio.timeout(5):
                await town.idle.wait()
            assert town.waiting == []
            task.cancel()
        assert town.conditions == {"coordinator-silent": False, "coordinator-refuses": False}


async def test_what_was_wrong_with_sending_ends_when_nothing_is_to_be_sent() -> None:
    async with a_town(known=False) as town:
        town.forward(days=8)
        await town.letters.tick()
        await town.outbox.send()
        assert town.conditions["coordinator-refuses"]
        gone = [Write(table="letters", id=number, document=None) for number in town.waiting]
        town.book.commit_now(gone)  # they go to another coordinator
        async with asyncio.TaskGroup() as group:
            task = group.create_task(town.outbox.run())
            async with asyncio.timeout(5):
                await town.idle.wait()
            task.cancel()
        assert not town.conditions["coordinator-refuses"]


async def test_four_hundred_days_without_any_uplink_lose_nothing() -> None:
    async with a_town() as town:
        town.coordinator.connected = False
        truth = 0
        for day in range(400):
            if day % 3 == 0:
                await town.session(3)
                truth += 3
                town.forward(hours=23)
            else:
                town.forward(hours=24)
            await town.letters.tick()
        town.forward(days=40)
        await town.letters.tick()
        size = sum(len(json.dumps(document)) for _, document in town.outbox.waiting)
        assert size < 2_000_000
        town.coordinator.connected = True
        while town.waiting:
            assert await town.outbox.send()
        assert sum(month.totals["tickets"] for month in town.told()) == truth
        assert sum(week.totals["tickets"] for week in town.told("week")) == truth


WORLD = st.lists(
    st.tuples(
        st.integers(0, 9), st.sampled_from(["park", "bus"]), st.integers(0, 20), st.integers(0, 3)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(WORLD)
async def test_the_coordinator_knows_exactly_what_happened(
    world: list[tuple[int, str, int, int]],
) -> None:
    """Whatever the uplink does, and however often letters are sent."""
    async with a_town() as town:
        truth: Counter[str] = Counter()
        for visitors, location, days, uplink in world:
            await town.session(visitors, location=location)
            truth[location] += visitors
            town.forward(days=days)
            await town.letters.tick()
            town.coordinator.connected = uplink > 0
            town.coordinator.lose_answers = uplink == 1
            try:
                await town.outbox.send()
            except Unavailable:
                continue
        town.forward(days=70)
        town.coordinator.connected, town.coordinator.lose_answers = True, False
        await town.letters.tick()
        while town.waiting:
            await town.outbox.send()
        known: Counter[str] = Counter()
        for month in town.told():
            assert month.revision == 0
            known[month.location.id] += month.totals["tickets"]
        assert +known == +truth
