"""The municipalities of Flanders and Brussels, as they were on a day.

Codes are Statbel's REFNIS, as text. A merger gives a new code, often with an old name: match on
the code, never on the name. Brussels is no province; its line stands beside the five.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "municipalities.csv"

GEOGRAPHIES: Final = {"2022": date(2022, 1, 1), "2025": date(2025, 1, 1)}
"""Those that can be asked for by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """One of the five, or Brussels."""

    nis: str
    name: str


PROVINCES: Final = (
    Province(nis="10000", name="Antwerpen"),
    Province(nis="70000", name="Limburg"),
    Province(nis="40000", name="Oost-Vlaanderen"),
    Province(nis="20001", name="Vlaams-Brabant"),
    Province(nis="30000", name="West-Vlaanderen"),
    Province(nis="04000", name="Brussel"),
)
"""In the order of the sheets; the last is a region without provinces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """One code, with the days between which it holds, both included."""

    nis: str
    name: str
    province: str
    """NIS of the province, or of Brussels."""
    first: date | None = None
    last: date | None = None
    successor: str | None = None

    def on(self, day: date) -> bool:
        """Whether the code holds on that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@cache
def municipalities() -> Mapping[str, Municipality]:
    """Every code that ever held since 2020, in order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["nis"]: Municipality(
            nis=row["nis"],
            name=row["name_nl"],
            province=row["province_nis"],
            first=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            last=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            successor=row["successor_nis"] or None,
        )
        for row in sorted(rows, key=lambda row: row["nis"])
    }


def on(day: date) -> Sequence[Municipality]:
    """The municipalities of that day."""
    return [one for one in municipalities().values() if one.on(day)]


def as_of(nis: str, day: date) -> str | None:
    """The code under which that municipality goes on the given day; None when nobody knows.

    Forward only: a merged municipality cannot be taken apart again.
    """
    one = municipalities().get(nis)
    while one is not None and one.last is not None and day > one.last:
        one = municipalities().get(one.successor or "")
    return one.nis if one is not None and one.on(day) else None


def known(nis: str, *, first: date, end: date) -> bool:
    """Whether the code holds on some day of [first, end)."""
    one = municipalities().get(nis)
    if one is None:
        return False
    return (one.first is None or one.first < end) and (one.last is None or first <= one.last)


def name_of(nis: str) -> str:
    """The name that goes with a code; the code itself when nobody knows it."""
    one = municipalities().get(nis)
    return nis if one is None else one.name
