"""How guessing the shift PIN is made slow, and then impossible.

Two rules: five wrong in a row cost half a minute; ten wrong within an hour lock the PIN, until
somebody who stands at the box, or holds a lead's device, unlocks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from appliance.core.stamp import ClockSource, Stamp, elapsed

VERSION: Final = 1
IN_A_ROW: Final = 5
PAUSE: Final = 30.0
"""Seconds after that many wrong PINs in a row."""
MOST: Final = 10
WITHIN: Final = 3600.0
"""Seconds in which that many wrong PINs lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One wrong PIN: when, and nothing else."""

    at: float
    stamp: Stamp
    guessed: bool = False
    """From before a restart, and no clock knows how long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """What was got wrong lately; seconds are those of one ticker."""

    row: int = 0
    wrong: tuple[Wrong, ...] = ()
    until: float | None = None
    locked: bool = False

    def wait(self, at: float) -> float:
        """Seconds until the next try is allowed."""
        return 0.0 if self.until is None else max(0.0, self.until - at)

    def missed(self, at: float, stamp: Stamp) -> "Backoff":
        """After one more wrong PIN."""
        lately = tuple(one for one in self.wrong if at - one.at < WITHIN)
        wrong = (*lately, Wrong(at=at, stamp=stamp))
        paused = self.row + 1 >= IN_A_ROW
        return Backoff(
            row=0 if paused else self.row + 1,
            wrong=wrong,
            until=at + PAUSE if paused else None,
            locked=self.locked or len(wrong) >= MOST,
        )

    def hit(self) -> "Backoff":
        """After the right PIN: the row ends, the hour goes on."""
        known = tuple(one for one in self.wrong if not one.guessed)
        return replace(self, row=0, until=None, wrong=known)


def dump(backoff: Backoff, mark: str) -> dict[str, Any]:
    """`mark` tells which PIN it was about."""
    return {
        "v": VERSION,
        "pin": mark,
        "row": backoff.row,
        "paused": backoff.until is not None,
        "locked": backoff.locked,
        "wrong": [
            {
                "at": one.stamp.wall.isoformat(),
                "by": one.stamp.source.value,
                "boot": one.stamp.boot,
                "ms": one.stamp.ms,
            }
            for one in backoff.wrong
        ],
    }


def load(record: Mapping[str, Any] | None, *, mark: str, at: float, now: Stamp) -> Backoff:
    """As it was before a restart; what no clock can date counts as if it were just now.

    A PIN chosen since then begins anew; so does a record that nobody here can read.
    """
    if record is None or record.get("v") != VERSION or record.get("pin") != mark:
        return Backoff()
    wrong: list[Wrong] = []
    for raw in record["wrong"]:
        stamp = Stamp(
            wall=datetime.fromisoformat(raw["at"]),
            source=ClockSource(raw["by"]),
            boot=raw["boot"],
            ms=raw["ms"],
        )
        age = elapsed(stamp, now)
        if age is None:
            wrong.append(Wrong(at=at, stamp=stamp, guessed=True))
        elif age < timedelta(seconds=WITHIN):
            wrong.append(Wrong(at=at - age.total_seconds(), stamp=stamp))
    return Backoff(
        row=record["row"],
        wrong=tuple(wrong),
        until=at + PAUSE if record["paused"] else None,
        locked=record["locked"],
    )
