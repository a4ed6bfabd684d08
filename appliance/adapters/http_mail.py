"""Letters over HTTP to the coordinator's program: one request at a time, no redirects."""

from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from appliance.core.errors import Unavailable

PATIENCE: Final = 60.0
"""Seconds for a whole request."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read at most."""
_FINE: Final = 200


class HttpMail:
    """`ports.Mail`; holds no connection open between requests."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._url = URL(url)
        self._patience = aiohttp.ClientTimeout(total=patience)

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """The answer's body; Unavailable when nobody, or somebody else, answers."""
        headers = {"Content-Type": content_type, "Accept": "application/x-ndjson"}
        return await self._asked("POST", self._url.with_path(path), body, headers)

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """What stands there; Unavailable when nobody, or somebody else, answers."""
        return await self._asked("GET", self._url.with_path(path).with_query(query), None, {})

    async def _asked(
        self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._patience) as session,
                session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                if answer.status != _FINE:
                    raise Unavailable(f"the coordinator's program answered {answer.status}")
                return await _read(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"the coordinator's program is not reached: {error}") from error


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for part in answer.content.iter_chunked(64 * 1024):
        found += part
        if len(found) > LARGEST:
            raise Unavailable("the answer is too long")
    return bytes(found)
