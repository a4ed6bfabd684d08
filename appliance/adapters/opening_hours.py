"""Opening hours in OSM syntax, with Belgian holidays and a place's own closure days."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, State, validate

from appliance.core.errors import BadConfig, BadSetting
from appliance.core.settings import closure
from appliance.ports import Window

SOON: Final = timedelta(days=9)
HORIZON: Final = timedelta(days=366)
"""Most answers lie in the coming week; a year is looked through only when none does."""
DAY: Final = timedelta(days=1)
_REMARK: Final = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An answer, and the moments for which it is the answer."""

    since: datetime
    until: datetime
    window: Window | None

    def covers(self, at: datetime) -> bool:
        return self.since <= at < self.until


class OsmTimetable:
    """The windows of one location. Raises BadConfig when the hours cannot be understood."""

    def __init__(self, hours: str, *, closed: Sequence[str] = (), zone: str) -> None:
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadConfig(f"place.zone: no time zone is called {zone!r}") from error
        self._closed = [_closure(text) for text in closed]
        self._hours = self._parse(hours.strip()) if hours.strip() else None
        self._around: _Known | None = None
        self._following: _Known | None = None

    def window(self, at: datetime) -> Window | None:
        """The window around that moment; who is open for days on end has one each day."""
        known = self._around
        if known is None or not known.covers(at):
            known = self._around = self._look_around(at)
        return known.window

    def next_window(self, after: datetime) -> Window | None:
        """The first window that starts later than that moment, within a year."""
        known = self._following
        if known is None or not known.covers(after):
            window = next((w for w in self._windows(after) if w.start > after), None)
            until = window.start if window is not None else after + DAY
            known = self._following = _Known(since=after, until=until, window=window)
        return known.window

    def _look_around(self, at: datetime) -> "_Known":
        for window in self._windows(at - 2 * DAY):
            if window.start > at:
                return _Known(since=at, until=window.start, window=None)
            if window.end > at:
                return _Known(since=window.start, until=window.end, window=window)
        return _Known(since=at, until=at + DAY, window=None)

    def _parse(self, hours: str) -> OpeningHours:
        if not validate(hours):
            raise BadConfig(
                f"place.hours: {hours!r} is not hours such as 'Tu 09:00-12:00'",
                field="hours",
                why="syntax",
            )
        if not _REMARK.sub("", hours).strip():
            raise BadConfig(
                f"place.hours: {hours!r} is only a remark, and would mean open day and night; "
                "expected hours such as 'Tu 09:00-12:00', or nothing to open by hand",
                field="hours",
                why="remark",
            )
        return OpeningHours(hours, timezone=self.zone, country="BE")

    def _windows(self, after: datetime) -> Iterator[Window]:
        """Every stretch of opening that ends later than that moment, cut off where it begins."""
        if self._hours is None:
            return
        begin = after.astimezone(self.zone)
        for reach in (SOON, HORIZON):
            limit = begin + reach
            for start, stop, state, _ in self._hours.intervals(begin, limit):
                if state != State.OPEN:
                    continue
                for piece in self._without_closures(start, stop):
                    for a, b in self._days(*piece):
                        if b > after:
                            yield Window(start=a.astimezone(UTC), end=b.astimezone(UTC))
            after = max(after, limit)
            begin = limit

    def _days(self, start: datetime, stop: datetime) -> Iterator[tuple[datetime, datetime]]:
        """A stretch of more than a day, cut at every midnight."""
        while stop - start > DAY:
            midnight = datetime.combine(start.date() + DAY, time(), self.zone)
            yield start, midnight
            start = midnight
        yield start, stop

    def _without_closures(
        self, begin: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime]]:
        parts = [(begin, end)]
        for first, last in self._closed:
            shut = datetime.combine(first, time(), self.zone)
            reopen = datetime.combine(last + timedelta(days=1), time(), self.zone)
            parts = [
                (a, b)
                for start, stop in parts
                for a, b in ((start, min(stop, shut)), (max(start, reopen), stop))
                if a < b
            ]
        return parts


def _closure(text: str) -> tuple[date, date]:
    try:
        return closure(text)
    except BadSetting as error:
        wrong = (
            "ends before it begins"
            if error.facts["why"] == "backwards"
            else ("is not a day such as 2026-07-11, nor days such as 2026-12-24/2027-01-03")
        )
        raise BadConfig(f"place.closed: {text!r} {wrong}", **error.facts) from error
