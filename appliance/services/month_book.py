"""Hours and costs of each month as a lead types them, and the sheets made of what is counted."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from appliance.core import month
from appliance.core.errors import BadSetting
from appliance.core.ids import LocationId
from appliance.core.month import MonthInput
from appliance.core.periods import UNDATED
from appliance.core.periods import month as month_of
from appliance.core.sheet import Sheet, month_sheet, year_sheet
from appliance.ports import Book, Document, Write

TABLE: Final = "months"


class MonthBook:
    """The only writer of what is typed; a correction takes the place of what was there."""

    def __init__(
        self,
        *,
        book: Book,
        location: LocationId,
        tallies: Callable[[], Sequence[Document]],
        today: Callable[[], date],
    ) -> None:
        self._book = book
        self._location = location
        self._tallies = tallies
        self._today = today
        self._turn = asyncio.Lock()

    def at(self, location: LocationId) -> "MonthBook":
        """The same of another place that the box visits."""
        other = MonthBook(
            book=self._book, location=location, tallies=self._tallies, today=self._today
        )
        other._turn = self._turn
        return other

    @property
    def today(self) -> date:
        return self._today()

    @property
    def this_month(self) -> str:
        return month_of(self._today())

    @property
    def known(self) -> Sequence[str]:
        """The months about which there is something, and the present one, newest first."""
        counted = {
            str(one["period"])
            for one in self._tallies()
            if one["location"] == self._location and month.is_month(str(one["period"]))
        }
        typed = {str(one["period"]) for one in self._mine().values()}
        return sorted(counted | typed | {self.this_month}, reverse=True)

    @property
    def undated(self) -> int:
        """Sessions on a day that no clock knew."""
        found = (one for one in self._tallies() if one["period"] == UNDATED)
        return sum(int(one["tables"].get("total", {}).get("sessions", 0)) for one in found)

    def typed(self, period: str) -> MonthInput:
        """What somebody typed about that month."""
        return next(
            (month.load(one) for one in self._mine().values() if one["period"] == period),
            MonthInput(),
        )

    def sheet(self, period: str) -> Sheet:
        """The sheet of a month."""
        return month_sheet(
            self._tallies(),
            period=period,
            location=self._location,
            running=period >= self.this_month,
            typed=self.typed(period),
        )

    def year(self, year: str) -> Sheet:
        """The sheet of a year: the sum of its months."""
        months = [period for period in self.known if period.startswith(f"{year}-")]
        return year_sheet(year, [self.sheet(period) for period in sorted(months)])

    async def type(self, period: str, raw: Mapping[str, Any]) -> MonthInput:
        """Keep it; BadSetting when it cannot be, or the month is yet to come."""
        if not month.is_month(period) or period > self.this_month:
            raise BadSetting(field="period", why="month")
        typed = month.read(raw)
        async with self._turn:
            mine = self._mine()
            before = next((n for n, one in mine.items() if one["period"] == period), None)
            number = before or max(self._book.read(TABLE), default=0) + 1
            document = month.dump(period, self._location, typed)
            await self._book.commit([Write(table=TABLE, id=number, document=document)])
        return typed

    def _mine(self) -> Mapping[int, Document]:
        kept = self._book.read(TABLE)
        return {n: one for n, one in kept.items() if one["location"] == self._location}
