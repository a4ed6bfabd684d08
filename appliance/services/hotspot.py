"""The free wifi: opens only behind a gate that held, lets phones in and out, and watches."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from appliance.core.errors import BadConfig, GateShut, HardwareUnavailable, NoWifi, Unavailable
from appliance.core.essentials import DEFAULT, parse
from appliance.core.guests import Guest, GuestState
from appliance.core.mirror import Mirror
from appliance.core.resolver_conf import Names
from appliance.ports import Clock, Wifi

_LOGGER = logging.getLogger(__name__)

WATCH: Final = 5.0
"""Seconds between two looks at radio and resolvers."""
UPLINK_EVERY: Final = 30.0
PROVE_EVERY: Final = 300.0
RETRY_EVERY: Final = 30.0
"""Seconds until the next try after the gate did not hold."""
COUNT_EVERY: Final = 60.0
PARTS: Final = {
    "wifi": ("wifi-gone", "essential-list"),
    "gate": ("gate-broken", "gate-open"),
    "names": ("wifi-names",),
    "uplink": ("uplink-gone",),
}
"""What can be told apart, and what can be wrong with each."""
Condition = Callable[[str, bool], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HotspotSettings:
    """What the place wants."""

    minutes: int
    """How long one tap lasts."""
    list_name: str = "the list of essential sites"
    own_name: str = ""
    """The box's public name, when it has a certificate for one."""
    api: str | None = None
    """Where phones may ask how they stand, while the certificate is good."""
    upstreams: tuple[str, ...] = ()
    options: str = ""


class Hotspot:
    """One box's wifi."""

    def __init__(
        self,
        *,
        wifi: Wifi,
        settings: HotspotSettings,
        clock: Clock,
        ticker: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        condition: Condition,
        salt: bytes,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.settings = settings
        self._wanted = wanted
        self._wifi = wifi
        self._clock = clock
        self._ticker = ticker
        self._pause = pause
        self._condition = condition
        self._mirror = Mirror(salt)
        self._essentials: tuple[str, ...] | None = None
        self._read: str | None = None
        self._offered: str | None = None
        self._uplink = False
        self._ready = False
        self._on = False
        self._turn = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._told: set[str] = set()
        self._due: dict[str, float] = {}

    # -------------------------------------------------------------- for the pages

    @property
    def page(self) -> str:
        """The page that opens by itself."""
        return self._wifi.lan.page

    @property
    def gateway(self) -> str:
        return str(self._wifi.lan.address.ip)

    def guest(self, address: str) -> Guest:
        """How the phone at that address stands."""
        who = self._wifi.neighbours.mac(address)
        if who is None:
            return Guest(state=GuestState.OUTSIDE, uplink=self._uplink, ready=self._ready)
        state, left = self._mirror.state(who, self._now())
        return Guest(state=state, left=left, uplink=self._uplink, ready=self._ready)

    async def admit(self, address: str) -> Guest:
        """One tap: the whole time, from now. NoWifi when that cannot be."""
        who = self._wifi.neighbours.mac(address)
        if who is None:
            raise NoWifi(state=GuestState.OUTSIDE.value)
        if not self._ready:
            raise NoWifi(state="shut")
        async with self._turn:
            seconds = self.settings.minutes * 60
            await self._wifi.gate.admit(who, seconds)
            now = self._now()
            self._mirror.let_in(who, until=now + seconds, now=now)
        return self.guest(address)

    async def expel(self, address: str) -> Guest:
        """Who taps to leave is out at once, and is asked again as if new."""
        who = self._wifi.neighbours.mac(address)
        if who is not None:
            async with self._turn:
                await self._wifi.gate.expel(who)
                self._mirror.put_out(who)
        return self.guest(address)

    def online(self) -> int:
        """How many phones are in; never which."""
        return self._mirror.online(self._now())

    def parts(self) -> Mapping[str, str]:
        """Radio, gate, resolvers and uplink, each `ok` or the name of what is wrong."""
        found = {
            part: next((name for name in names if name in self._told), "ok")
            for part, names in PARTS.items()
        }
        waiting = {part: "waiting" for part, said in found.items() if said == "ok"}
        return found | waiting if not self._on else found

    # -------------------------------------------------------------- the work

    async def run(self) -> None:
        """Until cancelled; the radio is off the air when it returns."""
        try:
            while True:
                await self.tick()
                await self._pause(WATCH)
        finally:
            await self._close()

    async def look(self) -> None:
        """Look now, whatever is due."""
        self._due.pop("uplink", None)
        await self.tick()

    async def tick(self) -> None:
        """Look once at everything that is due."""
        async with self._looking:
            await self._tick()

    async def _tick(self) -> None:
        if not self._wanted():
            await self._switch_off()
            return
        if self._is_due("proof", PROVE_EVERY):
            self._ready = await self._prove()
            if not self._ready:
                self._due["proof"] = self._ticker() + RETRY_EVERY
        if not self._ready:
            await self._off_the_air()
            return
        await self._on_the_air()
        await self._serve_names()
        await self._offer()
        if self._is_due("uplink", UPLINK_EVERY):
            await self._watch_uplink()
        if self._is_due("count", COUNT_EVERY):
            await self._count()

    async def _prove(self) -> bool:
        """The rules are in, and somebody tried in vain to get past them."""
        wifi = self._wifi
        try:
            if not self._ready:
                await wifi.gate.load()
                self._uplink = await wifi.uplink.works()
                await wifi.gate.world(up=self._uplink)
                self._tell("uplink-gone", on=not self._uplink)
                self._is_due("uplink", UPLINK_EVERY)
                await self._count()
        except GateShut as problem:
            _LOGGER.warning("The gate is not in place: %s", problem)
            self._tell("gate-broken", on=True)
            return False
        self._tell("gate-broken", on=False)
        got_through = await wifi.proof.prove()
        if got_through is not None:
            _LOGGER.warning("The gate does not hold: %s", got_through)
        self._tell("gate-open", on=got_through is not None)
        return got_through is None

    async def _on_the_air(self) -> None:
        radio = self._wifi.radio
        if self._on and await radio.works():
            return
        try:
            await radio.open()
        except HardwareUnavailable as problem:
            if "wifi-gone" not in self._told:
                _LOGGER.warning("No wifi: %s", problem)
            self._on = False
            self._tell("wifi-gone", on=True)
            return
        self._on = True
        self._tell("wifi-gone", on=False)
        _LOGGER.info("The wifi is on the air")

    async def _off_the_air(self) -> None:
        await self._wifi.radio.shut()
        await self._wifi.resolvers.stop()
        self._on = False

    async def _switch_off(self) -> None:
        """A lead wants none: off the air, and nothing gets through; what was wrong is forgotten."""
        if self._ready:
            self._uplink = False
            await self._world(up=False)
        self._ready = False
        self._due.clear()
        await self._off_the_air()
        for name in sorted(self._told):
            self._tell(name, on=False)

    async def _serve_names(self) -> None:
        changed = self._read_essentials()
        if not self._on or self._essentials is None:
            return
        resolvers = self._wifi.resolvers
        if resolvers.works() and not changed:
            return
        try:
            await resolvers.start(
                Names(
                    lan=self._wifi.lan,
                    essentials=self._essentials,
                    upstreams=self.settings.upstreams,
                    own_name=self.settings.own_name,
                    options=self.settings.options,
                )
            )
        except Unavailable as problem:
            _LOGGER.warning("Phones get no address and no names: %s", problem)
            self._tell("wifi-names", on=True)
            return
        self._tell("wifi-names", on=False)

    def _read_essentials(self) -> bool:
        """Whether the list is another one; a list with a mistake leaves the old one in force."""
        text = self._wifi.essentials()
        if self._essentials is not None and text == self._read:
            return False
        self._read = text
        before = self._essentials
        try:
            self._essentials = DEFAULT if text is None else parse(text, self.settings.list_name)
            self._tell("essential-list", on=False)
        except BadConfig as problem:
            _LOGGER.warning("%s; the old list stays", problem)
            self._essentials = DEFAULT if before is None else before
            self._tell("essential-list", on=True)
        return self._essentials != before

    async def _offer(self) -> None:
        """Option 114 only while the certificate is good and somebody vouches for the clock."""
        now = self._clock.now()
        later = now + timedelta(minutes=self.settings.minutes)
        certificate = self._wifi.certificate
        good = self._clock.source().trusted and certificate(now) and certificate(later)
        api = self.settings.api if good else None
        if api != self._offered:
            await self._wifi.resolvers.offer(api)
            self._offered = api

    async def _watch_uplink(self) -> None:
        up = await self._wifi.uplink.works()
        if up != self._uplink:
            self._uplink = up
            _LOGGER.info("The internet is %s", "back" if up else "gone")
            await self._world(up=up)
        self._tell("uplink-gone", on=not up)

    async def _world(self, *, up: bool) -> None:
        try:
            await self._wifi.gate.world(up=up)
        except GateShut as problem:
            _LOGGER.warning("The gate takes no more rules: %s", problem)
            self._ready = False
            self._due["proof"] = 0.0

    async def _count(self) -> None:
        """Believe the kernel: it alone lets people in and out."""
        async with self._turn:  # or somebody who taps meanwhile would be forgotten
            try:
                known = await self._wifi.gate.guests()
            except GateShut as problem:
                _LOGGER.warning("The gate cannot be read: %s", problem)
                self._ready = False
                self._due["proof"] = 0.0
                return
            self._mirror.believe(known, self._now())

    async def _close(self) -> None:
        await self._wifi.resolvers.stop()
        await self._wifi.radio.shut()

    # -------------------------------------------------------------- small print

    def _is_due(self, name: str, every: float) -> bool:
        now = self._ticker()
        if now < self._due.get(name, 0.0):
            return False
        self._due[name] = now + every
        return True

    def _tell(self, name: str, *, on: bool) -> None:
        if on != (name in self._told):
            (self._told.add if on else self._told.discard)(name)
            self._condition(name, on)

    def _now(self) -> float:
        return self._clock.stamp().ms / 1000
