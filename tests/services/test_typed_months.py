"""Hours and costs that a lead typed go with the month's letter, or after it as a correction."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from appliance.core.federation import report as reports
from appliance.core.federation.report import Location, Report
from appliance.core.ids import LocationId
from appliance.services.letters import Letters, Sender
from appliance.services.month_book import MonthBook
from appliance.simulation.books import MemoryBook
from tests.core.federation.letters import KEY
from tests.desks import BRUSSELS, Bench, press, running

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS)
TYPED: Mapping[str, Any] = {
    "volunteer_minutes": 600,
    "staff_minutes": 30,
    "cost_cents": {"huur": 12_50, "materiaal": 0},
}


class House:
    """A place with its desk, its letters and its month book."""

    def __init__(self, *, breakdown: str = "month") -> None:
        self.book = MemoryBook()
        self.bench = Bench(book=self.book, start=MONDAY)
        self.desk = self.bench.new_desk()
        self.letters = Letters(
            book=self.book,
            desk=self.desk,
            clock=self.bench.clock,
            sender=Sender(
                box="b" * 26,
                sign=KEY.sign,
                locations=(Location(id="park", nis="33011"),),
                zone=BRUSSELS,
                software="0.1.0",
                k=5,
                breakdown="quarter" if breakdown == "quarter" else "month",
                new_chain=lambda: "0123456789abcdef",
            ),
        )
        self.months = MonthBook(
            book=self.book,
            location=LocationId("park"),
            tallies=self.desk.tallies,
            today=lambda: self.today,
        )

    @property
    def today(self) -> date:
        return self.bench.clock.now().astimezone(BRUSSELS).date()

    async def visits(self) -> None:
        await self.desk.open()
        for _ in range(6):
            await press(self.desk)
        await self.desk.close(confirm=True)

    def written(self, kind: str) -> list[Report]:
        envelopes = [json.loads(one["envelope"]) for one in self.book.read("letters").values()]
        found = [reports.load(b64decode(one["payload"])) for one in envelopes]
        return [one for one in found if one.period.kind == kind]


async def test_what_was_typed_in_time_stands_in_the_months_letter_and_in_no_week() -> None:
    house = House()
    async with running(house.desk):
        await house.letters.tick()
        await house.visits()
        await house.months.type("2026-11", TYPED)
        house.bench.hands.forward(timedelta(days=9))
        await house.letters.tick()
    (month,) = house.written("month")
    assert month.revision == 0
    assert month.totals["tickets"] == 6
    assert month.totals["volunteer_minutes"] == 600
    assert month.totals["staff_minutes"] == 30
    assert month.totals["cost_cents_huur"] == 1250
    assert month.totals["cost_cents_materiaal"] == 0
    assert "cost_cents_personeel" not in month.totals
    assert all("volunteer_minutes" not in week.totals for week in house.written("week"))


async def test_what_was_typed_later_is_a_correction_of_totals() -> None:
    house = House()
    async with running(house.desk):
        await house.letters.tick()
        await house.visits()
        house.bench.hands.forward(timedelta(days=9))
        await house.letters.tick()
        await house.months.type("2026-11", TYPED)
        assert await house.letters.tick() == 1
        assert await house.letters.tick() == 0
    first, second = house.written("month")
    assert "volunteer_minutes" not in first.totals
    assert (second.revision, second.tables) == (1, {})
    assert second.totals["volunteer_minutes"] == 600


async def test_a_month_without_any_visit_tells_its_costs_too() -> None:
    house = House()
    async with running(house.desk):
        await house.letters.tick()
        await house.months.type("2026-11", TYPED)
        house.bench.hands.forward(timedelta(days=9))
        await house.letters.tick()
    (month,) = house.written("month")
    assert (month.totals["tickets"], month.totals["cost_cents_huur"]) == (0, 1250)


async def test_a_quarter_tells_the_sum_of_its_months() -> None:
    house = House(breakdown="quarter")
    async with running(house.desk):
        await house.letters.tick()
        await house.months.type("2026-11", TYPED)
        house.bench.hands.forward(timedelta(days=20))
        await house.months.type("2026-12", TYPED)
        house.bench.hands.forward(timedelta(days=30))
        await house.letters.tick()
    (quarter,) = house.written("quarter")
    assert quarter.totals["volunteer_minutes"] == 1200
    assert quarter.totals["cost_cents_huur"] == 2500
