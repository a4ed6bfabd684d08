"""Facts to plain records and back, with a version from the first day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, get_args

from appliance.core import facts as f
from appliance.core.errors import BadStore
from appliance.core.ids import ActionId, Key
from appliance.core.stamp import ClockSource, Stamp
from appliance.core.ticket import Assist, Outcome, Place, Range, Source

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One committed act: when, under which key, and the facts it wrote down."""

    id: ActionId
    stamp: Stamp
    facts: tuple[f.Fact, ...]
    key: Key | None = None
    asked: str = ""
    """A digest of what was asked under that key."""


def dump(action: Action) -> dict[str, Any]:
    """One JSON object, complete in itself."""
    return {
        "v": VERSION,
        "at": action.stamp.wall.isoformat(),
        "by": action.stamp.source.value,
        "boot": action.stamp.boot,
        "ms": action.stamp.ms,
        **({"key": action.key, "asked": action.asked} if action.key else {}),
        "facts": [_dump_fact(fact) for fact in action.facts],
    }


def load(action: int, record: Mapping[str, Any]) -> Action:
    """Read one record back; BadStore when it is of a version or kind nobody here knows."""
    if record.get("v") != VERSION:
        raise BadStore(f"action {action} has version {record.get('v')}, expected {VERSION}")
    try:
        return Action(
            id=ActionId(action),
            stamp=Stamp(
                wall=datetime.fromisoformat(record["at"]),
                source=ClockSource(record["by"]),
                boot=record["boot"],
                ms=record["ms"],
            ),
            facts=tuple(_load_fact(fact) for fact in record["facts"]),
            key=Key(record["key"]) if "key" in record else None,
            asked=record.get("asked", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadStore(f"action {action} cannot be read: {error!r}") from error


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


_KINDS: Final[Mapping[str, type[Any]]] = {_kebab(kind.__name__): kind for kind in get_args(f.Fact)}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


def _plain(value: object) -> object:
    match value:
        case Fraction():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Range():
            return [value.low, value.high]
        case _:
            return value


def _dump_fact(fact: f.Fact) -> dict[str, Any]:
    record: dict[str, Any] = {"fact": _NAMES[type(fact)]}
    for name in _FIELDS[type(fact)]:
        value = getattr(fact, name)
        if value is not None:
            record[name] = _plain(value)
    return record


def _place(raw: int | str) -> Place:
    return raw if isinstance(raw, int) else Fraction(raw)


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "place": _place,
    "day": date.fromisoformat,
    "window": datetime.fromisoformat,
    "until": datetime.fromisoformat,
    "promise": lambda raw: Range(low=raw[0], high=raw[1]),
    "source": Source,
    "outcome": Outcome,
    "assist": Assist,
}
_FIELDS: Final = {kind: tuple(x.name for x in fields(kind)) for kind in _KINDS.values()}


def _load_fact(record: Mapping[str, Any]) -> f.Fact:
    kind = _KINDS[record["fact"]]
    values: dict[str, object] = {}
    for name in _FIELDS[kind]:
        raw = record.get(name)
        reader = _READERS.get(name)
        values[name] = reader(raw) if reader is not None and raw is not None else raw
    fact: f.Fact = kind(**values)
    return fact
