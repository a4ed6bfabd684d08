"""A whole box from outside: start, memory, idling, and tickets by HTTP from eight clients."""

import asyncio
from collections.abc import Sequence
from itertools import count
from statistics import quantiles
from time import perf_counter

import aiohttp

from tests.bench.figure import Figure
from tests.bench.process import PIN, RunningBox, running_box

CLIENTS = 8
TICKETS = 2000
IDLE_SECONDS = 20
BY_HTTP = "8 clients at once"


def measure() -> list[Figure]:
    """Takes about a minute."""
    with running_box() as box:
        idle = asyncio.run(_idle(box))
        tickets = asyncio.run(_tickets(box))
        return [
            Figure(
                name="first answer after the start", value=box.first_answer, unit="s", limit=1.2
            ),
            *idle,
            *tickets,
        ]


async def _idle(box: RunningBox) -> list[Figure]:
    await asyncio.sleep(2)
    before, began = box.cpu(), perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    share = (box.cpu() - before) / (perf_counter() - began) * 100
    return [
        Figure(name="idle: memory of a box (PSS)", value=box.pss_mib(), unit="MiB", limit=80),
        Figure(name="idle: share of a core", value=share, unit="%", limit=0.5),
    ]


async def _tickets(box: RunningBox) -> list[Figure]:
    await _open(box)
    numbers: list[str] = []
    times: list[float] = []
    phones = count(1)
    before = box.cpu()

    async def client() -> None:
        for _ in range(TICKETS // CLIENTS):
            number, seconds = await _take(box, next(phones))
            numbers.append(number)
            times.append(seconds)

    await asyncio.gather(*[client() for _ in range(CLIENTS)])
    cpu = (box.cpu() - before) / TICKETS * 1000
    doubled = len(numbers) - len(set(numbers))
    gaps = max(int(n[1:]) for n in numbers) - len(numbers)
    return [
        Figure(name=f"ticket by HTTP, {BY_HTTP}: CPU", value=cpu, unit="ms", limit=5),
        Figure(name=f"ticket by HTTP, {BY_HTTP}: p50", value=_percentile(times, 50), unit="ms"),
        Figure(
            name=f"ticket by HTTP, {BY_HTTP}: p99",
            value=_percentile(times, 99),
            unit="ms",
            limit=50,
        ),
        Figure(name="  numbers given twice", value=doubled, unit="", limit=0),
        Figure(name="  numbers left out", value=gaps, unit="", limit=0),
    ]


async def _take(box: RunningBox, phone: int) -> tuple[str, float]:
    """One phone, one connection of its own, one ticket."""
    address = f"127.1.{phone // 250}.{phone % 250 + 1}"
    connector = aiohttp.TCPConnector(local_addr=(address, 0))
    async with aiohttp.ClientSession(connector=connector) as session:
        began = perf_counter()
        async with session.post(
            f"{box.visitor}/api/v1/tickets", json={"service": "help", "lang": "nl"}
        ) as answer:
            body = await answer.json()
        return body["number"], (perf_counter() - began) * 1000


async def _open(box: RunningBox) -> None:
    """Unless the schedule has done so."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.post(f"{box.staff}/api/v1/session", json={"pin": PIN}) as answer:
            assert answer.status == 200, await answer.text()
        headers = {"Origin": box.staff, "Idempotency-Key": "bench opens"}
        async with session.post(
            f"{box.staff}/api/v1/session/open", json={}, headers=headers
        ) as answer:
            assert answer.status in {200, 409}, await answer.text()


def _percentile(values: Sequence[float], share: int) -> float:
    return quantiles(values, n=100)[share - 1]
