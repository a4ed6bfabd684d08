"""The visitors' site keeps its contract."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from appliance.core.errors import StorageUnavailable
from appliance.core.ids import TicketNumber
from appliance.web.apps import VISITORS
from appliance.web.phones import Phones
from tests.web.sites import both_sites

NO_SERVICE_WORDS = ("service", "topic", "lang", "taken", "waited")


async def test_a_phone_takes_a_ticket_and_finds_it_again() -> None:
    async with both_sites() as sites:
        answer = await sites.phone.post("/api/v1/tickets", json={"service": "help", "lang": "ar"})
        ticket = await answer.json()
        assert answer.status == 201
        assert ticket["number"] == "A1"
        assert ticket["source"] == "phone"
        assert ticket["lang"] == "ar"
        again = await (await sites.phone.get(f"/api/v1/tickets/{ticket['token']}")).json()
        assert again["number"] == "A1"
        assert set(again) == {
            "number", "state", "service", "lang", "source", "ahead", "wait", "counter", "why",
        }  # fmt: skip


async def test_one_open_ticket_for_each_phone() -> None:
    async with both_sites() as sites:
        body = {"service": "help", "lang": "nl"}
        await sites.phone.post("/api/v1/tickets", json=body)
        answer = await sites.phone.post("/api/v1/tickets", json=body)
        assert answer.status == 429
        assert (await answer.json())["error"]["code"] == "one-ticket-per-phone"
        assert sites.desk.queue.given == 1


async def test_after_leaving_a_phone_may_take_another() -> None:
    async with both_sites() as sites:
        body = {"service": "help", "lang": "nl"}
        token = (await (await sites.phone.post("/api/v1/tickets", json=body)).json())["token"]
        answer = await sites.phone.delete(f"/api/v1/tickets/{token}")
        assert answer.status == 200
        assert (await answer.json())["state"] == "cancelled"
        assert (await sites.phone.post("/api/v1/tickets", json=body)).status == 201


async def test_a_form_leads_to_the_ticket_and_a_second_one_to_the_same() -> None:
    async with both_sites() as sites:
        form = {"service": "help", "lang": "nl"}
        first = await sites.phone.post("/tickets", data=form, allow_redirects=False)
        assert first.status == 303
        page = await sites.phone.get(first.headers["Location"])
        assert page.status == 200
        assert "A1" in await page.text()
        second = await sites.phone.post("/tickets", data=form, allow_redirects=False)
        assert second.headers["Location"] == first.headers["Location"]
        assert sites.desk.queue.given == 1


async def test_a_ticket_speaks_the_language_it_was_taken_in() -> None:
    async with both_sites() as sites:
        form = {"service": "help", "lang": "ar"}
        taken = await sites.phone.post("/tickets", data=form, allow_redirects=False)
        url = taken.headers["Location"]
        dutch = {"Accept-Language": "nl"}
        assert 'dir="rtl"' in await (await sites.phone.get(url, headers=dutch)).text()
        assert 'dir="ltr"' in await (await sites.phone.get(f"{url}?lang=fr", headers=dutch)).text()


async def test_the_page_says_when_one_does_not_wait_any_longer() -> None:
    async with both_sites() as sites:
        taken = await sites.phone.post("/tickets", data={"service": "help"}, allow_redirects=False)
        url = taken.headers["Location"]
        left = await sites.phone.post(f"{url}/cancel", allow_redirects=False)
        assert left.status == 303
        assert sites.desk.queue.waiting_count == 0
        assert (await sites.phone.get(url)).status == 200


async def test_the_queue_tells_the_room_numbers_and_counters_only() -> None:
    async with both_sites() as sites:
        await sites.press(3)
        await sites.tapped("counters/2/call-next")
        queue = await (await sites.phone.get("/api/v1/queue")).json()
        assert queue["session"] == "open"
        assert queue["waiting"] == 2
        assert queue["serving"] == [{"number": "A1", "counter": 2, "state": "called"}]
        assert not [word for word in NO_SERVICE_WORDS if word in json.dumps(queue)]
        board = await (await sites.phone.get("/board")).text()
        assert "A1" in board
        assert "Hulp bij een digitale vraag" not in board


async def test_a_closed_session_gives_no_ticket_and_says_so() -> None:
    async with both_sites(open_=False) as sites:
        answer = await sites.phone.post("/api/v1/tickets", json={"service": "help", "lang": "nl"})
        body = await answer.json()
        assert answer.status == 409
        assert body["error"]["code"] == "session-closed"
        assert "next_opening" in body["error"]
        assert (await sites.phone.get("/")).status == 200


async def test_a_token_of_a_session_that_is_over_is_told_from_an_unknown_one() -> None:
    async with both_sites() as sites:
        taken = await sites.phone.post("/tickets", data={"service": "help"}, allow_redirects=False)
        url = taken.headers["Location"]
        await sites.tapped("session/close", {"confirm": True})
        assert (await sites.phone.get(url)).status == 200
        assert (await sites.phone.get(f"/api/v1{url.replace('/t/', '/tickets/')}")).status == 404
        assert (await sites.phone.get("/t/1-madeup")).status == 200
        assert (await sites.phone.get("/t/9-madeup")).status == 404
        assert (await sites.phone.get("/t/nonsense")).status == 404
        await sites.tapped("session/open")
        assert (await sites.phone.get("/t/2-madeup")).status == 404
        assert (await sites.phone.get(url)).status == 200


async def test_a_visit_is_rated_once() -> None:
    async with both_sites() as sites:
        body = {"service": "help", "lang": "nl"}
        token = (await (await sites.phone.post("/api/v1/tickets", json=body)).json())["token"]
        rating = {"ease": 2, "friendly": 2, "confidence": 1}
        url = f"/api/v1/tickets/{token}/feedback"
        assert (await sites.phone.post(url, json=rating)).status == 409
        await sites.tapped("counters/1/call-next")
        await sites.tapped("tickets/A1/finish")
        assert (await sites.phone.post(url, json=rating)).status == 204
        assert (await sites.phone.post(url, json=rating)).status == 409
        assert (await sites.phone.post(url, json={**rating, "ease": 3})).status == 400


async def test_after_a_restart_a_phone_is_known_again_by_its_page() -> None:
    """Addresses are in memory only; the page a phone shows tells which ticket it holds."""
    async with both_sites() as sites:
        await sites.press()
        ticket = sites.desk.queue.tickets[TicketNumber("A1")]
        phones = Phones(sites.desk)
        assert phones.ticket("127.0.0.9") is None
        phones.seen("127.0.0.9", ticket)
        assert phones.ticket("127.0.0.9") == ticket
        await sites.tapped("session/close", {"confirm": True})
        assert phones.ticket("127.0.0.9") is None


async def test_no_address_ever_reaches_the_book() -> None:
    async with both_sites() as sites:
        await sites.phone.post("/api/v1/tickets", json={"service": "help", "lang": "nl"})
        assert "127.0.0.1" not in json.dumps([dict(sites.book.read("actions"))])


async def test_a_screen_gets_a_snapshot_at_once_and_a_fresh_one_after_a_change() -> None:
    async with both_sites() as sites, sites.phone.get("/api/v1/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        first = await _event(stream)
        assert first["data"]["waiting"] == 0
        await sites.press()
        second = await _event(stream)
        while second.get("event") == "ping":
            second = await _event(stream)
        assert second["data"]["waiting"] == 1
        assert int(second["id"]) > int(first["id"])
        assert second["data"]["revision"] == int(second["id"])


async def test_a_quiet_stream_gives_a_sign_of_life() -> None:
    async with both_sites() as sites, sites.phone.get("/api/v1/events") as stream:
        first = await _event(stream)
        ping = await _event(stream)
        assert ping["event"] == "ping"
        assert ping["data"] == first["data"]


async def _event(stream) -> dict:  # type: ignore[no-untyped-def, type-arg]  # noqa: ANN001
    """The next event of a stream, its data read."""
    event: dict[str, object] = {}
    while True:
        line = (await stream.content.readline()).decode().strip()
        if not line:
            if "data" in event:
                return event
            continue
        name, _, value = line.partition(": ")
        event[name] = json.loads(value) if name == "data" else value


@pytest.mark.parametrize("lang", ["nl", "fr", "en", "ar"])
async def test_a_refusal_is_a_sentence_in_the_askers_language(lang: str) -> None:
    async with both_sites() as sites:
        answer = await sites.phone.post(
            "/api/v1/tickets", json={"service": "moon"}, headers={"Accept-Language": lang}
        )
        error = (await answer.json())["error"]
        assert answer.status == 404
        assert error["code"] == "unknown-service"
        other = await sites.phone.post("/api/v1/tickets?lang=nl", json={"service": "moon"})
        same = (await other.json())["error"]["message"] == error["message"]
        assert same == (lang == "nl")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "bad-json"),
        (b"[]", "application/json", 400, "bad-json"),
        (b'{"service": 3}', "application/json", 400, "bad-request"),
        (b'{"lang": "nl"}', "application/json", 400, "bad-request"),
        (b'{"service": "help", "name": "Jan"}', "application/json", 400, "bad-request"),
        (b'{"service": "help", "lang": "N!"}', "application/json", 400, "bad-request"),
        (b'{"service": "nothing"}', "application/json", 404, "unknown-service"),
        (b'{"service": "help"}', "text/plain", 415, "unsupported-type"),
        (b'{"service": "' + b"x" * 20_000 + b'"}', "application/json", 413, "too-large"),
        (b"\xff\xfe", "application/json", 400, "bad-json"),
        (b"[" * 9000, "application/json", 400, "bad-json"),
    ],
)
async def test_a_bad_body_is_refused_and_changes_nothing(
    body: bytes, kind: str, status: int, code: str
) -> None:
    async with both_sites() as sites:
        revision = sites.desk.revision
        answer = await sites.phone.post(
            "/api/v1/tickets", data=body, headers={"Content-Type": kind}
        )
        assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)
        assert sites.desk.revision == revision


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("PUT", "/api/v1/tickets", 405, "method-not-allowed"),
        ("POST", "/api/v1/queue", 405, "method-not-allowed"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/api/v1/tickets/1-unknown", 404, "unknown-ticket"),
        ("DELETE", "/api/v1/tickets/1-unknown", 404, "unknown-ticket"),
        ("GET", "/../../etc/passwd", 404, "not-found"),
    ],
)
async def test_a_wrong_address_or_method_has_the_contracts_shape(
    method: str, path: str, status: int, code: str
) -> None:
    async with both_sites() as sites:
        answer = await sites.phone.request(method, path)
        error = (await answer.json())["error"]
        assert (answer.status, error["code"]) == (status, code)
        assert error["message"]


async def test_another_host_is_refused_everywhere() -> None:
    async with both_sites() as sites:
        for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", ""):
            answer = await sites.phone.get("/api/v1/queue", headers={"Host": host})
            assert answer.status in {400, 421}, host


async def test_people_get_a_page_where_programs_get_json() -> None:
    async with both_sites() as sites:
        answer = await sites.phone.get("/nothing", headers={"Accept": "text/html"})
        assert answer.status == 404
        assert answer.content_type == "text/html"


async def test_every_answer_carries_the_security_headers() -> None:
    async with both_sites() as sites:
        for path in ("/", "/board", "/api/v1/queue", "/nothing"):
            headers = (await sites.phone.get(path)).headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "Server" not in headers
            assert headers["Cache-Control"] == "no-store"


async def test_a_box_that_cannot_write_says_so_and_still_shows_the_queue() -> None:
    async with both_sites() as sites:
        await sites.press()
        sites.book.fail()
        answer = await sites.phone.post("/api/v1/tickets", json={"service": "help", "lang": "nl"})
        assert answer.status == 503
        assert (await answer.json())["error"]["code"] == StorageUnavailable.code
        assert (await (await sites.phone.get("/api/v1/queue")).json())["waiting"] == 1


async def test_the_welcome_page_follows_the_queue() -> None:
    async with both_sites() as sites:
        before = await (await sites.phone.get("/")).text()
        await sites.press(3)
        after = await (await sites.phone.get("/")).text()
        assert before != after
        sites.bench.hands.forward(timedelta(minutes=1))


async def test_a_body_that_does_not_arrive_is_cut_off() -> None:
    async with both_sites() as sites:

        async def trickle() -> AsyncIterator[bytes]:
            yield b'{"service":'
            await asyncio.Event().wait()

        answer = await sites.phone.post(
            "/api/v1/tickets", data=trickle(), headers={"Content-Type": "application/json"}
        )
        assert (answer.status, (await answer.json())["error"]["code"]) == (408, "timeout")
        assert sites.desk.queue.given == 0


async def test_the_description_is_made_from_the_map() -> None:
    async with both_sites() as sites:
        document = await (await sites.phone.get("/api/v1/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
        described = {
            (method.upper(), path) for path, item in document["paths"].items() for method in item
        }
        routes = {
            (route.method, route.resource.canonical)
            for route in sites.phone.server.app.router.routes()  # type: ignore[attr-defined]
            if route.method != "HEAD" and route.resource is not None
        }
        assert described == routes
        assert len(described) == len(VISITORS) + 1
