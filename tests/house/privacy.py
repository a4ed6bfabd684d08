"""Makes docs/privacy.md from what the code declares: `python -m tests.house.privacy`.

The schema comes from the code itself: what each `dump` writes, the columns of the collector's
tables, the names of tables, files and cookies in the sources.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

from appliance.adapters.staff_seal import AUTHORITY, LEAF
from appliance.collector.privacy import COLLECTOR
from appliance.collector.tables import METADATA
from appliance.core import access, backoff, box_state, facts, month, records, settings
from appliance.core.access import Device, Role
from appliance.core.backoff import Backoff, Wrong
from appliance.core.box_state import BoxState, Closing
from appliance.core.estimate import History
from appliance.core.federation import chain, hello, road, rotation
from appliance.core.federation import report as reports
from appliance.core.federation.calendar import Period
from appliance.core.federation.chain import Chain, Told
from appliance.core.federation.dsse import opened
from appliance.core.federation.hello import Follows, Hello
from appliance.core.federation.report import Location, Report
from appliance.core.federation.road import RoadState
from appliance.core.ids import ActionId, Key, LocationId
from appliance.core.month import MonthInput
from appliance.core.numbering import Numbering, Undated
from appliance.core.periods import grown
from appliance.core.privacy import Holding
from appliance.core.privacy_box import BOX
from appliance.core.records import Action
from appliance.core.stamp import ClockSource, Stamp

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "privacy.md"
LIST = Path(__file__).with_suffix(".toml")
DAY = date(2026, 11, 24)
STAMP = Stamp(wall=datetime(2026, 11, 24, tzinfo=UTC), source=ClockSource.NTP, boot="b", ms=1)
FOLLOWS = Follows(box="b" * 26, chain="0" * 16, received=3)
OPEN = frozenset({"tables", "totals", "labels", "contacts", "cost_cents"})
"""What is below these is named by data: codes of services, kinds of cost."""


# ------------------------------------------------------------------ what the code writes


def names(document: object) -> Iterator[str]:
    """Every name in a document, whatever it lies under."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield str(name)
            if name not in OPEN:
                yield from (one for one in names(value) if not one.isdigit())
    elif isinstance(document, list | tuple):
        for one in document:
            yield from names(one)


def documents() -> Mapping[str, Iterable[str]]:
    """Of each table of the box's store, every name that can stand in it."""
    action = Action(
        id=ActionId(1),
        stamp=STAMP,
        facts=(facts.ClosingStarted(),),
        key=Key("k"),
        asked="a",
    )
    every = {one.name for kind in get_args(facts.Fact) for one in fields(kind)}
    state = BoxState(
        numbering=Numbering(days=(DAY,), undated=(Undated(boot="b", ms=1),)),
        lessons=(History(help={5: 1}, kept=1, promised=1),),
        closing=Closing(key="k", asked="a", left=0, finished=0),
    )
    numbering = {*box_state.dump(state)["numbering"], *(x.name for x in fields(Undated))}
    guesses = replace(Backoff(), wrong=(Wrong(at=0.0, stamp=STAMP),))
    device = Device(id=1, role=Role.LEAD, label="bell", paired_on=DAY, digest="d")
    tallies = grown({}, location=LocationId("park"), day=DAY, tables={"total": {"tickets": 1}})
    told = Told(location="park", period="2026-11", revision=0, totals={}, closed=True)
    return {
        "actions": {*names(records.dump(action)), *every},
        "box": {*names(box_state.dump(state)), *numbering},
        "tallies": set(names(list(tallies.values()))),
        "months": set(names(month.dump("2026-11", LocationId("park"), MonthInput()))),
        "settings": {*names(settings.dump({}, 1)), *settings.FIELDS},
        "devices": set(names(access.dump(device))),
        "access": {*names(backoff.dump(guesses, "mark")), *given_in("services/pairing.py")},
        "chain": set(names(chain.dump_chain(Chain(id="c", since=DAY)))),
        "told": set(names(chain.dump_told(told))),
        "letters": written_in("services/letters.py", "letter"),
        "carried": written_in("services/letters.py", "letter"),
        "road": set(names(road.dump(RoadState()))),
        "before": set(names(road.dump_follows(FOLLOWS))),
        "papers": written_in("services/road/papers.py", "document"),
        "keyring": written_in("services/road/key_changes.py", "document"),
        "clock": written_in("box.py", "document"),
    }


def letters() -> Mapping[str, set[str]]:
    """The members of what a box seals."""
    report = Report(
        box="b" * 26,
        chain="0" * 16,
        seq=1,
        prev="0" * 64,
        location=Location(id="park", nis="33011"),
        period=Period.month_of(DAY),
        zone="Europe/Brussels",
        revision=0,
        generated_at=STAMP.wall,
        clock=STAMP.source,
        catalogue="1",
        k=5,
        software="1",
        totals={},
    )
    whole = Hello(key=bytes(32), name="Bib", nonce=b"n", proof=b"p", follows=FOLLOWS)
    change = rotation.KeyChange(box="b" * 26, n=1, old=bytes(32), new=bytes(32))
    statement = opened(rotation.seal_box(change, old=lambda _: bytes(64), new=lambda _: bytes(64)))
    return {
        "report": set(names(reports.plain(report))),
        "hello": set(names(json.loads(hello.dump(whole)))),
        "key": set(names(json.loads(statement.payload))),
    }


def written_in(file: str, name: str) -> set[str]:
    """The keys of the dictionary that a variable of that name is given there."""
    tree = ast.parse((ROOT / "appliance" / file).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            found |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}  # type: ignore[misc]
    return found


def given_in(file: str) -> set[str]:
    """The keys of documents that stand as they are in a `Write` there."""
    tree = ast.parse((ROOT / "appliance" / file).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [one.value for call in calls for one in call.keywords if one.arg == "document"]
    keys = [key for one in given if isinstance(one, ast.Dict) for key in one.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def columns() -> Mapping[str, set[str]]:
    return {table.name: {c.name for c in table.columns} for table in METADATA.tables.values()}


@cache
def sources() -> Mapping[Path, str]:
    """Everything of the product that can write or be run by a browser."""
    kinds = ("*.py", "*.js", "*.html")
    files = [one for kind in kinds for one in (ROOT / "appliance").rglob(kind)]
    return {one: one.read_text(encoding="utf-8") for one in files}


def tables_in_code() -> set[str]:
    """Names of tables that a box writes."""
    shapes = (r'Write\(\s*table="(\w+)"', r'^TABLE: Final = "(\w+)"$', r'\("(\w+)", \w+, None\)')
    return {
        name
        for path, text in sources().items()
        if "services" in path.parts or path.parent.name == "appliance"
        for shape in shapes
        for name in re.findall(shape, text, re.MULTILINE)
    }


def files_in_code() -> set[str]:
    """Names of small files that adapters of a box, or the collector, write."""
    shape = re.compile(r'^FILE: Final = "([\w.]+)"$', re.MULTILINE)
    found = {name for text in sources().values() for name in shape.findall(text)}
    return found | {"collector.key", AUTHORITY, LEAF}


def places_that_set_cookies() -> Mapping[str, int]:
    counts = {path.name: text.count(".set_cookie(") for path, text in sources().items()}
    return {name: n for name, n in counts.items() if n}


def browser_storage() -> list[str]:
    """Pages and scripts that keep anything in a visitor's or helper's browser."""
    shape = re.compile(r"localStorage|sessionStorage|indexedDB|caches\.open|document\.cookie")
    return sorted(path.name for path, text in sources().items() if shape.search(text))


# ------------------------------------------------------------------ what shows the lifetimes


def key_of(one: Holding) -> str:
    """Under which name the tests stand; both the box and the collector keep a `box` and `told`."""
    return f"collector {one.code}" if one in COLLECTOR else one.code


def shown_by() -> Mapping[str, Sequence[str]]:
    """For each thing that is kept: the tests in which it goes away, or stays for a reason."""
    found: Mapping[str, Sequence[str]] = told()["shown"]
    return found


@cache
def told() -> Mapping[str, Any]:
    """What stands in the list beside this file."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


# ------------------------------------------------------------------ the page


def page() -> str:
    return "\n".join(
        [
            told()["head"].strip(),
            "",
            *_part("On the box", BOX),
            *_part("With the coordinator", COLLECTOR),
            told()["not_kept"].strip(),
            "",
        ]
    )


def _part(title: str, holdings: Sequence[Holding]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield "| what | on | what for | until | goes |"
    yield "| --- | --- | --- | --- | --- |"
    for one in holdings:
        goes = "; ".join(where.value for where in one.goes)
        what = f"{one.what}{' *(visitor)*' if one.people else ''}"
        cells = (f"{what} (`{one.code}`)", one.where.value, one.purpose, one.until.value, goes)
        yield f"| {' | '.join(cells)} |"
    yield ""
    for one in holdings:
        yield from (f"### {one.what[0].upper()}{one.what[1:]} (`{one.code}`)", "")
        yield f"Shown by {_tests(one)}."
        yield ""
        yield from ("| field | what it is |", "| --- | --- |")
        yield from (f"| `{name}` | {meaning} |" for name, meaning in one.fields.items())
        yield ""


def _tests(one: Holding) -> str:
    return ", ".join(f"`tests/{test}`" for test in shown_by()[key_of(one)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
