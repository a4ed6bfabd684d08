"""A collector with a quarter in it, for whoever looks at its pages."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.collector import register
from appliance.collector.register import Place
from tests.collector.test_site import Visit, visiting
from tests.collector.test_workbook import project, share
from tests.collector.writing import NOW, Writer
from tests.federation.year import month as tables_of
from tests.federation.year import week as totals_of

NAMES = (
    ("Bib Ieper", "33011"),
    ("Digicafé ’t Park", "33011"),
    ("Buurthuis De Linde", "33037"),
    ("Dienstencentrum Ter Brugge, met een heel lange naam op de gevel", "33040"),
    ("OCMW Poperinge", "33021"),
    ("Kringwinkel Wervik", "33029"),
    ("Bib Brussel", "21004"),
)
PATHS = (
    "/sign-in",
    "/?from=2026-09&to=2026-11",
    "/?from=2026-11&to=2026-11&region=Westhoek",
    "/?from=2024-01&to=2024-01",
    "/places?from=2026-09&to=2026-11",
    "/place?place=plek-1&year=2026",
    "/figure?of=topic:tax&from=2026-09&to=2026-11",
    "/letters",
    "/letters?place=plek-1",
    "/boxes",
    "/register",
    "/nergens",
)
"""Every page, in every state worth looking at."""


@asynccontextmanager
async def looked_at(directory: Path) -> AsyncIterator[Visit]:
    """A collector that listens, with somebody signed in."""
    chance = random.Random(4)
    writers = [Writer(n + 1, nis=nis) for n, (_, nis) in enumerate(NAMES)]
    async with visiting(directory) as here:
        await here.know(*writers)
        await here.post("/api/v1/boxes", Writer(90).hello("Een kast die nog wacht"))
        database = here.collector.site.database
        await register.put_places(database, [_place(n) for n in range(len(NAMES))])
        await register.put_projects(database, [project("westhoek", 1_000_050, title="Digibank")])
        await register.put_shares(database, [share("westhoek", "33011")])
        codes = [nis for _, nis in NAMES[:-1]] + ["33016", "33041"]
        await register.put_regions(database, [("Westhoek", nis) for nis in sorted(set(codes))])
        for number, writer in enumerate(writers):
            until = (49, 49, 45, 49, 49, 49, 41)[number]
            letters = [
                writer.write(f"2026-W{week}", totals=totals_of(chance) if number != 4 else {})
                for week in range(36, until)
            ]
            for name in ("2026-09", "2026-10", "2026-11")[: 3 if until == 49 else 1]:
                totals, tables = tables_of(chance)
                letters.append(writer.write(name, totals=totals, tables=tables))
            await here.collector.site.ingest.take(letters, now=NOW)
        twin = writers[5].twin()
        await here.collector.site.ingest.take(
            [
                writers[5].write("2026-W49", totals={}),
                twin.write("2026-W49"),
                writers[0].write("2026-W52"),
            ],
            now=NOW,
        )
        await here.sign_in()
        yield here


def _place(number: int) -> Place:
    name, nis = NAMES[number]
    return Place(
        location=f"plek-{number + 1}",
        name=name,
        nis=nis,
        kind="library",
        project="westhoek",
        expected_from="2026-09-01",
        expected_to=None,
    )
