"""A way to the coordinator that can be cut, around any other way there."""

from collections.abc import Callable, Mapping

from appliance.core.errors import Unavailable
from appliance.ports import Mail


class CutMail:
    """`ports.Mail` over another one; nothing passes while `gone` says so."""

    def __init__(self, mail: Mail, *, gone: Callable[[], bool]) -> None:
        self._mail = mail
        self._gone = gone

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """An answer that comes back after the cut is lost, as on a real line."""
        self._check()
        answer = await self._mail.post(path, body, content_type=content_type)
        self._check()
        return answer

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """As above."""
        self._check()
        answer = await self._mail.get(path, query)
        self._check()
        return answer

    def _check(self) -> None:
        if self._gone():
            raise Unavailable("the uplink is gone")
