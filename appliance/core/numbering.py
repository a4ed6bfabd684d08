"""When the count of numbers starts again at 1, and when it must go on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from appliance.core.stamp import Stamp

REMEMBERED: Final = 400
"""How many used dates are kept: two years of opening on most days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """A session that opened while no clock could be trusted: this boot, this many ms into it."""

    boot: str
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """What is known between sessions about numbers given."""

    serial: int = 0
    count: int = 0
    days: tuple[date, ...] = ()
    undated: tuple[Undated, ...] = ()


def start(
    book: Numbering, stamp: Stamp, local: Callable[[datetime], date]
) -> tuple[int, date | None]:
    """The count to go on from, and the session's date, for a session opening now.

    It starts again only with a trusted clock on a date not used before. A session whose date
    nobody knows could have been today's, so until its date is known the count goes on.
    """
    if not stamp.source.trusted:
        return book.count, None
    today = local(stamp.wall)
    used = set(book.days)
    for session in book.undated:
        day = _date(session, stamp, local)
        if day is None:
            return book.count, today
        used.add(day)
    return (book.count if today in used else 0), today


def day_of(opened: Stamp, now: Stamp, local: Callable[[datetime], date]) -> date | None:
    """The date of a session that opened then, if the clock of now can tell."""
    session = Undated(boot=opened.boot, ms=opened.ms)
    return _date(session, now, local) if now.source.trusted else None


def closed(
    book: Numbering,
    *,
    day: date | None,
    opened: Stamp,
    stamp: Stamp,
    local: Callable[[datetime], date],
) -> Numbering:
    """What is known once a session of that day, or of an unknown one, is over."""
    if day is None:
        session = Undated(boot=opened.boot, ms=opened.ms)
        return replace(book, undated=(*book.undated, session))
    earlier = [_date(s, stamp, local) for s in book.undated] if stamp.source.trusted else []
    days = [*book.days, *(known for known in earlier if known is not None), day]
    return replace(book, days=tuple(dict.fromkeys(days))[-REMEMBERED:], undated=())


def dump(book: Numbering) -> dict[str, Any]:
    return {
        "serial": book.serial,
        "count": book.count,
        "days": [day.isoformat() for day in book.days],
        "undated": [[session.boot, session.ms] for session in book.undated],
    }


def load(record: Mapping[str, Any]) -> Numbering:
    return Numbering(
        serial=record["serial"],
        count=record["count"],
        days=tuple(date.fromisoformat(day) for day in record["days"]),
        undated=tuple(Undated(boot=boot, ms=ms) for boot, ms in record["undated"]),
    )


def _date(session: Undated, stamp: Stamp, local: Callable[[datetime], date]) -> date | None:
    if session.boot != stamp.boot:
        return None
    return local(stamp.wall - timedelta(milliseconds=stamp.ms - session.ms))
