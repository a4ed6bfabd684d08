"""What a box knows between two sessions: numbers used, lessons learnt, the last closing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from appliance.core import numbering
from appliance.core.errors import BadStore
from appliance.core.estimate import History
from appliance.core.numbering import Numbering

VERSION: Final = 1
LESSONS: Final = 10
"""How many sessions the honest wait looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The last closing, so that asking twice gives the same answer."""

    key: str | None
    asked: str
    left: int
    finished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxState:
    """One document of the store."""

    numbering: Numbering = field(default_factory=Numbering)
    lessons: tuple[History, ...] = ()
    window: datetime | None = None
    """Start of the last planned window that was opened, or closed by hand."""
    closing: Closing | None = None


def dump(state: BoxState) -> dict[str, Any]:
    return {
        "v": VERSION,
        "numbering": numbering.dump(state.numbering),
        "lessons": [
            {
                "help": {str(step): n for step, n in lesson.help.items()},
                "kept": lesson.kept,
                "promised": lesson.promised,
            }
            for lesson in state.lessons
        ],
        "window": state.window.isoformat() if state.window else None,
        "closing": {
            "key": state.closing.key,
            "asked": state.closing.asked,
            "left": state.closing.left,
            "finished": state.closing.finished,
        }
        if state.closing
        else None,
    }


def load(record: Mapping[str, Any] | None) -> BoxState:
    """Read it back; a new box has none yet. BadStore when the version is unknown."""
    if record is None:
        return BoxState()
    if record.get("v") != VERSION:
        raise BadStore(f"the box's state has version {record.get('v')}, expected {VERSION}")
    closing = record["closing"]
    return BoxState(
        numbering=numbering.load(record["numbering"]),
        lessons=tuple(
            History(
                help={int(step): n for step, n in lesson["help"].items()},
                kept=lesson["kept"],
                promised=lesson["promised"],
            )
            for lesson in record["lessons"]
        ),
        window=datetime.fromisoformat(record["window"]) if record["window"] else None,
        closing=Closing(**closing) if closing else None,
    )
