"""Gate, radio and resolvers keep the same promises, real or simulated.

The real ones work in a network namespace of their own, where this program is sent to speak to
them; without root the simulated ones are tried alone.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from appliance.adapters.dnsmasq import DnsmasqResolvers
from appliance.adapters.nft_gate import NftGate
from appliance.adapters.wired_port import WiredPort
from appliance.core.errors import GateShut, HardwareUnavailable, Unavailable
from appliance.core.gate_rules import LONGEST, Lan
from appliance.core.guests import Mac
from appliance.core.resolver_conf import Names
from appliance.ports import Gate, Radio, Resolvers
from appliance.simulation.wifi import SimulatedGate, SimulatedRadio, SimulatedResolvers
from tests.netns.own_space import own_space

LAN = Lan(interface="ap0", address=IPv4Interface("10.43.0.1/24"), site_port=8080)
ONE, TWO = Mac("02:00:00:00:00:01"), Mac("02:00:00:00:00:02")
REAL = pytest.param("real", marks=[pytest.mark.root, pytest.mark.netns])


@pytest.fixture(params=["simulated", REAL])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "real" and os.geteuid() != 0:
        pytest.skip("needs root")
    return str(request.param)


@asynccontextmanager
async def a_gate(kind: str) -> AsyncIterator[Gate]:
    if kind == "real":
        with own_space("ap0"):
            yield NftGate(LAN)
    else:
        yield SimulatedGate(asyncio.get_running_loop().time)


@asynccontextmanager
async def a_radio(kind: str) -> AsyncIterator[tuple[Radio, Callable[[], None]]]:
    """A radio, and how it is broken."""
    if kind == "real":
        with own_space("ap0") as space:
            port = WiredPort(interface=LAN.interface, address=LAN.address)
            yield port, lambda: space.take_away("ap0")
    else:
        simulated = SimulatedRadio()
        yield simulated, lambda: setattr(simulated, "gone", True)


@asynccontextmanager
async def some_resolvers(kind: str, folder: Path) -> AsyncIterator[Resolvers]:
    if kind == "real":
        with own_space("ap0"):
            resolvers = DnsmasqResolvers(folder)
            try:
                yield resolvers
            finally:
                await resolvers.stop()
    else:
        yield SimulatedResolvers()


# ------------------------------------------------------------------ the gate


async def test_nobody_is_in_at_first(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        assert dict(await gate.guests()) == {}


async def test_who_is_admitted_is_in_for_that_long(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.admit(ONE, 100)
        await gate.admit(TWO, 5000)
        found = await gate.guests()
        assert set(found) == {ONE, TWO}
        assert 95 <= found[ONE] <= 100
        assert 4990 <= found[TWO] <= 5000


async def test_admitting_again_begins_anew(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.admit(ONE, 1000)
        await gate.admit(ONE, 100)
        assert 95 <= (await gate.guests())[ONE] <= 100
        await gate.admit(ONE, 2000)
        assert 1990 <= (await gate.guests())[ONE] <= 2000


async def test_the_tablets_door_can_be_opened_and_shut(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.tablets(open_=True)
        await gate.load()
        await gate.tablets(open_=False)
        await gate.tablets(open_=False)


async def test_who_is_expelled_is_out_and_a_stranger_may_be(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.admit(ONE, 100)
        await gate.expel(ONE)
        await gate.expel(TWO)
        assert dict(await gate.guests()) == {}


async def test_loading_again_puts_nobody_out(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.admit(ONE, 100)
        await gate.world(up=True)
        await gate.load()
        assert set(await gate.guests()) == {ONE}


@pytest.mark.parametrize("seconds", [0, -1, LONGEST + 1])
async def test_no_time_is_no_session(kind: str, seconds: int) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        with pytest.raises(GateShut):
            await gate.admit(ONE, seconds)
        assert dict(await gate.guests()) == {}


async def test_time_runs_out_by_itself(kind: str) -> None:
    async with a_gate(kind) as gate:
        await gate.load()
        await gate.admit(ONE, 1)
        await asyncio.sleep(1.5)  # the kernel's own clock: nobody turns it
        assert dict(await gate.guests()) == {}


# ------------------------------------------------------------------ the radio


async def test_a_radio_is_on_between_open_and_shut(kind: str) -> None:
    async with a_radio(kind) as (radio, _break):
        assert not await radio.works()
        await radio.open()
        assert await radio.works()
        await radio.open()
        assert await radio.works()
        await radio.shut()
        assert not await radio.works()
        await radio.shut()


async def test_a_radio_that_is_gone_says_so(kind: str) -> None:
    async with a_radio(kind) as (radio, break_it):
        await radio.open()
        break_it()
        assert not await radio.works()
        with pytest.raises(HardwareUnavailable):
            await radio.open()
        await radio.shut()


# ------------------------------------------------------------------ the resolvers


async def test_resolvers_work_between_start_and_stop(kind: str, tmp_path: Path) -> None:
    names = Names(lan=replace(LAN, interface="ap0"), essentials=("vlaanderen.be",))
    async with some_resolvers(kind, tmp_path) as resolvers:
        assert not resolvers.works()
        await resolvers.offer("https://bib.example.be/captive-portal/api")
        await resolvers.start(names)
        assert resolvers.works()
        await resolvers.offer(None)
        await resolvers.offer("https://bib.example.be/captive-portal/api")
        assert resolvers.works()
        await resolvers.start(replace(names, essentials=()))
        assert resolvers.works()
        await resolvers.stop()
        assert not resolvers.works()
        await resolvers.stop()


@pytest.mark.root
@pytest.mark.netns
async def test_another_list_does_not_make_us_forget_the_addresses_given_out(
    tmp_path: Path,
) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    with own_space("ap0"):
        resolvers = DnsmasqResolvers(tmp_path)
        try:
            await resolvers.start(Names(lan=LAN, essentials=("a.be",)))
            before = dict(resolvers._running)
            await resolvers.start(Names(lan=LAN, essentials=("b.be",)))
            assert resolvers._running["released"] is before["released"]
            assert resolvers._running["captive"] is not before["captive"]
            before["released"].process.kill()
            await before["released"].process.wait()
            assert not resolvers.works()
            await resolvers.start(Names(lan=LAN, essentials=("b.be",)))
            assert resolvers.works()
        finally:
            await resolvers.stop()


@pytest.mark.root
@pytest.mark.netns
async def test_resolvers_that_cannot_start_say_why(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    with own_space("ap0"):
        resolvers = DnsmasqResolvers(tmp_path)
        broken = Names(lan=LAN, essentials=(), upstreams=("no address",))
        with pytest.raises(Unavailable, match="not known"):
            await resolvers.start(broken)
        assert not resolvers.works()
