"""The workbook: every sheet, sums that agree, text that stays text, always the same bytes."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook as Opened
from openpyxl import load_workbook

from appliance.collector import figures, register
from appliance.collector.figures import Figures, UnknownRegion
from appliance.collector.plain_tables import csv_of, json_of
from appliance.collector.rebuild import rebuild
from appliance.collector.register import Place, Project, Share
from appliance.collector.spans import Span
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from tests.collector.writing import Home, Office, Writer, office

TODAY = date(2026, 12, 8)
TITLES = [
    "Toelichting",
    "Per provincie",
    "Per gemeente",
    "Projecten",
    "Per dienst",
    "Per onderwerp",
    "Per taal",
    "Per kanaal",
    "Tevredenheid",
    "Ontbrekend",
]


def project(name: str, budget: int | None, *, title: str = "Digibank") -> Project:
    return Project(
        project=name,
        name=title,
        promotor="@stad",
        trajectory="implementatie",
        call_round=2,
        status="lopend",
        starts="2022-01-01",
        ends=None,
        budget_cents=budget,
        programmes="",
    )


def share(name: str, nis: str, role: str = "partner") -> Share:
    return Share(project=name, nis=nis, role=role, valid_from=None, valid_to=None)


def place(name: str, nis: str, *, title: str = "Bib", since: str = "2026-10-01") -> Place:
    return Place(
        location=name,
        name=title,
        nis=nis,
        kind="library",
        project="westhoek",
        expected_from=since,
        expected_to=None,
    )


@asynccontextmanager
async def year(home: Home) -> AsyncIterator[Office]:
    """Ieper and Brussel tell, Mesen is registered and silent, Beveren is not registered."""
    ieper, brussel, beveren = Writer(1), Writer(2, nis="21004"), Writer(3, nis="11056")
    async with office(home) as here:
        await here.know(ieper, brussel, beveren)
        await here.take(
            *(ieper.write(f"2026-W{week}") for week in range(40, 49)),
            ieper.month("2026-10"),
            ieper.month("2026-11", served=20, left=0),
            ieper.write("2026-11", revision=1, totals={"tickets": 22, "served": 21, "left": 1}),
            *(brussel.write(f"2026-W{week}", totals={}) for week in range(40, 46)),
            brussel.month("2026-10", served=3, left=0),
            beveren.month("2024-11", served=7, left=0),
            now=datetime.fromisoformat("2026-12-08T09:00:00+00:00"),
        )
        await register.put_projects(
            here.database,
            [project("westhoek", 1_000_050, title="=2+3"), project("breed", 70_000)],
        )
        await register.put_shares(
            here.database,
            [
                share("westhoek", "33011"),
                share("westhoek", "33016", "territory"),
                share("breed", "33011"),
                share("breed", "11002"),
            ],
        )
        await register.put_places(
            here.database,
            [place("plek-1", "33011", title="+32 Bib"), place("stil", "33016", title="-Mesen")],
        )
        await register.put_regions(here.database, [("Westhoek", "33011"), ("Westhoek", "33016")])
        yield here


async def read(
    here: Office,
    since: str = "2026-10",
    until: str = "2026-11",
    **more: Any,  # noqa: ANN401  as figures.read takes them
) -> Figures:
    return await figures.read(here.database, Span.of(since, until), today=TODAY, k=5, **more)


def opened(raw: bytes) -> Opened:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_workbook(io.BytesIO(raw))


def table(book: Opened, title: str) -> list[dict[str, Any]]:
    heading, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


async def test_every_sheet_is_there_with_its_first_row_frozen(home: Home) -> None:
    async with year(home) as here:
        book = opened(workbook(workbook_sheets(await read(here))))
    assert book.sheetnames == TITLES
    assert {book[title].freeze_panes for title in TITLES} == {"A2"}


async def test_sums_agree_between_sheets(home: Home) -> None:
    async with year(home) as here:
        found = await read(here)
    book = opened(workbook(workbook_sheets(found)))
    provinces, places = table(book, "Per provincie"), table(book, "Per gemeente")
    for rows in (provinces, places):
        *parts, total = rows
        for name, whole in total.items():
            if isinstance(whole, int | float) and not name.endswith("%"):
                assert sum(row[name] or 0 for row in parts) == pytest.approx(whole), name
    assert {name: provinces[-1][name] for name in ("Bezoeken", "Contacten", "Digipunten")} == {
        name: places[-1][name] for name in ("Bezoeken", "Contacten", "Digipunten")
    }
    assert provinces[-1]["Bezoeken"] == 40 + 21 + 3 == found.totals["served"]
    assert provinces[-1]["Toegekend budget €"] == places[-1]["Toegekend budget €"] == 10700.5
    for title in ("Per dienst", "Per onderwerp", "Per taal", "Per kanaal"):
        *parts, total = table(book, title)
        assert sum(row["Aantal"] for row in parts) == total["Aantal"], title
    assert table(book, "Per dienst")[-1]["Aantal"] == 44 + 22 + 3
    assert table(book, "Per onderwerp")[-1]["Aantal"] == provinces[-1]["Bezoeken"]
    channels = ("Aan de balie", "Telefoon", "Zelf online", "Aan huis")
    folded = provinces[-1]["Kanaal niet uitgesplitst (kleine aantallen)"]
    assert sum(provinces[-1][name] for name in channels) + folded == 40 + 20 + 3


async def test_small_numbers_and_corrections_stand_in_rows_of_their_own(home: Home) -> None:
    async with year(home) as here:
        book = opened(workbook(workbook_sheets(await read(here))))
    topics = {row["Onderwerp"]: row["Aantal"] for row in table(book, "Per onderwerp")}
    assert topics["Belastingen (Tax-on-web)"] == 60
    assert topics["niet uitgesplitst (kleine aantallen)"] == 3
    assert topics["verbeterd nadien (niet uitgesplitst)"] == 1
    assert topics["School en kinderen"] == 0


async def test_all_provinces_and_municipalities_are_there_also_with_nothing(home: Home) -> None:
    async with year(home) as here:
        book = opened(workbook(workbook_sheets(await read(here))))
    rows = table(book, "Per provincie")
    assert [row["Provincie"] for row in rows] == [
        "Antwerpen",
        "Limburg",
        "Oost-Vlaanderen",
        "Vlaams-Brabant",
        "West-Vlaanderen",
        "Brussel",
        "Meerdere provincies",
        "Totaal",
    ]
    assert [row["Gemeenten totaal"] for row in rows] == [67, 38, 55, 63, 62, 19, 0, 304]
    assert rows[0]["Digipunten"] == 0
    assert rows[0]["Bezoeken"] is None
    assert [row["Gemeenten met digipunt"] for row in rows] == [0, 0, 1, 0, 2, 1, 0, 4]
    places = table(book, "Per gemeente")
    assert len(places) == 304 + 2
    mesen = next(row for row in places if row["NIS"] == "33016")
    assert (mesen["Digipunten"], mesen["Digipunten actief"], mesen["Bezoeken"]) == (1, 0, None)
    assert mesen["Rol"] == "grondgebied"


async def test_text_stays_text_numbers_numbers_and_days_days(home: Home) -> None:
    async with year(home) as here:
        book = opened(workbook(workbook_sheets(await read(here))))
    for page in book:
        for row in page.iter_rows():
            assert [cell.coordinate for cell in row if cell.data_type == "f"] == []
    names = {row["Naam"]: row for row in table(book, "Projecten")}
    assert "=2+3" in names
    assert names["=2+3"]["Begin"] == datetime(2022, 1, 1)  # noqa: DTZ001  a calendar day
    assert names["=2+3"]["Promotor"] == "@stad"
    nis = [cell for cell in book["Per gemeente"]["B"] if cell.value == "33011"]
    assert [cell.data_type for cell in nis] == ["s"]
    assert {row["Naam"] for row in table(book, "Ontbrekend")} >= {"+32 Bib", "-Mesen"}


async def test_silence_is_not_zero(home: Home) -> None:
    async with year(home) as here:
        found = await read(here)
    gone = {
        row["Plek"]: row for row in table(opened(workbook(workbook_sheets(found))), "Ontbrekend")
    }
    assert gone["plek-1"]["Stil sinds"] is None
    assert gone["stil"]["Stil sinds"] == "2026-W40"
    assert gone["stil"]["Ontbreekt: maanden"] == "2026-10, 2026-11"
    assert gone["plek-2"]["Stil sinds"] == "2026-W46"
    assert gone["plek-2"]["In het register"] == "nee"
    assert found.coverage == (9 + 6, 4 * 9)


async def test_the_same_letters_give_the_same_bytes(home: Home) -> None:
    async with year(home) as here:
        first = workbook(workbook_sheets(await read(here)))
        await rebuild(here.database, k=5)
        second = workbook(workbook_sheets(await read(here)))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {one.date_time[0] for one in file.infolist()} == {1980}


async def test_a_region_is_a_set_of_municipalities(home: Home) -> None:
    async with year(home) as here:
        found = await read(here, region="Westhoek")
        with pytest.raises(UnknownRegion):
            await read(here, region="Nergens")
    book = opened(workbook(workbook_sheets(found)))
    places = table(book, "Per gemeente")
    assert [row["NIS"] for row in places if row["NIS"]] == ["33011", "33016"]
    assert places[-1]["Bezoeken"] == 61
    assert table(book, "Per provincie")[-1]["Gemeenten totaal"] == 2


async def test_a_merged_municipality_is_shown_by_the_geography_asked_for(home: Home) -> None:
    async with year(home) as here:
        then = await read(here, "2024-11", "2024-11", geography=date(2022, 6, 1))
        now = await read(here, "2024-11", "2024-11", geography=date(2025, 6, 1))
    for found, nis, province in ((then, "11056", "Antwerpen"), (now, "46030", "Oost-Vlaanderen")):
        book = opened(workbook(workbook_sheets(found)))
        rows = {row["Provincie"]: row["Bezoeken"] for row in table(book, "Per provincie")}
        assert rows[province] == 7
        assert [r["Bezoeken"] for r in table(book, "Per gemeente") if r["NIS"] == nis] == [7]


async def test_csv_opens_in_a_belgian_excel_and_json_says_what_its_columns_are(
    home: Home,
) -> None:
    async with year(home) as here:
        sheets = workbook_sheets(await read(here))
    raw = csv_of(sheets)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows if len(row) == 1] == TITLES
    assert ["'=2+3" in row for row in rows].count(True) == 1
    total = next(row for row in rows if row[:2] == ["Totaal", ""])
    assert total[-1] == "10700,5"
    document = json.loads(json_of(sheets))
    assert [sheet["title"] for sheet in document["sheets"]] == TITLES
    for sheet in document["sheets"]:
        assert {len(row) for row in sheet["rows"]} == {len(sheet["columns"])}


@pytest.mark.parametrize("span", [("2026-11", "2026-10"), ("2026-W01", "2026-W02"), ("x", "y")])
def test_a_span_is_of_whole_months(span: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"span|week"):
        Span.of(*span)
