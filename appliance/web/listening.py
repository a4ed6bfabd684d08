"""A site on a socket: opened and closed by whoever holds it."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from appliance.core.errors import Unavailable

FAREWELL: Final = 2.0
"""Seconds for open requests to end."""
SILENT: Final = 10.0
"""Seconds after which a connection that says nothing is closed."""


_IP_FREEBIND: Final = 15
"""Linux: listen at an address that this machine may get later."""


class _WithoutAddress(logging.Filter):
    """Say what went wrong, never for whom; what nobody could read is no news at all."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | ConnectionError | TimeoutError):
            return False
        record.msg, record.args = "A request failed: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
        return True


_WITHOUT_ADDRESS: Final = logging.getLogger(__name__)
_WITHOUT_ADDRESS.addFilter(_WithoutAddress())

Sealed = tuple[int, ssl.SSLContext]
"""A port, and with what it is sealed."""


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, sealed: Sealed | None = None
) -> AsyncIterator[int]:
    """Serve it there until left; yields the port, a free one for 0. Unavailable when in use.

    `sealed` is a second port, with a certificate.
    """
    runner = _runner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            raise Unavailable(f"{host}:{port} cannot be used: {error.strerror}") from error
        if sealed is not None:
            await _also(runner, host, sealed)
        yield site.port
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sealed_listening(
    app: web.Application, host: str, port: int, context: ssl.SSLContext
) -> AsyncIterator[int]:
    """Serve it there with a certificate and never without; everybody is cut off when left.

    The address need not be there yet: that of the free wifi comes and goes with its radio.
    """
    runner = _runner(app)
    await runner.setup()
    if runner.server is None:
        raise AssertionError("a runner that is set up has a server")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
            try:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                door.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
                door.bind((host, port))
            except OSError as error:
                raise Unavailable(f"{host}:{port} cannot be used: {error.strerror}") from error
            server = await asyncio.get_running_loop().create_server(
                runner.server, sock=door, ssl=context, ssl_handshake_timeout=SILENT
            )
            try:
                yield int(door.getsockname()[1])
            finally:
                server.close()
    finally:
        await runner.cleanup()


def _runner(app: web.Application) -> web.AppRunner:
    return web.AppRunner(
        app,
        handle_signals=False,
        shutdown_timeout=FAREWELL,
        keepalive_timeout=SILENT,
        access_log=None,
        logger=_WITHOUT_ADDRESS,
    )


async def _also(runner: web.AppRunner, host: str, sealed: Sealed) -> None:
    port, context = sealed
    try:
        await web.TCPSite(runner, host, port, ssl_context=context, reuse_address=True).start()
    except OSError as error:
        raise Unavailable(f"{host}:{port} cannot be used: {error.strerror}") from error
