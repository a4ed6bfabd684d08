"""Every open screen: a snapshot on arrival, a fresh one after a change, a ping in between."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from aiohttp import web
from aiohttp_sse import sse_response

from appliance.desk import Desk

PING: Final = 2.0
"""Seconds between signs of life; a screen that misses two says so."""
GATHER: Final = 0.03
"""Seconds in which changes are gathered into one snapshot."""
RETRY_MS: Final = 1000
"""Milliseconds before a screen that lost the box asks for it again."""
SLOW: Final = 10.0
"""A screen that does not take a snapshot for so long is let go; it will come back."""


class Live:
    """The open event streams of one site."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._closing = asyncio.Event()

    def close(self) -> None:
        """End all streams; screens reconnect by themselves."""
        self._closing.set()
        self._desk.tell()

    async def stream(
        self,
        request: web.Request,
        snapshot: Callable[[], str],
        *,
        allowed: Callable[[], bool] = lambda: True,
    ) -> web.StreamResponse:
        """Serve one screen until it goes away, or may not look any more.

        Each event is the whole snapshot; `over` tells that it was the last.

        A script sees no comments in a stream, so the ping is an event of its own name.
        """
        async with sse_response(
            request, headers={"Cache-Control": "no-store"}, send_timeout=SLOW, ping_interval=60
        ) as response:
            sent = ""
            while not self._closing.is_set() and response.is_connected() and allowed():
                revision = self._desk.revision
                text = snapshot()
                event = "ping" if text == sent else None
                try:
                    await response.send(
                        text, id=str(revision), event=event, retry=None if sent else RETRY_MS
                    )
                except (ConnectionError, TimeoutError):  # the screen went away, or froze
                    break
                sent = text
                try:
                    async with asyncio.timeout(PING):
                        await self._desk.changed(revision)
                    await asyncio.sleep(GATHER)
                except TimeoutError:
                    continue
            if not allowed():
                with suppress(ConnectionError, TimeoutError):
                    await response.send("", event="over")
        return response
