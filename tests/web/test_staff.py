"""The staff site keeps its contract."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from appliance.core.access import Role
from appliance.core.stamp import ClockSource
from appliance.web.sessions import PAUSE, TRIES
from tests.web.sites import PIN, both_sites


async def test_a_volunteer_runs_the_queue() -> None:
    async with both_sites() as sites:
        await sites.press(3)
        called = await sites.tapped("counters/1/call-next")
        assert (called["number"], called["state"], called["counter"]) == ("A1", "called", 1)
        assert (await sites.tapped("tickets/A1/recall"))["state"] == "called"
        assert (await sites.tapped("tickets/A1/serve"))["state"] == "serving"
        done = await sites.tapped(
            "tickets/A1/finish", {"topic": "tax", "outcome": "solved", "assist": "together"}
        )
        assert done["state"] == "finished"
        queue = await sites.staff_queue()
        assert [t["number"] for t in queue["waiting"]] == ["A2", "A3"]
        assert queue["finished"] == 1
        assert [c["counter"] for c in queue["counters"]] == [1, 2, 3]


async def test_every_action_of_the_contract_works() -> None:
    async with both_sites() as sites:
        await sites.press(4)
        until = (sites.bench.clock.now() + timedelta(hours=1)).isoformat()
        assert (await sites.tapped("tickets/A2/call", {"counter": 3}))["counter"] == 3
        assert (await sites.tapped("tickets/A2/no-show"))["state"] == "waiting"
        assert (await sites.tapped("tickets/A1/hold", {"until": until}))["state"] == "held"
        assert (await sites.tapped("tickets/A1/requeue"))["state"] == "waiting"
        assert (await sites.tapped("tickets/A3/transfer", {"counter": 2}))["wanted"] == 2
        assert (await sites.tapped("tickets/A3/transfer", {"service": "pc"}))["service"] == "pc"
        assert (await sites.tapped("tickets/A4/cancel"))["state"] == "cancelled"
        assert (await sites.tapped("tallies", {"measure": "group", "n": 12}))["tallies"] == {
            "group": 12
        }
        assert (await sites.tapped("session/helpers", {"helpers": 4}))["helpers"] == 4
        assert (await sites.staff_queue())["helpers"] == 4


async def test_the_log_shows_the_day_and_every_action_is_undone_from_it() -> None:
    async with both_sites() as sites:
        await sites.press()
        await sites.tapped("counters/1/call-next")
        await sites.tapped("tallies", {"measure": "call"})
        log = (await (await sites.tablet.get("/api/v1/log")).json())["actions"]
        assert [entry["text"] for entry in log][2:] == ["A1 naar tafel 1 geroepen", "+1 telefoon"]
        assert [entry["undoable"] for entry in log] == [False, False, True, True]
        for entry in [entry for entry in reversed(log) if entry["undoable"]]:
            await sites.tapped("undo", {"action": entry["id"]})
        queue = await sites.staff_queue()
        assert [t["number"] for t in queue["waiting"]] == ["A1"]
        assert queue["tallies"] == {"call": 0}


async def test_the_last_action_at_a_counter_is_undone_by_the_counter() -> None:
    async with both_sites() as sites:
        await sites.press(2)
        await sites.tapped("counters/1/call-next")
        await sites.tapped("counters/2/call-next")
        assert (await sites.tapped("undo", {"counter": 1}))["number"] == "A1"
        assert [t["number"] for t in (await sites.staff_queue())["waiting"]] == ["A1"]


async def test_a_refused_undo_says_what_stands_in_the_way() -> None:
    async with both_sites() as sites:
        await sites.press()
        called = await sites.tapped("counters/1/call-next")
        await sites.tapped("tickets/A1/finish")
        answer = await sites.tap("undo", {"action": called["action"]})
        error = (await answer.json())["error"]
        assert (answer.status, error["code"]) == (409, "depended-on")
        assert "A1" in error["message"]


async def test_the_same_tap_twice_is_done_once_and_answered_alike() -> None:
    async with both_sites() as sites:
        await sites.press(3)
        first = await sites.tap("counters/1/call-next", **{"Idempotency-Key": "k"})
        again = await sites.tap("counters/1/call-next", **{"Idempotency-Key": "k"})
        assert await first.json() == await again.json()
        assert sites.desk.queue.waiting_count == 2
        other = await sites.tap("counters/2/call-next", **{"Idempotency-Key": "k"})
        assert (other.status, (await other.json())["error"]["code"]) == (409, "key-reused")


async def test_two_tablets_racing_get_two_visitors() -> None:
    async with both_sites() as sites:
        await sites.press(20)
        for _ in range(10):
            one, two = await asyncio.gather(
                sites.tapped("counters/1/call-next"), sites.tapped("counters/2/call-next")
            )
            assert one["number"] != two["number"]


async def test_closing_asks_and_a_confirmation_lets_go() -> None:
    async with both_sites() as sites:
        await sites.press(3)
        answer = await sites.tap("session/close")
        error = (await answer.json())["error"]
        assert (answer.status, error["code"], error["waiting"]) == (409, "people-waiting", 3)
        assert (await sites.tapped("session/close", {"last": True}))["session"] == "closing"
        refused = await sites.tap("tickets", {"service": "help"})
        assert refused.status == 409
        done = await sites.tapped("session/close", {"confirm": True})
        assert (done["session"], done["left"]) == ("closed", 3)


async def test_nobody_waiting_is_a_sentence() -> None:
    async with both_sites() as sites:
        answer = await sites.tap("counters/1/call-next")
        assert (answer.status, (await answer.json())["error"]["code"]) == (409, "nobody-waiting")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("counters/9/call-next", {}, 404, "unknown-counter"),
        ("counters/0/call-next", {}, 404, "unknown-counter"),
        ("counters/1/call-next", {"x": 1}, 400, "bad-request"),
        ("tickets/A9/serve", {}, 404, "unknown-ticket"),
        ("tickets/A1/serve", {}, 409, "wrong-state"),
        ("tickets/A1/dance", {}, 404, "not-found"),
        ("tickets/A1/call", {}, 400, "bad-request"),
        ("tickets/A1/call", {"counter": "two"}, 400, "bad-request"),
        ("tickets/A1/call", {"counter": 8}, 404, "unknown-counter"),
        ("tickets/A1/hold", {"until": "soon"}, 400, "bad-request"),
        ("tickets/A1/hold", {"until": "2020-01-01T10:00:00Z"}, 400, "bad-request"),
        ("tickets/A1/hold", {"until": "2026-11-24T11:00:00"}, 400, "bad-request"),
        ("tickets/A1/transfer", {}, 400, "bad-request"),
        ("tickets/A1/transfer", {"service": "pc", "counter": 1}, 400, "bad-request"),
        ("tickets/A1/transfer", {"sibling": "bib"}, 404, "unknown-sibling"),
        ("tickets/A1/transfer", {"service": "moon"}, 404, "unknown-service"),
        ("tickets/A1/finish", {"topic": "gossip"}, 409, "wrong-state"),
        ("tickets/A1/finish", {"outcome": "great"}, 400, "bad-request"),
        ("tickets/A1/finish", {"referral": "nowhere"}, 400, "bad-request"),
        ("tickets", {"service": "help", "source": "phone"}, 400, "bad-request"),
        ("tickets", {}, 400, "bad-request"),
        ("undo", {}, 400, "bad-request"),
        ("undo", {"action": 1, "counter": 1}, 400, "bad-request"),
        ("undo", {"action": 999}, 404, "unknown-action"),
        ("undo", {"counter": 2}, 404, "unknown-action"),
        ("tallies", {"measure": "souls"}, 400, "bad-request"),
        ("tallies", {"measure": "call", "n": 0}, 400, "bad-request"),
        ("tallies", {"measure": "call", "n": True}, 400, "bad-request"),
        ("session/helpers", {"helpers": 100}, 400, "bad-request"),
        ("session/open", {}, 409, "session-open"),
        ("session/open", {"location": "moon"}, 404, "unknown-location"),
        ("nothing", {}, 404, "not-found"),
    ],
)
async def test_a_bad_request_has_the_contracts_error_and_changes_nothing(
    path: str, body: dict[str, Any], status: int, code: str
) -> None:
    async with both_sites() as sites:
        await sites.press(2)
        revision = sites.desk.revision
        answer = await sites.tap(path, body)
        error = (await answer.json())["error"]
        assert (answer.status, error["code"]) == (status, code), error
        assert error["message"]
        assert sites.desk.revision == revision


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Idempotency-Key": ""}, 400, "missing-key"),
        ({"Idempotency-Key": "x" * 101}, 400, "missing-key"),
        ({"Origin": "http://evil.example"}, 403, "foreign-origin"),
        ({"Origin": "null"}, 403, "foreign-origin"),
        ({"Origin": "http://127.0.0.1"}, 403, "foreign-origin"),
    ],
)
async def test_a_write_needs_its_key_and_its_own_origin(
    headers: dict[str, str], status: int, code: str
) -> None:
    async with both_sites() as sites:
        answer = await sites.tap("tallies", {"measure": "call"}, **headers)
        assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)


async def test_a_write_without_origin_is_refused() -> None:
    async with both_sites() as sites:
        answer = await sites.tablet.post(
            "/api/v1/tallies", json={"measure": "call"}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status == 403


async def test_nothing_is_told_to_who_is_not_signed_in() -> None:
    async with both_sites() as sites:
        await sites.tablet.delete("/api/v1/session", headers={"Origin": sites.origin})
        for path in ("queue", "events", "log"):
            assert (await sites.tablet.get(f"/api/v1/{path}")).status == 401
        for path in ("tickets", "undo", "tallies", "session/open", "counters/1/call-next"):
            assert (await sites.tap(path, {})).status == 401
        page = await sites.tablet.get("/")
        assert page.status == 200
        assert "pin" in (await page.text()).lower()


async def test_a_cookie_signed_out_is_worth_nothing_afterwards() -> None:
    async with both_sites() as sites:
        jar = sites.tablet.session.cookie_jar
        cookie = next(iter(jar)).value
        await sites.tablet.delete("/api/v1/session", headers={"Origin": sites.origin})
        answer = await sites.tablet.get("/api/v1/queue", cookies={"staff_test": cookie})
        assert answer.status == 401


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "e30.00", "é.é"])
async def test_a_made_up_cookie_is_no_cookie(cookie: str) -> None:
    async with both_sites() as sites:
        sites.tablet.session.cookie_jar.clear()
        answer = await sites.tablet.get("/api/v1/queue", headers={"Cookie": f"staff_test={cookie}"})
        assert answer.status == 401


async def test_a_cookie_ends_after_a_shift() -> None:
    async with both_sites() as sites:
        sites.bench.hands.forward(timedelta(hours=13))
        assert (await sites.tablet.get("/api/v1/queue")).status == 401


async def test_a_wrong_pin_is_told_and_guessing_is_slow() -> None:
    async with both_sites() as sites:
        for _ in range(TRIES):
            answer = await sites.tablet.post("/api/v1/session", json={"pin": "000000"})
            assert (answer.status, (await answer.json())["error"]["code"]) == (401, "wrong-pin")
        locked = await sites.tablet.post("/api/v1/session", json={"pin": PIN})
        assert (locked.status, (await locked.json())["error"]["code"]) == (429, "too-many-tries")
        assert int(locked.headers["Retry-After"]) <= PAUSE + 1
        sites.seconds[0] += PAUSE
        assert (await sites.tablet.post("/api/v1/session", json={"pin": PIN})).status == 200


async def test_the_form_signs_in_and_out() -> None:
    async with both_sites() as sites:
        await sites.tablet.delete("/api/v1/session", headers={"Origin": sites.origin})
        own = {"Origin": sites.origin}
        wrong = await sites.tablet.post(
            "/sign-in", data={"pin": "1"}, headers=own, allow_redirects=False
        )
        assert wrong.status == 401
        right = await sites.tablet.post(
            "/sign-in", data={"pin": PIN}, headers=own, allow_redirects=False
        )
        assert right.status == 303
        cookie = right.cookies["staff_test"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        page = await (await sites.tablet.get("/?tafel=2")).text()
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        assert csrf
        refused = await sites.tablet.post(
            "/sign-out", data={"csrf": "no"}, headers=own, allow_redirects=False
        )
        assert refused.status == 401
        left = await sites.tablet.post(
            "/sign-out", data={"csrf": csrf}, headers=own, allow_redirects=False
        )
        assert left.status == 303
        assert (await sites.tablet.get("/api/v1/queue")).status == 401


async def test_a_foreign_page_cannot_sign_anybody_in() -> None:
    async with both_sites() as sites:
        answer = await sites.tablet.post(
            "/sign-in", data={"pin": PIN}, headers={"Origin": "http://evil.example"}
        )
        assert answer.status == 403


async def test_what_is_not_well_is_said() -> None:
    async with both_sites() as sites:
        sites.conditions.append("panel-button-1")
        conditions = (await sites.staff_queue())["conditions"]
        assert conditions[0]["name"] == "panel-button-1"
        assert "1" in conditions[0]["sentence"]
        health = await (await sites.tablet.get("/healthz")).json()
        assert health["ok"] is True
        sites.book.fail()
        assert (await sites.tap("tallies", {"measure": "call"})).status == 503
        assert (await sites.tablet.get("/healthz")).status == 503


async def test_the_description_is_made_from_the_map() -> None:
    async with both_sites() as sites:
        document = await (await sites.tablet.get("/api/v1/openapi.json")).json()
        described = {
            (method.upper(), path) for path, item in document["paths"].items() for method in item
        }
        assert ("POST", "/api/v1/tickets/{number}/{action}") in described
        routes = {
            (route.method, route.resource.canonical)
            for route in sites.tablet.server.app.router.routes()  # type: ignore[attr-defined]
            if route.method != "HEAD" and route.resource is not None
        }
        assert described == routes


async def test_both_descriptions_are_valid_openapi() -> None:
    from openapi_spec_validator import validate

    async with both_sites() as sites:
        for client in (sites.phone, sites.tablet):
            validate(await (await client.get("/api/v1/openapi.json")).json())


async def test_the_live_stream_is_the_whole_queue() -> None:
    async with both_sites() as sites, sites.tablet.get("/api/v1/events") as stream:
        line = b""
        while not line.startswith(b"data:"):
            line = await stream.content.readline()
        assert b'"counters"' in line


async def test_a_person_tells_a_box_without_a_clock_what_time_it_is() -> None:
    async with both_sites() as sites:
        refused = await sites.tap("clock", {"now": "2026-11-24T10:30:00+01:00"})
        assert (refused.status, (await refused.json())["error"]["code"]) == (403, "not-allowed")
        await sites.pair(Role.LEAD)
        sites.bench.clock.trust = ClockSource.NONE
        sites.bench.clock.jump(timedelta(days=-3650))
        said = await sites.tapped("clock", {"now": "2026-11-24T10:30:00+01:00"})
        assert said["now"] == "2026-11-24T09:30:00Z"
        assert sites.bench.clock.source() is ClockSource.PERSON
        for bad in ("soon", "2026-11-24T10:30:00"):
            assert (await sites.tap("clock", {"now": bad})).status == 400


async def test_metrics_are_off_until_somebody_wants_them() -> None:
    async with both_sites() as sites:
        assert (await sites.tablet.get("/metrics")).status == 404
    async with both_sites(metrics=True) as sites:
        await sites.press(2)
        text = await (await sites.tablet.get("/metrics")).text()
        assert "digipunt_waiting 2\n" in text
        assert "A1" not in text
