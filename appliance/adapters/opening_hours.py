"""Opening hours in OSM syntax, with Belgian holidays and a place's own closure days."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, State, validate

from appliance.core.errors import BadConfig
from appliance.ports import Window

HORIZON: Final = timedelta(days=366)
DAY: Final = timedelta(days=1)
_REMARK: Final = re.compile(r'"[^"]*"')


class OsmTimetable:
    """The windows of one location. Raises BadConfig when the hours cannot be understood."""

    def __init__(self, hours: str, *, closed: Sequence[str] = (), zone: str) -> None:
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadConfig(f"place.zone: no time zone is called {zone!r}") from error
        self._closed = [_closure(text) for text in closed]
        self._hours = self._parse(hours.strip()) if hours.strip() else None

    def window(self, at: datetime) -> Window | None:
        """The window around that moment; those that touch are one."""
        window = self._next(at - timedelta(days=2))
        while window is not None and window.end <= at:
            window = self._next(window.end)
        if window is None or window.start > at:
            return None
        if at - window.start < DAY:
            return window
        local = at.astimezone(self.zone)  # open for days on end: each day is a window
        midnight = datetime.combine(local.date(), time(), self.zone)
        return Window(start=midnight.astimezone(UTC), end=min(window.end, at + DAY))

    def next_window(self, after: datetime) -> Window | None:
        """The first window that starts later than that moment, within a year."""
        window = self._next(after)
        while window is not None and window.start <= after:
            window = self._next(window.end)
        return window

    def _parse(self, hours: str) -> OpeningHours:
        if not validate(hours):
            raise BadConfig(f"place.hours: {hours!r} is not hours such as 'Tu 09:00-12:00'")
        if not _REMARK.sub("", hours).strip():
            raise BadConfig(
                f"place.hours: {hours!r} is only a remark, and would mean open day and night; "
                "expected hours such as 'Tu 09:00-12:00', or nothing to open by hand"
            )
        return OpeningHours(hours, timezone=self.zone, country="BE")

    def _next(self, after: datetime) -> Window | None:
        """The first stretch of opening that ends later than that moment."""
        if self._hours is None:
            return None
        local = after.astimezone(self.zone)
        limit = local + HORIZON
        for begin, end, state, _ in self._hours.intervals(local, limit):
            if state != State.OPEN:
                continue
            for start, stop in self._without_closures(begin, end):
                if stop > after:
                    return self._whole(start, stop)
        return None

    def _whole(self, start: datetime, stop: datetime) -> Window:
        return Window(start=start.astimezone(UTC), end=stop.astimezone(UTC))

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
    first, _, last = text.partition("/")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise BadConfig(
            f"place.closed: {text!r} is not a day such as 2026-07-11, "
            "nor days such as 2026-12-24/2027-01-03"
        ) from error
    if end < begin:
        raise BadConfig(f"place.closed: {text!r} ends before it begins")
    return begin, end
