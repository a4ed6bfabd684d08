"""The free wifi opens only behind a gate that held, and tells the truth about everything else."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from appliance.core.errors import NoWifi
from appliance.core.essentials import DEFAULT
from appliance.core.guests import GuestState, Mac
from appliance.core.stamp import ClockSource
from appliance.services.hotspot import Hotspot, HotspotSettings
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.simulation.ticker import HandTicker
from appliance.simulation.wifi import SimulatedWifi
from tests.desks import TUESDAY

PHONE, OTHER = "127.0.0.2", "127.0.0.3"
API = "https://bib.example.be/captive-portal/api"


class Bench:
    """A hotspot with all its switches."""

    def __init__(self, *, minutes: int = 60, api: str | None = None) -> None:
        self.hands = Hands(TUESDAY)
        self.clock = SimulatedClock(self.hands)
        self.ticker = HandTicker()
        self.wifi = SimulatedWifi(lambda: self.clock.stamp().ms / 1000)
        self.conditions: set[str] = set()
        self.wanted = True
        self.hotspot = self.new(minutes=minutes, api=api)

    def new(self, *, minutes: int = 60, api: str | None = None) -> Hotspot:
        return Hotspot(
            wifi=self.wifi.port(8080),
            settings=HotspotSettings(minutes=minutes, list_name="list.txt", api=api),
            clock=self.clock,
            ticker=self.ticker,
            pause=self.ticker.pause,
            condition=lambda name, on: (
                self.conditions.add(name) if on else self.conditions.discard(name)
            ),
            salt=b"salt",
            wanted=lambda: self.wanted,
        )

    def pass_by(self, **time: float) -> None:
        self.hands.forward(timedelta(**time))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Hotspot]:
        await self.hotspot.tick()
        yield self.hotspot


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_tap_lasts_as_long_as_it_says_and_then_the_page_says_so(bench: Bench) -> None:
    async with bench.open() as hotspot:
        assert hotspot.guest(PHONE).state is GuestState.WAITING
        guest = await hotspot.admit(PHONE)
        assert (guest.state, guest.left) == (GuestState.ONLINE, 3600)
        assert not guest.captive
        assert hotspot.online() == 1
        bench.pass_by(minutes=59, seconds=59)
        assert hotspot.guest(PHONE).left == 1
        bench.pass_by(seconds=2)
        assert hotspot.guest(PHONE).state is GuestState.ENDED
        assert hotspot.guest(OTHER).state is GuestState.WAITING
        assert hotspot.online() == 0
        assert dict(await bench.wifi.gate.guests()) == {}


async def test_a_lead_switches_it_off_and_on_and_who_was_in_still_is(bench: Bench) -> None:
    async with bench.open() as hotspot:
        await hotspot.admit(PHONE)
        bench.wanted = False
        await hotspot.tick()
        assert (bench.wifi.radio.on, bench.wifi.gate.up) == (False, False)
        assert hotspot.guest(PHONE).captive
        with pytest.raises(NoWifi):
            await hotspot.admit(OTHER)
        assert bench.conditions == set()
        bench.wanted = True
        await hotspot.tick()
        assert (bench.wifi.radio.on, bench.wifi.gate.up) == (True, True)
        assert hotspot.guest(PHONE).state is GuestState.ONLINE


async def test_who_leaves_is_out_at_once_and_new_again(bench: Bench) -> None:
    async with bench.open() as hotspot:
        await hotspot.admit(PHONE)
        assert (await hotspot.expel(PHONE)).state is GuestState.WAITING
        assert dict(await bench.wifi.gate.guests()) == {}
        assert (await hotspot.expel(OTHER)).state is GuestState.WAITING


async def test_tapping_again_begins_the_whole_time_anew(bench: Bench) -> None:
    async with bench.open() as hotspot:
        await hotspot.admit(PHONE)
        bench.pass_by(minutes=50)
        assert (await hotspot.admit(PHONE)).left == 3600


async def test_who_taps_while_the_kernel_is_asked_is_not_forgotten(bench: Bench) -> None:
    async with bench.open() as hotspot:
        kernel = bench.wifi.gate
        asked, go_on = asyncio.Event(), asyncio.Event()
        guests = kernel.guests

        async def slow() -> Mapping[Mac, int]:
            found = await guests()
            asked.set()
            await go_on.wait()
            return found

        setattr(kernel, "guests", slow)  # noqa: B010  the kernel takes its time
        await bench.ticker.turn(61)
        async with asyncio.TaskGroup() as group:
            group.create_task(hotspot.tick())
            await asked.wait()
            tap = group.create_task(hotspot.admit(PHONE))
            await bench.ticker.turn(0)
            go_on.set()
            await tap
        assert hotspot.guest(PHONE).state is GuestState.ONLINE


async def test_a_restart_puts_nobody_out(bench: Bench) -> None:
    async with bench.open() as hotspot:
        await hotspot.admit(PHONE)
    bench.pass_by(minutes=10)
    bench.hotspot = bench.new()
    async with bench.open() as again:
        assert again.guest(PHONE).state is GuestState.ONLINE
        assert again.guest(PHONE).left == 3000


async def test_a_phone_that_is_not_on_our_wifi_is_refused(bench: Bench) -> None:
    async with bench.open() as hotspot:
        assert hotspot.guest("fe80::1").state is GuestState.OUTSIDE
        with pytest.raises(NoWifi):
            await hotspot.admit("fe80::1")


async def test_no_air_before_the_gate_has_held(bench: Bench) -> None:
    bench.wifi.proof.found = "3 packets got through"
    async with bench.open() as hotspot:
        assert not on_the_air(bench)
        assert not bench.wifi.resolvers.works()
        assert bench.conditions == {"gate-open"}
        assert hotspot.parts() == {
            "wifi": "waiting", "gate": "gate-open", "names": "waiting", "uplink": "waiting",
        }  # fmt: skip
        with pytest.raises(NoWifi):
            await hotspot.admit(PHONE)
        bench.wifi.proof.found = None
        await bench.ticker.turn(31)
        await hotspot.tick()
        assert on_the_air(bench)
        assert bench.conditions == set()


async def test_a_gate_that_does_not_load_keeps_the_radio_off(bench: Bench) -> None:
    bench.wifi.gate.broken = True
    async with bench.open():
        assert bench.conditions == {"gate-broken"}
        assert not on_the_air(bench)
        assert bench.wifi.proof.asked == 0


async def test_the_trial_is_made_again_and_a_leak_ends_the_wifi(bench: Bench) -> None:
    async with running_service(bench) as hotspot:
        assert on_the_air(bench)
        asked = bench.wifi.proof.asked
        bench.wifi.proof.found = "1 packet got through"
        await bench.ticker.turn(306)
        assert bench.wifi.proof.asked > asked
        assert not on_the_air(bench)
        assert hotspot.parts()["gate"] == "gate-open"


@asynccontextmanager
async def running_service(bench: Bench) -> AsyncIterator[Hotspot]:
    async with asyncio.TaskGroup() as group:
        work = group.create_task(bench.hotspot.run())
        await bench.ticker.turn(0)
        yield bench.hotspot
        work.cancel()


async def test_when_the_service_ends_the_radio_is_off_the_air(bench: Bench) -> None:
    async with running_service(bench):
        assert on_the_air(bench)
    assert not on_the_air(bench)
    assert not bench.wifi.resolvers.works()


async def test_a_radio_that_goes_is_told_and_comes_back_by_itself(bench: Bench) -> None:
    async with running_service(bench):
        bench.wifi.radio.gone = True
        await bench.ticker.turn(6)
        assert bench.conditions == {"wifi-gone"}
        bench.wifi.radio.gone = False
        await bench.ticker.turn(6)
        assert bench.conditions == set()
        assert on_the_air(bench)


async def test_a_resolver_that_dies_is_started_again(bench: Bench) -> None:
    async with running_service(bench):
        await bench.wifi.resolvers.stop()
        await bench.ticker.turn(6)
        assert bench.wifi.resolvers.works()
        bench.wifi.resolvers.broken = True
        await bench.ticker.turn(6)
        assert bench.conditions == {"wifi-names"}


async def test_with_the_uplink_gone_even_guests_are_told(bench: Bench) -> None:
    async with bench.open() as hotspot:
        await hotspot.admit(PHONE)
        bench.wifi.uplink.gone = True
        await hotspot.look()
        guest = hotspot.guest(PHONE)
        assert (guest.state, guest.uplink, guest.captive) == (GuestState.ONLINE, False, True)
        assert bench.conditions == {"uplink-gone"}
        assert not open_to_the_world(bench)
        bench.wifi.uplink.gone = False
        await hotspot.look()
        assert not hotspot.guest(PHONE).captive
        assert open_to_the_world(bench)
        assert bench.conditions == set()


async def test_a_gate_that_breaks_while_open_shuts_the_wifi(bench: Bench) -> None:
    async with bench.open() as hotspot:
        bench.wifi.gate.broken = True
        bench.wifi.uplink.gone = True
        await hotspot.look()
        await hotspot.tick()
        assert "gate-broken" in bench.conditions
        assert not on_the_air(bench)


async def test_without_a_list_ours_is_in_force_and_a_mistake_leaves_the_old_one(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench.open() as hotspot:
        assert told(bench) == DEFAULT
        bench.wifi.text = "bib.be\n"
        await hotspot.tick()
        assert told(bench) == ("bib.be",)
        bench.wifi.text = "bib.be\nno name\n"
        with caplog.at_level(logging.WARNING):
            await hotspot.tick()
        assert told(bench) == ("bib.be",)
        assert bench.conditions == {"essential-list"}
        assert "list.txt, line 2" in caplog.text
        bench.wifi.text = "bib.be\n"
        await hotspot.tick()
        assert bench.conditions == set()


async def test_an_empty_list_opens_nothing(bench: Bench) -> None:
    bench.wifi.text = "# nothing\n"
    async with bench.open():
        assert told(bench) == ()


def on_the_air(bench: Bench) -> bool:
    return bench.wifi.radio.on


def open_to_the_world(bench: Bench) -> bool:
    return bench.wifi.gate.up


def offered(bench: Bench) -> str | None:
    return bench.wifi.resolvers.api


def told(bench: Bench) -> tuple[str, ...]:
    assert bench.wifi.resolvers.names is not None
    return tuple(bench.wifi.resolvers.names.essentials)


async def test_phones_are_told_of_the_api_only_while_certificate_and_clock_are_good() -> None:
    bench = Bench(api=API)
    async with bench.open() as hotspot:
        assert offered(bench) is None
        bench.wifi.certified = True
        await hotspot.tick()
        assert offered(bench) == API
        bench.clock.trust = ClockSource.NONE
        await hotspot.tick()
        assert offered(bench) is None
        bench.clock.trust = ClockSource.NTP
        await hotspot.tick()
        bench.wifi.certified = False
        await hotspot.tick()
        assert offered(bench) is None


async def test_no_phone_is_ever_in_the_log_or_in_our_memory(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with bench.open() as hotspot:
            await hotspot.admit(PHONE)
            bench.wifi.radio.gone = bench.wifi.uplink.gone = True
            await hotspot.look()
            await hotspot.expel(PHONE)
            await hotspot.admit(PHONE)
    known = bench.wifi.phones.mac(PHONE)
    assert known
    assert PHONE not in caplog.text
    assert known not in caplog.text
    assert known not in repr(vars(hotspot._mirror))
