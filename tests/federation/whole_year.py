"""A year of a thousand boxes through HTTP, and then its workbook and its pages."""

import asyncio
import io
import json
import random
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl import load_workbook

from tests.bench.figure import Figure
from tests.bench.store import on_a_medium
from tests.collector.cluster import cluster
from tests.federation.running import Running, collectors, lay
from tests.federation.year import YearBox, boxes, periods

NDJSON = "application/x-ndjson"
AT_ONCE = 500
SPAN = "from=2025-01&to=2025-12"
PAGES = {
    "the overview of a month": "/?from=2025-11&to=2025-11",
    "the overview of a quarter": "/?from=2025-10&to=2025-12",
    "the overview of the year": f"/?{SPAN}",
    "all places of the year": f"/places?{SPAN}",
    "a year of a place on paper": "/place?place=plek-7&year=2025",
    "the letters behind a figure": f"/figure?of=topic:tax&{SPAN}",
    "the letters of a place": "/letters?place=plek-7",
    "the letters that do not count": "/letters",
    "the boxes": "/boxes",
    "the register": "/register",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What must hold; on a part only what any machine can do."""

    rate: float = 0.12
    workbook: float = 10.0
    mebibytes: float = 300.0
    page: float = 0.5


PART = Limits(rate=0.02, workbook=20.0, page=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """Deliveries of five hundred, for one of two roads, and what they tell together."""

    roads: Sequence[Sequence[bytes]]
    letters: int
    served: int


def measure(*, count: int, postgres: bool, limits: Limits) -> Sequence[Figure]:
    """Everything on one engine."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=on_a_medium())))
        database = ""
        if postgres:
            database = stack.enter_context(cluster(durable=True)).database()
        known = boxes(count)
        url = database or f"sqlite+aiosqlite:///{directory / 'collector.db'}"
        asyncio.run(lay(url, known))
        return asyncio.run(
            _measure(directory, known, database=database, limits=limits, two=postgres)
        )


async def _measure(
    directory: Path, known: Sequence[YearBox], *, database: str, limits: Limits, two: bool
) -> Sequence[Figure]:
    parcels = _parcels(known)
    async with collectors(directory, count=1 + two, database=database) as running:
        before = bare()
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, road in enumerate(parcels.roads):
                group.create_task(_send(running[number % len(running)], road))
        took = perf_counter() - began
        used = sum(one.cpu for one in running)
        rate = (before + bare()) / 2
        again = [
            await _codes(one, road[-1]) for one, road in zip(running, parcels.roads, strict=False)
        ]
        crossed = await _codes(running[-1], parcels.roads[0][0])
        known_twice = sum(code != "duplicate" for codes in (*again, crossed) for code in codes)
        one = running[0]
        raw, workbook = await one.get(f"/workbook.xlsx?{SPAN}")
        other, _ = await running[-1].get(f"/workbook.xlsx?{SPAN}")
        pages = [
            Figure(
                name=f"{name}, s",
                value=median([(await one.get(path))[1] for _ in range(5)]),
                unit="s",
                limit=limits.page,
            )
            for name, path in PAGES.items()
        ]
        table = json.loads((await one.get(f"/workbook.json?{SPAN}"))[0])
        return (
            Figure(name="letters", value=parcels.letters, unit=""),
            Figure(name="letters a second", value=parcels.letters / took, unit="/s"),
            Figure(
                name="letters a second, of the bare rate",
                value=parcels.letters / took / rate,
                unit="",
                least=limits.rate,
                ratio_of=f"{rate:.0f} Ed25519 verifications a second",
            ),
            Figure(name="letters that came again and counted", value=known_twice, unit="", limit=0),
            Figure(
                name="visits that the workbook does not have, or has too many",
                value=abs(_visits(raw) - parcels.served),
                unit="",
                limit=0,
            ),
            Figure(name="weeks that are missing", value=_missing(table), unit="", limit=0),
            Figure(
                name="bytes in which the collectors differ", value=raw != other, unit="", limit=0
            ),
            Figure(name="workbook of the year", value=workbook, unit="s", limit=limits.workbook),
            *pages,
            Figure(
                name="the most memory a collector had",
                value=max(one.peak_mib for one in running),
                unit="MiB",
                limit=limits.mebibytes,
            ),
            Figure(
                name="letters a second of a core, collectors alone",
                value=parcels.letters / used,
                unit="/s",
            ),
            Figure(
                name="seconds of a core, all collectors",
                value=sum(r.cpu for r in running),
                unit="s",
            ),
        )


def bare(count: int = 12_000) -> float:
    """Verifications a second of one core, with nothing around them; by the same clock."""
    key = Ed25519PrivateKey.generate()
    public, message = key.public_key(), bytes(1000)
    sig = key.sign(message)
    began = perf_counter()
    for _ in range(count):
        public.verify(sig, message)
    return count / (perf_counter() - began)


def _parcels(known: Sequence[YearBox]) -> Parcels:
    """Each half of the boxes takes its own road, in the order of time."""
    chance = random.Random(2025)
    halves = (known[::2], known[1::2])
    letters: tuple[list[bytes], list[bytes]] = ([], [])
    served = 0
    for period in periods():
        for half, road in zip(halves, letters, strict=True):
            for box in half:
                letter, report = box.write(period, chance)
                road.append(letter)
                served += report.totals["served"] * (period.kind == "month")
    return Parcels(
        roads=[
            [b"\n".join(road[start : start + AT_ONCE]) for start in range(0, len(road), AT_ONCE)]
            for road in letters
        ],
        letters=sum(map(len, letters)),
        served=served,
    )


async def _send(to: Running, road: Sequence[bytes]) -> None:
    for parcel in road:
        codes = await _codes(to, parcel)
        assert set(codes) == {"accepted"}, set(codes)


async def _codes(to: Running, parcel: bytes) -> Sequence[str]:
    told = await to.post("/api/v1/reports", parcel, NDJSON)
    return [json.loads(line)["code"] for line in told.splitlines()]


def _visits(raw: bytes) -> int:
    rows = list(load_workbook(io.BytesIO(raw))["Per provincie"].iter_rows(values_only=True))
    found = rows[-1][rows[0].index("Bezoeken")]
    assert isinstance(found, int)
    return found


def _missing(table: object) -> int:
    assert isinstance(table, dict)
    notes = {row[0]: row[3] for row in table["sheets"][0]["rows"]}
    return int(notes["Weekbrieven verwacht"] - notes["Weekbrieven ontvangen"])
