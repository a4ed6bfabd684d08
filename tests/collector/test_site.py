"""The collector over HTTP: letters in, pages and files out, and all that is refused."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, FormData
from openapi_spec_validator import validate
from openpyxl import load_workbook

from appliance.adapters.ed25519 import verify
from appliance.collector import register
from appliance.collector.app import endpoints
from appliance.collector.boxes import BoxState
from appliance.collector.config import CollectorConfig
from appliance.collector.doors import SENTENCES
from appliance.collector.program import Collector, open_collector
from appliance.core.federation import receipt as receipts
from appliance.core.federation.dsse import opened
from appliance.core.federation.words import spoken
from tests.collector.test_register_import import projects
from tests.collector.writing import NOW, Writer

PASSWORD = "drie vogels op een dak"
NDJSON = {"Content-Type": "application/x-ndjson"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A collector that listens, and somebody who asks it things."""

    collector: Collector
    web: ClientSession

    @property
    def origin(self) -> dict[str, str]:
        return {"Origin": self.collector.url}

    async def post(self, path: str, body: bytes | io.BytesIO, **headers: str) -> tuple[int, Any]:
        async with self.web.post(path, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, str]:
        async with self.web.get(path, headers={"Accept": "text/html"}) as answer:
            return answer.status, await answer.text()

    async def sign_in(self) -> None:
        await self.collector.site.accounts.choose("an", PASSWORD)
        data = {"user": "an", "password": PASSWORD}
        async with self.web.post("/api/v1/session", json=data, headers=self.origin) as answer:
            assert answer.status == 200
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie

    async def csrf(self) -> str:
        _, text = await self.get("/boxes")
        return text.partition('name="csrf" value="')[2].partition('"')[0]

    async def know(self, *writers: Writer) -> None:
        for writer in writers:
            status, _ = await self.post("/api/v1/boxes", writer.hello())
            assert status == 200
            await self.collector.site.boxes.decide(writer.id, BoxState.APPROVED, by="an", now=NOW)


@asynccontextmanager
async def visiting(
    directory: Path,
    *,
    patience: float = 10.0,
    **settings: Any,  # noqa: ANN401  as the settings are
) -> AsyncIterator[Visit]:
    config = CollectorConfig(directory=str(directory / "c"), port=0, **settings)
    async with (
        open_collector(config, now=lambda: NOW, patience=patience) as collector,
        ClientSession(collector.url, cookie_jar=CookieJar(unsafe=True)) as web,
    ):
        yield Visit(collector=collector, web=web)


async def test_a_day_from_introduction_to_workbook(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        status, told = await here.post("/api/v1/boxes", box.hello("Bib Ieper"))
        answer = json.loads(told)
        assert (answer["box"], answer["state"]) == (box.id, "waiting")
        assert answer["words"] == list(spoken(box.public))
        letters = [box.write("2026-W48"), box.month("2026-11")]
        status, told = await here.post("/api/v1/reports", b"\n".join(letters), **NDJSON)
        assert [json.loads(one)["code"] for one in told.splitlines()] == ["not-approved"] * 2

        await here.sign_in()
        status, text = await here.get("/boxes")
        assert "Bib Ieper" in text
        assert " ".join(spoken(box.public)) in text
        form = {"csrf": await here.csrf(), "state": "approved"}
        async with here.web.post(f"/boxes/{box.id}", data=form, headers=here.origin) as refused:
            assert refused.status == 400  # of which place?
        place = register.Place(
            location="plek-1",
            name="Bib Ieper",
            nis="33011",
            kind="library",
            project=None,
            expected_from="2026-11-01",
            expected_to=None,
        )
        await register.put_places(here.collector.site.database, [place])
        form["location"] = "plek-1"
        async with here.web.post(f"/boxes/{box.id}", data=form, headers=here.origin) as done:
            assert done.status == 200
            assert "goedgekeurd" in await done.text()

        status, told = await here.post("/api/v1/reports", b"\n".join(letters) + b"\n", **NDJSON)
        assert status == 200
        answers = [json.loads(one) for one in told.splitlines()]
        assert [one["status"] for one in answers] == ["accepted", "accepted"]
        envelope = opened(json.dumps(answers[1]["receipt"]).encode())
        assert envelope.sealed_by(here.collector.key.public, verify)
        assert receipts.load(envelope.payload).received == 2

        status, text = await here.get("/?from=2026-11&to=2026-11")
        assert status == 200
        assert "Ieper" in text
        assert "Belastingen (Tax-on-web)" in text
        assert "1 zijn stil" not in text
        status, text = await here.get("/letters?place=plek-1")
        assert "Aanvaard: de brief telt mee." in text

        async with here.web.get("/workbook.xlsx?from=2026-11&to=2026-11") as answer:
            assert answer.status == 200
            name = answer.headers["Content-Disposition"]
            assert name == 'attachment; filename="digipunten_alle_2026-11.xlsx"'
            book = load_workbook(io.BytesIO(await answer.read()))
        assert book["Per provincie"]["J8"].value == 40
        for ending in ("csv", "json"):
            async with here.web.get(f"/workbook.{ending}?from=2026-11&geo=2022") as answer:
                assert answer.status == 200
                assert len(await answer.read()) > 1000


async def test_one_letter_may_come_as_json(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await here.know(box)
        kind = {"Content-Type": "application/json"}
        status, told = await here.post("/api/v1/reports", box.write(), **kind)
        assert (status, json.loads(told)["status"]) == (200, "accepted")
        status, told = await here.post("/api/v1/reports", b"[]", **kind)
        assert (status, json.loads(told)["code"]) == (200, "bad-envelope")
        status, told = await here.post("/api/v1/reports", b"x", **{"Content-Type": "text/plain"})
        assert (status, json.loads(told)["error"]["code"]) == (415, "unsupported-type")


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    async with visiting(tmp_path, body_mb=1) as here:
        status, told = await here.post("/api/v1/reports", io.BytesIO(b"x" * 50 * 2**20), **NDJSON)
        assert (status, json.loads(told)["error"]["code"]) == (413, "too-large")


async def test_a_stream_that_is_too_large_is_refused_too(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 2**16

    async with (
        visiting(tmp_path, body_mb=1) as here,
        here.web.post("/api/v1/reports", data=endless(), headers=NDJSON) as answer,
    ):
        assert answer.status == 413


async def test_a_body_that_does_not_arrive_is_not_waited_for(tmp_path: Path) -> None:
    box = Writer()
    never = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield box.write()
        await never.wait()

    async with visiting(tmp_path, patience=0.05) as here:
        await here.know(box)
        async with here.web.post("/api/v1/reports", data=slow(), headers=NDJSON) as answer:
            assert answer.status == 408
            assert (await answer.json())["error"]["code"] == "timeout"
            never.set()


async def test_nothing_is_shown_or_changed_without_signing_in(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        for one in endpoints():
            length = {"box": 26, "ite": 12}.get(one.path.partition("{")[2][:3], 0)
            path = one.path.partition("{")[0] + "a" * length
            if not one.signed_in:
                continue
            async with here.web.request(one.method, path, headers=here.origin) as answer:
                assert answer.status == 401, path
        async with here.web.get("/", headers={"Accept": "text/html"}) as answer:
            assert answer.url.path == "/sign-in"
            assert "digipunt collector user" in await answer.text()


async def test_a_write_from_another_site_or_without_the_token_changes_nothing(
    tmp_path: Path,
) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await here.post("/api/v1/boxes", box.hello())
        await here.sign_in()
        token = await here.csrf()
        for headers, csrf in (
            ({}, token),
            ({"Origin": "https://elders.example"}, token),
            (here.origin, ""),
            (here.origin, "0" * 64),
        ):
            form = {"csrf": csrf, "state": "approved"}
            async with here.web.post(f"/boxes/{box.id}", data=form, headers=headers) as answer:
                assert answer.status == 403
        (shown,) = await here.collector.site.boxes.listed()
        assert shown.state is BoxState.WAITING


async def test_signing_in_by_form_says_what_is_wrong_and_slows_down(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        await here.collector.site.accounts.choose("an", PASSWORD)
        wrong = {"user": "an", "password": "mis mis mis mis"}
        for _ in range(5):
            async with here.web.post("/sign-in", data=wrong, headers=here.origin) as answer:
                assert answer.status == 401
                assert "horen niet bij elkaar" in await answer.text()
        right = {"user": "an", "password": PASSWORD}
        async with here.web.post("/sign-in", data=right, headers=here.origin) as answer:
            assert answer.status == 429
            assert "Te vaak geprobeerd" in await answer.text()


async def test_signing_out_ends_it(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        await here.sign_in()
        assert (await here.get("/"))[0] == 200
        async with here.web.delete("/api/v1/session", headers=here.origin) as answer:
            assert answer.status == 204
        async with here.web.get("/workbook.json") as answer:
            assert answer.status == 401


async def test_another_host_is_refused(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        async with here.web.get("/healthz", headers={"Host": "kwaad.example"}) as answer:
            assert answer.status == 421
        async with here.web.get("/healthz") as answer:
            assert await answer.json() == {"ok": True, "conditions": []}


@pytest.mark.parametrize(
    "query", ["from=2026-13", "from=x&to=y", "from=2026-11&to=2026-10", "region=Nergens", "geo=1"]
)
async def test_a_strange_span_is_a_sentence(tmp_path: Path, query: str) -> None:
    async with visiting(tmp_path) as here:
        await here.sign_in()
        status, text = await here.get(f"/?{query}")
        assert status == 400
        assert "Dit kan zo niet" in text


async def test_a_register_file_is_taken_in_by_form(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        await here.sign_in()
        for raw, status, words in (
            (projects(3, wrong=(1,)), 400, "Rij 3: status"),
            (projects(3), 200, "3 rijen overgenomen."),
            (b"PK no", 400, "Dit kan zo niet"),
        ):
            form = FormData()
            form.add_field("csrf", await here.csrf())
            form.add_field("kind", "projects")
            form.add_field("file", raw, filename="register.csv")
            headers = {**here.origin, "Accept": "text/html"}
            async with here.web.post("/register", data=form, headers=headers) as answer:
                assert answer.status == status
                assert words in await answer.text()


async def test_the_description_is_valid_and_complete(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here, here.web.get("/api/v1/openapi.json") as answer:
        document = await answer.json()
    validate(document)
    assert "post" in document["paths"]["/api/v1/reports"]


async def test_every_answer_has_the_headers_that_browsers_need(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        for path in ("/sign-in", "/healthz", "/nergens"):
            async with here.web.get(path) as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "Server" not in answer.headers


async def test_figures_for_prometheus_count_answers(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await here.know(box)
        letter = box.write()
        await here.post("/api/v1/reports", letter + b"\n" + letter, **NDJSON)
        await here.sign_in()
        _, text = await here.get("/metrics")
        assert 'digipunt_collector_letters_total{code="duplicate"} 1' in text


def test_every_sentence_is_dutch_and_ends() -> None:
    assert all(text.endswith(".") and text[0].isupper() for text in SENTENCES.values())
