"""The gate in the kernel, spoken to through `nft`; whole changes or none.

Needs CAP_NET_ADMIN and no more. What is said to nft is never logged: it names phones.
"""

import asyncio
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from appliance.core import gate_rules
from appliance.core.errors import GateShut
from appliance.core.gate_rules import LONGEST, TABLE, Lan
from appliance.core.guests import Mac

PATIENCE: Final = 5.0
FORWARDING: Final = Path("/proc/sys/net/ipv4/ip_forward")
PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"


class NftGate:
    """One table of our own; other tables are neither read nor touched."""

    def __init__(self, lan: Lan, *, places: str = PLACES) -> None:
        self._lan = lan
        self._nft = shutil.which("nft", path=places)
        self._tablets = False

    async def load(self) -> None:
        """Keep who is in where the table has the same shape; an older table is replaced whole."""
        rules = gate_rules.ruleset(self._lan, tablets=self._tablets)
        try:
            await self._say(rules)
        except GateShut:
            await self._say(gate_rules.anew(self._lan, tablets=self._tablets))
        await asyncio.to_thread(_forward)

    async def admit(self, who: Mac, seconds: int) -> None:
        if not 0 < seconds <= LONGEST:
            raise GateShut(f"{seconds} seconds is no time that a session can last")
        await self._say(gate_rules.admit(who, seconds))

    async def expel(self, who: Mac) -> None:
        await self._say(gate_rules.expel(who))

    async def guests(self) -> Mapping[Mac, int]:
        text = await self._run("-j", "list", "set", *TABLE.split(), "released")
        return dict(_elements(json.loads(text)))

    async def world(self, *, up: bool) -> None:
        await self._say(gate_rules.world(up=up))

    async def tablets(self, *, open_: bool) -> None:
        self._tablets = open_
        await self._say(gate_rules.tablets(open_=open_))

    async def _say(self, text: str) -> None:
        await self._run("-f", "-", told=text)

    async def _run(self, *arguments: str, told: str = "") -> str:
        if self._nft is None:
            raise GateShut("nft is not installed")
        process = await asyncio.create_subprocess_exec(
            self._nft,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                out, err = await process.communicate(told.encode())
        except TimeoutError:
            process.kill()
            await process.wait()
            raise GateShut("nft does not answer") from None
        if process.returncode != 0:
            raise GateShut(_said(err.decode(errors="replace")))
        return out.decode()


def _said(trouble: str) -> str:
    """What nft complains of, without the line it complains about: that may name a phone."""
    first = trouble.strip().partition("\n")[0]
    return first.partition("Error: ")[2] or "nft refused"


def _elements(told: Mapping[str, Any]) -> Iterator[tuple[Mac, int]]:
    for one in told.get("nftables", ()):
        for element in one.get("set", {}).get("elem", ()):
            if isinstance(element, dict):
                inner = element["elem"]
                yield Mac(str(inner["val"])), int(inner.get("expires", 0))


def _forward() -> None:
    """Let packets through at all, now that the gate stands."""
    try:
        if FORWARDING.read_text(encoding="ascii").strip() != "1":
            FORWARDING.write_text("1", encoding="ascii")
    except OSError as problem:
        raise GateShut(f"packets cannot be passed on: {problem.strerror}") from None
