"""A whole box with its sealed door: made at its first start, the same after a restart."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector
from cryptography import x509

from appliance.adapters import staff_ca
from appliance.adapters.staff_seal import AUTHORITY, StaffSeal
from appliance.box import Box, open_box
from appliance.check import look
from appliance.config import Box as BoxConfig
from appliance.config import Config, Hotspot, Place, Web, load
from appliance.core.errors import BadConfig
from appliance.edges import lan, open_seal, open_simulated_edges
from appliance.simulation.clock import Hands, SimulatedClock
from tests.desks import TUESDAY
from tests.web.trusting import trusting


def config(path: Path, **web: object) -> Config:
    values = {"visitor_host": "127.0.0.1", "visitor_port": 0, "staff_port": 0, **web}
    return Config(
        place=Place(id="mol", name="Bib Mol"),
        box=BoxConfig(store=str(path)),
        web=Web(**values),  # type: ignore[arg-type]
    )


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@asynccontextmanager
async def a_box(wanted: Config) -> AsyncIterator[Box]:
    clock = SimulatedClock(Hands(TUESDAY))
    async with (
        open_simulated_edges(wanted, clock=clock, sealed=True) as (edges, _panel),
        open_box(edges, wanted) as box,
    ):
        yield box


async def test_the_same_site_answers_plain_and_sealed_also_after_a_restart(tmp_path: Path) -> None:
    wanted, authorities = config(tmp_path, staff_tls_port=free_port()), []
    for _ in range(2):
        async with a_box(wanted) as box:
            async with (
                ClientSession() as plain,
                plain.get(f"{box.staff}/veilig/kast.crt") as answer,
            ):
                authorities.append(await answer.read())
            async with (
                ClientSession(connector=TCPConnector(ssl=trusting(authorities[0]))) as tablet,
                tablet.get(f"https://127.0.0.1:{wanted.web.staff_tls_port}/healthz") as answer,
            ):
                told = (await answer.json())["https"]
            assert told["port"] == wanted.web.staff_tls_port
            assert not told["free_wifi"]
    assert authorities[0] == authorities[1]


async def test_check_tells_of_it(tmp_path: Path) -> None:
    wanted = config(tmp_path, staff_tls_port=free_port())
    async with a_box(wanted) as box:
        running = replace(wanted, web=replace(wanted.web, staff_port=box.staff.port))
        line = next(one for one in await look(running) if one.part == "staff https")
    assert line.ok
    assert f"port {wanted.web.staff_tls_port}" in line.said


async def test_with_port_0_there_is_none(tmp_path: Path) -> None:
    async with a_box(config(tmp_path, staff_tls_port=0)) as box:
        assert box.roads.https is None
    assert not (tmp_path / AUTHORITY).exists()


async def test_an_authority_that_is_torn_costs_https_and_not_the_box(tmp_path: Path) -> None:
    wanted = config(tmp_path, staff_tls_port=free_port())
    async with a_box(wanted):
        pass
    (tmp_path / AUTHORITY).write_bytes(b"torn")
    async with a_box(wanted) as box:
        assert box.roads.https is None
    assert (tmp_path / AUTHORITY).read_bytes() == b"torn"


@pytest.mark.parametrize(
    ("web", "kind", "names"),
    [
        ({"staff_host": "192.168.77.1"}, "none", {"192.168.77.1"}),
        ({"staff_host": "192.168.77.1"}, "wifi", {"192.168.77.1", "10.42.7.1"}),
        ({"staff_host": "0.0.0.0"}, "wifi", {"10.42.7.1"}),  # noqa: S104  nobody listens
        ({"staff_host": "Bib.local", "hosts": ("mol.be",)}, "none", {"bib.local", "mol.be"}),
        ({"staff_host": "0.0.0.0"}, "none", None),  # noqa: S104  same
    ],
)
def test_it_may_sign_for_what_an_installer_wrote_and_no_more(
    tmp_path: Path, web: dict[str, object], kind: str, names: set[str] | None
) -> None:
    wanted = replace(config(tmp_path, **web), hotspot=Hotspot(kind=kind))
    seal = open_seal(wanted, SimulatedClock(Hands(TUESDAY)))
    assert isinstance(seal, StaffSeal) is (names is not None)
    if seal is not None:
        authority = x509.load_der_x509_certificate(seal.authority)
        assert set(staff_ca.permitted(authority)) == names


def test_the_gate_knows_the_door_by_its_port(tmp_path: Path) -> None:
    assert lan(config(tmp_path)).staff_port == 8444
    assert lan(config(tmp_path, staff_tls_port=0)).staff_port == 0


def test_a_port_that_another_site_has_is_refused() -> None:
    with pytest.raises(BadConfig, match=r"web\.staff_tls_port must be a port of its own"):
        load(given={"web.staff_tls_port": 8443})
