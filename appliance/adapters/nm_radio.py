"""The access point, by NetworkManager over D-Bus; the profile lives in memory and dies with us.

NetworkManager drives the radio and gives the box its address there. It hands out no addresses and
lets nothing through: without our gate there is no way out, whatever happens to us.
"""

import asyncio
import logging
import shutil
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Any, Final

from dbus_fast import BusType, DBusError, InvalidIntrospectionError, Variant
from dbus_fast.aio import MessageBus, ProxyInterface

from appliance.core.errors import HardwareUnavailable

_LOGGER = logging.getLogger(__name__)

NM: Final = "org.freedesktop.NetworkManager"
ROOT: Final = "/org/freedesktop/NetworkManager"
PATIENCE: Final = 30.0
_CALL: Final = 5.0
_LOOK_EVERY: Final = 0.2
_ACTIVATED: Final = 2
_GONE: Final = 4
_WIFI_DEVICE: Final = 2
_CAN_BE_AP: Final = 0x40
_FIRST_5_GHZ: Final = 36
_PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"

Settings = Mapping[str, Mapping[str, Variant]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """What goes on the air; without a name it is a wired port."""

    interface: str
    address: IPv4Interface
    ssid: str = ""
    channel: int = 6
    country: str = "BE"

    @property
    def wireless(self) -> bool:
        return bool(self.ssid)


class NmRadio:
    """One connection of ours, tied to our place on the bus: when we die, it goes."""

    def __init__(self, point: AccessPoint, *, bus_address: str | None = None) -> None:
        self._point = point
        self._bus_address = bus_address
        self._bus: MessageBus | None = None
        self._active: str | None = None

    async def open(self) -> None:
        await self.shut()
        if self._point.wireless:
            await _keep_to_rules_of(self._point.country)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._open()
        except HardwareUnavailable:
            await self.shut()
            raise
        except TimeoutError:
            await self.shut()
            raise HardwareUnavailable("NetworkManager did not bring the access point up") from None
        except (DBusError, InvalidIntrospectionError, OSError, EOFError) as problem:
            await self.shut()
            raise HardwareUnavailable(f"NetworkManager: {_text(problem)}") from None

    async def shut(self) -> None:
        """Leaving the bus is enough; asked for besides, so that it is quick."""
        bus, active = self._bus, self._active
        self._bus = self._active = None
        if bus is None:
            return
        try:
            if active is not None:
                async with asyncio.timeout(_CALL):
                    nm = await _object(bus, ROOT, NM)
                    await _call(nm, "call_deactivate_connection", active)
        except (TimeoutError, DBusError, InvalidIntrospectionError, OSError, EOFError):
            _LOGGER.debug("NetworkManager is not there to be told")
        finally:
            await _leave(bus)

    async def works(self) -> bool:
        bus, active = self._bus, self._active
        if bus is None or active is None or not bus.connected:
            return False
        try:
            async with asyncio.timeout(_CALL):
                return await self._state(bus, active) == _ACTIVATED
        except (TimeoutError, DBusError, InvalidIntrospectionError, OSError, EOFError):
            return False

    async def _open(self) -> None:
        self._bus = bus = MessageBus(bus_address=self._bus_address, bus_type=BusType.SYSTEM)
        await bus.connect()
        nm = await _object(bus, ROOT, NM)
        device = await self._device(bus, nm)
        _path, active, _more = await _call(
            nm,
            "call_add_and_activate_connection2",
            settings(self._point),
            device,
            "/",
            {
                "persist": Variant("s", "memory"),
                "bind-activation": Variant("s", "dbus-client"),
            },
        )
        self._active = str(active)
        while (state := await self._state(bus, self._active)) != _ACTIVATED:
            if state >= _GONE:
                raise HardwareUnavailable("NetworkManager gave the access point up again")
            await asyncio.sleep(_LOOK_EVERY)

    async def _device(self, bus: MessageBus, nm: ProxyInterface) -> str:
        interface = self._point.interface
        try:
            path = str(await _call(nm, "call_get_device_by_ip_iface", interface))
        except DBusError:
            raise HardwareUnavailable(f"there is no interface {interface}") from None
        if self._point.wireless:
            device = await _object(bus, path, f"{NM}.Device")
            if await _call(device, "get_device_type") != _WIFI_DEVICE:
                raise HardwareUnavailable(f"{interface} is no radio")
            radio = await _object(bus, path, f"{NM}.Device.Wireless")
            if not int(await _call(radio, "get_wireless_capabilities")) & _CAN_BE_AP:
                raise HardwareUnavailable(f"{interface} cannot be an access point")
        return path

    @staticmethod
    async def _state(bus: MessageBus, active: str) -> int:
        connection = await _object(bus, active, f"{NM}.Connection.Active")
        return int(await _call(connection, "get_state"))


def settings(point: AccessPoint) -> Settings:
    """The connection as NetworkManager wants to hear it; open, and phones kept apart."""
    common = {
        "connection": {
            "id": Variant("s", "digipunt"),
            "uuid": Variant("s", str(uuid.uuid4())),
            "type": Variant("s", "802-11-wireless" if point.wireless else "802-3-ethernet"),
            "interface-name": Variant("s", point.interface),
            "autoconnect": Variant("b", False),
        },
        "ipv4": {
            "method": Variant("s", "manual"),
            "address-data": Variant(
                "aa{sv}",
                [
                    {
                        "address": Variant("s", str(point.address.ip)),
                        "prefix": Variant("u", point.address.network.prefixlen),
                    }
                ],
            ),
            "never-default": Variant("b", True),
        },
        "ipv6": {"method": Variant("s", "disabled")},
    }
    if not point.wireless:
        return common
    band = "a" if point.channel >= _FIRST_5_GHZ else "bg"
    return common | {
        "802-11-wireless": {
            "ssid": Variant("ay", point.ssid.encode()),
            "mode": Variant("s", "ap"),
            "band": Variant("s", band),
            "channel": Variant("u", point.channel),
            "ap-isolation": Variant("i", 1),
            "powersave": Variant("u", 2),
        }
    }


async def _keep_to_rules_of(country: str) -> None:
    """Tell the kernel whose radio rules hold; without `iw` those of its start-up hold."""
    iw = shutil.which("iw", path=_PLACES)
    if iw is None:
        _LOGGER.info("iw is not installed: the radio keeps the country it started with")
        return
    process = await asyncio.create_subprocess_exec(
        iw, "reg", "set", country, stderr=asyncio.subprocess.DEVNULL
    )
    if await process.wait() != 0:
        _LOGGER.warning("The radio does not take %s for its country", country)


async def _leave(bus: MessageBus) -> None:
    """NetworkManager sees us go, and takes with us what was bound to us."""
    bus.disconnect()
    with suppress(TimeoutError, OSError, EOFError):
        async with asyncio.timeout(_CALL):
            await _call(bus, "wait_for_disconnect")


async def _object(bus: MessageBus, path: str, interface: str) -> ProxyInterface:
    return bus.get_proxy_object(NM, path, await bus.introspect(NM, path)).get_interface(interface)


async def _call(thing: object, name: str, *arguments: object) -> Any:  # noqa: ANN401  as the bus has it
    """A method or property that only the other side's own description knows."""
    call: Callable[..., Awaitable[Any]] = getattr(thing, name)
    return await call(*arguments)


def _text(problem: BaseException) -> str:
    return str(problem).strip() or type(problem).__name__
