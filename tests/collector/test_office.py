"""The files in LibreOffice: opened without a warning, and summed by it to the same totals."""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from appliance.collector.plain_tables import csv_of
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from tests.collector.test_workbook import TITLES, read, year
from tests.collector.writing import Home

OFFICE = shutil.which("soffice")
pytestmark = [pytest.mark.office, pytest.mark.slow]
SUMS = ("Per provincie", "Per gemeente", "Per dienst", "Per onderwerp", "Per taal", "Per kanaal")
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1033,false,false,false,false,false,-1"
"""`;` between, UTF-8, values as they are kept and not as they are shown, each sheet in a file."""
BELGIAN = "CSV:59,34,76,1,,2067,false,true"
"""As somebody in Flanders opens it: Dutch (Belgium), numbers are recognised."""


@pytest.fixture
def converted(tmp_path: Path) -> "Converter":
    if OFFICE is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is not installed")
        pytest.skip("needs LibreOffice: apt install libreoffice-calc")
    return Converter(tmp_path)


class Converter:
    """LibreOffice without a window, with a profile of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def to(self, kind: str, file: Path, *, read_as: str = "") -> Path:
        """Where it left what it made; it said nothing that sounds like a warning."""
        out = self.directory / "out"
        command = [
            str(OFFICE),
            f"-env:UserInstallation=file://{self.directory}/profile",
            *("--headless", "--norestore", "--nologo"),
            *([f"--infilter={read_as}"] if read_as else []),
            *("--convert-to", kind, "--outdir", str(out), str(file)),
        ]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=110)
        assert told.stdout.startswith("convert "), told.stdout
        said = [line for line in told.stderr.splitlines() if "javaldx" not in line]
        assert said == []
        return out


def number(text: str) -> float:
    return float(text.replace(",", ".") or 0)


async def test_libreoffice_opens_the_workbook_and_its_sums_agree(
    tmp_path: Path, converted: Converter
) -> None:
    async with year(Home(directory=tmp_path)) as here:
        raw = workbook(workbook_sheets(await read(here)))
    file = tmp_path / "digipunten.xlsx"
    file.write_bytes(raw)
    out = converted.to(ALL_SHEETS, file)
    found = {
        title: list(
            csv.reader(
                (out / f"digipunten-{title}.csv").read_text(encoding="utf-8").splitlines(),
                delimiter=";",
            )
        )
        for title in TITLES
    }
    ours = load_workbook(io.BytesIO(raw))
    for title in SUMS:
        heading, *rows, total = found[title]
        for at, name in enumerate(heading):
            kept = [row[at].value for row in ours[title].iter_rows(min_row=2)][-1]
            if isinstance(kept, int | float) and "%" not in name and name != "Aandeel":
                assert sum(number(row[at]) for row in rows) == pytest.approx(number(total[at]))
                assert number(total[at]) == pytest.approx(kept), (title, name)
    nis = [row[1] for row in found["Per gemeente"]]
    assert "33011" in nis
    names = [row[1] for row in found["Projecten"]]
    assert "=2+3" in names


async def test_libreoffice_in_flanders_reads_the_csv_with_numbers_as_numbers(
    tmp_path: Path, converted: Converter
) -> None:
    async with year(Home(directory=tmp_path)) as here:
        raw = csv_of(workbook_sheets(await read(here)))
    file = tmp_path / "digipunten.csv"
    file.write_bytes(raw)
    out = converted.to("xlsx:Calc MS Excel 2007 XML", file, read_as=BELGIAN)
    (page,) = load_workbook(out / "digipunten.xlsx").worksheets
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][0] == "Toelichting"
    at = next(n for n, row in enumerate(rows) if row[0] == "Per provincie") + 1
    heading = rows[at]
    total = next(row for row in rows[at:] if row[0] == "Totaal")
    assert total[heading.index("Bezoeken")] == 64
    assert total[heading.index("Toegekend budget €")] == 10700.5
    assert [
        cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
