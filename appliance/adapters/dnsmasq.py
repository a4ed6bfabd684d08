"""The two resolvers as dnsmasq processes of our own, which end when we do."""

import asyncio
import shutil
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from appliance.core import resolver_conf
from appliance.core.errors import Unavailable
from appliance.core.resolver_conf import Names

SETTLED: Final = 0.3
"""Seconds in which a resolver that cannot start has given up."""
FAREWELL: Final = 2.0
_PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"


class DnsmasqResolvers:
    """Their files are in memory; what they say on their way out is the reason that is told."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: Sequence[asyncio.subprocess.Process] = ()
        self._options = ""

    async def start(self, names: Names) -> None:
        await self.stop()
        dnsmasq = shutil.which("dnsmasq", path=_PLACES)
        guarded = shutil.which("setpriv", path=_PLACES)
        if dnsmasq is None or guarded is None:
            raise Unavailable("dnsmasq or setpriv is not installed")
        told = replace(names, options=str(self._directory / "options"))
        self._write("options", self._options)
        self._write("released.conf", resolver_conf.released(told))
        self._write("captive.conf", resolver_conf.captive(told))
        started = [
            await asyncio.create_subprocess_exec(
                guarded,
                "--pdeathsig",
                "TERM",
                dnsmasq,
                f"--conf-file={self._directory / name}",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            for name in ("released.conf", "captive.conf")
        ]
        self._running = started
        await asyncio.sleep(SETTLED)
        for process in started:
            if process.returncode is not None and process.stderr is not None:
                said = (await process.stderr.read()).decode(errors="replace").strip()
                await self.stop()
                raise Unavailable(said.rpartition("dnsmasq: ")[2] or "dnsmasq ended at once")

    async def stop(self) -> None:
        ending, self._running = self._running, ()
        for process in ending:
            if process.returncode is None:
                process.terminate()
        for process in ending:
            try:
                async with asyncio.timeout(FAREWELL):
                    await process.communicate()
            except TimeoutError:
                process.kill()
                await process.wait()

    def works(self) -> bool:
        return bool(self._running) and all(one.returncode is None for one in self._running)

    async def offer(self, api: str | None) -> None:
        """A signal makes dnsmasq read its options again; nobody loses an address by it."""
        self._options = resolver_conf.options(api)
        if self._running:
            self._write("options", self._options)
            for process in self._running:
                if process.returncode is None:
                    process.send_signal(signal.SIGHUP)

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all; the directory is in memory."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            fresh = self._directory / f".{name}"
            fresh.write_text(text, encoding="utf-8")
            Path(fresh).replace(self._directory / name)
        except OSError as error:
            raise Unavailable(f"{self._directory}: {error.strerror}") from error
