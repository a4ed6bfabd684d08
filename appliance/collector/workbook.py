"""The sheets as an Excel file: the same sheets always make the same bytes."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from appliance.collector.sheets import Kind, Sheet, Value

CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001  a file of the same figures has the same bytes
_FORMATS: Final = {
    Kind.TEXT: {"num_format": "@"},
    Kind.COUNT: {"num_format": "#,##0"},
    Kind.NUMBER: {"num_format": "#,##0.0#"},
    Kind.SHARE: {"num_format": "0.0%"},
    Kind.EURO: {"num_format": '#,##0.00 "€"'},
    Kind.DATE: {"num_format": "yyyy-mm-dd"},
}
_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
}


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """One file; text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    with Workbook(buffer, _PLAIN) as book:
        book.set_properties({"created": CREATED})
        formats = {
            (kind, bold): book.add_format({**shape, "bold": bold})
            for kind, shape in _FORMATS.items()
            for bold in (False, True)
        }
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.title), sheet, formats, heading)
    return buffer.getvalue()


def _write(
    page: Worksheet, sheet: Sheet, formats: dict[tuple[Kind, bool], Format], heading: Format
) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(0, at, column.name, heading)
    for number, row in enumerate(sheet.rows, start=1):
        bold = sheet.total and number == len(sheet.rows)
        for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _put(page, number, at, value, formats[column.kind, bold])


def _put(page: Worksheet, row: int, at: int, value: Value, shape: Format) -> None:
    match value:
        case None | "":
            page.write_blank(row, at, None, shape)
        case str():
            page.write_string(row, at, value, shape)
        case date():
            page.write_datetime(row, at, datetime(value.year, value.month, value.day), shape)  # noqa: DTZ001  a calendar day
        case int() | float():
            page.write_number(row, at, value, shape)
