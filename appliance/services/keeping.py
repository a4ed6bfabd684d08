"""All that a box keeps: handed over as one readable file, or taken away as one record."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from appliance.core.federation.dsse import opened
from appliance.core.federation.papers import LARGEST
from appliance.core.federation.reading import told
from appliance.ports import Book

FORMAT: Final = "digipunt.export/1"
TABLES: Final[Mapping[str, str]] = {
    "settings": "What people changed on screen",
    "months": "Hours and costs of each month, as typed",
    "tallies": "Counts of each month and week",
    "box": "Numbers used, and how long help took lately",
    "told": "What the coordinator was told last of each period",
    "letters": "Sealed letters that have not arrived",
    "carried": "Sealed letters of the box before this one",
    "chain": "The row in which letters are numbered",
    "before": "The row that this box goes on from",
    "road": "The coordinator: address, key, and how we stand",
    "papers": "What came down from the coordinator",
    "devices": "Paired devices, without their secrets",
    "actions": "The queue of the session that is open: only while it is open",
}
"""Everything that is wiped; each by its name, so that a new table is a decision."""
STAYS: Final[Mapping[str, str]] = {
    "access": "How many devices there ever were, and wrong PINs: an old cookie must not fit",
    "keyring": "Changes of the box's key: it stays the same box",
    "clock": "What somebody said about the time, until the next start",
}
"""What outlives a wipe, besides key, PIN and setup."""
_LEFT_OUT: Final = {"devices": ("digest",), "box": ("closing",)}
_NOT_SHOWN: Final = ("actions",)
"""In the queue people have a ticket's secret address; it is gone within hours anyway."""


class Keeping:
    """Reads every table and writes none: the desk takes them away."""

    def __init__(
        self,
        *,
        book: Book,
        box: str,
        now: Callable[[], datetime],
        erase: Callable[[Sequence[str]], Awaitable[None]],
        wiped: Callable[[], None],
    ) -> None:
        self._book = book
        self._box = box
        self._now = now
        self._erase = erase
        self._wiped = wiped

    def export(self, *, software: str) -> bytes:
        """One JSON file for people and programs; no private key, no secret of a device."""
        whole: dict[str, Any] = {
            "format": FORMAT,
            "made": told(self._now()),
            "box": self._box,
            "software": software,
            "what": {name: about for name, about in TABLES.items() if name not in _NOT_SHOWN},
            "tables": {
                name: [self._row(name, number, dict(row)) for number, row in rows.items()]
                for name in TABLES
                if name not in _NOT_SHOWN and (rows := self._book.read(name))
            },
        }
        return json.dumps(whole, indent=1, ensure_ascii=False).encode()

    async def wipe(self) -> None:
        """Begin anew; SessionOpen, or StorageUnavailable: then nothing is gone.

        It is one record: after a power cut it is done, or not begun. What it held on the card
        is overwritten now, or at the next start.
        """
        await self._erase(tuple(TABLES))
        self._wiped()

    def _row(self, table: str, number: int, row: dict[str, Any]) -> dict[str, Any]:
        for name in _LEFT_OUT.get(table, ()):
            row.pop(name, None)
        if "envelope" in row:
            payload = opened(row["envelope"].encode(), largest=LARGEST).payload
            row["says"] = json.loads(payload)
        return {"id": number, **row}
