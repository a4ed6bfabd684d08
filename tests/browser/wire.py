"""A cable between a browser and a site, with an address of its own; it can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HOST = "127.0.0.1"


class Wire:
    """Passes on every byte between `url` and a site; see `laid`."""

    def __init__(self, port: int, source: str) -> None:
        self._far = port
        self._source = source
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def mend(self) -> None:
        """From here on everything passes."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._carry, HOST, self.port, reuse_address=True
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Nothing passes; what was open breaks off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in self._ends:
            end.transport.abort()
        while self._calls:
            await asyncio.wait(self._calls)

    async def _carry(self, near: asyncio.StreamReader, near_end: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        self._ends.add(near_end)
        try:
            far, far_end = await asyncio.open_connection(
                HOST, self._far, local_addr=(self._source, 0)
            )
        except OSError:
            near_end.transport.abort()
            self._ends.discard(near_end)
            return
        self._ends.add(far_end)
        async with asyncio.TaskGroup() as group:
            group.create_task(_pass_on(near, far_end))
            group.create_task(_pass_on(far, near_end))
        self._ends -= {near_end, far_end}


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side is gone; then both are."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        writer.transport.abort()
    else:
        writer.close()


@asynccontextmanager
async def laid(port: int, source: str = HOST) -> AsyncIterator[Wire]:
    """A whole wire to that port; the site sees `source` as who asks."""
    wire = Wire(port, source)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.cut()
