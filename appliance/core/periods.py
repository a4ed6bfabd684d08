"""The counts that survive sessions: those of each month, and the sum of each week."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from appliance.core.ids import LocationId
from appliance.core.tally import Tables, added

VERSION: Final = 1


def grown(
    stored: Mapping[int, Mapping[str, Any]],
    *,
    location: LocationId,
    day: date | None,
    tables: Tables,
) -> dict[int, dict[str, Any]]:
    """The documents that change when a session at that location adds its counts."""
    periods = [day.strftime("%Y-%m"), day.strftime("%G-W%V")] if day else ["undated"]
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
