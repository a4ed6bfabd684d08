"""A published year in a directory: letters, the public keys, the register, and what was made of it.

published.json      which span, by which register; every box with its key and its letters
letters/BOX.ndjson  the letters of one box as they came, one a line
workbook.xlsx, tables.json, tables.csv
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from appliance.collector.judging import Filed
from appliance.collector.register import Place, Project, Register, Share
from appliance.collector.spans import Span
from appliance.core.errors import BadConfig, BadStore

SCHEMA: Final = "digipunt.published/1"
FACTS: Final = "published.json"
LETTERS: Final = "letters"
WORKBOOK: Final = "workbook.xlsx"
TABLES: Final = "tables.json"
CSV: Final = "tables.csv"
WITHHELD: Final = '{"withheld":{}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One letter on the list: in the order in which they came."""

    chain: str
    seq: int
    digest: str
    arrived: str
    withheld: Filed | None = None
    """What is told of a letter that may not be shown: all but its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBox:
    box: str
    key: bytes
    """The first one, after which the box is named."""
    letters: Sequence[Entry]
    changes: Sequence[bytes] = ()
    """Each later key, in a statement that it and the one before it sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """All that figures depend on but the letters themselves."""

    name: str
    span: Span
    region: str
    geography: date | None
    today: date
    """The day on which it was made: a week is missing once it is over."""
    k: int
    boxes: Sequence[PublishedBox]
    register: Register


def file_of(box: str) -> str:
    return f"{LETTERS}/{box}.ndjson"


def dump(published: Published) -> bytes:
    """The same facts give the same bytes."""
    register = published.register
    months = published.span.months
    document = {
        "schema": SCHEMA,
        "name": published.name,
        "from": months[0],
        "to": months[-1],
        "region": published.region,
        "geography": published.geography.isoformat() if published.geography else None,
        "today": published.today.isoformat(),
        "k": published.k,
        "boxes": [_box(one) for one in published.boxes],
        "register": {
            "projects": [asdict(one) for one in register.projects],
            "shares": [asdict(one) for one in register.shares],
            "places": [asdict(one) for one in register.places],
            "regions": {name: sorted(nis) for name, nis in (register.regions or {}).items()},
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def load(directory: Path) -> Published:
    """Read the facts back; BadConfig when there are none, BadStore when they are broken."""
    path = directory / FACTS
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BadConfig(f"{directory} holds no published year: {path} is not there") from error
    except (OSError, ValueError) as error:
        raise BadStore(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise BadStore(f"{path} is no {SCHEMA}")
    try:
        return _published(raw)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise BadStore(f"{path}: something is missing or has another shape: {error}") from error


def _published(raw: Mapping[str, Any]) -> Published:
    register = raw["register"]
    return Published(
        name=str(raw["name"]),
        span=Span.of(raw["from"], raw["to"]),
        region=str(raw["region"]),
        geography=date.fromisoformat(raw["geography"]) if raw["geography"] else None,
        today=date.fromisoformat(raw["today"]),
        k=int(raw["k"]),
        boxes=[
            PublishedBox(
                box=str(one["box"]),
                key=base64.b64decode(one["key"], validate=True),
                letters=[_entry(one["box"], entry) for entry in one["letters"]],
                changes=[str(raw).encode() for raw in one.get("changes", ())],
            )
            for one in raw["boxes"]
        ],
        register=Register(
            projects=[Project(**one) for one in register["projects"]],
            shares=[Share(**one) for one in register["shares"]],
            places=[Place(**one) for one in register["places"]],
            regions={name: frozenset(nis) for name, nis in register["regions"].items()},
        ),
    )


def _box(one: PublishedBox) -> Mapping[str, Any]:
    return {
        "box": one.box,
        "key": base64.b64encode(one.key).decode(),
        **({"changes": [raw.decode() for raw in one.changes]} if one.changes else {}),
        "letters": [_plain(entry) for entry in one.letters],
    }


def _plain(entry: Entry) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "chain": entry.chain,
        "seq": entry.seq,
        "digest": entry.digest,
        "arrived": entry.arrived,
    }
    if entry.withheld is not None:
        hidden = {"box", "totals", "breakdown", "state", "code", *found}
        found["withheld"] = {
            name: value for name, value in asdict(entry.withheld).items() if name not in hidden
        }
    return found


def _entry(box: str, raw: Mapping[str, Any]) -> Entry:
    known: dict[str, Any] = {name: raw[name] for name in ("chain", "seq", "digest", "arrived")}
    withheld = None
    if "withheld" in raw:
        rest: dict[str, Any] = {
            "state": "received",
            "code": "",
            "totals": "{}",
            "breakdown": WITHHELD,
        }
        withheld = Filed(box=box, **known, **raw["withheld"], **rest)
    return Entry(**known, withheld=withheld)
