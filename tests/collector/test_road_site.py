"""The coordinator's pages about boxes and messages, and what boxes ask over HTTP."""

import json
import re
from pathlib import Path

from appliance.adapters.ed25519 import verify
from appliance.collector import register
from appliance.collector.boxes import BoxState
from appliance.core.federation import code as codes
from appliance.core.federation import hello, rotation, welcome
from appliance.core.federation.code import box_proof, heard, key_of
from appliance.core.federation.dsse import opened
from appliance.core.federation.papers import Kind
from appliance.core.federation.reading import base64_of
from appliance.core.federation.words import spoken
from tests.collector.road_end import BUS, PARK, WESTHOEK
from tests.collector.test_site import PASSWORD, Visit, visiting
from tests.collector.writing import NOW, Writer


async def the_register(here: Visit) -> None:
    await register.put_projects(here.collector.site.database, [WESTHOEK])
    await register.put_places(here.collector.site.database, [PARK, BUS])


async def form(here: Visit, path: str, **fields: str) -> tuple[int, str]:
    data = {"csrf": await here.csrf(), **fields}
    async with here.web.post(
        path, data=data, headers={**here.origin, "Accept": "text/html"}
    ) as answer:
        return answer.status, await answer.text()


async def test_a_code_is_shown_once_and_approves_whoever_knows_it(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await the_register(here)
        await here.sign_in()
        assert (await form(here, "/codes", location="nergens"))[0] == 400
        status, text = await form(here, "/codes", location="park")
        assert status == 200
        code = re.findall(r'<b class="code">([^<]+)</b>', text)[0]
        assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){2}[0-9A-HJKMNP-TV-Z]{4}", code)
        assert code not in (await here.get("/boxes"))[1]
        nonce = b"n" * 16
        proof = box_proof(key_of(heard(code)), box=box.public, nonce=nonce)
        asked = hello.Hello(key=box.public, name="Park", nonce=nonce, proof=proof)
        raw = box.sealed(hello.dump(asked), kind=hello.TYPE)
        _, told = await here.post("/api/v1/boxes", raw)
        answer = json.loads(told)
        assert answer["state"] == "approved"
        envelope = opened(json.dumps(answer["welcome"]).encode())
        assert envelope.sealed_by(here.collector.key.public, verify)
        assert welcome.load(envelope.payload).nonce == nonce
        wanted = codes.coordinator_proof(
            key_of(heard(code)), box=box.public, nonce=nonce, root=here.collector.key.public
        )
        assert answer["proof"] == base64_of(wanted)
        assert "goedgekeurd" in (await here.get("/boxes"))[1]


async def test_a_scanned_box_stands_alone_and_is_approved_at_two_places(tmp_path: Path) -> None:
    box, other = Writer(1), Writer(2)
    async with visiting(tmp_path) as here:
        await the_register(here)
        await here.post("/api/v1/boxes", box.hello("Park"))
        await here.post("/api/v1/boxes", other.hello("Andere plek"))
        await here.sign_in()
        status, text = await here.get(f"/boxes/{box.id}")
        assert status == 200
        assert " ".join(spoken(box.public)) in text
        assert "Andere plek" not in text
        assert (await here.get(f"/boxes/{'a' * 26}"))[0] == 404
        data = [
            ("csrf", await here.csrf()),
            ("state", "approved"),
            ("location", "park"),
            ("location", "bus"),
            ("location", ""),
        ]
        async with here.web.post(f"/boxes/{box.id}", data=data, headers=here.origin) as answer:
            assert answer.status == 200
        _, raw = await here.get(f"/api/v1/roster?box={box.id}&have=0")
        roster = json.loads(opened(raw.encode()).payload)
        assert roster["boxes"][0]["locations"] == ["park", "bus"]
        assert roster["places"][1]["programmes"] == ["Digibanken", "Iedereen Digitaal"]
        version = roster["version"]
        assert await here.get(f"/api/v1/roster?box={box.id}&have={version}") == (200, "")
        assert await here.get(f"/api/v1/roster?box={other.id}&have=0") == (200, "")
        assert (await here.get("/api/v1/roster?have=x"))[0] == 400


async def test_who_was_never_in_is_refused_and_brings_nothing(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await here.post("/api/v1/boxes", box.hello("Spookkast"))
        await here.sign_in()
        _, text = await form(here, f"/boxes/{box.id}", state="revoked")
        assert "geweigerd" in text
        (answer,) = await here.collector.site.ingest.take([box.write()], now=NOW)
        assert answer["code"] == "revoked"


async def test_messages_are_written_and_taken_back(tmp_path: Path) -> None:
    async with visiting(tmp_path) as here:
        await here.sign_in()
        fields = {"sort": "news", "title": "Itsme", "text": "Werkt niet", "since": "2026-12-08"}
        status, text = await form(here, "/news", **fields, until="2026-12-01")
        assert (status, "de laatste dag komt voor de eerste" in text) == (400, True)
        assert 'value="Itsme"' in text
        status, text = await form(here, "/news", **fields, until="2026-12-10")
        assert "Werkt niet" in text
        _, raw = await here.get("/api/v1/news?have=0")
        paper = opened(raw.encode())
        assert paper.payload_type == Kind.NEWS.type
        assert json.loads(paper.payload)["items"][0]["title"] == "Itsme"
        item = re.findall(r'action="/news/([0-9a-f]{12})"', text)[0]
        _, text = await form(here, f"/news/{item}")
        assert "Nog geen berichten." in text
        _, raw = await here.get("/api/v1/news?have=1")
        again = json.loads(opened(raw.encode()).payload)
        assert (again["version"], again["items"]) == (2, [])


async def test_a_change_of_keys_that_does_not_hold_is_refused(tmp_path: Path) -> None:
    box, thief = Writer(1), Writer(2)
    async with visiting(tmp_path) as here:
        await here.know(box)
        change = rotation.KeyChange(box=box.id, n=1, old=thief.public, new=Writer(3).public)
        raw = rotation.seal_box(change, old=thief.key.sign, new=Writer(3).key.sign)
        status, told = await here.post("/api/v1/boxes/keys", raw)
        assert (status, json.loads(told)["error"]["code"]) == (409, "bad-rotation")
        status, _ = await here.post("/api/v1/boxes/keys", b"nonsense")
        assert status == 400
        change = rotation.KeyChange(box=thief.id, n=1, old=thief.public, new=Writer(3).public)
        raw = rotation.seal_box(change, old=thief.key.sign, new=Writer(3).key.sign)
        status, _ = await here.post("/api/v1/boxes/keys", raw)
        assert status == 404
        assert await here.get("/api/v1/roots") == (200, "")


async def test_a_place_with_two_programmes_counts_once(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await the_register(here)
        await here.sign_in()
        await here.post("/api/v1/boxes", box.hello("Park"))
        await form(here, f"/boxes/{box.id}", state="approved", location="park")
        box.location = type(box.location)(id="park", nis="33011", kind="library")
        await here.collector.site.ingest.take([box.month("2026-11", served=40)], now=NOW)
        async with here.web.get("/workbook.json?from=2026-11&to=2026-11") as answer:
            told = await answer.json()
        text = json.dumps(told, ensure_ascii=False)
        assert "Digibanken, Iedereen Digitaal" in text
        async with here.web.get("/?from=2026-11&to=2026-11") as page:
            overview = await page.text()
        assert ">40<" in overview.replace(" ", "")
        assert ">80<" not in overview.replace(" ", "")
        assert (await here.collector.site.boxes.listed())[0].state is BoxState.APPROVED


async def test_who_scans_a_box_signs_in_and_goes_on_there(tmp_path: Path) -> None:
    box = Writer()
    async with visiting(tmp_path) as here:
        await here.post("/api/v1/boxes", box.hello("Park"))
        await here.collector.site.accounts.choose("an", PASSWORD)
        path = f"/boxes/{box.id}"
        async with here.web.get(path, headers={"Accept": "text/html"}) as answer:
            assert answer.url.path == "/sign-in"
            assert f'name="to" value="{path}"' in await answer.text()
        for to, leads in ((path, path), ("//elsewhere.example", "/"), ("/news", "/")):
            data = {"user": "an", "password": PASSWORD, "to": to}
            async with here.web.post(
                "/sign-in", data=data, headers=here.origin, allow_redirects=False
            ) as answer:
                assert answer.headers["Location"] == leads
