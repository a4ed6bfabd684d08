"""The panel in a browser: the real service on the real panel, on pretend pins, over HTTP."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from appliance.core.errors import StorageUnavailable, WrongState
from appliance.core.press import PressOutcome
from appliance.core.showing import Call, Situation
from appliance.services.front_panel import FrontPanelService
from appliance.simulation.panel import SimulatedPanel, open_simulated_panel
from appliance.simulation.panel_page import FAULTS, PanelBench, PanelLabels, panel_app

Client = TestClient[Request, Application]
MakeClient = Callable[[Application], Awaitable[Client]]
NOW = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)


class PaperWorld:
    """Notes what it was told to do."""

    def __init__(self) -> None:
        self.at = NOW
        self.on: set[str] = set()
        self.jump: int | None = None
        self.trouble: Exception | None = None
        self.idle: set[str] = set()

    def now(self) -> datetime:
        return self.at

    def next_walk_in(self) -> datetime | None:
        return datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def faults(self) -> Collection[str]:
        return self.on

    async def turn(self, *, to: datetime | None = None, forward: timedelta | None = None) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.at = to or self.at + (forward or timedelta())

    async def fault(self, name: str, *, on: bool, seconds: int | None = None) -> None:
        self.jump = seconds
        (self.on.add if on else self.on.discard)(name)

    def works(self, name: str) -> bool:
        return name not in self.idle


class Box:
    """One simulated box with its page."""

    def __init__(self, panel: SimulatedPanel) -> None:
        self.panel: SimulatedPanel | None = panel
        self.world = PaperWorld()
        self.situation = Situation(open=True)
        self.taken = 0
        self.answer: PressOutcome | Exception | None = None
        self.news = asyncio.Event()
        self.service = FrontPanelService(
            panel=panel,
            take=self.take,
            situation=lambda: self.situation,
            changed=self.changed,
            condition=lambda _name, _on: None,
            boot="b1",
            ticker=time.monotonic,
            pause=asyncio.sleep,
        )
        self.app = panel_app(
            PanelBench(
                panel=lambda: self.panel,
                outcomes=self.service.outcomes,
                world=self.world,
                labels=PanelLabels(
                    name="Digicafé <’t Park>",
                    pin="4071",
                    visitor="http://127.0.0.1:1/",
                    staff="http://127.0.0.1:2/",
                    board="http://127.0.0.1:1/board",
                ),
                sentence=lambda code, lang: f"{lang}: {code}",
                hosts=lambda: {"127.0.0.1", "localhost"},
            )
        )

    async def take(self, _button: int, _key: str) -> PressOutcome:
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        self.taken += 1
        return PressOutcome(outcome="ticket", number=f"A{self.taken}")

    async def changed(self) -> None:
        await self.news.wait()
        self.news.clear()


@asynccontextmanager
async def running(*, buttons: int = 1) -> AsyncIterator[Box]:
    async with open_simulated_panel(ticker=time.monotonic, buttons=buttons) as panel:
        box = Box(panel)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(box.service.run())
            await seen(box, lambda state: state["display"] != "")
            yield box
            task.cancel()


async def seen(box: Box, true: Callable[[Any], bool]) -> None:
    """Return when what stands in front of the panel is as expected."""
    async with asyncio.timeout(5):
        while box.panel is not None and not true(box.panel.state()):
            await box.panel.newer(box.panel.revision)


async def press(client: Client, **asked: object) -> Any:  # noqa: ANN401 - JSON
    response = await client.post("/api/v1/press", json=asked)
    assert response.status == 200, await response.text()
    return await response.json()


async def test_a_press_is_answered_after_the_commit_and_the_panel_shows_the_number(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        assert await press(client, button=1, ms=20) == {"outcome": "ticket", "number": "A1"}
        state = await (await client.get("/api/v1/panel")).json()
        assert state == {
            "display": "A1",
            "frames": ["A1"],
            "mode": "number",
            "lamp": "wait",
            "sound": {"seq": 1, "name": "tick"},
        }


async def test_mashing_gives_one_number(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        answers = await asyncio.gather(
            *(press(client, button=1, ms=5, bounce=True) for _ in range(5))
        )
        assert sorted(answer["outcome"] for answer in answers) == ["same-ticket"] * 4 + ["ticket"]
        assert {answer["number"] for answer in answers} == {"A1"}


async def test_each_button_answers_for_itself(aiohttp_client: MakeClient) -> None:
    async with running(buttons=4) as box:
        client = await aiohttp_client(box.app)
        answers = await asyncio.gather(*(press(client, button=n, ms=10) for n in (1, 2, 3, 4)))
        assert {answer["outcome"] for answer in answers} == {"ticket"}
        assert len({answer["number"] for answer in answers}) == 4


async def test_while_closed_a_press_says_closed(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        box.answer = PressOutcome(outcome="closed")
        box.situation = Situation(open=False, closed_frames=("DI", "9.00"))
        box.news.set()
        assert await press(client, ms=10) == {"outcome": "closed", "number": None}
        state = await (await client.get("/api/v1/panel")).json()
        assert (state["display"], state["frames"]) == ("DI", ["DI", "9.00"])
        assert (state["mode"], state["lamp"]) == ("closed", "off")


async def test_a_full_disk_refuses(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        box.answer = StorageUnavailable("full")
        assert await press(client, ms=10) == {"outcome": "refused", "number": None}
        state = await (await client.get("/api/v1/panel")).json()
        assert (state["mode"], state["sound"]["name"]) == ("fault", "refused")


async def test_a_jammed_button_cannot_be_pressed(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        assert box.panel is not None
        box.panel.stick(1, on=True)
        await seen(box, lambda state: state["display"] == "A1")
        assert await press(client, ms=10) == {"outcome": "refused", "number": None}
        assert not await box.panel.press(1, 10)
        box.panel.stick(1, on=False)
        await asyncio.sleep(0.05)
        assert (await press(client, ms=10))["outcome"] == "same-ticket"


async def test_without_its_display_the_panel_still_gives_numbers(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        assert box.panel is not None
        await box.panel.lose_display(on=True)
        assert (await press(client, ms=10))["number"] == "A1"
        state = await (await client.get("/api/v1/panel")).json()
        assert (state["display"], state["mode"], state["lamp"]) == ("", "number", "wait")
        assert list(box.panel.faults()) == ["display"]
        await box.panel.lose_display(on=False)
        await seen(box, lambda state: state["display"] == "A1")
        assert list(box.panel.faults()) == []


async def test_the_stream_begins_with_the_state_and_follows_every_change(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        async with asyncio.timeout(5), client.get("/api/v1/panel/events") as stream:
            assert stream.content_type == "text/event-stream"
            first = await event(stream.content)
            assert first["data"]["display"] == "----"
            box.situation = Situation(open=True, call=Call(seq=1, number="A5", counter=2))
            box.news.set()
            ids = [int(first["id"])]
            while True:
                later = await event(stream.content)
                ids.append(int(later["id"]))
                sound = later["data"]["sound"]
                if later["data"]["display"] == "A5" and sound is not None:
                    break
            assert later["data"]["frames"] == ["A5", "T2"]
            assert sound == {"seq": 1, "name": "chime"}
            assert ids == sorted(set(ids))


async def test_the_streams_end_when_the_page_does(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        async with asyncio.timeout(5), client.get("/api/v1/panel/events") as stream:
            await event(stream.content)
            box.panel = None
            assert (await event(stream.content))["data"]["lamp"] == "off"
            await box.app.shutdown()
            await stream.content.read()


async def event(content: Any) -> dict[str, Any]:  # noqa: ANN401 - a stream of aiohttp
    found: dict[str, Any] = {}
    while True:
        line = (await content.readline()).decode().strip()
        if not line and "data" in found:
            return found
        field, _, value = line.partition(": ")
        if field == "data":
            found[field] = json.loads(value)
        elif field == "id":
            found[field] = value


async def test_a_box_without_power_is_dark_and_does_not_answer_a_press(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        box.panel = None
        state = await (await client.get("/api/v1/panel")).json()
        assert (state["display"], state["lamp"], state["sound"]) == ("", "off", None)
        response = await client.post("/api/v1/press", json={"button": 1})
        assert response.status == 503
        assert (await client.get("/")).status == 200


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"forward": "3d"}, NOW + timedelta(days=3)),
        ({"forward": "2h30m"}, NOW + timedelta(hours=2, minutes=30)),
        ({"forward": "1w45s"}, NOW + timedelta(weeks=1, seconds=45)),
        ({"to": "2026-11-24T09:00:00+01:00"}, datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ({"to": "2026-11-24T08:00:00Z"}, datetime(2026, 11, 24, 8, tzinfo=UTC)),
    ],
)
async def test_the_clock_can_be_turned(
    aiohttp_client: MakeClient, asked: dict[str, str], expected: datetime
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        response = await client.post("/api/v1/clock", json=asked)
        assert response.status == 200
        assert datetime.fromisoformat((await response.json())["now"]) == expected
        assert box.world.at == expected


async def test_every_fault_can_be_switched_on_and_off(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        for name in FAULTS:
            response = await client.post(f"/api/v1/faults/{name}", json={"on": True})
            assert (await response.json())["faults"] == [name]
            await client.post(f"/api/v1/faults/{name}", json={"on": False})
        asked = {"on": True, "seconds": -315360000}
        await client.post("/api/v1/faults/clock-jump", json=asked)
        assert box.world.jump == -315360000
        response = await client.get("/api/v1/world")
        assert await response.json() == {
            "now": "2026-11-20T09:42:00+00:00",
            "next": "2026-11-24T08:00:00+00:00",
            "faults": ["clock-jump"],
        }


JSON = {"Content-Type": "application/json"}
BOGUS = {"Content-Type": "application/json; charset=bogus"}
FAR = {"on": True, "seconds": 1e400}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("POST", "/api/v1/press", {"json": {"button": 2}}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"json": {"ms": 0}}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"json": [1]}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"data": b"{", "headers": JSON}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"data": b"\xff", "headers": JSON}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"data": b"{}", "headers": BOGUS}, 400, "bad-request"),
        ("POST", "/api/v1/press", {"data": b"{}"}, 415, "unsupported-type"),
        ("POST", "/api/v1/press", {"json": {"x": "y" * 20_000}}, 413, "too-large"),
        ("GET", "/api/v1/press", {}, 405, "method-not-allowed"),
        ("GET", "/api/v1/nothing", {}, 404, "not-found"),
        ("POST", "/api/v1/faults/rain", {"json": {"on": True}}, 404, "not-found"),
        ("POST", "/api/v1/faults/wifi-gone", {"json": {}}, 400, "bad-request"),
        ("POST", "/api/v1/faults/wifi-gone", {"json": {"on": 1}}, 400, "bad-request"),
        ("POST", "/api/v1/faults/clock-jump", {"json": FAR}, 400, "bad-request"),
        ("POST", "/api/v1/clock", {"json": {}}, 400, "bad-request"),
        ("POST", "/api/v1/clock", {"json": {"forward": "1d", "to": "x"}}, 400, "bad-request"),
        ("GET", "/", {"headers": {"Host": "evil.example:80"}}, 421, "bad-host"),
    ],
)
async def test_what_cannot_be_understood_changes_nothing_and_says_so(
    aiohttp_client: MakeClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        response = await client.request(method, path, **sent)
        assert response.status == status
        error = (await response.json())["error"]
        assert error == {"code": code, "message": f"nl: {code}"}
        assert (box.taken, box.world.at, box.world.on) == (0, NOW, set())
        if status == 405:
            assert "Allow" in response.headers


async def test_a_refusal_of_the_world_keeps_its_code_and_a_bug_is_only_an_apology(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        for trouble, status, code in (
            (WrongState(), 409, "wrong-state"),
            (StorageUnavailable(), 503, "storage-unavailable"),
            (ZeroDivisionError("a bug"), 500, "failed"),
        ):
            box.world.trouble = trouble
            response = await client.post("/api/v1/clock", json={"forward": "1d"})
            assert response.status == status
            assert (await response.json())["error"]["code"] == code


async def test_the_page_has_real_buttons_switches_links_and_the_pin(
    aiohttp_client: MakeClient,
) -> None:
    async with running(buttons=2) as box:
        client = await aiohttp_client(box.app)
        response = await client.get("/")
        text = await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert response.headers["Cache-Control"] == "no-store"
        assert text.count('<button type="button" class="knop"') == 2
        assert text.count('role="switch"') == len(FAULTS)
        assert all(f'data-fault="{name}"' in text for name in FAULTS)
        assert "Digicafé &lt;’t Park&gt;" in text
        assert "PIN van deze nagebootste kast" in text
        assert "4071" in text
        assert 'href="http://127.0.0.1:1/board"' in text
        assert "style=" not in text, "the policy forbids it"
