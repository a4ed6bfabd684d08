"""The staff site by HTTPS: sealed cookies, the page that explains it, and the free wifi's door."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientError, ClientSession, CookieJar, TCPConnector
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.adapters.staff_seal import StaffSeal
from appliance.core.access import Role
from appliance.core.errors import Unavailable
from appliance.web.apps import staff_app
from appliance.web.https import HTTPS, Https
from appliance.web.keys import KEEPING, MONTHS, PAGES, SESSIONS, SETTINGS, SITE
from appliance.web.letterbox import LETTERBOX
from appliance.web.listening import sealed_listening
from tests.adapters.test_staff_seal import NOW
from tests.web.sites import PIN, Sites, both_sites
from tests.web.trusting import trusting


@dataclass
class Tablet:
    """A tablet that knows the box's authority, at the sealed door."""

    session: ClientSession
    origin: str
    sites: Sites

    async def ask(self, path: str, body: object = None, method: str = "") -> tuple[int, Any]:
        sent = {"Origin": self.origin, "Idempotency-Key": path}
        verb = method or ("GET" if body is None else "POST")
        async with self.session.request(
            verb, f"{self.origin}{path}", json=body, headers=sent
        ) as answer:
            said = await answer.json() if "json" in answer.content_type else await answer.text()
            return answer.status, said

    async def pair(self, role: Role = Role.VOLUNTEER) -> None:
        status, offer = await self.ask("/api/v1/pairing", {})
        assert status == 201
        await self.sites.pairing.confirm(offer["code"], role, by=Role.TECHNICIAN)
        assert (await self.ask("/api/v1/session", {"device_token": offer["device_token"]}))[
            0
        ] == 200

    def cookies(self) -> dict[str, Any]:
        return {one.key: one for one in self.session.cookie_jar}


@asynccontextmanager
async def sealed(sites: Sites, folder: Path, *, over_wifi: bool) -> AsyncIterator[Tablet]:
    seal = StaffSeal(folder, names=["127.0.0.1"], title="Digicafé")
    seal.renew(NOW, trusted=True)
    known = sites.tablet.app
    assert known is not None
    sessions = known[SESSIONS]
    app = staff_app(
        desk=sites.desk,
        site=known[SITE],
        pages=known[PAGES],
        sessions=sessions.of_devices() if over_wifi else sessions,
        settings=known[SETTINGS],
        months=known[MONTHS],
        letterbox=known[LETTERBOX],
        keeping=known[KEEPING],
        https=Https(host="127.0.0.1", port=8444, authority=seal.authority),
    )
    async with (
        sealed_listening(app, "127.0.0.1", 0, seal.context) as port,
        ClientSession(
            connector=TCPConnector(ssl=trusting(seal.authority)), cookie_jar=CookieJar(unsafe=True)
        ) as session,
    ):
        yield Tablet(session=session, origin=f"https://127.0.0.1:{port}", sites=sites)


@pytest.fixture
async def sites() -> AsyncIterator[Sites]:
    async with both_sites() as both:
        yield both


async def test_sealed_cookies_are_kept_and_sent_by_https_alone(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        await tablet.pair()
        found = tablet.cookies()
        assert set(found) == {"__Host-staff_test", "__Host-staff_test_device"}
        for one in found.values():
            assert (one["secure"], one["httponly"], one["path"]) == (True, True, "/")
            assert one["samesite"] == "Strict"
        async with tablet.session.post(
            f"{tablet.origin}/api/v1/session", json={"pin": PIN}
        ) as said:
            assert not [one for one in said.headers.getall("Set-Cookie") if "Domain" in one]
        assert (await tablet.ask("/api/v1/queue"))[0] == 200
        assert (await tablet.ask("/api/v1/session", method="DELETE"))[0] == 200
        assert "__Host-staff_test" not in tablet.cookies()
        assert (await tablet.ask("/api/v1/queue"))[0] == 401


async def test_a_cookie_that_went_in_the_clear_opens_nothing_sealed(
    sites: Sites, tmp_path: Path
) -> None:
    plain = {one.key: one.value for one in sites.tablet.session.cookie_jar}
    assert set(plain) == {"staff_test"}
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        tablet.session.cookie_jar.update_cookies(plain)
        assert (await tablet.ask("/api/v1/queue"))[0] == 401


async def test_the_new_origin_is_known_and_the_plain_one_is_foreign_there(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        assert (await tablet.ask("/api/v1/session", {"pin": PIN}))[0] == 200
        assert (await tablet.ask("/api/v1/session/close", {}))[0] == 200
        own, tablet.origin = tablet.origin, tablet.origin.replace("https", "http")
        async with tablet.session.post(
            f"{own}/api/v1/session/open",
            json={},
            headers={"Origin": tablet.origin, "Idempotency-Key": "x"},
        ) as answer:
            assert answer.status == 403
        async with tablet.session.get(f"{own}/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421


async def test_nobody_is_told_to_come_by_https_for_ever(sites: Sites, tmp_path: Path) -> None:
    async with (
        sealed(sites, tmp_path, over_wifi=False) as tablet,
        tablet.session.get(f"{tablet.origin}/") as answer,
    ):
        assert "Strict-Transport-Security" not in answer.headers


async def test_plain_http_gets_no_answer_at_the_sealed_door(sites: Sites, tmp_path: Path) -> None:
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        with pytest.raises(ClientError):
            await tablet.session.get(tablet.origin.replace("https", "http"))


async def test_once_left_nobody_listens_any_more(sites: Sites, tmp_path: Path) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        assert (await tablet.ask("/"))[0] == 200
    async with ClientSession() as other:
        with pytest.raises(ClientConnectorError):
            await other.get(f"{tablet.origin}/")


async def test_an_address_that_is_in_use_is_said(sites: Sites, tmp_path: Path) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        port = int(tablet.origin.rpartition(":")[2])
        app = sites.phone.app
        assert app is not None
        with pytest.raises(Unavailable):
            async with sealed_listening(app, "127.0.0.1", port, context):
                pass


# ------------------------------------------------------------------ the free wifi's door


async def test_over_the_free_wifi_the_pin_is_refused_and_costs_no_try(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        tried = sites.pin.tried
        for _ in range(12):
            status, said = await tablet.ask("/api/v1/session", {"pin": "000000"})
            assert (status, said["error"]["code"]) == (403, "pin-not-here")
        async with tablet.session.post(
            f"{tablet.origin}/sign-in", data={"pin": PIN}, headers={"Origin": tablet.origin}
        ) as answer:
            assert answer.status == 403
            assert "Op deze wifi kan iedereen pincodes raden." in await answer.text()
        assert sites.pin.tried == tried
        assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 200


async def test_over_the_free_wifi_the_door_offers_pairing_and_no_pin(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        status, page = await tablet.ask("/")
        assert status == 200
        assert "Op deze wifi kan iedereen pincodes raden." in page
        assert 'id="pair"' in page
        assert 'name="pin"' not in page


async def test_a_pins_cookie_is_worth_nothing_there(sites: Sites, tmp_path: Path) -> None:
    cookie = next(one.value for one in sites.tablet.session.cookie_jar)
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        tablet.session.cookie_jar.update_cookies({"__Host-staff_test": cookie})
        assert (await tablet.ask("/api/v1/queue"))[0] == 200
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        tablet.session.cookie_jar.update_cookies({"__Host-staff_test": cookie})
        assert (await tablet.ask("/api/v1/queue"))[0] == 401
        assert 'id="pair"' in (await tablet.ask("/"))[1]


async def test_whoever_is_not_paired_gets_the_door_and_nothing_else(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        document = await (await sites.tablet.get("/api/v1/openapi.json")).json()
        open_to_all = {
            f"{verb.upper()} {path}"
            for path, item in document["paths"].items()
            for verb in item
            if "{" not in path
            and (await tablet.ask(path, None if verb == "get" else {}, verb.upper()))[0] != 401
        }
        assert open_to_all == {
            "GET /",
            "POST /sign-in",
            "POST /api/v1/session",
            "POST /api/v1/pairing",
            "DELETE /api/v1/pairing",
        }
        assert (await tablet.ask("/nothing-here"))[0] == 401
        async with tablet.session.get(
            f"{tablet.origin}/lead", headers={"Accept": "text/html"}, allow_redirects=False
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_a_paired_device_gets_in_until_it_is_revoked(sites: Sites, tmp_path: Path) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        await tablet.pair()
        assert (await tablet.ask("/api/v1/queue"))[0] == 200
        assert (await tablet.ask("/healthz"))[0] == 200
        await sites.pairing.revoke(sites.pairing.devices[-1].id)
        assert (await tablet.ask("/api/v1/queue"))[0] == 401


async def test_signing_out_on_one_road_counts_on_the_other(sites: Sites, tmp_path: Path) -> None:
    async with sealed(sites, tmp_path, over_wifi=True) as tablet:
        await tablet.pair()
        kept = tablet.cookies()["__Host-staff_test"].value
        assert (await tablet.ask("/api/v1/session", method="DELETE"))[0] == 200
        sites.tablet.session.cookie_jar.clear()
        sites.tablet.session.cookie_jar.update_cookies({"staff_test": kept})
        assert (await sites.tablet.get("/api/v1/queue")).status == 401


# ------------------------------------------------------------------ the page that explains it


async def test_the_page_shows_the_fingerprint_of_what_is_installed(
    sites: Sites, tmp_path: Path
) -> None:
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        async with tablet.session.get(f"{tablet.origin}/veilig/kast.crt") as answer:
            assert answer.content_type == "application/x-x509-ca-cert"
            authority = x509.load_der_x509_certificate(await answer.read())
        _, page = await tablet.ask("/veilig")
        shown = authority.fingerprint(SHA256()).hex(" ").upper()
        for row in (shown[:23], shown[24:47], shown[48:71], shown[72:]):
            assert row in page
        assert "https://127.0.0.1:8444/" in page
        assert "Deze verbinding is versleuteld." in page


async def test_plain_pages_say_that_they_are_plain_where_there_is_another_way(
    sites: Sites, tmp_path: Path
) -> None:
    app = sites.tablet.app
    assert app is not None
    assert (await sites.tablet.get("/veilig")).status == 404
    await sites.pair(Role.LEAD)
    assert "/veilig" not in await (await sites.tablet.get("/devices")).text()
    async with sealed(sites, tmp_path, over_wifi=False) as tablet:
        await tablet.pair(Role.LEAD)
        assert "/veilig" in (await tablet.ask("/devices"))[1]
        tablet.session.cookie_jar.clear()
        assert "Niet versleuteld" not in (await tablet.ask("/"))[1]
    assert HTTPS not in app
