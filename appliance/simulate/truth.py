"""What truly happened, counted by whoever stood in the room and not by any box."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

Tables = dict[str, Counter[str]]
_STEPS: Final = (5, 10, 20, 40)


def bucket(duration: timedelta) -> str:
    """0-5, 5-10, 10-20, 20-40 or 40+ minutes."""
    minutes = duration.total_seconds() / 60
    low = 0
    for high in _STEPS:
        if minutes < high:
            return f"{low}-{high}"
        low = high
    return f"{low}+"


def part_of_day(hour: int) -> str:
    if hour < 12:  # noqa: PLR2004  noon
        return "am"
    return "noon" if hour < 14 else "pm" if hour < 18 else "eve"  # noqa: PLR2004  as above


@dataclass(slots=True)
class Tally:
    """Marks on paper during one walk-in moment."""

    tables: Tables = field(default_factory=dict)

    def mark(self, table: str, code: str, n: int = 1) -> None:
        self.tables.setdefault(table, Counter())[code] += n


@dataclass(slots=True)
class Truth:
    """Of one place: by days that share a week and a month, and apart what no clock could date."""

    pieces: dict[date, Tables] = field(default_factory=dict)
    undated: Tables = field(default_factory=dict)

    def add(self, day: date | None, tally: Tally) -> None:
        _pour(self.undated if day is None else self._piece(day), tally.tables)

    def date_undated(self, day: date) -> None:
        """Whatever no clock dated counts on that day from now on."""
        _pour(self._piece(day), self.undated)
        self.undated = {}

    def within(self, first: date, end: date) -> Tables:
        """Everything of the days in [first, end): weeks, months, or several of them."""
        found: Tables = {}
        for day, tables in self.pieces.items():
            if first <= day < end:
                _pour(found, tables)
        return found

    def _piece(self, day: date) -> Tables:
        """Weeks do not nest in months: what lies in one of each is kept together."""
        first = max(day - timedelta(days=day.weekday()), day.replace(day=1))
        return self.pieces.setdefault(first, {})

    def total(self, code: str) -> int:
        """Over all days, known to a clock or not."""
        every = [*self.pieces.values(), self.undated]
        return sum(tables["total"][code] for tables in every if "total" in tables)


def _pour(into: Tables, tables: Mapping[str, Mapping[str, int]]) -> None:
    for table, counts in tables.items():
        into.setdefault(table, Counter()).update(counts)
