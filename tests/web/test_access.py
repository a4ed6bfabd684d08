"""Who may do what: roles, pairing, locking out, revoking."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse

from appliance.core.access import Role
from appliance.core.backoff import MOST, PAUSE
from appliance.ports import Vouched
from appliance.simulation.books import MemoryBook
from appliance.web import staff
from appliance.web.endpoints import Endpoint
from tests.web.sites import PIN, Sites, both_sites

WHO = {
    "GET /": "visitor",
    "POST /sign-in": "visitor",
    "POST /sign-out": "volunteer",
    "POST /api/v1/session": "visitor",
    "DELETE /api/v1/session": "volunteer",
    "POST /api/v1/pairing": "visitor",
    "DELETE /api/v1/pairing": "visitor",
    "POST /api/v1/pairing/confirm": "lead",
    "GET /devices": "lead",
    "GET /api/v1/devices": "lead",
    "DELETE /api/v1/devices/{device}": "lead",
    "POST /api/v1/pin": "lead",
    "GET /lead": "lead",
    **{
        f"{method} /lead/{strip}": "lead"
        for method in ("GET", "POST")
        for strip in (
            "hours",
            "closures",
            "services",
            "words",
            "profile",
            "language",
            "contacts",
            "network",
            "keys",
            "month",
        )
    },
    "GET /lead/sheet": "lead",
    "GET /wegwijs": "volunteer",
    "GET /api/v1/settings": "lead",
    "POST /api/v1/settings": "lead",
    "GET /api/v1/months/{month}": "lead",
    "POST /api/v1/months/{month}": "lead",
    "GET /api/v1/health": "technician",
    "GET /api/v1/queue": "volunteer",
    "GET /api/v1/events": "volunteer",
    "GET /api/v1/log": "volunteer",
    "POST /api/v1/session/open": "volunteer",
    "POST /api/v1/session/close": "volunteer",
    "POST /api/v1/counters/{counter}/call-next": "volunteer",
    "POST /api/v1/counters/{counter}/help": "volunteer",
    "POST /api/v1/counters/{counter}/coming": "volunteer",
    "GET /eerste-dag": "volunteer",
    "GET /lead/letters": "lead",
    "GET /lead/privacy": "lead",
    "GET /lead/coordinator": "lead",
    "POST /lead/coordinator": "lead",
    "GET /lead/data": "lead",
    "GET /lead/export": "lead",
    "POST /lead/wipe": "lead",
    "POST /lead/undated": "lead",
    "GET /api/v1/outbox/next": "lead",
    "POST /api/v1/tickets": "volunteer",
    "POST /api/v1/tickets/{number}/{action}": "volunteer",
    "POST /api/v1/undo": "volunteer",
    "POST /api/v1/tallies": "volunteer",
    "POST /api/v1/session/helpers": "volunteer",
    "POST /api/v1/clock": "lead",
    "GET /veilig": "visitor",
    "GET /veilig/kast.crt": "visitor",
    "GET /healthz": "visitor",
    "GET /metrics": "visitor",
    "GET /api/v1/openapi.json": "visitor",
}
"""Everything on the staff site, and the least role that may ask it."""

PATHS = {
    "{counter:[0-9]{1,3}}": "1",
    "{number:[A-Za-z0-9]{1,12}}": "A1",
    "{action:[a-z-]{1,16}}": "recall",
    "{device:[0-9]{1,9}}": "1",
    "{month:[0-9]{4}-[0-9]{2}}": "2026-11",
}
WRITES = [e for e in staff.ENDPOINTS if e.method not in {"GET", "HEAD"}]


def concrete(endpoint: Endpoint) -> str:
    path = endpoint.path
    for pattern, value in PATHS.items():
        path = path.replace(pattern, value)
    return path


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


async def code_of(answer: ClientResponse) -> str:
    return str((await answer.json())["error"]["code"])


@pytest.fixture
async def sites() -> AsyncIterator[Sites]:
    async with both_sites() as both:
        yield both


async def guess(sites: Sites, times: int) -> None:
    for number in range(times):
        if number and number % 5 == 0:
            sites.seconds[0] += PAUSE
        answer = await sites.tablet.post("/api/v1/session", json={"pin": "000000"})
        assert (answer.status, await code_of(answer)) == (401, "wrong-pin")


# ------------------------------------------------------------------ who


async def test_the_table_says_who_may_do_what(sites: Sites) -> None:
    document = await (await sites.tablet.get("/api/v1/openapi.json")).json()
    found = {
        f"{method.upper()} {path}": operation["x-least-role"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert found == WHO


@pytest.mark.parametrize("have", Role)
async def test_whoever_may_less_is_refused_everywhere(have: Role) -> None:
    async with both_sites() as sites:
        await sites.press()
        if have is not Role.VISITOR:
            await sites.pair(have)
        else:
            await sites.delete("session")
        for endpoint in staff.ENDPOINTS:
            if have.may(endpoint.least):
                continue
            headers = {"Origin": sites.origin, "Idempotency-Key": "k", "Accept": "*/*"}
            answer = await sites.tablet.request(
                endpoint.method, concrete(endpoint), headers=headers, allow_redirects=False
            )
            wanted = (401, "not-signed-in") if have is Role.VISITOR else (403, "not-allowed")
            assert (answer.status, await code_of(answer)) == wanted, name(endpoint)


async def test_a_pin_makes_a_volunteer_and_a_device_what_it_was_paired_as(sites: Sites) -> None:
    answer = await sites.tablet.post("/api/v1/session", json={"pin": PIN})
    assert (await answer.json())["role"] == "volunteer"
    token = await sites.pair(Role.TECHNICIAN)
    answer = await sites.with_token(token)
    assert (await answer.json())["role"] == "technician"
    health = await (await sites.tablet.get("/api/v1/health")).json()
    assert health["devices"] == 1
    assert health["pin"] == {"set": True, "locked": False}


# ------------------------------------------------------------------ other sites' pages


@pytest.mark.parametrize("endpoint", WRITES, ids=name)
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1", None])
async def test_no_other_sites_page_writes_here(endpoint: Endpoint, origin: str | None) -> None:
    async with both_sites() as sites:
        await sites.press()
        await sites.pair(Role.TECHNICIAN)
        if origin is None and endpoint.path == "/api/v1/session" and endpoint.method == "POST":
            return  # a script signs in without one; a browser always sends it
        before = (sites.desk.revision, sites.book.commits)
        headers = {"Idempotency-Key": "k", "Accept": "*/*"}
        if origin is not None:
            headers["Origin"] = origin
        body: dict[str, Any] = {"data": {"pin": PIN}} if endpoint.form else {"json": {"pin": PIN}}
        answer = await sites.tablet.request(
            endpoint.method, concrete(endpoint), headers=headers, allow_redirects=False, **body
        )
        assert (answer.status, await code_of(answer)) == (403, "foreign-origin")
        assert "Set-Cookie" not in answer.headers
        assert (sites.desk.revision, sites.book.commits) == before
        assert (await sites.tablet.get("/api/v1/queue")).status == 200, "still signed in"


@pytest.mark.parametrize("endpoint", WRITES, ids=name)
async def test_nothing_is_written_by_a_get(endpoint: Endpoint) -> None:
    async with both_sites() as sites:
        await sites.press()
        await sites.pair(Role.TECHNICIAN)
        before = (sites.desk.revision, sites.book.commits)
        answer = await sites.tablet.get(concrete(endpoint), headers={"Origin": sites.origin})
        served = {e.path for e in staff.ENDPOINTS if e.method == "GET"}
        assert (answer.status == 200) is (endpoint.path in served)
        assert (sites.desk.revision, sites.book.commits) == before


@pytest.mark.parametrize("endpoint", [e for e in WRITES if e.keyed], ids=name)
async def test_a_write_wants_what_no_form_of_another_site_can_send(endpoint: Endpoint) -> None:
    async with both_sites() as sites:
        await sites.pair(Role.TECHNICIAN)
        own = {"Origin": sites.origin}
        answer = await sites.tablet.post(concrete(endpoint), json={}, headers=own)
        assert (answer.status, await code_of(answer)) == (400, "missing-key")
        keyed = {**own, "Idempotency-Key": "k"}
        answer = await sites.tablet.post(concrete(endpoint), data={"a": "b"}, headers=keyed)
        assert (answer.status, await code_of(answer)) == (415, "unsupported-type")


async def test_signing_out_by_form_wants_its_token(sites: Sites) -> None:
    own = {"Origin": sites.origin}
    for data in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}):
        answer = await sites.tablet.post("/sign-out", data=data or "", headers=own)
        assert answer.status in {400, 401, 415}
    assert (await sites.tablet.get("/api/v1/queue")).status == 200


# ------------------------------------------------------------------ pairing


async def test_a_tablet_is_paired_by_a_code_and_the_button(sites: Sites) -> None:
    sent = {"Origin": sites.origin}
    answer = await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)
    offer = await answer.json()
    assert answer.status == 201
    assert len(offer["code"]) == 6
    assert offer["url"] == f"{sites.origin}/devices?code={offer['code']}"
    assert offer["qr"]["path"].startswith("M")
    waiting = await sites.with_token(offer["device_token"])
    assert (waiting.status, (await waiting.json())["signed_in"]) == (202, False)
    assert "Set-Cookie" not in waiting.headers
    busy = await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)
    assert (busy.status, await code_of(busy)) == (409, "pairing-busy")
    assert await sites.pairing.confirm_by_button()
    answer = await sites.with_token(offer["device_token"])
    assert (await answer.json())["role"] == "lead"
    for cookie in answer.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
    listed = await (await sites.tablet.get("/api/v1/devices")).json()
    assert listed["devices"] == [
        {"id": 1, "role": "lead", "label": "home", "paired_on": "2026-11-24", "this": True}
    ]


async def test_a_lead_confirms_from_their_own_tablet(sites: Sites) -> None:
    await sites.pair(Role.LEAD)
    sent = {"Origin": sites.origin}
    offer = await (await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)).json()
    spaced = f"{offer['code'][:3]} {offer['code'][3:]}"
    assert (await sites.tapped("pairing/confirm", {"code": spaced}))["role"] == "volunteer"
    wrong = await sites.tap("pairing/confirm", {"code": "x"})
    assert (wrong.status, await code_of(wrong)) == (404, "unknown-pairing")
    above = await sites.tap("pairing/confirm", {"code": "x", "role": "technician"})
    assert (above.status, await code_of(above)) == (403, "not-allowed")


async def test_the_console_confirms_too(sites: Sites) -> None:
    sent = {"Origin": sites.origin}
    offer = await (await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)).json()
    sites.console.said = Vouched(code=offer["code"], role="technician")
    answer = await sites.with_token(offer["device_token"])
    assert (await answer.json())["role"] == "technician"


async def test_the_minute_passes_and_the_device_is_told(sites: Sites) -> None:
    sent = {"Origin": sites.origin}
    offer = await (await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)).json()
    sites.seconds[0] += 60
    answer = await sites.with_token(offer["device_token"])
    assert (answer.status, await code_of(answer)) == (401, "not-paired")
    answer = await sites.tablet.delete(
        "/api/v1/pairing", json={"device_token": offer["device_token"]}, headers=sent
    )
    assert answer.status == 200


async def test_a_paired_device_comes_in_with_one_tap(sites: Sites) -> None:
    await sites.pair(Role.LEAD)
    await sites.delete("session")
    page = await (await sites.tablet.get("/")).text()
    assert "Dit toestel is gekoppeld" in page
    own = {"Origin": sites.origin}
    answer = await sites.tablet.post("/sign-in", data={"x": "y"}, headers=own)
    assert 'id="lock"' in await answer.text()
    await sites.delete("session")
    assert (await sites.tablet.post("/api/v1/session", json={})).status == 200
    assert (await sites.tablet.get("/devices")).status == 200


async def test_without_a_token_an_empty_sign_in_is_refused(sites: Sites) -> None:
    answer = await sites.tablet.post("/api/v1/session", json={})
    assert (answer.status, await code_of(answer)) == (400, "bad-request")
    both = {"pin": PIN, "device_token": "x"}
    assert (await sites.tablet.post("/api/v1/session", json=both)).status == 400
    own = {"Origin": sites.origin}
    answer = await sites.tablet.post("/sign-in", data={"x": "y"}, headers=own)
    assert answer.status == 401


async def test_a_revoked_device_is_out_at_once_its_live_screen_too(sites: Sites) -> None:
    token = await sites.pair(Role.LEAD)
    async with sites.tablet.get("/api/v1/events") as stream:
        await stream.content.readline()
        answer = await sites.delete("devices/1")
        assert (await answer.json()) == {"revoked": 1}
        async with asyncio.timeout(5):
            assert (await stream.content.read()).rstrip().endswith(b"event: over\r\ndata:")
    assert (await sites.tablet.get("/api/v1/queue")).status == 401
    again = await sites.with_token(token)
    assert (again.status, await code_of(again)) == (401, "not-paired")
    assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 200


async def test_a_devices_cookie_outlives_a_restart() -> None:
    book = MemoryBook()
    async with both_sites(book=book) as sites:
        token = await sites.pair(Role.LEAD)
    async with both_sites(book=book, hand_in=False) as sites:
        assert (await (await sites.with_token(token)).json())["role"] == "lead"


# ------------------------------------------------------------------ the PIN


async def test_ten_wrong_pins_lock_in_every_language_and_over_a_restart() -> None:
    book = MemoryBook()
    async with both_sites(book=book) as sites:
        await guess(sites, MOST)
    async with both_sites(book=book, hand_in=False) as sites:
        sites.seconds[0] += 7200
        told = set()
        for lang in ("nl", "fr", "en", "ar"):
            answer = await sites.tablet.post(f"/api/v1/session?lang={lang}", json={"pin": PIN})
            error = (await answer.json())["error"]
            assert (answer.status, error["code"]) == (429, "pin-locked")
            page = await (await sites.tablet.get(f"/?lang={lang}")).text()
            assert error["message"] in page
            assert 'name="pin"' not in page
            assert 'id="pair"' in page
            told.add(error["message"])
        assert len(told) == 4
        own = {"Origin": sites.origin}
        answer = await sites.tablet.post("/sign-in", data={"pin": PIN}, headers=own)
        assert answer.status == 429


async def test_a_locked_pin_is_unlocked_by_a_pairing(sites: Sites) -> None:
    await guess(sites, MOST)
    sent = {"Origin": sites.origin}
    await sites.tablet.post("/api/v1/pairing", json={}, headers=sent)
    assert await sites.pairing.confirm_by_button()
    assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 200


async def test_a_locked_pin_is_unlocked_by_the_right_one_on_a_leads_device(sites: Sites) -> None:
    await sites.pair(Role.LEAD)
    await guess(sites, MOST)
    sites.seconds[0] += PAUSE
    jar = sites.tablet.session.cookie_jar
    kept = {cookie.key: cookie.value for cookie in jar}
    jar.clear()
    answer = await sites.tablet.post("/api/v1/session", json={"pin": PIN})
    assert await code_of(answer) == "pin-locked"
    answer = await sites.tablet.post("/api/v1/session", json={"pin": PIN}, cookies=kept)
    assert answer.status == 200
    jar.clear()
    assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 200


async def test_a_volunteers_device_does_not_unlock_the_pin_but_comes_in(sites: Sites) -> None:
    token = await sites.pair(Role.VOLUNTEER)
    await guess(sites, MOST)
    answer = await sites.tablet.post("/api/v1/session", json={"pin": PIN})
    assert await code_of(answer) == "pin-locked"
    assert (await sites.with_token(token)).status == 200


async def test_another_pin_ends_what_began_with_the_old_one(sites: Sites) -> None:
    cookie = {c.key: c.value for c in sites.tablet.session.cookie_jar}
    token = await sites.pair(Role.LEAD)
    short = await sites.tap("pin", {"pin": "1"})
    assert (short.status, await code_of(short)) == (400, "bad-request")
    await sites.tapped("pin", {"pin": "975310"})
    assert (await sites.tablet.get("/api/v1/queue")).status == 200, "a device needs no PIN"
    sites.tablet.session.cookie_jar.clear()
    assert (await sites.tablet.get("/api/v1/queue", cookies=cookie)).status == 401
    assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 401
    assert (await sites.tablet.post("/api/v1/session", json={"pin": "975310"})).status == 200
    assert (await sites.with_token(token)).status == 200


async def test_the_page_for_the_lead_shows_devices_and_takes_the_scanned_code(sites: Sites) -> None:
    await sites.pair(Role.LEAD)
    page = await (await sites.tablet.get("/devices?code=48<b>2913")).text()
    assert 'value="482913"' in page
    assert "huis" in page
    assert "technicus" not in page
