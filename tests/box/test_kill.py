"""`kill -9` while tickets are being taken: every acknowledged one is there, none twice."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROUNDS = 50
CLIENTS = 4


class Killed:
    """A demo that is killed again and again on the same data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.acknowledged: list[str] = []
        self.tokens: dict[str, str] = {}
        self.keys = count(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "appliance", "demo", "--json", "--port", "0", "--boxes", "1",
            "--data", str(self.data), "--now", "2026-11-24T09:30:00+01:00", "--seed", "5",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            async with asyncio.timeout(60):
                world = json.loads(await process.stdout.readline())
            yield world["boxes"][0]
        finally:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()

    async def take(self, box: dict[str, Any]) -> None:
        """Ask for tickets until the box is gone; only what was answered counts."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            with contextlib.suppress(aiohttp.ClientError, asyncio.IncompleteReadError):
                await session.post(f"{box['staff']}/api/v1/session", json={"pin": box["pin"]})
                while True:
                    headers = {"Origin": box["staff"], "Idempotency-Key": f"k{next(self.keys)}"}
                    async with session.post(
                        f"{box['staff']}/api/v1/tickets",
                        json={"service": "help", "lang": "nl"},
                        headers=headers,
                    ) as answer:
                        ticket = await answer.json()
                        assert answer.status == 201, ticket
                        self.acknowledged.append(ticket["number"])

    async def waiting(self, box: dict[str, Any]) -> list[str]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            await session.post(f"{box['staff']}/api/v1/session", json={"pin": box["pin"]})
            async with session.get(f"{box['staff']}/api/v1/queue") as answer:
                return [ticket["number"] for ticket in (await answer.json())["waiting"]]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_fifty_times_no_acknowledged_ticket_is_lost_and_none_is_doubled(
    tmp_path: Path,
) -> None:
    chance = random.Random(9)
    killed = Killed(tmp_path)
    for _ in range(ROUNDS):
        async with asyncio.TaskGroup() as group, killed.running() as box:
            for _ in range(CLIENTS):
                group.create_task(killed.take(box))
            await asyncio.sleep(chance.uniform(0.1, 0.35))
    async with killed.running() as box:
        waiting = await killed.waiting(box)
    assert len(killed.acknowledged) > ROUNDS
    assert len(set(killed.acknowledged)) == len(killed.acknowledged)
    assert len(set(waiting)) == len(waiting)
    assert set(killed.acknowledged) <= set(waiting)
    unanswered = len(waiting) - len(killed.acknowledged)
    assert 0 <= unanswered <= ROUNDS * CLIENTS
    print(f"{ROUNDS} kills: {len(killed.acknowledged)} acknowledged, {unanswered} unanswered")
