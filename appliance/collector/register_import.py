"""A register file taken in whole, or not at all: every row that is wrong is named."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from appliance.collector import register
from appliance.collector.database import Database
from appliance.collector.geography import municipalities
from appliance.collector.register import ROLES, STATUSES, TRAJECTORIES, Place, Project, Share

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_EPOCH: Final = date(1899, 12, 30)
"""From which Excel counts its days."""
_MOST: Final = 200

Cells = Mapping[str, str]
One = TypeVar("One")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a row; the heading is row 1."""

    row: int
    why: str


class _Wrong(ValueError):
    """A cell that cannot be like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of register file."""

    code: str
    name: str
    columns: Sequence[str]
    optional: Sequence[str] = ()


KINDS: Final = (
    Kind(
        code="projects",
        name="Projecten",
        columns=("project", "naam", "promotor", "traject", "status"),
        optional=("ronde", "begin", "einde", "budget", "programmas"),
    ),
    Kind(
        code="shares",
        name="Gemeenten van projecten",
        columns=("project", "nis", "rol"),
        optional=("van", "tot"),
    ),
    Kind(
        code="places",
        name="Plekken",
        columns=("plek", "naam", "nis", "vanaf"),
        optional=("soort", "project", "tot"),
    ),
    Kind(code="regions", name="Regio's", columns=("regio", "nis")),
)


async def take_in(
    database: Database, kind: str, rows: Sequence[Sequence[str]]
) -> tuple[int, Sequence[Problem]]:
    """How many rows were taken in, or the problems, and then none was."""
    wanted = next((one for one in KINDS if one.code == kind), None)
    if wanted is None:
        return 0, [Problem(row=1, why="deze soort bestand bestaat niet")]
    heading = [cell.lower() for cell in rows[0]] if rows else []
    missing = [name for name in wanted.columns if name not in heading]
    if missing:
        return 0, [Problem(row=1, why=f"kolom ontbreekt: {', '.join(missing)}")]
    numbered = {
        number: dict(zip(heading, [*row, *[""] * len(heading)], strict=False))
        for number, row in enumerate(rows[1:], start=2)
        if any(row)
    }
    known = frozenset(one.project for one in (await register.read(database)).projects)
    problems: Sequence[Problem]
    match wanted.code:
        case "projects":
            projects, problems = _each(numbered, _project)
            if not problems:
                await register.put_projects(database, projects)
        case "shares":
            shares, problems = _each(numbered, lambda cells: _share(cells, known))
            if not problems:
                await register.put_shares(database, shares)
        case "places":
            places, problems = _each(numbered, lambda cells: _place(cells, known))
            if not problems:
                await register.put_places(database, places)
        case _:
            regions, problems = _each(numbered, _region)
            if not problems:
                await register.put_regions(database, regions)
    return (0 if problems else len(numbered)), problems


def _each(
    numbered: Mapping[int, Cells], read: Callable[[Cells], One]
) -> tuple[Sequence[One], Sequence[Problem]]:
    """Every row read; each may stand there once."""
    found: list[One] = []
    problems: list[Problem] = []
    seen: dict[object, int] = {}
    for number, cells in numbered.items():
        try:
            one = read(cells)
        except _Wrong as wrong:
            problems.append(Problem(row=number, why=str(wrong)))
            continue
        first = seen.setdefault(_key(one), number)
        if first != number:
            problems.append(Problem(row=number, why=f"staat ook in rij {first}"))
        found.append(one)
    return found, problems


def _key(one: object) -> object:
    match one:
        case Project():
            return one.project
        case Share():
            return (one.project, one.nis, one.role)
        case Place():
            return one.location
        case _:
            return one


def _project(cells: Cells) -> Project:
    return Project(
        project=_id(cells, "project"),
        name=_text(cells, "naam"),
        promotor=_text(cells, "promotor"),
        trajectory=_one_of(cells, "traject", TRAJECTORIES),
        call_round=_whole(cells, "ronde"),
        status=_one_of(cells, "status", STATUSES),
        starts=_day(cells, "begin"),
        ends=_day(cells, "einde"),
        budget_cents=_cents(cells, "budget"),
        programmes=cells.get("programmas", "")[:_MOST],
    )


def _share(cells: Cells, projects: frozenset[str]) -> Share:
    roles = {"grondgebied": "territory", **{role: role for role in ROLES}}
    return Share(
        project=_known(cells, "project", projects),
        nis=_nis(cells),
        role=roles[_one_of(cells, "rol", tuple(roles))],
        valid_from=_day(cells, "van"),
        valid_to=_day(cells, "tot"),
    )


def _place(cells: Cells, projects: frozenset[str]) -> Place:
    since = _day(cells, "vanaf")
    if since is None:
        raise _Wrong("vanaf ontbreekt")
    return Place(
        location=_id(cells, "plek"),
        name=_text(cells, "naam"),
        nis=_nis(cells),
        kind=cells.get("soort") or "other",
        project=_known(cells, "project", projects) if cells.get("project") else None,
        expected_from=since,
        expected_to=_day(cells, "tot"),
    )


def _region(cells: Cells) -> tuple[str, str]:
    return _text(cells, "regio")[:60], _nis(cells)


# ------------------------------------------------------------------ one cell


def _text(cells: Cells, name: str) -> str:
    found = cells.get(name, "")
    if not found or len(found) > _MOST or not found.isprintable():
        raise _Wrong(f"{name} ontbreekt of is te lang")
    return found


def _id(cells: Cells, name: str) -> str:
    found = cells.get(name, "")
    if not _ID.fullmatch(found):
        raise _Wrong(f"{name} mag alleen kleine letters, cijfers en streepjes hebben: {found!r}")
    return found


def _known(cells: Cells, name: str, known: frozenset[str]) -> str:
    found = cells.get(name, "")
    if found not in known:
        raise _Wrong(f"{name} {found!r} staat niet in het register")
    return found


def _one_of(cells: Cells, name: str, allowed: Sequence[str]) -> str:
    found = cells.get(name, "").lower()
    if found not in allowed:
        raise _Wrong(f"{name} is {found!r}; verwacht: {', '.join(allowed)}")
    return found


def _nis(cells: Cells) -> str:
    found = cells.get("nis", "").zfill(5)
    if found not in municipalities():
        raise _Wrong(f"NIS-code {found} bestaat niet")
    return found


def _whole(cells: Cells, name: str) -> int | None:
    found = cells.get(name, "")
    if not found:
        return None
    if not (found.isascii() and found.isdigit()):
        raise _Wrong(f"{name} is geen geheel getal: {found!r}")
    return int(found)


def _cents(cells: Cells, name: str) -> int | None:
    found = cells.get(name, "").replace(" ", "").replace("€", "")
    if not found:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:[,.](\d{1,2}))?", found, re.ASCII)
    if match is None:
        raise _Wrong(f"{name} is geen bedrag: {found!r}")
    return int(match[1].replace(".", "")) * 100 + int((match[2] or "0").ljust(2, "0"))


def _day(cells: Cells, name: str) -> str | None:
    """2026-11-24, 24/11/2026, or the number that Excel keeps for a day."""
    found = cells.get(name, "")
    if not found:
        return None
    try:
        if re.fullmatch(r"\d{4,6}", found):
            return (_EPOCH + timedelta(days=int(found))).isoformat()
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", found):
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return date.fromisoformat(found).isoformat()
    except ValueError as error:
        raise _Wrong(f"{name} is geen datum: {found!r}") from error
