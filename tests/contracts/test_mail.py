"""The way to a coordinator: what both ways do with an answer, with nobody, and with nonsense."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from appliance.adapters.http_mail import LARGEST, HttpMail
from appliance.core.errors import Unavailable
from appliance.core.federation import hello
from appliance.core.federation.dsse import seal
from appliance.ports import Mail
from appliance.simulation.coordinator import SimulatedCoordinator
from tests.core.federation.letters import KEY, PUBLIC, verify

PAPER = b'{"a": "paper"}'
NDJSON = "application/x-ndjson"


def coordinator() -> SimulatedCoordinator:
    return SimulatedCoordinator(
        sign=KEY.sign,
        verify=verify,
        keys={},
        root=PUBLIC,
        papers={"/api/v1/news": (3, PAPER)},
    )


@asynccontextmanager
async def simulated() -> AsyncIterator[Mail]:
    yield coordinator()


@asynccontextmanager
async def real() -> AsyncIterator[Mail]:
    """The same coordinator behind real HTTP, and a login page beside it."""
    behind = coordinator()

    async def post(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            found = await behind.post(request.path, body, content_type=request.content_type)
        except Unavailable:
            return web.Response(status=404)
        return web.Response(body=found)

    async def get(request: web.Request) -> web.StreamResponse:
        return web.Response(body=await behind.get(request.path, dict(request.query)))

    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/api/v1/news")

    async def endless(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * (LARGEST + 1))

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/api/v1/moved", elsewhere)
    app.router.add_get("/api/v1/endless", endless)
    app.router.add_get("/{tail:.*}", get)
    app.router.add_post("/{tail:.*}", post)
    server = TestServer(app)
    await server.start_server()
    try:
        yield HttpMail(str(server.make_url("/")), patience=5)
    finally:
        await server.close()


Way = Callable[[], AbstractAsyncContextManager[Mail]]
WAYS: dict[str, Way] = {"real": real, "simulated": simulated}


ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


@ways
async def test_an_introduction_is_answered(way: Way) -> None:
    async with way() as mail:
        payload = hello.dump(hello.Hello(key=PUBLIC, name="Bib", nonce=bytes(16)))
        raw = seal(hello.TYPE, payload, keyid="", sign=KEY.sign)
        found = json.loads(await mail.post("/api/v1/boxes", raw, content_type="application/json"))
        assert {"root", "welcome"} <= set(found)


@ways
async def test_a_paper_comes_unless_the_box_has_it(way: Way) -> None:
    async with way() as mail:
        assert await mail.get("/api/v1/news", {"have": "2", "box": "b" * 26}) == PAPER
        assert await mail.get("/api/v1/news", {"have": "3"}) == b""


@ways
async def test_an_address_that_is_not_there_is_unavailable(way: Way) -> None:
    async with way() as mail:
        with pytest.raises(Unavailable):
            await mail.post("/api/v1/nothing", b"x", content_type=NDJSON)


async def test_nobody_is_followed_to_another_address() -> None:
    async with real() as mail:
        with pytest.raises(Unavailable, match="302"):
            await mail.get("/api/v1/moved", {})


async def test_an_endless_answer_is_not_read_to_the_end() -> None:
    async with real() as mail:
        with pytest.raises(Unavailable, match="too long"):
            await mail.get("/api/v1/endless", {})


async def test_without_an_uplink_both_directions_are_unavailable() -> None:
    cut = coordinator()
    cut.connected = False
    gone: tuple[Mail, ...] = (cut, HttpMail("http://127.0.0.1:9"))
    for one in gone:
        with pytest.raises(Unavailable):
            await one.get("/api/v1/news", {})
        with pytest.raises(Unavailable):
            await one.post("/api/v1/boxes", b"x", content_type="application/json")
