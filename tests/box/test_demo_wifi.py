"""The demo's wifi: every 127.x.y.z is a phone, and its switches do something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector

from appliance.demo import DemoSettings, open_demo
from tests.desks import BRUSSELS

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=BRUSSELS)


@asynccontextmanager
async def a_demo(data: Path) -> AsyncIterator[tuple[dict[str, Any], ClientSession, ClientSession]]:
    """Its addresses, and two phones."""
    settings = DemoSettings(
        boxes=1, host="127.0.0.1", port=0, data=data, speed=1, now=MORNING, seed=4
    )
    phones = [ClientSession(connector=TCPConnector(local_addr=(f"127.1.2.{n}", 0))) for n in (3, 4)]
    async with open_demo(settings) as world, phones[0] as one, phones[1] as other:
        yield world.addresses("127.0.0.1")["boxes"][0], one, other


async def state(phone: ClientSession, box: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
    async with phone.get(f"{box['visitor']}/api/v1/wifi") as answer:
        return (await answer.json())["state"]


async def probed(phone: ClientSession, box: dict[str, Any]) -> int:
    async with phone.get(
        f"{box['visitor']}/hotspot-detect.html",
        headers={"Host": "captive.apple.com"},
        allow_redirects=False,
    ) as answer:
        if answer.status == 302:
            assert answer.headers["Location"] == f"{box['visitor']}/"
        return answer.status


async def switch(box: dict[str, Any], phone: ClientSession, fault: str, *, on: bool) -> None:
    url = f"{box['panel']}/api/v1/faults/{fault}"
    async with phone.post(url, json={"on": on}) as answer:
        assert answer.status == 200


async def conditions(box: dict[str, Any], phone: ClientSession) -> list[str]:
    async with phone.get(f"{box['staff']}/healthz") as answer:
        return [one["name"] for one in (await answer.json())["conditions"]]


async def test_a_tap_is_for_one_phone_and_ends_when_the_clock_is_turned(tmp_path: Path) -> None:
    async with a_demo(tmp_path) as (box, phone, other):
        async with phone.get(box["visitor"]) as page:
            assert 'href="/wifi?lang=' in await page.text()
        assert await probed(phone, box) == 302
        async with phone.post(f"{box['visitor']}/wifi") as page:
            assert page.status == 200
        assert (await state(phone, box), await state(other, box)) == ("online", "waiting")
        assert (await probed(phone, box), await probed(other, box)) == (200, 302)
        async with phone.post(f"{box['panel']}/api/v1/clock", json={"forward": "5h"}) as turned:
            assert turned.status == 200
        assert await state(phone, box) == "ended"
        assert await probed(phone, box) == 302


async def test_the_switches_for_wifi_and_internet_do_something(tmp_path: Path) -> None:
    async with a_demo(tmp_path) as (box, phone, _other):
        async with phone.get(box["panel"]) as page:
            text = await page.text()
        assert "uplink-gone" in text
        assert "wifi-gone" in text
        await phone.post(f"{box['visitor']}/wifi")
        for fault in ("uplink-gone", "wifi-gone"):
            await switch(box, phone, fault, on=True)
            assert fault in await conditions(box, phone)
        async with phone.get(f"{box['visitor']}/wifi?lang=nl") as page:
            assert "geen internet" in await page.text()
        assert await probed(phone, box) == 302
        for fault in ("uplink-gone", "wifi-gone"):
            await switch(box, phone, fault, on=False)
            assert fault not in await conditions(box, phone)
        assert await probed(phone, box) == 200


async def test_a_power_cut_forgets_who_was_in(tmp_path: Path) -> None:
    async with a_demo(tmp_path) as (box, phone, _other):
        await phone.post(f"{box['visitor']}/wifi")
        await switch(box, phone, "power-cut", on=True)
        assert await state(phone, box) == "waiting"
