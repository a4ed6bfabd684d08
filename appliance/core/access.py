"""Who may do what, and what is known of a device that was paired."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from appliance.core.errors import BadStore

VERSION: Final = 1


class Role(StrEnum):
    """From the least to the most; each may do what those before it may."""

    VISITOR = "visitor"
    VOLUNTEER = "volunteer"
    LEAD = "lead"
    TECHNICIAN = "technician"

    def may(self, least: "Role") -> bool:
        """Whether that is enough for something which asks at least `least`."""
        return _ORDER.index(self) >= _ORDER.index(least)


_ORDER: Final = tuple(Role)

STAFF: Final = (Role.VOLUNTEER, Role.LEAD, Role.TECHNICIAN)
"""What a device can be."""

LABELS: Final = (
    "home", "bell", "eye", "clock", "door", "letter", "table", "call", "pc", "group",
)  # fmt: skip
"""Pictograms by which people tell devices apart; nobody types a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A paired device: nothing about who holds it, and of its token only a digest."""

    id: int
    role: Role
    label: str
    paired_on: date | None
    """None when no clock could be trusted that day."""
    digest: str


def free_label(devices: Iterable[Device]) -> str:
    """The pictogram that the fewest devices have, the first of those."""
    used = [device.label for device in devices]
    return min(LABELS, key=used.count)


def first_role(devices: Iterable[Device]) -> Role:
    """What the button makes of a device: the lead, as long as there is none."""
    led = any(device.role.may(Role.LEAD) for device in devices)
    return Role.VOLUNTEER if led else Role.LEAD


def dump(device: Device) -> dict[str, Any]:
    return {
        "v": VERSION,
        "role": device.role.value,
        "label": device.label,
        "on": device.paired_on.isoformat() if device.paired_on else None,
        "digest": device.digest,
    }


def load(number: int, record: Mapping[str, Any]) -> Device:
    """Read one back; BadStore when it is of a version or kind nobody here knows."""
    if record.get("v") != VERSION:
        raise BadStore(f"device {number} has version {record.get('v')}, expected {VERSION}")
    try:
        return Device(
            id=number,
            role=Role(record["role"]),
            label=record["label"],
            paired_on=date.fromisoformat(record["on"]) if record["on"] else None,
            digest=record["digest"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadStore(f"device {number} cannot be read: {error!r}") from error


def load_all(records: Mapping[int, Mapping[str, Any]]) -> Sequence[Device]:
    return [load(number, record) for number, record in records.items()]
