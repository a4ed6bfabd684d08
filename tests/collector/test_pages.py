"""What the coordinator's pages say, and that each figure is the sum of the letters behind it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.collector import figures, register
from appliance.collector.letter_screens import behind
from appliance.collector.overview import charts, overview
from appliance.collector.spans import Span
from appliance.collector.trend import trend
from appliance.core.federation.report import SUMS
from tests.collector.test_site import Visit, visiting
from tests.collector.test_workbook import TODAY, read, year
from tests.collector.writing import NOW, Home, Writer, month_of, office


async def test_every_figure_is_the_sum_of_the_letters_behind_it(home: Home) -> None:
    async with year(home) as here:
        found = await read(here)
        page = overview(found)
        for of, n in (
            ("contacts", found.totals["contacts"]),
            ("served", page.visits),
            ("first_visits", page.first_visits),
            ("group_people", page.group_people),
        ):
            assert sum(one.n for one in await behind(here.database, found, of)) == n, of
        bars = [bar for chart in charts(found) for bar in chart.bars if bar.of]
        assert {bar.of.partition(":")[0] for bar in bars} >= {"topic", "channel", "wait"}
        for bar in bars:
            assert sum(one.n for one in await behind(here.database, found, bar.of)) == bar.n
        (corrected,) = [
            one for one in await behind(here.database, found, "served") if len(one.letters) > 1
        ]
        assert (corrected.period, corrected.n) == ("2026-11", 21)


async def test_months_stand_beside_each_other_and_a_quarter_at_its_last_month(home: Home) -> None:
    one, other = Writer(1), Writer(2)
    async with office(home) as here:
        await here.know(one, other)
        totals, tables = month_of(50)
        await here.take(
            one.month("2026-09", served=10),
            one.month("2026-10", served=20),
            one.month("2026-11", served=30),
            other.write("2026-Q3", totals=totals, tables=tables),
        )
        span = Span.of("2026-10", "2026-11")
        found = await figures.read(here.database, span, today=TODAY, k=5)
        chart, before = await trend(here.database, found)
    assert [(bar.label, bar.n) for bar in chart.bars] == [
        ("sep 2026", 60),
        ("okt 2026", 20),
        ("nov 2026", 30),
    ]
    assert before == 60


async def test_white_spots_are_the_municipalities_of_that_day_without_a_place(home: Home) -> None:
    async with year(home) as here:
        whole, region = overview(await read(here)), overview(await read(here, region="Westhoek"))
    assert (whole.reached, whole.municipalities) == (4, 304)
    assert len(whole.white_spots) == 300
    assert (region.reached, region.municipalities, region.white_spots) == (2, 2, [])


async def test_answers_too_few_to_be_told_apart_are_no_zero(tmp_path: Path) -> None:
    box = Writer()
    async with office(Home(directory=tmp_path)) as here:
        await here.know(box)
        totals, tables = month_of(40)
        told = {**tables, "feedback-ease": {"1": 5, "_rest": 6}}
        await here.take(box.month(totals={**totals, "said_ease": 11}, tables=told))
        found = await figures.read(here.database, Span.of("2026-11", "2026-11"), today=TODAY, k=5)
    said = next(chart for chart in charts(found) if chart.id == "said")
    assert [(bar.n, bar.share) for bar in said.bars] == [(None, None)]


@asynccontextmanager
async def copied(home: Home) -> AsyncIterator[Visit]:
    """A card was copied, and the copy brought its letters first."""
    box = Writer()
    async with visiting(home.directory, database=home.url) as here:
        await here.know(box)
        twin = box.twin()
        true = [box.write("2026-W44"), box.write("2026-W45")]
        twin.write("2026-W44", software="0.1.1")
        forged = twin.write("2026-W45", software="0.1.1")
        for letter in (forged, true[1]):
            await here.collector.site.ingest.take([letter], now=NOW)
        await here.sign_in()
        yield here


async def test_the_page_of_letters_says_what_waits_and_what_to_do(home: Home) -> None:
    async with copied(home) as here:
        _, page = await here.get("/letters")
        assert page.count("er wachten twee verschillende brieven met dit nummer") == 2
        assert "schrijven twee kaarten" in page
        assert "Laat verdergaan" in page
        _, boxes = await here.get("/boxes")
        way = re.findall(r'href="(/boxes/[^"]+)"[^>]*>Kijk en beslis', boxes)[0]
        assert "Laat verdergaan" in (await here.get(way))[1]


async def test_no_page_shows_a_number_under_k_but_of_what_is_told_exactly(tmp_path: Path) -> None:
    """Cells of tables; totals are exact by design, and silence is a dash."""
    async with year(Home(directory=tmp_path)) as here:
        found = await read(here)
    for chart in charts(found):
        for bar in chart.bars:
            folded = bar.of.endswith("_rest") or not bar.of
            assert folded or bar.n is None or bar.n >= 5, (chart.id, bar.label)
    assert set(SUMS) >= {chart.id for chart in charts(found) if chart.id != "said"}


async def test_a_sheet_for_the_council_holds_one_place_and_its_year(tmp_path: Path) -> None:
    box, other = Writer(1), Writer(2)
    async with visiting(tmp_path) as here:
        await here.know(box, other)
        await here.collector.site.ingest.take(
            [box.month("2026-10", served=40), box.month("2026-11", served=20), other.month()],
            now=NOW,
        )
        await here.sign_in()
        status, page = await here.get("/place?place=plek-1&year=2026")
        assert status == 200
        big = re.findall(r"<b>([^<]*)</b> (\w+)", page)
        assert ("60", "bezoeken") in big
        assert "Van deze maanden kwamen geen cijfers" not in page
        _, places = await here.get("/places?from=2026-10&to=2026-11")
        assert "/place?place=plek-1&amp;year=2026" in places
        assert (await register.read(here.collector.site.database)).places == []
