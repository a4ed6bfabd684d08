"""What a lead types about a month: minutes of work and cents of cost, nobody's by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from appliance.core.errors import BadSetting, BadStore
from appliance.core.ids import LocationId

VERSION: Final = 1
COSTS: Final = ("personeel", "materiaal", "huur", "communicatie", "andere")
"""Kinds of cost, as every report about digital inclusion asks them."""
MOST_MINUTES: Final = 100_000
MOST_CENTS: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthInput:
    """Totals of one place in one month; None where nobody typed anything."""

    volunteer_minutes: int | None = None
    staff_minutes: int | None = None
    cost_cents: tuple[tuple[str, int], ...] = ()

    @property
    def empty(self) -> bool:
        return self == MonthInput()

    @property
    def cost(self) -> int | None:
        """Everything together, in cents; None when nobody typed any."""
        return sum(cents for _, cents in self.cost_cents) if self.cost_cents else None

    def cents(self, kind: str) -> int | None:
        return dict(self.cost_cents).get(kind)


def read(raw: Mapping[str, Any]) -> MonthInput:
    """Values as JSON has them; BadSetting names the one that is wrong."""
    costs = raw.get("cost_cents") or {}
    if not isinstance(costs, Mapping):
        raise BadSetting(field="cost_cents", why="shape")
    for kind in costs:
        if kind not in COSTS:
            raise BadSetting(field="cost_cents", why="unknown", which=str(kind)[:32])
    cents = {kind: _whole(f"cost_{kind}", costs.get(kind), MOST_CENTS) for kind in COSTS}
    return MonthInput(
        volunteer_minutes=_whole("volunteer_minutes", raw.get("volunteer_minutes"), MOST_MINUTES),
        staff_minutes=_whole("staff_minutes", raw.get("staff_minutes"), MOST_MINUTES),
        cost_cents=tuple((kind, n) for kind, n in cents.items() if n is not None),
    )


def plain(typed: MonthInput) -> dict[str, Any]:
    """As JSON has them."""
    return {
        "volunteer_minutes": typed.volunteer_minutes,
        "staff_minutes": typed.staff_minutes,
        "cost_cents": dict(typed.cost_cents),
    }


def dump(period: str, location: LocationId, typed: MonthInput) -> dict[str, Any]:
    """One document of the store."""
    return {"v": VERSION, "period": period, "location": location, **plain(typed)}


def load(record: Mapping[str, Any]) -> MonthInput:
    """Read one back; BadStore when it is of a version nobody here knows."""
    if record.get("v") != VERSION:
        raise BadStore(f"a month has version {record.get('v')}, expected {VERSION}")
    try:
        return read(record)
    except BadSetting as error:
        raise BadStore(f"a month cannot be read: {error.facts}") from error


def totals(typed: MonthInput) -> dict[str, int]:
    """As totals of a letter; what nobody typed is not there."""
    found = {f"cost_cents_{kind}": cents for kind, cents in typed.cost_cents}
    if typed.volunteer_minutes is not None:
        found["volunteer_minutes"] = typed.volunteer_minutes
    if typed.staff_minutes is not None:
        found["staff_minutes"] = typed.staff_minutes
    return found


def with_typed(
    counted: Sequence[Mapping[str, Any]], months: Iterable[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Tallies in which the months also have what was typed of them."""
    found = {(one["location"], one["period"]): one for one in counted}
    for record in months:
        at = (record["location"], record["period"])
        before = found.get(at, {}).get("tables", {})
        total = {**before.get("total", {}), **totals(load(record))}
        tables = {**before, "total": total}
        found[at] = {"location": at[0], "period": at[1], "tables": tables}
    return list(found.values())


def is_month(period: str) -> bool:
    """Whether that is a month such as 2026-11."""
    try:
        return date.fromisoformat(f"{period}-01").strftime("%Y-%m") == period
    except ValueError:
        return False


def _whole(name: str, raw: object, most: int) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise BadSetting(field=name, why="shape")
    if not 0 <= raw <= most:
        raise BadSetting(field=name, why="amount")
    return raw
