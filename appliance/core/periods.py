"""The counts that survive sessions: those of each month, and the sum of each week."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from appliance.core.ids import LocationId
from appliance.core.tally import Tables, added

VERSION: Final = 1
UNDATED: Final = "undated"
"""The period of sessions on a day that no clock knew."""
MARK: Final = "sessions_undated"
"""The total that says how many sessions were given a date afterwards."""


def grown(
    stored: Mapping[int, Mapping[str, Any]],
    *,
    location: LocationId,
    day: date | None,
    tables: Tables,
) -> dict[int, dict[str, Any]]:
    """The documents that change when a session at that location adds its counts."""
    return grown_by(stored, location=location, parts=[(day, tables)])


def grown_by(
    stored: Mapping[int, Mapping[str, Any]],
    *,
    location: LocationId,
    parts: Iterable[tuple[date | None, Tables]],
) -> dict[int, dict[str, Any]]:
    """The same for counts of several days."""
    now, changed = dict(stored), dict[int, dict[str, Any]]()
    for day, tables in parts:
        fresh = _grown_once(now, location=location, day=day, tables=tables)
        now.update(fresh)
        changed.update(fresh)
    return changed


def dated(stored: Mapping[int, Mapping[str, Any]], day: date) -> dict[int, dict[str, Any] | None]:
    """The documents that change when all that has no date is put on that day, marked."""
    undated = {n: one for n, one in stored.items() if one["period"] == UNDATED}
    changed: dict[int, dict[str, Any] | None] = {}
    now = dict(stored)
    for number, one in undated.items():
        sessions = one["tables"].get("total", {}).get("sessions", 0)
        marked = added([one["tables"], {"total": {MARK: sessions}} if sessions else {}])
        fresh = grown(now, location=one["location"], day=day, tables=marked)
        now.update(fresh)
        changed.update(fresh)
        changed[number] = None
    return changed


def month(day: date) -> str:
    """The month of that day: 2026-11."""
    return day.strftime("%Y-%m")


def _grown_once(
    stored: Mapping[int, Mapping[str, Any]],
    *,
    location: LocationId,
    day: date | None,
    tables: Tables,
) -> dict[int, dict[str, Any]]:
    periods = [month(day), day.strftime("%G-W%V")] if day else [UNDATED]
    changed: dict[int, dict[str, Any]] = {}
    for period in periods:
        number, before = next(
            (
                (number, document["tables"])
                for number, document in stored.items()
                if document["period"] == period and document["location"] == location
            ),
            (max(stored, default=0) + 1 + len(changed), {}),
        )
        wanted = {"total": tables.get("total", {})} if "W" in period else tables
        changed[number] = {
            "v": VERSION,
            "period": period,
            "location": location,
            "tables": added([before, wanted]),
        }
    return changed
