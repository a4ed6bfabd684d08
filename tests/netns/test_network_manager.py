"""The real NetworkManager: as the box's radio, as far as there is one, and as a phone."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path

import pytest
from dbus_fast import Variant
from dbus_fast.aio import MessageBus

from appliance.adapters.nm_radio import NM, ROOT, AccessPoint, NmRadio, _call
from appliance.core.errors import HardwareUnavailable
from tests.netns.manager import missing, network_manager
from tests.netns.space import Phone, run
from tests.netns.world import World

ADDRESS = IPv4Interface("10.43.0.1/24")
PORTAL, FULL = 2, 4
HOLD = """
import asyncio, sys
from ipaddress import IPv4Interface
from appliance.adapters.nm_radio import AccessPoint, NmRadio
async def main():
    point = AccessPoint(interface="ap0", address=IPv4Interface("10.43.0.1/24"))
    await NmRadio(point, bus_address=sys.argv[1]).open()
    print("open", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """A namespace with one wired port, and a NetworkManager that looks after it."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("nm")
    space = f"dgnm{folder.stat().st_ino % 10_000}"
    run("ip", "netns", "add", space)
    try:
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "link", "add", "ap0", "type", "veth", "peer", "name", "far0")
        run("ip", "-n", space, "link", "set", "far0", "up")
        with network_manager(space, folder, "ap0") as bus:
            yield bus, space, folder
    finally:
        run("ip", "netns", "del", space, check=False)


def addresses(space: str) -> str:
    return run("ip", "-n", space, "-br", "-4", "address", "show", "dev", "ap0")


async def test_the_port_gets_its_address_and_loses_it_again(
    managed: tuple[str, str, Path],
) -> None:
    bus, space, folder = managed
    radio = NmRadio(AccessPoint(interface="ap0", address=ADDRESS), bus_address=bus)
    assert not await radio.works()
    await radio.open()
    assert await radio.works()
    assert str(ADDRESS) in addresses(space)
    assert not list(folder.glob("etc/system-connections/*")), "the profile is in memory only"
    await radio.shut()
    assert not await radio.works()
    World.until(lambda: str(ADDRESS) not in addresses(space))


def test_when_we_are_killed_networkmanager_takes_it_away(managed: tuple[str, str, Path]) -> None:
    bus, space, _folder = managed
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, bus], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        assert str(ADDRESS) in addresses(space)
        holder.send_signal(signal.SIGKILL)
    World.until(lambda: str(ADDRESS) not in addresses(space))


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (AccessPoint(interface="ap0", address=ADDRESS, ssid="Bib 1a2b"), "ap0 is no radio"),
        (AccessPoint(interface="wlan7", address=ADDRESS, ssid="Bib"), "no interface wlan7"),
    ],
)
async def test_a_box_without_that_radio_says_so(
    managed: tuple[str, str, Path], point: AccessPoint, said: str
) -> None:
    radio = NmRadio(point, bus_address=managed[0])
    with pytest.raises(HardwareUnavailable, match=said):
        await radio.open()
    assert not await radio.works()


async def test_a_phone_with_networkmanager_is_led_through(world: World, phone: Phone) -> None:
    """Portal before the tap, everything after it, portal again once its time is over."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    run("ip", "-n", phone.name, "address", "flush", "dev", "wlan0")
    folder = world.folder / "nm-phone"
    folder.mkdir()
    folder.chmod(0o755)
    try:
        with network_manager(phone.name, folder, "wlan0") as bus:
            await joined(bus)
            assert await seen(bus, PORTAL)
            assert phone.tap().status == 303
            assert await seen(bus, FULL)
            phone.leave()
            assert await seen(bus, PORTAL)
    finally:
        phone.join(world.folder)


async def joined(address: str) -> None:
    """Activate the port with addresses by DHCP, as a desk environment would."""
    bus = await MessageBus(bus_address=address).connect()
    try:
        nm = bus.get_proxy_object(NM, ROOT, await bus.introspect(NM, ROOT)).get_interface(NM)
        device = await _call(nm, "call_get_device_by_ip_iface", "wlan0")
        profile = {
            "connection": {"id": Variant("s", "wifi"), "type": Variant("s", "802-3-ethernet")},
            "ipv6": {"method": Variant("s", "disabled")},
        }
        more = {"persist": Variant("s", "memory")}
        await _call(nm, "call_add_and_activate_connection2", profile, device, "/", more)
    finally:
        bus.disconnect()


async def seen(address: str, wanted: int) -> bool:
    """Whether its own check comes to that within a while."""
    bus = await MessageBus(bus_address=address).connect()
    try:
        nm = bus.get_proxy_object(NM, ROOT, await bus.introspect(NM, ROOT)).get_interface(NM)
        for _ in range(60):
            found = await _call(nm, "call_check_connectivity")
            if found == wanted:
                return True
            await asyncio.sleep(0.25)
        return False
    finally:
        bus.disconnect()
