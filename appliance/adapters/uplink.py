"""Whether there is a way out, and whether the world answers: one name is asked for, no more."""

import asyncio
import secrets
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROUTES: Final = Path("/proc/net/route")
RESOLV: Final = Path("/etc/resolv.conf")
PATIENCE: Final = 3.0
_UP_GATEWAY: Final = 0x3
_HEADER: Final = struct.Struct("!6H")
_FAILED: Final = frozenset({2, 5})
"""SERVFAIL and REFUSED: somebody is there, but the world is not."""


class DnsUplink:
    """There is a way out that is not the phones' own side, and a resolver that knows a name."""

    def __init__(
        self,
        *,
        name: str,
        interface: str,
        resolvers: Sequence[str] = (),
        routes: Path = ROUTES,
        resolv: Path = RESOLV,
        port: int = 53,
    ) -> None:
        self._name = name
        self._interface = interface
        self._resolvers = resolvers
        self._routes = routes
        self._resolv = resolv
        self._port = port

    async def works(self) -> bool:
        if not self._has_route():
            return False
        for resolver in self._resolvers or list(self._of_system())[:3]:
            if await self._answers(resolver):
                return True
        return False

    def _has_route(self) -> bool:
        try:
            lines = self._routes.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            return False
        for line in lines:
            interface, target, _gateway, flags, *_rest = line.split()
            up = int(flags, 16) & _UP_GATEWAY == _UP_GATEWAY
            if interface != self._interface and int(target, 16) == 0 and up:
                return True
        return False

    def _of_system(self) -> Iterator[str]:
        try:
            lines = self._resolv.read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            word, _, address = line.strip().partition(" ")
            if word == "nameserver" and ":" not in address:
                yield address.strip()

    async def _answers(self, resolver: str) -> bool:
        loop = asyncio.get_running_loop()
        asked = secrets.token_bytes(2)
        try:
            async with asyncio.timeout(PATIENCE):
                transport, listener = await loop.create_datagram_endpoint(
                    _Listener, remote_addr=(resolver, self._port)
                )
                try:
                    transport.sendto(asked + _question(self._name))
                    answer = await listener.heard
                finally:
                    transport.close()
        except (TimeoutError, OSError):
            return False
        return (
            len(answer) >= _HEADER.size and answer[:2] == asked and answer[3] & 0xF not in _FAILED
        )


class _Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _address: object) -> None:
        if not self.heard.done():
            self.heard.set_result(data)

    def error_received(self, problem: Exception) -> None:
        if not self.heard.done():
            self.heard.set_exception(problem)


def _question(name: str) -> bytes:
    """A standard question for an IPv4 address, without the two bytes that mark it."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!5H", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)
