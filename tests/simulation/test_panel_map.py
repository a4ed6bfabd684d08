"""What the panel's site publishes about itself, which switches it shows, in which language."""

import pytest
from openapi_spec_validator import validate

from appliance.core.openapi import plain
from appliance.simulation.panel_page import FAULTS
from tests.simulation.test_panel_page import MakeClient, running


async def test_the_description_is_valid_and_equals_the_routes(aiohttp_client: MakeClient) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        response = await client.get("/api/v1/openapi.json")
        document = await response.json()
        validate(document)
        described = {
            (method.upper(), path)
            for path, methods in document["paths"].items()
            for method in methods
        }
        routes = {
            (route.method, plain(route.resource.canonical))
            for route in box.app.router.routes()
            if route.resource is not None and route.method != "HEAD"
        }
        assert described == routes


async def test_a_switch_that_does_nothing_is_not_shown_but_its_address_answers(
    aiohttp_client: MakeClient,
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        box.world.idle = {"wifi-gone", "uplink-gone"}
        text = await (await client.get("/")).text()
        assert text.count('role="switch"') == len(FAULTS) - 2
        assert 'data-fault="wifi-gone"' not in text
        response = await client.post("/api/v1/faults/wifi-gone", json={"on": True})
        assert (await response.json())["faults"] == ["wifi-gone"]


@pytest.mark.parametrize(
    ("header", "query", "lang"),
    [("", "", "nl"), ("fr-BE,fr;q=0.9", "", "fr"), ("de", "", "nl"), ("fr", "?lang=en", "en")],
)
async def test_the_sentence_is_in_the_language_of_who_asks(
    aiohttp_client: MakeClient, header: str, query: str, lang: str
) -> None:
    async with running() as box:
        client = await aiohttp_client(box.app)
        response = await client.get(f"/nothing{query}", headers={"Accept-Language": header})
        assert (await response.json())["error"]["message"] == f"{lang}: not-found"
