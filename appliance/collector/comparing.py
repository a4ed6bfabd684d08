"""Where published tables differ from those that the letters make: cell by cell, in words."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from math import isclose
from pathlib import Path
from typing import Final

from appliance.collector import published
from appliance.collector.plain_tables import csv_of, json_of
from appliance.collector.sheets import Sheet
from appliance.collector.spreadsheet import sheets_of
from appliance.collector.workbook import workbook
from appliance.core.errors import DigipuntError

MOST: Final = 20
"""Differences of one file that are named; more of them say nothing new."""

Grid = Sequence[Sequence[str]]
Book = Mapping[str, Grid]


def differences(directory: Path, sheets: Sequence[Sheet]) -> Iterator[str]:
    """A sentence for each cell that is not what the letters say."""
    files: Mapping[str, tuple[Callable[[Sequence[Sheet]], bytes], Callable[[bytes], Book]]] = {
        published.WORKBOOK: (workbook, sheets_of),
        published.TABLES: (json_of, _of_json),
        published.CSV: (csv_of, _of_csv),
    }
    for name, (make, read) in files.items():
        path = directory / name
        if not path.exists():
            yield f"{name} is missing."
            continue
        raw, wanted = path.read_bytes(), make(sheets)
        if raw == wanted:
            continue
        try:
            there, here = read(raw), read(wanted)
        except (DigipuntError, ValueError, KeyError, TypeError) as error:
            yield f"{name} cannot be read: {error}."
            continue
        found = [f"{name}, {one}" for one in _unlike(there, here)]
        yield from found[:MOST]
        if len(found) > MOST:
            yield f"{name}: {len(found) - MOST} other cells differ."


def _unlike(there: Mapping[str, Grid], here: Mapping[str, Grid]) -> Iterator[str]:
    for title in (*here, *(one for one in there if one not in here)):
        if title not in there or title not in here:
            where = "in what is published" if title in there else "in what the letters say"
            yield f"sheet {title}: it stands only {where}."
            continue
        heading = here[title][0] if here[title] else []
        for number, (row, wanted) in enumerate(zip_longest(there[title], here[title]), start=1):
            for at, (cell, right) in enumerate(zip_longest(row or (), wanted or (), fillvalue="")):
                if not _same(cell, right):
                    column = heading[at] if at < len(heading) else f"column {at + 1}"
                    of = next((one for one in (wanted or row or ()) if one), "")
                    yield (
                        f"sheet {title}, row {number} ({of}), {column}: published is"
                        f" {cell or 'nothing'}, the letters say {right or 'nothing'}."
                    )


def _same(cell: str, right: str) -> bool:
    if cell == right:
        return True
    try:
        return isclose(float(cell), float(right), rel_tol=1e-12)
    except ValueError:
        return False


def _of_json(raw: bytes) -> Mapping[str, Grid]:
    document = json.loads(raw)
    return {
        sheet["title"]: [
            [column["name"] for column in sheet["columns"]],
            *([_text(value) for value in row] for row in sheet["rows"]),
        ]
        for sheet in document["sheets"]
    }


def _of_csv(raw: bytes) -> Mapping[str, Grid]:
    """Sheets stand under each other, each below a row with its title alone."""
    found: dict[str, list[list[str]]] = {}
    rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";")
    title = ""
    after_gap = True
    for row in rows:
        if not row:
            after_gap = True
        elif after_gap:
            title = row[0]
            found[title] = []
            after_gap = False
        else:
            found.setdefault(title, []).append([cell.replace(",", ".") for cell in row])
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)
