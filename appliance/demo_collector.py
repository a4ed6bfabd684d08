"""The coordinator of the demo: a real collector that knows the demo's boxes and places."""

import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from yarl import URL

from appliance.adapters.box_keys import BoxKeys
from appliance.adapters.pin_file import PinFile
from appliance.collector import register
from appliance.collector.boxes import BoxState
from appliance.collector.config import CollectorConfig
from appliance.collector.judging import ZONE
from appliance.collector.program import Collector, open_collector
from appliance.collector.register import Place, Project, Share
from appliance.config import Config
from appliance.core.errors import BadConfig
from appliance.core.federation import hello
from appliance.core.federation.dsse import seal
from appliance.edges import provisioned

USER: Final = "coordinator"
DIRECTORY: Final = "collector"
PROJECT: Final = "digibank"
_FINE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where a place of the demo stands; made up, but in municipalities that exist."""

    nis: str
    kind: str


HOUSES: Final = {
    "park": House(nis="33011", kind="community"),
    "bib": House(nis="33011", kind="library"),
    "linde": House(nis="33037", kind="community"),
    "brug": House(nis="33040", kind="service-centre"),
    "plein": House(nis="34022", kind="town-hall"),
    "haven": House(nis="35013", kind="community"),
    "molen": House(nis="44021", kind="reuse-shop"),
    "kade": House(nis="11002", kind="community"),
    "hoek": House(nis="21004", kind="service-centre"),
    "ster": House(nis="71072", kind="welfare"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A box that the coordinator of this world vouches for."""

    place: str
    name: str
    keys: BoxKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCollector:
    """A collector that answers, and who may look."""

    collector: Collector
    password: str

    @property
    def url(self) -> str:
        """How this machine reaches it, also when it listens to everybody."""
        url = URL(self.collector.url)
        host = "127.0.0.1" if url.host in {"0.0.0.0", "::"} else url.host  # noqa: S104
        return str(url.with_host(host or "127.0.0.1")).rstrip("/")

    @property
    def key(self) -> str:
        """By which boxes know its receipts, as they are configured with it."""
        return base64.b64encode(self.collector.key.public).decode()

    def described(self) -> dict[str, Any]:
        """In the shape of `digipunt demo --json`."""
        return {"url": self.url, "user": USER, "password": self.password}

    async def enrol(self, boxes: Sequence[Enrolled], *, now: datetime) -> None:
        """Each box introduces itself as over the network, and the coordinator approves it."""
        await self._fill_register(boxes, now=now)
        async with aiohttp.ClientSession() as session:
            for one in boxes:
                payload = hello.dump(hello.Hello(key=one.keys.public, name=one.name))
                sealed = seal(hello.TYPE, payload, keyid=one.keys.box, sign=one.keys.sign)
                async with session.post(f"{self.url}/api/v1/boxes", data=sealed) as answer:
                    if answer.status != _FINE:
                        raise BadConfig(f"the collector answered a box with {answer.status}")
                    state = (await answer.json())["state"]
                if state == BoxState.WAITING:
                    await self.collector.site.enrolment.approve(
                        one.keys.box, [one.place], by=USER, now=now
                    )

    async def _fill_register(self, boxes: Sequence[Enrolled], *, now: datetime) -> None:
        """What a coordinator would have typed; what is there already stays."""
        database = self.collector.site.database
        known = await register.read(database)
        day = now.astimezone(ZONE).date().isoformat()
        if not known.projects:
            await register.put_projects(database, [_project(day)])
        places = {one.location for one in known.places}
        fresh = [one for one in boxes if one.place not in places]
        await register.put_places(database, [_place(one, day) for one in fresh])
        if fresh:
            await register.put_shares(database, _shares(boxes))


@asynccontextmanager
async def open_demo_collector(
    data: Path,
    *,
    host: str,
    port: int,
    password: str,
    now: Callable[[], datetime],
    at_work: Callable[[], datetime],
) -> AsyncIterator[DemoCollector]:
    """The collector as it always runs, by the clock of this world.

    `at_work` is by which clock a coordinator's working day ends: turning the hands of the world
    signs nobody out.
    """
    config = CollectorConfig(host=host, port=port, directory=str(data / DIRECTORY))
    async with open_collector(config, now=now, at_work=at_work) as collector:
        if not await collector.site.accounts.anybody():
            await collector.site.accounts.choose(USER, password)
        yield DemoCollector(collector=collector, password=password)


def enrolled(config: Config, *, pin: str, seed: bytes | None) -> Enrolled:
    """The box of that place, with key, store and PIN, made on the first start."""
    directory = Path(config.box.store)
    keys = provisioned(directory, seed)
    lock = PinFile(directory, pepper=keys.secret("pin"))
    if not lock.is_set:
        lock.choose(pin)
    return Enrolled(place=config.place.id, name=config.place.name, keys=keys)


def _project(day: str) -> Project:
    return Project(
        project=PROJECT,
        name="Digibank van de streek",
        promotor="Stad Ieper",
        trajectory="implementatie",
        call_round=3,
        status="lopend",
        starts=day,
        ends=None,
        budget_cents=25_000_000,
        programmes="",
    )


def _shares(boxes: Sequence[Enrolled]) -> Sequence[Share]:
    found = sorted({HOUSES[one.place].nis for one in boxes})
    return [
        Share(
            project=PROJECT,
            nis=nis,
            role="partner" if i == 0 else "territory",
            valid_from=None,
            valid_to=None,
        )
        for i, nis in enumerate(found)
    ]


def _place(one: Enrolled, day: str) -> Place:
    house = HOUSES[one.place]
    return Place(
        location=one.place,
        name=one.name,
        nis=house.nis,
        kind=house.kind,
        project=PROJECT,
        expected_from=day,
        expected_to=None,
    )
