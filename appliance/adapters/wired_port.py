"""A network port with somebody else's access point behind it; we only give it its address."""

import asyncio
import shutil
import socket
from ipaddress import IPv4Interface
from typing import Final

from appliance.core.errors import HardwareUnavailable

_PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"


class WiredPort:
    """Set by `ip`, for a machine without NetworkManager; needs CAP_NET_ADMIN."""

    def __init__(self, *, interface: str, address: IPv4Interface) -> None:
        self._interface = interface
        self._address = address

    async def open(self) -> None:
        if not self._is_there():
            raise HardwareUnavailable(f"there is no interface {self._interface}")
        await self._ip("address", "replace", str(self._address), "dev", self._interface)
        await self._ip("link", "set", self._interface, "up")

    async def shut(self) -> None:
        if self._is_there():
            await self._ip("address", "del", str(self._address), "dev", self._interface, quiet=True)

    async def works(self) -> bool:
        """Whether the cable is in, and the address is still ours."""
        told = await self._ip("-br", "-4", "address", "show", "dev", self._interface, quiet=True)
        words = told.split()
        return "UP" in words and str(self._address) in words

    def _is_there(self) -> bool:
        try:
            socket.if_nametoindex(self._interface)
        except OSError:
            return False
        return True

    async def _ip(self, *arguments: str, quiet: bool = False) -> str:
        ip = shutil.which("ip", path=_PLACES)
        if ip is None:
            raise HardwareUnavailable("ip is not installed")
        process = await asyncio.create_subprocess_exec(
            ip, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        if process.returncode != 0 and not quiet:
            raise HardwareUnavailable(err.decode(errors="replace").strip())
        return out.decode()
