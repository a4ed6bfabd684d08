"""The two resolvers as dnsmasq processes of our own, which end when we do."""

import asyncio
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from appliance.core import resolver_conf
from appliance.core.errors import Unavailable
from appliance.core.resolver_conf import Names

SETTLED: Final = 0.3
"""Seconds in which a resolver that cannot start has given up."""
FAREWELL: Final = 2.0
_BOTH: Final = 2
_PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """One dnsmasq, and what it was told."""

    process: asyncio.subprocess.Process
    told: str

    @property
    def well(self) -> bool:
        return self.process.returncode is None


class DnsmasqResolvers:
    """Their files are in memory; what they say on their way out is the reason that is told."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: dict[str, _Running] = {}
        self._options = ""

    async def start(self, names: Names) -> None:
        """Whoever runs and is told the same goes on: addresses it gave out are in its memory."""
        told = replace(names, options=str(self._directory / "options"))
        wanted = {"released": resolver_conf.released(told), "captive": resolver_conf.captive(told)}
        stale = [
            name
            for name, one in self._running.items()
            if not one.well or one.told != wanted.get(name)
        ]
        await self._end(stale)
        self._write("options", self._options)
        fresh = [name for name in wanted if name not in self._running]
        for name in fresh:
            self._write(f"{name}.conf", wanted[name])
            process = await self._begin(self._directory / f"{name}.conf")
            self._running[name] = _Running(process=process, told=wanted[name])
        await asyncio.sleep(SETTLED)
        for one in [self._running[name] for name in fresh]:
            if not one.well and one.process.stderr is not None:
                said = (await one.process.stderr.read()).decode(errors="replace").strip()
                await self.stop()
                raise Unavailable(said.rpartition("dnsmasq: ")[2] or "dnsmasq ended at once")

    async def stop(self) -> None:
        await self._end(list(self._running))

    def works(self) -> bool:
        return len(self._running) == _BOTH and all(one.well for one in self._running.values())

    async def _begin(self, conf: Path) -> asyncio.subprocess.Process:
        dnsmasq = shutil.which("dnsmasq", path=_PLACES)
        guarded = shutil.which("setpriv", path=_PLACES)
        if dnsmasq is None or guarded is None:
            raise Unavailable("dnsmasq or setpriv is not installed")
        return await asyncio.create_subprocess_exec(
            guarded,
            "--pdeathsig",
            "TERM",
            dnsmasq,
            f"--conf-file={conf}",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def _end(self, names: Sequence[str]) -> None:
        ending = [self._running.pop(name).process for name in names]
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

    async def offer(self, api: str | None) -> None:
        """A signal makes dnsmasq read its options again; nobody loses an address by it."""
        self._options = resolver_conf.options(api)
        if self._running:
            self._write("options", self._options)
            for one in self._running.values():
                if one.well:
                    one.process.send_signal(signal.SIGHUP)

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all; the directory is in memory."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            fresh = self._directory / f".{name}"
            fresh.write_text(text, encoding="utf-8")
            Path(fresh).replace(self._directory / name)
        except OSError as error:
            raise Unavailable(f"{self._directory}: {error.strerror}") from error
