"""A radio that a kernel pretends (mac80211_hwsim): where there is one, the access point opens.

Never on a real radio: somebody may be using it. The image's virtual machine has pretended ones.
"""

import shutil
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from appliance.adapters.nm_radio import AccessPoint, NmRadio
from tests.netns.space import run

SSID = "Bib ’t Park 1a2b"


def pretended() -> str | None:
    """The first network interface of a radio that is none."""
    for link in sorted(Path("/sys/class/net").iterdir()):
        if (link / "device" / "driver").resolve().name == "mac80211_hwsim":
            return link.name
    return None


async def test_the_access_point_is_open_and_bears_the_places_name() -> None:
    interface = pretended()
    if interface is None:
        pytest.skip("no pretended radio: this kernel has no mac80211_hwsim, or it is not loaded")
    if shutil.which("iw") is None:
        pytest.skip("iw is not installed")
    point = AccessPoint(
        interface=interface, address=IPv4Interface("10.43.0.1/24"), ssid=SSID, channel=1
    )
    radio = NmRadio(point)
    await radio.open()
    try:
        assert await radio.works()
        told = run("iw", "dev", interface, "info")
        assert "type AP" in told
        assert "channel 1 " in told
        assert "10.43.0.1/24" in run("ip", "-br", "address", "show", "dev", interface)
    finally:
        await radio.shut()
    assert not await radio.works()
