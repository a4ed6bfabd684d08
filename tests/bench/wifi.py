"""The free wifi: questions of fifty phones a second, and what letting one in costs the kernel."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Interface
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import aiohttp

from appliance.adapters.nft_gate import NftGate
from appliance.core.gate_rules import Lan
from appliance.core.guests import Mac
from tests.bench.figure import Figure
from tests.netns.own_space import own_space
from tests.netns.world import missing

PHONES = 50
SECONDS = 5.0
RELEASES = 100
ASKED = {"Host": "connectivitycheck.gstatic.com"}


def measure() -> list[Figure]:
    """Takes ten seconds; without root the kernel's part is left out, and said to be."""
    with a_demo() as visitor:
        most = asyncio.run(_probes(visitor, pause=0))
        took = asyncio.run(_probes(visitor, pause=0.25))
    found = [
        Figure(name=f"probe answers a second, {PHONES} phones", value=len(most) / SECONDS, unit=""),
        Figure(
            name=f"probe answer, {PHONES} phones asking 4 times a second: p99",
            value=quantiles(took, n=100)[98] * 1000,
            unit="ms",
            limit=250,
        ),
    ]
    reason = missing()
    if reason is not None:
        return [*found, Figure(name=f"letting in: not measured, {reason}", value=0, unit="")]
    wall, cpu = asyncio.run(_releases())
    return [
        *found,
        Figure(name="letting a phone in (nft): CPU", value=cpu, unit="ms", limit=10),
        Figure(name="letting a phone in (nft): median", value=median(wall), unit="ms"),
    ]


@contextmanager
def a_demo() -> Iterator[str]:
    """The visitors' site of a simulated box, as a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "demo", "--boxes", "1", "--port", "0",
             "--json", "--data", str(Path(home) / "demo")],
            stdout=subprocess.PIPE, text=True, env=os.environ,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            yield str(json.loads(process.stdout.readline())["boxes"][0]["visitor"])
        finally:
            process.terminate()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()


async def _probes(visitor: str, *, pause: float) -> list[float]:
    took: list[float] = []
    end = perf_counter() + SECONDS

    async def phone(n: int) -> None:
        connector = aiohttp.TCPConnector(local_addr=(f"127.1.3.{n}", 0))
        async with aiohttp.ClientSession(connector=connector) as client:
            while (began := perf_counter()) < end:
                url = f"{visitor}/generate_204"
                async with client.get(url, headers=ASKED, allow_redirects=False) as answer:
                    assert answer.status == 302
                took.append(perf_counter() - began)
                await asyncio.sleep(pause)

    async with asyncio.TaskGroup() as group:
        for n in range(1, PHONES + 1):
            group.create_task(phone(n))
    return took


async def _releases() -> tuple[list[float], float]:
    """Milliseconds of each on the wall, and of the processor on the average."""
    lan = Lan(interface="ap0", address=IPv4Interface("10.43.0.1/24"), site_port=8080)
    took = []
    with own_space("ap0"):
        gate = NftGate(lan)
        await gate.load()
        before = sum(os.times()[:4])
        for n in range(RELEASES):
            began = perf_counter()
            await gate.admit(Mac(f"02:00:00:00:00:{n:02x}"), 60)
            took.append((perf_counter() - began) * 1000)
        cpu = (sum(os.times()[:4]) - before) * 1000 / RELEASES
        assert len(await gate.guests()) == RELEASES
    return took, cpu
