"""Spans of whole months, and the weeks in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from appliance.core.federation.calendar import Period, ended

GRACE: Final = timedelta(days=1)
"""So long after its end a week's letter may be on its way before a place is called silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole months, half-open."""

    first: date
    end: date

    @classmethod
    def of(cls, since: str, until: str) -> "Span":
        """From 2026-10 up to and including 2026-12; ValueError when that is nothing."""
        first, last = Period.named(since), Period.named(until)
        if first.kind != "month" or last.kind != "month" or last.start < first.start:
            raise ValueError(f"{since} to {until} is no span of months")
        return cls(first=first.start, end=last.end)

    @property
    def months(self) -> Sequence[str]:
        return [one.name for one in ended("month", since=self.first, today=self.end)]

    @property
    def name(self) -> str:
        """`2026-10_2026-12`, or `2026-10`."""
        months = self.months
        return months[0] if len(months) == 1 else f"{months[0]}_{months[-1]}"

    def weeks(self, today: date) -> Sequence[Period]:
        """The weeks of which the Thursday lies in it, and that were over by then."""
        thursday = timedelta(days=3)
        found = ended("week", since=self.first, today=min(today - GRACE, self.end + 2 * thursday))
        return [one for one in found if self.first <= one.start + thursday < self.end]

    def holds(self, period: str) -> bool:
        """Whether a period lies wholly in it."""
        found = _named(period)
        return self.first <= found.start and found.end <= self.end


@cache
def _named(period: str) -> Period:
    return Period.named(period)
