"""A site on a socket: opened and closed by whoever holds it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from appliance.core.errors import Unavailable

FAREWELL: Final = 2.0
"""Seconds for open requests to end."""
SILENT: Final = 10.0
"""Seconds after which a connection that says nothing is closed."""


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve it there until left; yields the port, a free one for 0. Unavailable when in use."""
    runner = web.AppRunner(
        app,
        handle_signals=False,
        shutdown_timeout=FAREWELL,
        keepalive_timeout=SILENT,
        access_log=None,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            raise Unavailable(f"{host}:{port} cannot be used: {error.strerror}") from error
        yield site.port
    finally:
        await runner.cleanup()
