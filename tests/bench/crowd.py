"""A crowd at the visitors' site: screens that listen, and requests without end.

A process of its own: `python -m tests.bench.crowd URL SCREENS RATE SECONDS`; it says what it did.
"""

import asyncio
import json
import sys
from collections import Counter
from time import perf_counter

import aiohttp

AT_ONCE = 64


async def _screen(
    session: aiohttp.ClientSession, url: str, heard: Counter[str], there: asyncio.Semaphore
) -> None:
    async with session.get(f"{url}/api/v1/events") as stream:
        there.release()
        async for raw in stream.content:
            if raw.startswith(b"data:"):
                heard["events"] += 1


async def _asker(url: str, due: "asyncio.Queue[float]", done: Counter[str]) -> None:
    """A browser that keeps its connection; as light as can be, since it shares the machine."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    try:
        while True:
            await due.get()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.partition(b"Content-Length: ")[2].partition(b"\r")[0]
            await reader.readexactly(int(length))
            done["answers" if head.startswith(b"HTTP/1.1 200") else "refusals"] += 1
    finally:
        writer.close()


async def _main(url: str, screens: int, rate: int, seconds: float) -> None:
    counts: Counter[str] = Counter()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
        asyncio.TaskGroup() as group,
    ):
        there = asyncio.Semaphore(0)
        tasks = [group.create_task(_screen(session, url, counts, there)) for _ in range(screens)]
        for _ in range(screens):
            await there.acquire()
        due: asyncio.Queue[float] = asyncio.Queue(maxsize=rate)
        tasks += [group.create_task(_asker(url, due, counts)) for _ in range(AT_ONCE)]
        print(json.dumps({"ready": screens}), flush=True)
        began, asked = perf_counter(), 0
        while (passed := perf_counter() - began) < seconds:
            while asked < passed * rate and not due.full():
                due.put_nowait(passed)
                asked += 1
            await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
    print(json.dumps({**counts, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
