"""The self-test: what a technician wants to hear, a line for each part, with what to do."""

import fcntl
import socket
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface, ip_address
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from appliance.config import Config

PATIENCE: Final = 5.0
_SIOCGIFADDR: Final = 0x8915
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  named, not bound to


IsWireless = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of the box."""

    part: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the running box says of itself."""

    conditions: frozenset[str]
    wifi: Mapping[str, str]
    https: Mapping[str, Any] | None = None
    """Port and fingerprint of the sealed staff site, and whether tablets may come by free wifi."""


_PANEL: Final = {
    "button": ("panel-button", "a button is stuck: free it, then start the box again"),
    "display": ("panel-display", "the display does not answer: look at its cable"),
    "sound": ("panel-buzzer", "the buzzer does not work: look at its cable"),
}
_WIFI: Final[Mapping[str, Mapping[str, str]]] = {
    "wifi": {
        "ok": "the free wifi can be found by phones",
        "wifi-gone": "no access point: look at hotspot.interface, and whether NetworkManager runs",
        "essential-list": "the list of essential sites has a mistake: the log names the line",
        "waiting": "off, until the gate has held",
    },
    "gate": {
        "ok": "rules are in force, and the last trial found no way past them",
        "gate-broken": "the kernel takes no rules: is nftables installed, has the box NET_ADMIN?",
        "gate-open": "the trial failed: `digipunt prove` as root tells why, then the log",
        "waiting": "not tried yet: look again in a minute",
    },
    "names": {
        "ok": "phones get addresses and names",
        "wifi-names": "dnsmasq does not start: does another program use ports 53, 67 or 5300?",
        "waiting": "off, until the wifi is on the air",
    },
    "uplink": {
        "ok": "the internet answers",
        "uplink-gone": "no internet: look at the cable and the place's own router; numbers go on",
        "waiting": "not looked at, until the wifi is on the air",
    },
}


async def look(config: Config) -> Sequence[Line]:
    """Ask the running box; what it cannot say, this machine is asked."""
    staff = config.web.staff_host
    host = "127.0.0.1" if staff in _EVERYWHERE else staff
    health = await ask(f"http://{host}:{config.web.staff_port}/healthz")
    own = addresses()
    sealed = [] if health is None else [sealed_road(config, own, health)]
    return [*lines(config, health), tablets_road(config, own), *sealed]


async def ask(url: str) -> Health | None:
    """None when no box answers there."""
    try:
        timeout = ClientTimeout(total=PATIENCE)
        async with ClientSession(timeout=timeout) as client, client.get(url) as answer:
            told: Mapping[str, Any] = await answer.json()
    except (TimeoutError, ClientError, OSError, ValueError):
        return None
    return Health(
        conditions=frozenset(one["name"] for one in told.get("conditions", ())),
        wifi=dict(told.get("wifi", {})),
        https=told.get("https"),
    )


def lines(config: Config, health: Health | None) -> Sequence[Line]:
    """Every part but the tablets' road."""
    if health is None:
        return [Line(part="box", ok=False, said="does not answer: start it with `digipunt box`")]
    found = [Line(part="box", ok=True, said="answers")]
    for part, (condition, trouble) in _PANEL.items():
        well = not any(one.startswith(condition) for one in health.conditions)
        none = "there is no front panel" if config.panel.kind == "none" else "works"
        found.append(Line(part=part, ok=well, said=none if well else trouble))
    found += [_disk(health.conditions), _clock(health.conditions), _collector(health.conditions)]
    if config.hotspot.kind == "none":
        return [*found, Line(part="wifi", ok=True, said="this box has none (hotspot.kind)")]
    for part, sentences in _WIFI.items():
        said = health.wifi.get(part, "waiting")
        found.append(Line(part=part, ok=said == "ok", said=sentences.get(said, said)))
    return found


def _disk(conditions: Collection[str]) -> Line:
    if "store-read-only" in conditions:
        return Line(part="disk", ok=False, said="keeps nothing more: restart; if it stays, renew")
    if "store-damaged" in conditions:
        return Line(part="disk", ok=False, said="was damaged: the log says what; renew the card")
    return Line(part="disk", ok=True, said="keeps what it is told")


def _clock(conditions: Collection[str]) -> Line:
    for name, said in (
        ("clock-untrusted", "nobody vouches for it: internet, or a lead on the tablet"),
        ("clock-jumped", "jumped during the session: close the session by hand"),
    ):
        if name in conditions:
            return Line(part="clock", ok=False, said=said)
    return Line(part="clock", ok=True, said="is right")


def _collector(conditions: Collection[str]) -> Line:
    for name, said in (
        ("coordinator-refuses", "takes no letters: the lead's page Coördinator says why"),
        (
            "coordinator-silent",
            "does not answer; letters wait: look at the uplink, then its address",
        ),
    ):
        if name in conditions:
            return Line(part="collector", ok=False, said=said)
    return Line(part="collector", ok=True, said="has all letters, or there is none")


def tablets_road(
    config: Config, own: Mapping[str, str], *, wireless: IsWireless | None = None
) -> Line:
    """By which network volunteers reach their page; `own` maps addresses to interfaces."""
    host = config.web.staff_host
    part = "staff network"
    if host in _EVERYWHERE:
        return Line(part=part, ok=False, said="listens everywhere: set web.staff_host")
    try:
        address = ip_address(host)
    except ValueError:
        return Line(part=part, ok=True, said=f"by the name {host}")
    if address.is_loopback:
        return Line(part=part, ok=False, said="nobody but this machine: set web.staff_host")
    if config.hotspot.kind != "none" and address in IPv4Interface(config.hotspot.address).network:
        return Line(part=part, ok=False, said="stands on the free wifi: choose another address")
    interface = own.get(host)
    if interface is None:
        return Line(part=part, ok=False, said=f"this machine has no address {host}")
    radio = (wireless or _is_wireless)(interface)
    return Line(
        part=part,
        ok=True,
        said=f"a second radio ({interface})" if radio else f"cable ({interface})",
    )


def sealed_road(
    config: Config, own: Mapping[str, str], health: Health, *, wireless: IsWireless | None = None
) -> Line:
    """Whether tablets can come by HTTPS, which way, and what they must see of it."""
    part, https, interface = "staff https", health.https, own.get(config.web.staff_host)
    if https is None:
        radio = interface is not None and (wireless or _is_wireless)(interface)
        said = "plain HTTP only: "
        said += "set web.staff_tls_port, this is a radio" if radio else "keep to the cable"
        return Line(part=part, ok=not radio, said=said)
    roads = [] if config.web.staff_host in _EVERYWHERE else [f"port {https['port']}"]
    if https["free_wifi"]:
        roads.append("the free wifi by HTTPS (paired devices only)")
    told = " and ".join(roads) or "only by the free wifi, which no lead switched on"
    return Line(part=part, ok=bool(roads), said=f"{told}; fingerprint {https['fingerprint']}")


def _is_wireless(interface: str) -> bool:
    return (Path("/sys/class/net") / interface / "wireless").exists()


def addresses() -> Mapping[str, str]:
    """The machine's own IPv4 addresses, each with its interface."""
    found = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            try:
                told = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue
            found[socket.inet_ntoa(told[20:24])] = name
    return found
