"""Whether a letter that has its place counts: the rules between one letter and the others.

A rule looks at one box only, so boxes can be judged apart from each other, and again later with
the same outcome: the day on which the letter came stands for today.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from appliance.collector.geography import known
from appliance.core.federation.report import Counts, Report

ZONE: Final = ZoneInfo("Europe/Brussels")
NOTHING: Final = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One letter as the tables know it: a row of `letter`."""

    box: str
    chain: str
    seq: int
    digest: str
    prev: str
    nr: int
    arrived: str
    state: str
    code: str
    location: str
    kind: str
    nis: str
    period: str
    grain: str
    first_day: str
    end_day: str
    revision: int
    k: int
    software: str
    totals: str
    breakdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What counts of a period at a place: a row of `told`."""

    box: str
    location: str
    period: str
    grain: str
    first_day: str
    nis: str
    revision: int
    totals: str
    released: str
    breakdown: str
    letters: str


def row_of(one: Filed | Told) -> Mapping[str, str | int]:
    """A row as the tables take it; their values are plain, so nothing is copied in depth."""
    return {name: getattr(one, name) for name in one.__slots__}


def filed(report: Report, *, digest: str, nr: int, arrived: str) -> Filed:
    """A letter that was verified, not placed yet."""
    return Filed(
        box=report.box,
        chain=report.chain,
        seq=report.seq,
        digest=digest,
        prev=report.prev,
        nr=nr,
        arrived=arrived,
        state="received",
        code="",
        location=report.location.id,
        kind=report.location.kind,
        nis=report.location.nis,
        period=report.period.name,
        grain=report.period.kind,
        first_day=report.period.start.isoformat(),
        end_day=report.period.end.isoformat(),
        revision=report.revision,
        k=report.k,
        software=report.software,
        totals=_text(report.totals),
        breakdown=_text(report.tables),
    )


def judge(letter: Filed, before: Told | None, *, other_grain: bool, k: int) -> str:
    """Empty when it counts; else the code of the reason.

    `before` is what counts of that period now; `other_grain` says whether that place has told of
    that year by quarters where this one is of a month, or the reverse.
    """
    first, end = date.fromisoformat(letter.first_day), date.fromisoformat(letter.end_day)
    if end > day_of(letter.arrived):
        return "future-period"
    if not known(letter.nis, first=first, end=end):
        return "unknown-municipality"
    if before is not None and letter.revision <= before.revision:
        return "older-revision"
    if other_grain:
        return "overlapping"
    if letter.k < k and letter.breakdown != NOTHING:
        return "small-k"
    return ""


def counted(letter: Filed, before: Told | None) -> Told:
    """What counts of that period now: a correction changes totals, and never a break-down."""
    name = f"{letter.chain}/{letter.seq}"
    return Told(
        box=letter.box,
        location=letter.location,
        period=letter.period,
        grain=letter.grain,
        first_day=letter.first_day,
        nis=letter.nis,
        revision=letter.revision,
        totals=letter.totals,
        released=letter.totals if before is None else before.released,
        breakdown=letter.breakdown if before is None else before.breakdown,
        letters=name if before is None else f"{before.letters} {name}",
    )


def day_of(moment: str) -> date:
    """The calendar day in Flanders of a moment such as 2026-11-24T08:55:00Z."""
    return datetime.fromisoformat(moment).astimezone(ZONE).date()


def written(moment: datetime) -> str:
    """A moment as the tables hold it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(counts: Counts | Mapping[str, Counts]) -> str:
    return json.dumps(counts, sort_keys=True, separators=(",", ":"))
