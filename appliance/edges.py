"""Which adapter stands at which port; opens them, and closes them in reverse."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any, Final

from appliance.adapters import box_keys, ed25519
from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.certificate import CertificateFile
from appliance.adapters.console_file import ConsoleFile
from appliance.adapters.displays import NoDisplay, OpenDisplay
from appliance.adapters.dnsmasq import DnsmasqResolvers
from appliance.adapters.first_radio import FirstRadio
from appliance.adapters.gpio_panel import PanelPins, gpio_pins, open_gpio_panel
from appliance.adapters.http_mail import HttpMail
from appliance.adapters.matrix_display import matrix_display
from appliance.adapters.neighbours import ArpNeighbours
from appliance.adapters.nft_gate import NftGate
from appliance.adapters.nm_radio import AccessPoint, NmRadio
from appliance.adapters.no_panel import NoPanel, missing_gpio
from appliance.adapters.oled_display import oled_display
from appliance.adapters.opening_hours import OsmTimetable
from appliance.adapters.pin_file import PinFile
from appliance.adapters.proof_unit import ProofUnit
from appliance.adapters.segment_display import SegmentDisplay, SegmentPins
from appliance.adapters.staff_seal import StaffSeal
from appliance.adapters.system_clock import SystemClock
from appliance.adapters.systemd import SystemdNotifier
from appliance.adapters.tinydb_book import SNAPSHOT, create_store, is_unused, start_book
from appliance.adapters.uplink import DnsUplink
from appliance.adapters.wired_port import WiredPort
from appliance.config import Config, Panel
from appliance.core.errors import BadStore, HardwareUnavailable, StorageUnavailable
from appliance.core.essentials import DEFAULT
from appliance.core.face import check_digits
from appliance.core.gate_rules import Caps, Lan
from appliance.core.guests import network_name
from appliance.ports import Clock, Edges, Files, FrontPanel, Radio, Wifi
from appliance.simulation.clock import SimulatedClock
from appliance.simulation.cut_mail import CutMail
from appliance.simulation.panel import SimulatedPanel, open_simulated_panel
from appliance.simulation.wifi import SimulatedWifi

_LOGGER = logging.getLogger(__name__)

STORE: Final = "store"


@asynccontextmanager
async def open_edges(config: Config) -> AsyncIterator[Edges]:
    """Open the real ones: what is missing is named, and the box runs without it."""
    read_hours = partial(OsmTimetable, zone=config.place.zone)
    read_hours(config.place.hours, closed=config.place.closed)  # refuses what nobody understands
    display(config.panel, None)  # refuses digits too small to read, also where there is no GPIO
    directory = Path(config.box.store)
    keys = provisioned(directory)
    async with AsyncExitStack() as stack:
        book = await stack.enter_async_context(start_book(directory / STORE, people="actions"))
        panel = await stack.enter_async_context(_panel(config))
        yield Edges(
            clock=SystemClock(),
            read_hours=read_hours,
            book=book,
            panel=panel,
            keys=keys,
            pin=PinFile(directory, pepper=keys.secret("pin")),
            console=ConsoleFile(directory),
            init=SystemdNotifier(),
            ticker=time.monotonic,
            pause=asyncio.sleep,
            wifi=open_wifi(config, keys),
            mail=HttpMail(config.federation.url) if config.federation.url else None,
            mail_to=HttpMail,
            seal=open_seal(config, SystemClock()),
            verify=ed25519.verify,
        )


@asynccontextmanager
async def open_simulated_edges(
    config: Config,
    *,
    clock: SimulatedClock,
    ticker: Callable[[], float] = time.monotonic,
    pause: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    files: Files | None = None,
    seed: bytes | None = None,
    wifi: SimulatedWifi | None = None,
    uplink_gone: Callable[[], bool] = lambda: False,
    sealed: bool = False,
) -> AsyncIterator[tuple[Edges, SimulatedPanel]]:
    """Open a box of a small world: its store is real, its pins and its clock are not."""
    read_hours = partial(OsmTimetable, zone=config.place.zone)
    read_hours(config.place.hours, closed=config.place.closed)  # refuses what nobody understands
    directory = Path(config.box.store)
    keys = provisioned(directory, seed)
    url = config.federation.url
    async with AsyncExitStack() as stack:
        book = await stack.enter_async_context(
            start_book(directory / STORE, people="actions", files=files)
        )
        panel = await stack.enter_async_context(
            open_simulated_panel(ticker=ticker, buttons=len(config.panel.buttons), pause=pause)
        )
        yield (
            Edges(
                clock=clock,
                read_hours=read_hours,
                book=book,
                panel=panel,
                keys=keys,
                pin=PinFile(directory, pepper=keys.secret("pin")),
                console=ConsoleFile(directory),
                init=SystemdNotifier({}),
                ticker=ticker,
                pause=pause,
                mail=CutMail(HttpMail(url), gone=uplink_gone) if url else None,
                mail_to=lambda address: CutMail(HttpMail(address), gone=uplink_gone),
                seal=open_seal(config, clock) if sealed else None,
                verify=ed25519.verify,
                wifi=wifi.port(config.web.visitor_port) if wifi else None,
            ),
            panel,
        )


def provisioned(directory: Path, seed: bytes | None = None) -> BoxKeys:
    """Give the box's key; on the very first start, and only then, make key and store.

    The key is written last: an interrupted first start begins again, also with half a store.
    A key without a store, or a used store without a key, is an error with a way out.
    """
    store = directory / STORE
    made = (store / SNAPSHOT).exists()
    if box_keys.exists(directory):
        if not made:
            raise BadStore(
                f"{store} is gone, though this box has a key. Restore a backup, or, to begin "
                f"anew with nothing, move {directory} away and start again."
            )
        return box_keys.load(directory)
    if made and not is_unused(store):
        raise BadStore(
            f"{store} has been used, but the box's key is gone, and no backup holds it. Put "
            f"{directory / box_keys.FILE} back from a copy of the card, or move {directory} away; "
            "then restore a backup into a new box, or start again to begin anew with nothing."
        )
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not made:
            create_store(store)
        box_keys.make(directory, seed)
    except StorageUnavailable as error:
        raise BadStore(f"{directory}: the store cannot be made: {error}") from error
    except OSError as error:
        raise BadStore(f"{directory}: the store cannot be made: {error.strerror}") from error
    return box_keys.load(directory)


@asynccontextmanager
async def _panel(config: Config) -> AsyncIterator[FrontPanel]:
    settings = config.panel
    missing = None if settings.kind == "none" else missing_gpio()
    if missing is not None:
        _LOGGER.warning("%s", missing)
    if settings.kind == "none" or missing is not None:
        yield NoPanel()
        return
    async with AsyncExitStack() as stack:
        try:
            factory = stack.enter_context(gpio_pins())
        except HardwareUnavailable as trouble:
            _LOGGER.warning("%s; this box runs without a front panel", trouble)
            yield NoPanel()
            return
        pins = PanelPins(
            buttons=settings.buttons, lamp=settings.lamp or None, buzzer=settings.buzzer or None
        )
        yield await stack.enter_async_context(
            open_gpio_panel(
                pins,
                pin_factory=factory,
                open_display=display(settings, factory),
                ticker=time.monotonic,
            )
        )


def display(settings: Panel, factory: object) -> OpenDisplay:
    """The display that was chosen; BadConfig, with the sum, when its digits are too small."""
    digit_mm = settings.digit_mm or None
    match settings.display:
        case "segment":
            height = check_digits("segment", digit_mm, settings.reading_distance_m)
            a, b, c, d, e, f, g, dot = settings.segments
            pins = SegmentPins(segments=(a, b, c, d, e, f, g), digits=settings.digits, dot=dot)
            return lambda: SegmentDisplay(pins, pin_factory=factory, digit_mm=height)
        case "matrix":
            height = check_digits("matrix", digit_mm, settings.reading_distance_m)
            return matrix_display(digit_mm=height)
        case "oled":
            height = check_digits("oled", digit_mm, settings.reading_distance_m)
            return oled_display(digit_mm=height)
        case _:
            return NoDisplay


def open_seal(config: Config, clock: Clock) -> StaffSeal | None:
    """HTTPS for staff, in the names that an installer gave the box; without it the box runs on."""
    web, hotspot = config.web, config.hotspot
    gateway = "" if hotspot.kind == "none" else str(IPv4Interface(hotspot.address).ip)
    own = "" if web.staff_host in {"0.0.0.0", "::"} else web.staff_host  # noqa: S104  named only
    names = tuple(dict.fromkeys(name.lower() for name in (own, gateway, *web.hosts) if name))
    if not web.staff_tls_port or not names:
        return None
    try:
        seal = StaffSeal(Path(config.box.store), names=names, title=config.place.name)
        seal.renew(clock.now(), trusted=clock.source().trusted)
    except (BadStore, StorageUnavailable, ValueError) as problem:
        _LOGGER.warning("No HTTPS for staff: %s", problem)
        return None
    return seal


def open_wifi(config: Config, keys: BoxKeys) -> Wifi | None:
    """The free wifi that was chosen; nothing of it is touched before the gate has held."""
    wanted = config.hotspot
    if wanted.kind == "none":
        return None
    side, run = lan(config), Path(wanted.run)
    essentials = Path(wanted.essentials)
    certificate = _certificate(config)
    return Wifi(
        lan=side,
        gate=NftGate(side),
        neighbours=ArpNeighbours(side.interface),
        radio=_radio(config, side, keys),
        resolvers=DnsmasqResolvers(run),
        uplink=DnsUplink(name=DEFAULT[0], interface=side.interface, resolvers=wanted.resolvers),
        proof=ProofUnit(side, run),
        essentials=lambda: _text(essentials),
        certificate=certificate.good if certificate else lambda _at: False,
        sealed=certificate.context if certificate else None,
    )


def _radio(config: Config, side: Lan, keys: BoxKeys) -> Radio:
    """An access point of ours, or a port: set by NetworkManager, or by us where there is none."""
    wanted = config.hotspot
    point = AccessPoint(
        interface=side.interface,
        address=side.address,
        channel=wanted.channel,
        country=wanted.country,
    )
    if wanted.kind == "ethernet":
        ours = WiredPort(interface=side.interface, address=side.address)
        return FirstRadio((NmRadio(point), ours))
    name = network_name(wanted.ssid or config.place.name, keys.secret("hotspot name"))
    return NmRadio(replace(point, ssid=name))


def _certificate(config: Config) -> CertificateFile | None:
    wanted = config.hotspot
    if not wanted.name:
        return None
    return CertificateFile(
        name=wanted.name,
        certificate=Path(wanted.certificate),
        key=Path(wanted.certificate_key),
    )


def lan(config: Config) -> Lan:
    """The side of the phones, in numbers."""
    wanted = config.hotspot
    return Lan(
        interface=wanted.interface,
        address=IPv4Interface(wanted.address),
        site_port=config.web.visitor_port,
        tls_port=wanted.https_port if wanted.name else 0,
        staff_port=config.web.staff_tls_port,
        caps=Caps(
            down_kbit=wanted.down_kbit,
            up_kbit=wanted.up_kbit,
            connections=wanted.connections,
        ),
    )


def _text(path: Path) -> str | None:
    """What the file says; None when there is none. Unreadable signs are left for the parser."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as problem:
        return f"{problem.strerror}"
