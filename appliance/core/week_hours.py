"""The week as people fill it in, day by day, to opening hours in OSM syntax and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from appliance.core.errors import BadSetting

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
PER_DAY: Final = 2
"""Morning and afternoon; who has more writes the line."""

Span = tuple[str, str]
"""09:00, 12:30."""

_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_RULE: Final = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)[A-Za-z,-]*)\s+(?P<spans>[\d:,\s-]+|off)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a place does every week."""

    days: Mapping[int, tuple[Span, ...]]
    """ISO weekday (1 is Monday) → its spans."""
    holidays_off: bool = True


def read(hours: str) -> Week | None:
    """The week that the line means; None when it means more than a week can show."""
    days: dict[int, tuple[Span, ...]] = {}
    off = False
    for part in (part.strip() for part in hours.split(";")):
        if not part:
            continue
        if part == "PH off":
            off = True
            continue
        rule = _RULE.fullmatch(part)
        named = _days(rule["days"]) if rule else None
        spans = _spans(rule["spans"]) if rule else None
        if named is None or spans is None:
            return None
        days |= dict.fromkeys(named, spans)
    return Week(days={day: spans for day, spans in days.items() if spans}, holidays_off=off)


def write(week: Week) -> str:
    """The line that means this week; BadSetting names what is wrong with it."""
    parts = []
    for day, name in enumerate(DAYS, start=1):
        spans = week.days.get(day, ())
        for begin, end in spans:
            if not (_TIME.fullmatch(begin) and _TIME.fullmatch(end)):
                raise BadSetting(field="hours", why="half", which=str(day))
            if end <= begin:
                raise BadSetting(field="hours", why="order", which=str(day))
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            raise BadSetting(field="hours", why="overlap", which=str(day))
        if spans:
            parts.append(f"{name} {','.join(f'{begin}-{end}' for begin, end in spans)}")
    if parts and week.holidays_off:
        parts.append("PH off")
    return "; ".join(parts)


def _days(text: str) -> list[int] | None:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        begin, end = DAYS.index(first), DAYS.index(last or first)
        if end < begin:
            return None
        found += range(begin + 1, end + 2)
    return found


def _spans(text: str) -> tuple[Span, ...] | None:
    if text == "off":
        return ()
    found = []
    for part in text.replace(" ", "").split(","):
        begin, _, end = part.partition("-")
        if not (_TIME.fullmatch(begin) and _TIME.fullmatch(end)) or end <= begin:
            return None
        found.append((begin, end))
    return tuple(sorted(found)) if len(found) <= PER_DAY else None
