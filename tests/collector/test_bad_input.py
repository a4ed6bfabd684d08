"""What the collector is sent by mistake or by malice: a sentence, and nothing changes."""

import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from sqlalchemy import text

from appliance.collector import register
from appliance.collector.rebuild import fingerprint
from appliance.core.federation.report import Report, dump, plain
from tests.collector.test_ingest import counting, kept
from tests.collector.test_register_import import projects
from tests.collector.test_site import NDJSON, Visit, visiting
from tests.collector.test_workbook import project
from tests.collector.writing import Home, Office, Writer, flipped


@asynccontextmanager
async def open_site(home: Home) -> AsyncIterator[tuple[Visit, Office, Writer]]:
    """A site with one approved box that has told of one week."""
    box = Writer()
    async with visiting(home.directory, database=home.url) as here:
        site = here.collector.site
        await here.know(box)
        await here.post("/api/v1/reports", box.write("2026-W45"), **NDJSON)
        yield here, Office(database=site.database, boxes=site.boxes, ingest=site.ingest), box


async def sent(here: Visit, letter: bytes) -> dict[str, Any]:
    status, told = await here.post("/api/v1/reports", letter, **NDJSON)
    assert status == 200
    found: dict[str, Any] = json.loads(told)
    return found


def other(box: Writer, **changed: object) -> bytes:
    """A letter with members that no box writes, sealed as it should be."""
    raw = {**plain(box.report("2026-W46")), **changed}
    return box.sealed(json.dumps(raw).encode())


def doubled(box: Writer) -> bytes:
    payload = dump(box.report("2026-W46"))
    return box.sealed(payload.replace(b'"revision":0', b'"revision":0,"revision":1'))


REFUSED: dict[str, tuple[str, Callable[[Writer], bytes]]] = {
    "a flipped byte": ("bad-report", lambda box: flipped(box.write("2026-W46"))),
    "a flipped seal": ("bad-signature", lambda box: flipped(box.write("2026-W46"), inside="sig")),
    "cut off": ("bad-envelope", lambda box: box.write("2026-W46")[:-30]),
    "twice in a row": ("bad-envelope", lambda box: box.write("2026-W46") * 2),
    "a member twice": ("bad-report", doubled),
    "an envelope's member twice": (
        "bad-envelope",
        lambda box: box.write("2026-W46").replace(
            b'{"payloadType"', b'{"payload":"","payloadType"'
        ),
    ),
    "text for a number": ("bad-report", lambda box: other(box, seq="2")),
    "a truth for a number": ("bad-report", lambda box: other(box, seq=True)),
    "a fraction": ("bad-report", lambda box: other(box, revision=0.5)),
    "a negative count": ("bad-report", lambda box: other(box, totals={"tickets": -1})),
    "no object": ("bad-report", lambda box: box.sealed(b"[1]")),
    "nothing": ("bad-report", lambda box: box.sealed(b"")),
    "another schema": ("bad-report", lambda box: other(box, schema="digipunt.report/2")),
    "a k of two": ("bad-report", lambda box: other(box, k=2)),
    "a table that does not make its total": (
        "bad-report",
        lambda box: box.month("2026-10", tables={"topic": {"tax": 41}}),
    ),
    "a table under k": (
        "bad-report",
        lambda box: box.month("2026-10", tables={"topic": {"tax": 36, "bank": 4}}),
    ),
    "a table in a week": (
        "bad-report",
        lambda box: box.write("2026-W46", tables={"topic": {"tax": 8}}),
    ),
    "a period that is none": (
        "bad-report",
        lambda box: other(box, period={"name": "2026-W60", "start": "x", "end": "y", "tz": "z"}),
    ),
    "another key": ("unknown-box", lambda _: Writer(77).write("2026-W46")),
    "another box's key": (
        "bad-signature",
        lambda box: Writer(77).sealed(dump(box.report("2026-W46"))),
    ),
    "another type": ("unknown-type", lambda box: box.sealed(b"{}", kind="text/plain")),
}
UNCOUNTED: dict[str, tuple[str, Callable[[Writer], bytes]]] = {
    "the future": ("future-period", lambda box: box.write("2027-W46")),
    "an older revision": ("older-revision", lambda box: box.write("2026-W45")),
    "a code that did not exist then": (
        "unknown-municipality",
        lambda box: box.write("2026-W46", location=Writer(5, nis="11056").location),
    ),
    "a code that never existed": (
        "unknown-municipality",
        lambda box: box.write("2026-W46", location=Writer(5, nis="99999").location),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_letter_is_refused_with_a_reason_and_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    code, make = REFUSED[name]
    async with open_site(Home(directory=tmp_path)) as (here, office, box):
        before = await fingerprint(office.database)
        answer = await sent(here, make(box.twin()))
        assert answer["code"] == code
        assert answer["receipt"] is None
        assert answer["reason"].endswith(".")
        assert await fingerprint(office.database) == before
        assert len(await kept(office)) == 1
        assert (await sent(here, box.write("2026-W46")))["code"] == "accepted"


@pytest.mark.parametrize("name", UNCOUNTED)
async def test_what_cannot_count_keeps_its_place_and_the_box_goes_on(home: Home, name: str) -> None:
    code, make = UNCOUNTED[name]
    async with open_site(home) as (here, office, box):
        answer = await sent(here, make(box))
        assert (answer["status"], answer["code"]) == ("quarantined", code)
        assert answer["receipt"] is not None
        assert await counting(office) == {"2026-W45": 10}
        assert (await sent(here, box.write("2026-W46")))["code"] == "accepted"


async def test_a_quarter_over_months_is_not_counted_twice(home: Home) -> None:
    async with open_site(home) as (here, office, box):
        assert (await sent(here, box.month("2026-10")))["code"] == "accepted"
        assert (await sent(here, box.month("2026-Q3")))["code"] == "overlapping"
        assert "2026-Q3" not in await counting(office)


async def test_a_replay_changes_nothing_and_gets_the_same_receipt(home: Home) -> None:
    async with open_site(home) as (here, office, box):
        letter = box.write("2026-W46")
        first = await sent(here, letter)
        before = await fingerprint(office.database)
        again = await sent(here, letter)
        assert (again["code"], again["receipt"]) == ("duplicate", first["receipt"])
        assert await fingerprint(office.database) == before


async def test_good_letters_between_bad_ones_count(home: Home) -> None:
    async with open_site(home) as (here, office, box):
        good = [box.write("2026-W46"), box.write("2026-W47")]
        body = b"\n".join([b"{", good[0], b"\xff\x00", flipped(good[1]), good[1], b"null"])
        _, told = await here.post("/api/v1/reports", body, **NDJSON)
        codes = [json.loads(line)["code"] for line in told.splitlines()]
        assert codes.count("accepted") == 2
        assert len(codes) == 6
        assert set(await counting(office)) == {"2026-W45", "2026-W46", "2026-W47"}


async def test_fifty_megabytes_are_refused_and_the_next_letter_is_taken(home: Home) -> None:
    async with open_site(home) as (here, _, box):
        body = io.BytesIO(b"x" * 50 * 2**20)
        status, told = await here.post("/api/v1/reports", body, **NDJSON)
        assert (status, json.loads(told)["error"]["code"]) == (413, "too-large")
        assert (await sent(here, box.write("2026-W46")))["code"] == "accepted"


async def test_a_database_that_goes_away_in_mid_batch_acknowledges_nothing(home: Home) -> None:
    async with open_site(home) as (here, office, box):
        letters = [box.write("2026-W46"), box.write("2026-W47")]
        async with office.database.writing() as connection:
            await connection.execute(text("ALTER TABLE told RENAME TO gone"))
        status, told = await here.post("/api/v1/reports", b"\n".join(letters), **NDJSON)
        assert (status, json.loads(told)["error"]["code"]) == (503, "storage-unavailable")
        status, _ = await here.get("/healthz")
        assert status == 200
        async with office.database.writing() as connection:
            await connection.execute(text("ALTER TABLE gone RENAME TO told"))
        assert len(await kept(office)) == 1
        for letter in letters:
            assert (await sent(here, letter))["code"] == "accepted"


async def test_three_bad_rows_of_three_hundred_are_named_and_nothing_is_half_imported(
    home: Home,
) -> None:
    async with open_site(home) as (here, office, _):
        await here.sign_in()
        await register.put_projects(office.database, [project("bestond", 1)])
        form = FormData()
        form.add_field("csrf", await here.csrf())
        form.add_field("kind", "projects")
        form.add_field("file", projects(300, wrong=(7, 150, 299)), filename="register.csv")
        headers = {**here.origin, "Accept": "text/html"}
        async with here.web.post("/register", data=form, headers=headers) as answer:
            assert answer.status == 400
            page = await answer.text()
        assert "Er is niets overgenomen." in page
        assert page.count("<li>Rij ") == 3
        for row in (9, 152, 301):
            assert f"<li>Rij {row}: " in page
        known = await register.read(office.database)
        assert [one.project for one in known.projects] == ["bestond"]


@pytest.mark.parametrize("of", ["", "topic", "niets", "topic:", "x:y", "__class__", "'--"])
async def test_a_figure_that_does_not_exist_is_a_sentence_or_is_empty(
    tmp_path: Path, of: str
) -> None:
    async with open_site(Home(directory=tmp_path)) as (here, _, _box):
        await here.sign_in()
        status, page = await here.get(f"/figure?from=2026-11&of={of}")
        assert status in {200, 400}
        assert ("Dit kan zo niet" in page) or ("Geen enkele brief" in page)


@pytest.mark.parametrize("query", ["", "place=plek-1", "place=plek-1&year=99", "place=x&year=2026"])
async def test_a_sheet_of_a_place_that_is_none_is_a_sentence(tmp_path: Path, query: str) -> None:
    async with open_site(Home(directory=tmp_path)) as (here, _, _box):
        await here.sign_in()
        status, page = await here.get(f"/place?{query}")
        assert status in {400, 404}
        assert "Dat lukte niet" in page


def test_reports_of_the_tests_are_reports() -> None:
    assert isinstance(Writer().report(), Report)
