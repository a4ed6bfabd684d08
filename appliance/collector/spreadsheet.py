"""Rows of text out of a CSV file, the first sheet of an Excel file, or all of its sheets."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from appliance.core.errors import BadRequest

LARGEST: Final = 16 * 2**20
"""Bytes of one part of an Excel file, unpacked."""
MOST_ROWS: Final = 20_000
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LETTERS: Final = re.compile(r"([A-Z]{1,3})\d+")
_SHEET: Final = "xl/worksheets/sheet1.xml"
_SHARED: Final = "xl/sharedStrings.xml"
_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def rows_of(name: str, raw: bytes) -> Sequence[Sequence[str]]:
    """The filled rows, the heading first; BadRequest when it is neither kind of file."""
    try:
        found = list(_xlsx(raw) if raw.startswith(b"PK") else _csv(raw))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequest(f"{name} is geen CSV in UTF-8", field="file") from error
    except (zipfile.BadZipFile, KeyError, ET.ParseError, ValueError, IndexError) as error:
        raise BadRequest(f"{name} is geen Excel-bestand", field="file") from error
    if len(found) > MOST_ROWS:
        raise BadRequest(f"{name} heeft meer dan {MOST_ROWS} rijen", field="file")
    return found


def _csv(raw: bytes) -> Iterator[Sequence[str]]:
    text = raw.decode("utf-8-sig")
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") >= heading.count(",") else ","
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        yield [cell.strip() for cell in row]


def sheets_of(raw: bytes) -> Mapping[str, Sequence[Sequence[str]]]:
    """Every sheet of an Excel file by its title; ValueError when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            targets = {one.get("Id"): one.get("Target", "") for one in _parsed(file, _RELATIONS)}
            shared = _strings(file)
            return {
                one.get("name", ""): list(
                    _cells(_parsed(file, f"xl/{targets[one.get(_ID)]}"), shared)
                )
                for one in _parsed(file, _BOOK).iter(f"{_MAIN}sheet")
            }
    except (zipfile.BadZipFile, KeyError, ET.ParseError, IndexError, zlib.error) as error:
        raise ValueError(f"this is no Excel file: {error}") from error


def _xlsx(raw: bytes) -> Iterator[Sequence[str]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        yield from _cells(_parsed(file, _SHEET), _strings(file))


def _strings(file: zipfile.ZipFile) -> Sequence[str]:
    if _SHARED not in file.namelist():
        return ()
    return [_texts(one) for one in _parsed(file, _SHARED).iter(f"{_MAIN}si")]


def _cells(page: ET.Element, shared: Sequence[str]) -> Iterator[Sequence[str]]:
    for row in page.iter(f"{_MAIN}row"):
        cells: dict[int, str] = {}
        for at, cell in enumerate(row.iter(f"{_MAIN}c")):
            cells[_column(cell.get("r"), at)] = _value(cell, shared).strip()
        yield [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]


def _parsed(file: zipfile.ZipFile, name: str) -> ET.Element:
    """One part; nothing that could grow while it is read is let in."""
    if file.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} is too large")
    raw = file.read(name)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError(f"{name} declares a document type")
    return ET.fromstring(raw)  # noqa: S314  no entity can be declared without a document type


def _value(cell: ET.Element, shared: Sequence[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _texts(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "s":
        return shared[int(value)]
    return value.removesuffix(".0")


def _texts(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{_MAIN}t"))


def _column(reference: str | None, at: int) -> int:
    match = _LETTERS.fullmatch(reference or "")
    if match is None:
        return at
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
