"""What a lead types about a month is kept, corrected, and made into a sheet."""

from datetime import date

import pytest

from appliance.core.errors import BadSetting
from appliance.core.ids import LocationId
from appliance.ports import Document
from appliance.services.month_book import MonthBook
from appliance.simulation.books import MemoryBook

TALLIES: list[Document] = [
    {"period": "2026-10", "location": "park", "tables": {"total": {"served": 12}}},
    {"period": "undated", "location": "park", "tables": {"total": {"sessions": 2}}},
    {"period": "2026-W41", "location": "park", "tables": {"total": {"served": 12}}},
    {"period": "2026-09", "location": "bus", "tables": {"total": {"served": 1}}},
]


def opened(book: MemoryBook) -> MonthBook:
    return MonthBook(
        book=book,
        location=LocationId("park"),
        tallies=lambda: TALLIES,
        today=lambda: date(2026, 11, 24),
    )


async def test_a_correction_takes_the_place_of_what_was_typed() -> None:
    book = MemoryBook()
    months = opened(book)
    await months.type("2026-10", {"volunteer_minutes": 600})
    await months.type("2026-11", {"volunteer_minutes": 1})
    await months.type("2026-10", {"volunteer_minutes": 660, "cost_cents": {"huur": 5000}})
    assert len(book.read("months")) == 2
    again = opened(book)
    assert again.typed("2026-10").volunteer_minutes == 660
    assert again.sheet("2026-10").cost_per_visit == 417
    assert again.year("2026").typed.volunteer_minutes == 661


async def test_months_are_those_counted_typed_or_running_here() -> None:
    months = opened(MemoryBook())
    await months.type("2026-08", {})
    assert months.known == ["2026-11", "2026-10", "2026-08"]
    assert months.undated == 2
    assert months.sheet("2026-11").running
    assert not months.sheet("2026-10").running


@pytest.mark.parametrize("period", ["2026-12", "2026-13", "2026", "undated", "2027-01"])
async def test_a_month_that_is_none_or_yet_to_come_is_refused(period: str) -> None:
    book = MemoryBook()
    with pytest.raises(BadSetting):
        await opened(book).type(period, {"volunteer_minutes": 1})
    assert book.commits == 0
