"""What a demo leaves beside its stores, so that it carries on when it is started again."""

import hashlib
import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from appliance.adapters.box_keys import write_whole
from appliance.core.errors import BadStore

FILE: Final = "demo.json"
MOST_BOXES: Final = 10
_GROUPS: Final = 4


@dataclass(slots=True, kw_only=True)
class Kept:
    """PINs, the coordinator's password, and what the clock said last."""

    path: Path
    pins: list[str]
    password: str
    left_at: datetime | None = None

    def leave(self, now: datetime) -> None:
        """Remember how far this world's time has come."""
        self.left_at = now
        self.write()

    def write(self) -> None:
        moment = self.left_at.isoformat() if self.left_at else None
        known = {"pins": self.pins, "password": self.password, "now": moment}
        write_whole(self.path, json.dumps(known).encode())


def kept(data: Path, *, boxes: int, seed: int | None) -> Kept:
    """What is known of an earlier start, with what it lacks made now; BadStore if unreadable."""
    path = data / FILE
    found = _read(path)
    try:
        pins = [str(pin) for pin in found.get("pins", [])]
        moment = found.get("now")
        left_at = datetime.fromisoformat(moment) if moment else None
        password = str(found.get("password") or "")
    except (ValueError, TypeError) as error:
        raise BadStore(f"{path}: this is not what a demo leaves behind: {error}") from error
    pins += [f"{_below(seed, str(i))(10**6):06}" for i in range(len(pins), boxes)]
    draw = _below(seed, "coordinator")
    password = password or "-".join(f"{draw(16**4):04x}" for _ in range(_GROUPS))
    world = Kept(path=path, pins=pins, password=password, left_at=left_at)
    world.write()
    return world


def key_seed(seed: int | None, i: int) -> bytes | None:
    """What the key of a box is made from; None: from chance."""
    return None if seed is None else hashlib.sha256(f"demo box {seed} {i}".encode()).digest()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BadStore(f"{path}: this is not what a demo leaves behind: {error}") from error
    if not isinstance(found, dict):
        raise BadStore(f"{path}: this is not what a demo leaves behind")
    return found


def _below(seed: int | None, what: str) -> Callable[[int], int]:
    """Chance that nobody can guess, or the same again for the same seed."""
    if seed is None:
        return secrets.randbelow
    return random.Random(f"{seed} {what}").randrange  # noqa: S311  a demo that can be repeated
