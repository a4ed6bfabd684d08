"""Which letters are due, and how each is numbered after the one before it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from appliance.core.errors import BadStore
from appliance.core.federation.calendar import Kind, Period, ended
from appliance.core.federation.report import FIRST, Counts, figures, released
from appliance.core.tally import added

VERSION: Final = 1
ALWAYS: Final = ("contacts", "left", "nonticket", "open_minutes_actual", "served", "tickets")
"""Totals that stand in every letter, also when nothing happened: zero is a figure."""

Breakdown = Literal["month", "quarter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One numbered row of letters; a box that lost its store begins another."""

    id: str
    """Sixteen hexadecimal digits, by chance."""
    since: date
    """The first day that its letters tell of."""
    seq: int = 0
    """The number of the last letter written."""
    prev: str = FIRST
    """SHA-256 of its payload."""
    received: int = 0
    """The coordinator said that every letter up to this one is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the coordinator has been told last of a period at a place."""

    location: str
    period: str
    revision: int
    totals: Counts
    closed: bool = False
    """Another coordinator, or the box before this one, told of it: never to be told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A letter that must be written."""

    location: str
    period: Period
    revision: int
    totals: Counts
    tables: Mapping[str, Counts]


Stored = Iterable[Mapping[str, Any]]
"""Tallies as the store holds them: period, location, tables."""


def due(
    *,
    stored: Stored,
    told: Iterable[Told],
    locations: Sequence[str],
    since: date,
    today: date,
    breakdown: Breakdown = "month",
    k: int,
    open_day: date | None = None,
) -> Sequence[Due]:
    """Every letter of a period that was over before today, oldest first.

    A period in which a session opened that still goes on waits for it.
    A correction tells totals only: a table that was released is never released again.
    """
    counts = {(one["location"], one["period"]): one["tables"] for one in stored}
    last = {(one.location, one.period): one for one in told}
    kinds: tuple[Kind, ...] = ("week", breakdown)
    periods = [p for kind in kinds for p in ended(kind, since=since, today=today)]
    found = []
    for period in sorted(periods, key=lambda p: (p.end, p.start, p.kind)):
        if open_day is not None and period.start <= open_day < period.end:
            continue
        names = period.months or (period.name,)
        for location in locations:
            tables = added(counts.get((location, name), {}) for name in names)
            totals, broken_down = figures(tables)
            totals = {**dict.fromkeys(ALWAYS, 0), **totals}
            before = last.get((location, period.name))
            if before is not None and (before.closed or dict(before.totals) == totals):
                continue
            first = before is None and period.kind != "week"
            found.append(
                Due(
                    location=location,
                    period=period,
                    revision=0 if before is None else before.revision + 1,
                    totals=totals,
                    tables=released(broken_down, k) if first else {},
                )
            )
    return found


def after(chain: Chain, payload: bytes) -> Chain:
    """The chain once that payload is its last letter."""
    return replace(chain, seq=chain.seq + 1, prev=digest(payload))


def digest(payload: bytes) -> str:
    """SHA-256 of a payload: what makes a letter that letter, whoever carries it."""
    return hashlib.sha256(payload).hexdigest()


# ------------------------------------------------------------------ records


def dump_chain(chain: Chain) -> dict[str, Any]:
    return {
        "v": VERSION,
        "chain": chain.id,
        "since": chain.since.isoformat(),
        "seq": chain.seq,
        "prev": chain.prev,
        "received": chain.received,
    }


def load_chain(record: Mapping[str, Any]) -> Chain:
    """Read it back; BadStore when the version is unknown."""
    _check(record)
    return Chain(
        id=record["chain"],
        since=date.fromisoformat(record["since"]),
        seq=record["seq"],
        prev=record["prev"],
        received=record["received"],
    )


def dump_told(told: Told) -> dict[str, Any]:
    return {
        "v": VERSION,
        "location": told.location,
        "period": told.period,
        "revision": told.revision,
        "totals": dict(told.totals),
        **({"closed": True} if told.closed else {}),
    }


def load_told(record: Mapping[str, Any]) -> Told:
    """Read it back; BadStore when the version is unknown."""
    _check(record)
    return Told(
        location=record["location"],
        period=record["period"],
        revision=record["revision"],
        totals=record["totals"],
        closed=record.get("closed", False),
    )


def _check(record: Mapping[str, Any]) -> None:
    if record.get("v") != VERSION:
        raise BadStore(f"a letter's record has version {record.get('v')}, expected {VERSION}")
