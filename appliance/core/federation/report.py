"""A letter to the coordinator: exact totals of a period, and tables in which nobody can be found.

Nothing is crossed: every table is one-way and names the total that it sums to.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from appliance.core.errors import DigipuntError
from appliance.core.federation.calendar import Period
from appliance.core.federation.dsse import plain_object
from appliance.core.federation.small_cells import LEAST_K, folded, named_too_small
from appliance.core.feedback import QUESTIONS
from appliance.core.stamp import ClockSource

TYPE: Final = "application/vnd.digipunt.report.v1+json"
SCHEMA: Final = "digipunt.report/1"
FIRST: Final = "0" * 64
"""What the first letter of a chain names as the one before it."""
SUMS: Final[Mapping[str, str]] = {
    "service": "tickets",
    "language": "tickets",
    "source": "tickets",
    "hour": "tickets",
    "wait": "called",
    "help": "served",
    "topic": "served",
    "outcome": "served",
    "assist": "served",
    "referral": "referred",
    "channel": "contacts",
    **{f"feedback-{question}": f"said_{question}" for question in QUESTIONS},
}
"""Every table that may leave a box, and the total that its cells make together."""

TAPPED: Final = {"pc": "pc_uses"}
"""Taps without a number that stand in no table of their own."""

_CODE: Final = re.compile(r"[a-z0-9_][a-z0-9_+-]{0,39}")
_ID: Final = re.compile(r"[a-z2-7]{26}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_CHAIN: Final = re.compile(r"[0-9a-f]{16}")
_PLACE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NIS: Final = re.compile(r"\d{5}")
_MOST: Final = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 8259, part 6)."""
_WORD: Final = 64

Counts = Mapping[str, int]


class BadReport(DigipuntError):
    """This payload is no report; the message says why."""

    code = "bad-report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The digipunt that the figures are of."""

    id: str
    nis: str
    """The municipality: five digits of Statbel's REFNIS, as text."""
    kind: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One letter: numbered in its chain, of one place and one period."""

    box: str
    chain: str
    seq: int
    prev: str
    """SHA-256 of the payload before it, in hexadecimal digits."""
    location: Location
    period: Period
    zone: str
    revision: int
    generated_at: datetime
    clock: ClockSource
    catalogue: str
    k: int
    software: str
    totals: Counts
    tables: Mapping[str, Counts] = field(default_factory=dict)


def figures(tables: Mapping[str, Counts]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """What a period's tallies say: exact totals, and the tables, nothing folded yet."""
    totals = dict(tables.get("total", {}))
    for code, n in tables.get("promise", {}).items():
        totals[f"promises_{code}"] = n
    found = {name: dict(tables[name]) for name in SUMS if tables.get(name)}
    for measure, code in TAPPED.items():
        if tables.get("nonticket", {}).get(measure):
            totals[code] = tables["nonticket"][measure]
    if "referral" in found:
        totals["referred"] = sum(found["referral"].values())
    for question in QUESTIONS:
        said = {
            code.rpartition("-")[2]: n
            for code, n in tables.get("feedback", {}).items()
            if code.startswith(f"{question}-")
        }
        if said:
            found[f"feedback-{question}"] = said
            totals[f"said_{question}"] = sum(said.values())
    return totals, found


def released(tables: Mapping[str, Counts], k: int) -> dict[str, dict[str, int]]:
    """The tables as they may leave the box: every small cell folded."""
    return {name: folded(table, k) for name, table in sorted(tables.items()) if table}


# ------------------------------------------------------------------ bytes


def dump(report: Report) -> bytes:
    """The payload: JSON on one line, UTF-8; the same report gives the same bytes."""
    return json.dumps(plain(report), separators=(",", ":"), ensure_ascii=False).encode()


def plain(report: Report) -> Mapping[str, Any]:
    """The payload as JSON has it."""
    return {
        "schema": SCHEMA,
        "kind": report.period.kind,
        "box": report.box,
        "chain": report.chain,
        "seq": report.seq,
        "prev": report.prev,
        "location": {
            "id": report.location.id,
            "nis": report.location.nis,
            "kind": report.location.kind,
        },
        "period": {
            "name": report.period.name,
            "start": report.period.start.isoformat(),
            "end": report.period.end.isoformat(),
            "tz": report.zone,
        },
        "revision": report.revision,
        "generated_at": report.generated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "clock": report.clock.value,
        "catalogue": report.catalogue,
        "k": report.k,
        "software": report.software,
        "totals": dict(sorted(report.totals.items())),
        "tables": {name: dict(cells) for name, cells in sorted(report.tables.items())},
        "sums": {name: SUMS[name] for name in sorted(report.tables)},
    }


def load(payload: bytes) -> Report:
    """Read a payload whose seal was verified; BadReport says what does not hold."""
    raw = plain_object(payload, BadReport)
    if raw.get("schema") != SCHEMA:
        raise BadReport(f"schema is {raw.get('schema')!r}, expected {SCHEMA}")
    period = _period(_part(raw, "period"), raw.get("kind"))
    place = _part(raw, "location")
    totals = _counts(raw.get("totals"), "totals")
    tables = {
        name: _counts(cells, f"the table {name}") for name, cells in _part(raw, "tables").items()
    }
    k, revision = _whole(raw, "k", LEAST_K), _whole(raw, "revision", 0)
    _check_tables(tables, totals, _part(raw, "sums"), k)
    if tables and (period.kind == "week" or revision):
        raise BadReport("a weekly letter or a correction holds totals only")
    return Report(
        box=_text(raw, "box", _ID),
        chain=_text(raw, "chain", _CHAIN),
        seq=_whole(raw, "seq", 1),
        prev=_text(raw, "prev", _HASH),
        location=Location(
            id=_text(place, "id", _PLACE),
            nis=_text(place, "nis", _NIS),
            kind=_text(place, "kind", _CODE),
        ),
        period=period,
        zone=_short(_part(raw, "period"), "tz"),
        revision=revision,
        generated_at=_moment(raw),
        clock=_clock(raw),
        catalogue=_short(raw, "catalogue"),
        k=k,
        software=_short(raw, "software"),
        totals=totals,
        tables=tables,
    )


# ------------------------------------------------------------------ what must hold


def _check_tables(
    tables: Mapping[str, Counts], totals: Counts, sums: Mapping[str, Any], k: int
) -> None:
    for name, cells in tables.items():
        if name not in SUMS or sums.get(name) != SUMS[name]:
            raise BadReport(f"the table {name} names no total that it sums to")
        wanted = totals.get(SUMS[name], 0)
        if sum(cells.values()) != wanted:
            found = sum(cells.values())
            raise BadReport(f"the table {name} makes {found}, its total is {wanted}")
        if named_too_small(cells, k):
            raise BadReport(f"the table {name} has a cell under {k}")
    if totals.get("served", 0) + totals.get("left", 0) != totals.get("tickets", 0):
        raise BadReport("served and left do not make tickets")


def _period(raw: Mapping[str, Any], kind: object) -> Period:
    try:
        period = Period.named(str(raw.get("name")))
        start, end = date.fromisoformat(str(raw["start"])), date.fromisoformat(str(raw["end"]))
    except (ValueError, KeyError) as error:
        raise BadReport(f"the period cannot be read: {error}") from error
    if (period.kind, period.start, period.end) != (kind, start, end):
        raise BadReport(f"{period.name} is not the {kind} from {start} to {end}")
    return period


def _part(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    if not isinstance(found, dict):
        raise BadReport(f"{name} is missing")
    return found


def _counts(raw: object, name: str) -> dict[str, int]:
    if not isinstance(raw, dict):
        raise BadReport(f"{name} is no object")
    for code, n in raw.items():
        if not _CODE.fullmatch(code):
            raise BadReport(f"{name} has a code {code[:_WORD]!r}")
        if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= _MOST:
            raise BadReport(f"{name}.{code} is no count")
    return cast("dict[str, int]", raw)


def _text(raw: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not shape.fullmatch(found):
        raise BadReport(f"{name} has another shape than expected")
    return found


def _short(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not 1 <= len(found) <= _WORD or not found.isprintable():
        raise BadReport(f"{name} is no short text")
    return found


def _whole(raw: Mapping[str, Any], name: str, least: int) -> int:
    found = raw.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= _MOST:
        raise BadReport(f"{name} is no whole number of {least} or more")
    return found


def _moment(raw: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(str(raw.get("generated_at")))
    except ValueError as error:
        raise BadReport("generated_at is no moment") from error
    if found.tzinfo is None:
        raise BadReport("generated_at has no zone")
    return found.astimezone(UTC)


def _clock(raw: Mapping[str, Any]) -> ClockSource:
    try:
        source = ClockSource(str(raw.get("clock")))
    except ValueError as error:
        raise BadReport("clock is not known") from error
    if not source.trusted:
        raise BadReport("nobody vouched for the clock")
    return source
