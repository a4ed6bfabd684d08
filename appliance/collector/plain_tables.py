"""The same sheets as CSV that opens right in a Belgian Excel, and as JSON."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date

from appliance.collector.sheets import Kind, Sheet, Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(sheets: Sequence[Sheet]) -> bytes:
    """All sheets under each other; `;` between, a comma in decimals, a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        if len(sheets) > 1:
            writer.writerow([sheet.title])
        writer.writerow([column.name for column in sheet.columns])
        for row in sheet.rows:
            writer.writerow([_text(value) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def json_of(sheets: Sequence[Sheet]) -> bytes:
    """Each sheet with its columns and what kind of values they hold."""
    document = [
        {
            "title": sheet.title,
            "columns": [{"name": one.name, "kind": one.kind.value} for one in sheet.columns],
            "last_row_is_total": sheet.total,
            "rows": [[_plain(value) for value in row] for row in sheet.rows],
        }
        for sheet in sheets
    ]
    return json.dumps(
        {"schema": "digipunt.tables/1", "sheets": document}, ensure_ascii=False
    ).encode()


def kinds() -> Sequence[str]:
    """What a column can hold, for the description."""
    return [kind.value for kind in Kind]


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _plain(value: Value) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value
