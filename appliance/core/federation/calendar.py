"""Weeks, months and quarters as letters name them: half-open, in the place's own days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, Self

Kind = Literal["week", "month", "quarter"]

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])")
_QUARTER_MONTHS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """[start, end) in calendar days; `name` is how it is written: 2026-W47, 2026-11, 2026-Q4."""

    kind: Kind
    name: str
    start: date
    end: date

    @classmethod
    def week_of(cls, day: date) -> Self:
        """The ISO week (ISO 8601) that the day lies in."""
        start = day - timedelta(days=day.weekday())
        name = day.strftime("%G-W%V")
        return cls(kind="week", name=name, start=start, end=start + timedelta(days=7))

    @classmethod
    def month_of(cls, day: date) -> Self:
        start = day.replace(day=1)
        return cls(
            kind="month", name=start.strftime("%Y-%m"), start=start, end=_months_on(start, 1)
        )

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        quarter = (day.month - 1) // _QUARTER_MONTHS
        start = date(day.year, _QUARTER_MONTHS * quarter + 1, 1)
        end = _months_on(start, _QUARTER_MONTHS)
        return cls(kind="quarter", name=f"{start.year}-Q{quarter + 1}", start=start, end=end)

    @classmethod
    def of(cls, kind: Kind, day: date) -> Self:
        match kind:
            case "week":
                return cls.week_of(day)
            case "month":
                return cls.month_of(day)
            case "quarter":
                return cls.quarter_of(day)

    @classmethod
    def named(cls, name: str) -> Self:
        """The period written like that; ValueError when there is none."""
        if match := _WEEK.fullmatch(name):
            return cls.week_of(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if match := _MONTH.fullmatch(name):
            return cls.month_of(date(int(match[1]), int(match[2]), 1))
        if match := _QUARTER.fullmatch(name):
            return cls.quarter_of(date(int(match[1]), _QUARTER_MONTHS * int(match[2]), 1))
        raise ValueError(f"{name!r} is no week, month or quarter")

    @property
    def next(self) -> Self:
        return self.of(self.kind, self.end)

    @property
    def months(self) -> tuple[str, ...]:
        """The months of which a month or quarter consists; a week consists of none."""
        names = []
        start = self.end if self.kind == "week" else self.start
        while start < self.end:
            names.append(start.strftime("%Y-%m"))
            start = _months_on(start, 1)
        return tuple(names)


def ended(kind: Kind, *, since: date, today: date) -> tuple[Period, ...]:
    """Every period of that kind, from the one with `since`, that was over before today."""
    found = []
    period = Period.of(kind, since)
    while period.end <= today:
        found.append(period)
        period = period.next
    return tuple(found)


def _months_on(start: date, months: int) -> date:
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)
