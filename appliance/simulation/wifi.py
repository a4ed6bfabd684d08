"""The free wifi without a radio: every address is a phone, also those of the machine's loopback."""

from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from appliance.core.errors import GateShut, HardwareUnavailable, Unavailable
from appliance.core.gate_rules import LONGEST, Lan
from appliance.core.guests import Mac
from appliance.core.resolver_conf import Names
from appliance.ports import Wifi


class SimulatedGate:
    """Keeps time like the kernel: guests leave by themselves, whoever watches."""

    def __init__(self, ticker: Callable[[], float]) -> None:
        self.broken = False
        self.up = False
        self.door = False
        self.loaded = 0
        self._ticker = ticker
        self._until: dict[Mac, float] = {}

    async def load(self) -> None:
        self._check()
        self.loaded += 1
        self.up = False

    async def admit(self, who: Mac, seconds: int) -> None:
        self._check()
        if not 0 < seconds <= LONGEST:
            raise GateShut(f"{seconds} seconds")
        self._until[who] = self._ticker() + seconds

    async def expel(self, who: Mac) -> None:
        self._check()
        self._until.pop(who, None)

    async def guests(self) -> Mapping[Mac, int]:
        self._check()
        now = self._ticker()
        self._until = {who: until for who, until in self._until.items() if until > now}
        return {who: int(until - now) for who, until in self._until.items()}

    async def world(self, *, up: bool) -> None:
        self._check()
        self.up = up

    async def tablets(self, *, open_: bool) -> None:
        self.door = open_
        self._check()

    def forget(self) -> None:
        """The power went: the kernel knows nobody any more."""
        self._until.clear()

    def _check(self) -> None:
        if self.broken:
            raise GateShut("the simulated kernel takes no rules")


class SimulatedNeighbours:
    """Every address is a phone with a radio address made from it, unless a test gave it another."""

    def __init__(self) -> None:
        self.changed: dict[str, Mac] = {}

    def mac(self, address: str) -> Mac | None:
        if address in self.changed:
            return self.changed[address]
        try:
            known = IPv4Address(address)
        except AddressValueError:
            return None
        return Mac(":".join(f"{part:02x}" for part in (0x02, 0x00, *known.packed)))


class SimulatedRadio:
    """On the air when asked, unless it is gone."""

    def __init__(self) -> None:
        self.gone = False
        self.on = False

    async def open(self) -> None:
        if self.gone:
            raise HardwareUnavailable("the simulated radio is gone")
        self.on = True

    async def shut(self) -> None:
        self.on = False

    async def works(self) -> bool:
        return self.on and not self.gone


class SimulatedResolvers:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.broken = False
        self.names: Names | None = None
        self.api: str | None = None

    async def start(self, names: Names) -> None:
        if self.broken:
            raise Unavailable("the simulated resolver does not start")
        self.names = names

    async def stop(self) -> None:
        self.names = None

    def works(self) -> bool:
        return self.names is not None and not self.broken

    async def offer(self, api: str | None) -> None:
        self.api = api


class SimulatedUplink:
    """The internet of a small world."""

    def __init__(self) -> None:
        self.gone = False

    async def works(self) -> bool:
        return not self.gone


class SimulatedProof:
    """A virtual phone that finds what a test, or nobody, has put in its way."""

    def __init__(self) -> None:
        self.found: str | None = None
        self.asked = 0

    async def prove(self) -> str | None:
        self.asked += 1
        return self.found


class SimulatedWifi:
    """All of it, with its switches in reach."""

    def __init__(self, ticker: Callable[[], float], *, host: str = "127.0.0.1") -> None:
        self.gate = SimulatedGate(ticker)
        self.phones = SimulatedNeighbours()
        self.radio = SimulatedRadio()
        self.resolvers = SimulatedResolvers()
        self.uplink = SimulatedUplink()
        self.proof = SimulatedProof()
        self.text: str | None = None
        self.certified = False
        self._host = host

    def port(self, site_port: int) -> Wifi:
        """What a box is handed."""
        address = self._host if self._host.startswith("127.") else "127.0.0.1"
        return Wifi(
            lan=Lan(interface="lo", address=IPv4Interface(f"{address}/8"), site_port=site_port),
            gate=self.gate,
            neighbours=self.phones,
            radio=self.radio,
            resolvers=self.resolvers,
            uplink=self.uplink,
            proof=self.proof,
            essentials=lambda: self.text,
            certificate=lambda _at: self.certified,
        )
