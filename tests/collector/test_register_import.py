"""Register files: rows that are wrong are named, and then nothing is taken in."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from appliance.collector import register
from appliance.collector.register_import import KINDS, Problem, take_in
from appliance.collector.spreadsheet import rows_of
from appliance.core.errors import BadRequest
from tests.collector.writing import Home, office

HEADING = "Project;Naam;Promotor;Traject;Status;Ronde;Begin;Einde;Budget;Programmas\r\n"


def projects(n: int, wrong: tuple[int, ...] = ()) -> bytes:
    rows = [
        f"p-{i};Digibank {i};Stad;implementatie;{'klaar' if i in wrong else 'lopend'};"
        f"2;01/03/2022;;1.234,5;\r\n"
        for i in range(n)
    ]
    return b"\xef\xbb\xbf" + (HEADING + "".join(rows)).encode()


def excel(rows: list[list[object]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def test_three_bad_rows_of_three_hundred_are_named_and_nothing_is_half_taken_in(
    home: Home,
) -> None:
    async with office(home) as here:
        raw = projects(300, wrong=(5, 100, 299))
        n, problems = await take_in(here.database, "projects", rows_of("x.csv", raw))
        assert n == 0
        assert [one.row for one in problems] == [7, 102, 301]
        assert "status is 'klaar'" in problems[0].why
        assert (await register.read(here.database)).projects == []
        assert await take_in(here.database, "projects", rows_of("x.csv", projects(300))) == (
            300,
            [],
        )
        found = (await register.read(here.database)).projects
        assert len(found) == 300
        assert (found[0].budget_cents, found[0].starts, found[0].ends) == (
            123450,
            "2022-03-01",
            None,
        )


async def test_excel_says_the_same_as_csv(home: Home) -> None:
    async with office(home) as here:
        await take_in(here.database, "projects", rows_of("x.csv", projects(1)))
        raw = excel(
            [
                ["Plek", "Naam", "NIS", "Vanaf", "Project"],
                ["ieper-bib", "+Bib & co", 33011, date(2026, 1, 1), "p-0"],
                [None, None, None, None, None],
                ["brussel", "Muntpunt", "21004", "2026-02-01", None],
            ]
        )
        assert await take_in(here.database, "places", rows_of("x.xlsx", raw)) == (2, [])
        brussel, ieper = (await register.read(here.database)).places
        assert (ieper.name, ieper.nis, ieper.expected_from) == ("+Bib & co", "33011", "2026-01-01")
        assert (brussel.project, brussel.expected_from) == (None, "2026-02-01")


@pytest.mark.parametrize(
    ("kind", "text", "row", "why"),
    [
        ("shares", "project;nis;rol\np-9;33011;partner", 2, "staat niet in het register"),
        ("shares", "project;nis;rol\np-0;99999;partner", 2, "NIS-code 99999 bestaat niet"),
        ("shares", "project;nis;rol\np-0;33011;baas", 2, "rol is 'baas'"),
        ("shares", "project;nis;rol\np-0;33011;partner\np-0;33011;partner", 3, "ook in rij 2"),
        ("shares", "project;nis;rol;van\np-0;33011;partner;31/02/2022", 2, "geen datum"),
        ("places", "plek;naam;nis;vanaf\nBib Ieper;Bib;33011;2026-01-01", 2, "kleine letters"),
        ("places", "plek;naam;nis;vanaf\nbib;;33011;2026-01-01", 2, "naam ontbreekt"),
        ("places", "plek;naam;nis;vanaf\nbib;Bib;33011;", 2, "vanaf ontbreekt"),
        ("places", "plek;naam;nis\nbib;Bib;33011", 1, "kolom ontbreekt: vanaf"),
        ("regions", "", 1, "kolom ontbreekt: regio, nis"),
        ("iets", "a\nb", 1, "bestaat niet"),
    ],
)
async def test_each_mistake_has_its_row_and_its_sentence(
    home: Home, kind: str, text: str, row: int, why: str
) -> None:
    async with office(home) as here:
        await take_in(here.database, "projects", rows_of("x.csv", projects(1)))
        n, problems = await take_in(here.database, kind, rows_of("x.csv", text.encode()))
        assert n == 0
        (problem,) = problems
        assert problem.row == row
        assert why in problem.why
        assert isinstance(problem, Problem)


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(
            "xl/worksheets/sheet1.xml",
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        )
    return buffer.getvalue()


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no zip", bomb(), b"\xff\xfe\x00", b'a;"b\nc;d'])
def test_what_is_no_table_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadRequest, match="is geen"):
        rows_of("register", raw)


async def test_a_region_is_replaced_as_a_whole(home: Home) -> None:
    async with office(home) as here:
        for codes in (("33011", "33016"), ("33011",)):
            text = "regio;nis\n" + "".join(f"Westhoek;{nis}\n" for nis in codes)
            await take_in(here.database, "regions", rows_of("x.csv", text.encode()))
        found = await register.read(here.database)
        assert found.regions == {"Westhoek": frozenset({"33011"})}
        assert {kind.code for kind in KINDS} == {"projects", "shares", "places", "regions"}
