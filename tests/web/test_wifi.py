"""The free wifi's page, and what phones ask before they know where they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, TCPConnector
from aiohttp.test_utils import TestServer

from appliance.services.calls_for_help import CallsForHelp
from appliance.services.hotspot import Hotspot, HotspotSettings
from appliance.simulation.ticker import HandTicker
from appliance.simulation.wifi import SimulatedWifi
from appliance.web.apps import visitor_app
from appliance.web.pages import Pages, Place
from appliance.web.site import Site
from tests.desks import BRUSSELS, Bench, running
from tests.netns.genuine import GENUINE

NAME = "Digicafé ’t Park"


@dataclass
class Cafe:
    """The visitors' site of a box with wifi; every 127.0.0.n is a phone."""

    bench: Bench
    wifi: SimulatedWifi
    hotspot: Hotspot | None
    port: int

    @asynccontextmanager
    async def phone(self, n: int = 2) -> AsyncIterator["Phone"]:
        connector = TCPConnector(local_addr=(f"127.0.0.{n}", 0))
        async with ClientSession(connector=connector) as client:
            yield Phone(client, f"http://127.0.0.1:{self.port}")


@dataclass
class Phone:
    client: ClientSession
    base: str

    async def get(self, path: str, host: str | None = None, **headers: str) -> ClientResponse:
        sent = {**headers, **({"Host": host} if host else {})}
        answer = await self.client.get(self.base + path, headers=sent, allow_redirects=False)
        await answer.read()
        return answer

    async def post(self, path: str, **headers: str) -> ClientResponse:
        answer = await self.client.post(self.base + path, headers=headers, allow_redirects=False)
        await answer.read()
        return answer

    async def state(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await (await self.get("/api/v1/wifi")).json()
        return found


@asynccontextmanager
async def a_cafe(*, with_wifi: bool = True, first_look: bool = True) -> AsyncIterator[Cafe]:
    bench = Bench()
    wifi = SimulatedWifi(lambda: bench.clock.stamp().ms / 1000)
    ticker = HandTicker()
    async with running(bench.new_desk()) as desk:
        await desk.open()
        hotspot = Hotspot(
            wifi=wifi.port(80),
            settings=HotspotSettings(minutes=90),
            clock=bench.clock,
            ticker=ticker,
            pause=ticker.pause,
            condition=lambda _name, _on: None,
            salt=b"salt",
        )
        if first_look:
            await hotspot.tick()

        async def confirm(_now: object) -> None:
            await asyncio.sleep(0)

        site = Site(
            desk=desk,
            name=NAME,
            hosts=frozenset({"127.0.0.1", "localhost"}),
            next_opening=lambda: None,
            conditions=list,
            cookie="x",
            confirm_clock=confirm,
            calls_for_help=CallsForHelp(ticker=lambda: 0.0, tell=desk.tell),
        )
        place = Place(name=NAME, zone=BRUSSELS, services=("help",), links=(("wifi", "/wifi"),))
        app = visitor_app(
            desk=desk, site=site, pages=Pages(place), hotspot=hotspot if with_wifi else None
        )
        async with TestServer(app) as server:
            assert server.port
            yield Cafe(bench, wifi, hotspot if with_wifi else None, server.port)


async def test_the_welcome_page_leads_to_the_wifi_in_the_same_language() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        page = await (await phone.get("/?lang=fr")).text()
        assert 'href="/wifi?lang=fr"' in page


async def test_one_tap_begins_says_for_how_long_and_another_leaves() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        before = await (await phone.get("/wifi?lang=nl")).text()
        assert "Eén tik en u hebt internet. Wij vragen niets." in before
        assert "Het duurt <b>90</b> minuten." in before
        assert "Wie tikt, belooft: ik doe niets dat niet mag." in before
        assert 'action="/wifi?lang=nl" method="post"' in before
        assert await phone.state() == {"state": "waiting", "seconds_left": None, "internet": True}
        tapped = await phone.post("/wifi?lang=nl")
        assert (tapped.status, tapped.headers["Location"]) == (303, "/wifi?lang=nl")
        assert await phone.state() == {"state": "online", "seconds_left": 5400, "internet": True}
        cafe.bench.hands.forward(timedelta(minutes=30, seconds=1))
        after = await (await phone.get("/wifi?lang=nl")).text()
        assert "U hebt internet." in after
        assert "Nog <b>60</b> minuten." in after
        left = await phone.post("/wifi/leave")
        assert (left.status, left.headers["Location"]) == (303, "/wifi")
        assert (await phone.state())["state"] == "waiting"


async def test_when_the_time_is_over_the_page_says_so() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        await phone.post("/wifi")
        cafe.bench.hands.forward(timedelta(minutes=91))
        page = await (await phone.get("/wifi?lang=nl")).text()
        assert "Uw tijd op internet is om. Tik om verder te gaan." in page
        assert "Ik wil internet" in page
        first = await (await phone.get("/?lang=nl")).text()
        assert "Uw tijd op internet is om." in first, "also on the page that opens by itself"


async def test_without_internet_the_page_says_that_numbers_work() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        assert cafe.hotspot
        await phone.post("/wifi")
        cafe.wifi.uplink.gone = True
        await cafe.hotspot.look()
        page = await (await phone.get("/wifi?lang=nl")).text()
        assert "Er is nu geen internet. Een nummer nemen werkt wel." in page
        assert "Ik wil internet" not in page
        assert "Er is nu geen internet." in await (await phone.get("/?lang=nl")).text()
        assert await phone.state() == {"state": "online", "seconds_left": 5400, "internet": False}
        assert (await phone.get("/generate_204", "www.google.com")).status == 302


async def test_a_box_whose_gate_is_not_ready_takes_no_tap() -> None:
    async with a_cafe(first_look=False) as cafe, cafe.phone() as phone:
        page = await phone.post("/wifi", Accept="text/html")
        assert page.status == 503
        told = await (await phone.post("/wifi")).json()
        assert told["error"]["code"] == "no-wifi"


async def test_a_box_without_wifi_says_so_and_refuses_the_rest() -> None:
    async with a_cafe(with_wifi=False) as cafe, cafe.phone() as phone:
        assert await phone.state() == {"state": "none", "seconds_left": None, "internet": False}
        assert "Hier is nu geen wifi van ons." in await (await phone.get("/wifi?lang=nl")).text()
        for refused in (
            await phone.post("/wifi"),
            await phone.post("/wifi/leave"),
            await phone.get("/generate_204"),
            await phone.get("/captive-portal/api"),
        ):
            assert refused.status == 404
        assert (await phone.get("/generate_204", "www.google.com")).status == 421


async def test_a_foreign_page_cannot_tap_for_anybody() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        assert (await phone.post("/wifi", Origin="http://evil.example")).status == 403
        assert (await phone.state())["state"] == "waiting"


@pytest.mark.parametrize(("host", "path"), GENUINE, ids=lambda part: part)
async def test_every_phones_question_is_led_here_and_after_the_tap_answered_truly(
    host: str, path: str
) -> None:
    status, body = GENUINE[host, path]
    async with a_cafe() as cafe, cafe.phone() as phone, cafe.phone(3) as other:
        page = await phone.get(path, host)
        assert (page.status, page.headers["Location"]) == (302, f"{phone.base}/")
        assert len(await page.read()) > 4
        assert page.headers["Cache-Control"] == "no-store"
        await phone.post("/wifi")
        real = await phone.get(path, host)
        assert (real.status, await real.read()) == (status, body)
        assert (await other.get(path, host)).status == 302


async def test_the_same_questions_by_our_own_name() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        page = await phone.get("/generate_204")
        assert (page.status, page.headers["Location"]) == (302, f"{phone.base}/")
        await phone.post("/wifi")
        assert (await phone.get("/generate_204")).status == 204
        assert await (await phone.get("/ncsi.txt")).text() == "Microsoft NCSI"


@pytest.mark.parametrize("host", ["evil.example", "www.google.com.evil.example", "x" * 300])
async def test_any_other_host_is_refused_also_on_the_wifi(host: str) -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        for path in ("/", "/api/v1/queue", "/generate_204", "/wifi"):
            assert (await phone.get(path, host)).status == 421, path


async def test_a_question_that_is_sent_is_no_question() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        assert (await phone.post("/generate_204", Host="www.google.com")).status == 421


async def test_the_document_of_rfc_8908_leads_to_the_place_in_the_queue() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        assert cafe.hotspot

        async def told() -> Mapping[str, Any]:
            answer = await phone.get("/captive-portal/api")
            assert answer.content_type == "application/captive+json"
            found: Mapping[str, Any] = await answer.json()
            return found

        page = f"{phone.base}/"
        assert await told() == {
            "captive": True, "user-portal-url": page, "venue-info-url": page,
        }  # fmt: skip
        sent = await phone.client.post(f"{phone.base}/api/v1/tickets", json={"service": "help"})
        token = (await sent.json())["token"]
        await phone.post("/wifi")
        assert await told() == {
            "captive": False,
            "user-portal-url": page,
            "venue-info-url": f"{page}t/{token}",
            "seconds-remaining": 5400,
            "can-extend-session": True,
        }


async def test_a_phone_with_a_new_radio_address_goes_on_by_its_ticket() -> None:
    async with a_cafe() as cafe, cafe.phone() as old, cafe.phone(9) as new:
        sent = await old.client.post(f"{old.base}/api/v1/tickets", json={"service": "help"})
        url = (await sent.json())["url"]
        await old.post("/wifi")
        assert 'href="/wifi?lang=nl"' in await (await new.get(f"{url}?lang=nl")).text()
        assert url in await (await new.get("/wifi")).text()
        await new.post("/wifi")
        assert (await new.state())["state"] == "online"


async def test_the_page_needs_neither_script_nor_cookie() -> None:
    async with a_cafe() as cafe, cafe.phone() as phone:
        page = await phone.get("/wifi")
        assert "Set-Cookie" not in page.headers
        text = await page.text()
        assert text.count("<form") == 1
        assert '<noscript><meta http-equiv="refresh"' in text
