"""What the wifi's adapters read: neighbours, routes, resolvers, certificates, answers of root."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from appliance.adapters import nft_gate, proof_unit
from appliance.adapters.certificate import CertificateFile
from appliance.adapters.first_radio import FirstRadio
from appliance.adapters.neighbours import ArpNeighbours
from appliance.adapters.nm_radio import AccessPoint, NmRadio, settings
from appliance.adapters.proof_unit import ProofUnit
from appliance.adapters.uplink import DnsUplink
from appliance.core.errors import GateShut, HardwareUnavailable
from appliance.core.gate_rules import Lan
from appliance.simulation.wifi import SimulatedRadio
from tests.netns.test_certificate import NAME, make

ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
10.42.7.50       0x1         0x2         02:AA:00:00:00:01     *        wlan0
10.42.7.51       0x1         0x0         00:00:00:00:00:00     *        wlan0
192.168.1.9      0x1         0x2         02:aa:00:00:00:09     *        eth0
"""
ROUTES = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
DEFAULT_BY = "{}\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\n"
LAN = Lan(interface="ap0", address=IPv4Interface("10.43.0.1/24"), site_port=8080)


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("10.42.7.50", "02:aa:00:00:00:01"),
        ("10.42.7.51", None),
        ("10.42.7.5", None),
        ("192.168.1.9", None),
        ("fe80::1", None),
    ],
)
def test_only_phones_on_our_side_are_neighbours(
    tmp_path: Path, address: str, mac: str | None
) -> None:
    table = tmp_path / "arp"
    table.write_text(ARP, encoding="ascii")
    assert ArpNeighbours("wlan0", table).mac(address) == mac


def test_without_a_table_nobody_is_there(tmp_path: Path) -> None:
    assert ArpNeighbours("wlan0", tmp_path / "none").mac("10.42.7.50") is None


# ------------------------------------------------------------------ the uplink


@contextmanager
def a_resolver(answer: bytes | None) -> Iterator[int]:
    """On a port of its own; `answer` is put behind the two bytes that mark a question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)

        def serve() -> None:
            try:
                asked, who = listener.recvfrom(512)
            except OSError:
                return
            if answer is not None:
                listener.sendto(asked[:2] + answer, who)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


def uplink(tmp_path: Path, port: int, *, by: str = "eth0") -> DnsUplink:
    routes, resolv = tmp_path / "route", tmp_path / "resolv.conf"
    routes.write_text(ROUTES + DEFAULT_BY.format(by), encoding="ascii")
    resolv.write_text("# x\nnameserver ::1\nnameserver 127.0.0.1\n", encoding="ascii")
    return DnsUplink(
        name="vlaanderen.be", interface="wlan0", routes=routes, resolv=resolv, port=port
    )


@pytest.mark.parametrize(("code", "works"), [(0, True), (3, True), (2, False), (5, False)])
async def test_the_world_answers_or_only_says_that_it_cannot(
    tmp_path: Path,
    code: int,
    works: bool,  # noqa: FBT001  a column
) -> None:
    answer = bytes([0x81, 0x80 | code]) + b"\0\1\0\1\0\0\0\0"
    with a_resolver(answer) as port:
        assert await uplink(tmp_path, port).works() is works


async def test_a_way_out_through_the_phones_own_side_is_none(tmp_path: Path) -> None:
    assert not await uplink(tmp_path, 1, by="wlan0").works()


async def test_a_resolver_that_nobody_runs_is_no_uplink(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    assert not await uplink(tmp_path, free).works()


async def test_without_a_route_nobody_is_asked(tmp_path: Path) -> None:
    lost = DnsUplink(name="x.be", interface="wlan0", routes=tmp_path / "none")
    assert not await lost.works()


# ------------------------------------------------------------------ the certificate


def test_a_certificate_is_good_for_its_name_and_its_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)  # noqa: TID251  a certificate lives by the machine's own clock
    file = CertificateFile(name=NAME, certificate=tmp_path / "box.pem", key=tmp_path / "box.key")
    assert not file.good(now)
    make(tmp_path, days=20)
    assert file.good(now)
    assert not file.good(now + timedelta(days=21))
    assert not file.good(now - timedelta(days=31))
    with caplog.at_level(logging.WARNING):
        renewed(tmp_path, name="other.example.be")
        assert not file.good(now)
        assert "is not for bib.example.be" in caplog.text
        (tmp_path / "box.pem").write_text("no certificate", encoding="ascii")
        os.utime(tmp_path / "box.pem", (5, 5))
        assert not file.good(now)
    renewed(tmp_path)
    assert file.good(now)
    (tmp_path / "box.pem").unlink()
    assert not file.good(now)


def renewed(folder: Path, *, name: str = NAME) -> None:
    """Another pair, visibly younger, however coarse the clock of the disk is."""
    make(folder, days=20, name=name)
    stamp = (folder / "box.key").stat().st_mtime + len(name)
    os.utime(folder / "box.pem", (stamp, stamp))


# ------------------------------------------------------------------ root's answer


async def test_roots_answer_is_believed_only_with_our_own_word(tmp_path: Path) -> None:
    answer = tmp_path / "root" / "answer"
    answer.parent.mkdir()
    answer.write_text("0123456789abcdef0123456789abcdef\n\n", encoding="ascii")
    asked = ProofUnit(LAN, tmp_path / "run", answer=answer, patience=0.6)
    assert "nobody tried the gate" in str(await asked.by_unit())

    async def root(found: str) -> None:
        while True:
            word = proof_unit._asked(tmp_path / "run" / "ask")
            answer.write_text(f"{word}\n{found}\n", encoding="utf-8")
            await asyncio.sleep(0.05)  # another program's pace

    for found, told in (("", None), ("3 packets got through", "3 packets got through")):
        patient = ProofUnit(LAN, tmp_path / "run", answer=answer, patience=5)
        async with asyncio.TaskGroup() as group:
            work = group.create_task(root(found))
            assert await patient.by_unit() == told
            work.cancel()


@pytest.mark.parametrize("said", ["", "x" * 32, "0" * 31, "0" * 64, "../../etc/shadow"])
def test_root_takes_a_word_and_nothing_else(tmp_path: Path, said: str) -> None:
    (tmp_path / "ask").write_text(said, encoding="ascii")
    assert proof_unit._asked(tmp_path / "ask") == ""


def test_root_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("0" * 32, encoding="ascii")
    (tmp_path / "ask").symlink_to(tmp_path / "real")
    assert proof_unit._asked(tmp_path / "ask") == ""


# ------------------------------------------------------------------ the radio


def test_the_access_point_is_open_isolated_and_in_nobodys_way() -> None:
    point = AccessPoint(interface="wlan0", address=LAN.address, ssid="Bib ’t Park", channel=36)
    told = settings(point)
    assert told["802-11-wireless"]["mode"].value == "ap"
    assert told["802-11-wireless"]["ap-isolation"].value == 1
    assert told["802-11-wireless"]["band"].value == "a"
    assert bytes(told["802-11-wireless"]["ssid"].value) == "Bib ’t Park".encode()
    assert "802-11-wireless-security" not in told
    assert told["ipv4"]["method"].value == "manual", "sharing is ours"
    assert told["ipv6"]["method"].value == "disabled"
    assert told["connection"]["autoconnect"].value is False


async def test_without_a_bus_the_box_says_so(tmp_path: Path) -> None:
    radio = NmRadio(
        AccessPoint(interface="wlan0", address=LAN.address, ssid="x"),
        bus_address=f"unix:path={tmp_path}/none",
    )
    with pytest.raises(HardwareUnavailable, match="NetworkManager"):
        await radio.open()
    assert not await radio.works()
    await radio.shut()


async def test_the_first_radio_that_opens_is_it() -> None:
    gone, there = SimulatedRadio(), SimulatedRadio()
    gone.gone = True
    either = FirstRadio((gone, there))
    assert not await either.works()
    await either.open()
    assert await either.works()
    assert await there.works()
    await either.shut()
    assert not await there.works()
    there.gone = True
    with pytest.raises(HardwareUnavailable, match="gone; the simulated"):
        await either.open()


# ------------------------------------------------------------------ the gate


async def test_without_nft_the_gate_is_shut() -> None:
    with pytest.raises(GateShut, match="not installed"):
        await nft_gate.NftGate(LAN, places="/nowhere").load()


def test_what_nft_complains_about_never_names_a_phone() -> None:
    said = "/dev/stdin:1:1-9: Error: Could not process rule\nadd element { 02:00:00:00:00:01 }\n"
    assert nft_gate._said(said) == "Could not process rule"
    assert nft_gate._said("02:00:00:00:00:01 is odd") == "nft refused"
