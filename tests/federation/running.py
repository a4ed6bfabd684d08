"""Collectors as processes of their own, on one database, and somebody who is signed in."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from aiohttp import ClientSession, ClientTimeout, CookieJar
from sqlalchemy import insert

from appliance.collector import register
from appliance.collector.boxes import BoxState
from appliance.collector.database import open_database
from appliance.collector.schema import prepare
from appliance.collector.tables import BOXES
from tests.federation.year import YearBox

PASSWORD = "drie vogels op een dak"
LONGEST = ClientTimeout(total=300)
MEBI = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`digipunt collector` on this machine."""

    process: "subprocess.Popen[str]"
    url: str
    web: ClientSession

    async def post(self, path: str, body: bytes, kind: str) -> bytes:
        async with self.web.post(path, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def get(self, path: str) -> tuple[bytes, float]:
        """The whole answer, and the seconds until it was there."""
        began = perf_counter()
        async with self.web.get(path, headers={"Accept": "text/html"}) as answer:
            assert answer.status == 200, path
            body = await answer.read()
        return body, perf_counter() - began

    @property
    def peak_mib(self) -> float:
        """The most memory it ever had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        return int(kib) / 1024

    @property
    def cpu(self) -> float:
        """Seconds of a core that it used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").split()
        return (int(fields[13]) + int(fields[14])) / 100


def _choose(config: Path) -> None:
    command = [sys.executable, "-m", "appliance", "collector", "--config", str(config)]
    given = PASSWORD + "\n"
    subprocess.run(
        [*command, "user", "an"], input=given, text=True, check=True, capture_output=True
    )


@contextmanager
def _process(config: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "appliance", "collector", "--config", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@asynccontextmanager
async def collectors(
    directory: Path, *, count: int, database: str = ""
) -> AsyncIterator[Sequence[Running]]:
    """So many of them, with one key; a coordinator is signed in at each."""
    config = directory / "collector.toml"
    config.write_text(
        f'[collector]\nport = 0\ndirectory = "{directory}"\ndatabase = "{database}"\n',
        encoding="utf-8",
    )
    await asyncio.to_thread(_choose, config)
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(count):
            process, url = stack.enter_context(_process(config))
            web = await stack.enter_async_context(
                ClientSession(url, cookie_jar=CookieJar(unsafe=True), timeout=LONGEST)
            )
            data = {"user": "an", "password": PASSWORD}
            async with web.post("/api/v1/session", json=data, headers={"Origin": url}) as answer:
                assert answer.status == 200
            found.append(Running(process=process, url=url, web=web))
        yield found


async def lay(url: str, boxes: Sequence[YearBox]) -> None:
    """What a coordinator did before: places in the register, boxes approved."""
    async with open_database(url) as database:
        await prepare(database)
        await register.put_places(database, [one.place for one in boxes])
        rows = [
            {
                "box": one.id,
                "public_key": one.public,
                "name": one.place.name,
                "state": BoxState.APPROVED.value,
                "asked": "2026-01-01T00:00:00Z",
            }
            for one in boxes
        ]
        async with database.writing() as connection:
            await connection.execute(insert(BOXES), rows)
