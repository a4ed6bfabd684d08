"""The coordinator of the simulated year: the collector's own ingest, without its sockets."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from appliance.adapters.box_keys import BoxKeys
from appliance.collector import register
from appliance.collector.boxes import Boxes, BoxState
from appliance.collector.config import CollectorConfig
from appliance.collector.database import Database
from appliance.collector.ingest import Ingest
from appliance.collector.keys import CollectorKey
from appliance.collector.register import Place
from appliance.core.errors import Unavailable
from appliance.core.federation import hello
from appliance.core.federation.dsse import seal
from appliance.simulate.patterns import Site

USER: Final = "simulatie"


def config_of(directory: Path) -> CollectorConfig:
    return CollectorConfig(directory=str(directory / "collector"))


class PostOffice:
    """`ports.Mail` for many boxes: what they post at the same moment becomes one delivery."""

    def __init__(self, *, database: Database, key: CollectorKey, k: int) -> None:
        self.boxes = Boxes(database)
        self.now: datetime | None = None
        """What time it is in this world."""
        self.codes: dict[str, int] = {}
        self._ingest = Ingest(database=database, key=key, k=k)
        self._posted: list[tuple[Sequence[bytes], asyncio.Future[bytes]]] = []

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """The answer of the delivery that this one becomes part of."""
        if (path, content_type) != ("/api/v1/reports", "application/x-ndjson"):
            raise Unavailable("404")
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._posted.append((body.splitlines(), answer))
        return await answer

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:  # noqa: ARG002  as `Mail`
        """Nothing comes down in this world."""
        raise Unavailable("404")

    async def everybody_posted(self) -> None:
        """Return when nobody posts any more for now."""
        before = -1
        while before != len(self._posted):
            before = len(self._posted)
            await asyncio.sleep(0)

    async def deliver(self) -> None:
        """Take all in that was posted; each gets its own answers."""
        posted, self._posted = self._posted, []
        lines = [line for some, _ in posted for line in some]
        if not lines or self.now is None:
            return
        answers = list(await self._ingest.take(lines, now=self.now))
        for found in answers:
            self.codes[found["code"]] = self.codes.get(found["code"], 0) + 1
        for some, answer in posted:
            mine, answers = answers[: len(some)], answers[len(some) :]
            answer.set_result(b"\n".join(json.dumps(one).encode() for one in mine))

    async def let_go_on(self, box: str, *, now: datetime) -> None:
        """A coordinator has looked at two cards of one box, and taken one away."""
        await self.boxes.decide(box, BoxState.APPROVED, by=USER, now=now)


async def enrol(
    database: Database, sites: Sequence[Site], keys: Sequence[BoxKeys], *, now: datetime
) -> None:
    """Every box introduces itself and is approved; the register knows every place."""
    boxes = Boxes(database)
    for site, key in zip(sites, keys, strict=True):
        payload = hello.dump(hello.Hello(key=key.public, name=site.id))
        raw = seal(hello.TYPE, payload, keyid=key.box, sign=key.sign)
        await boxes.hello(raw, now=now)
        await boxes.decide(key.box, BoxState.APPROVED, by=USER, now=now)
    await register.put_places(database, [_place(site, now.date()) for site in sites])


def _place(site: Site, day: date) -> Place:
    return Place(
        location=site.id,
        name=site.id,
        nis=site.nis,
        kind=site.kind,
        project=None,
        expected_from=day.isoformat(),
        expected_to=None,
    )
