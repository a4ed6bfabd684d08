"""A box that writes letters, and a collector that takes them, for tests."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.collector.boxes import Boxes, BoxState
from appliance.collector.database import Database, open_database
from appliance.collector.ingest import Ingest
from appliance.collector.keys import CollectorKey
from appliance.collector.schema import prepare
from appliance.core.federation import hello
from appliance.core.federation.calendar import Period
from appliance.core.federation.chain import digest
from appliance.core.federation.dsse import seal
from appliance.core.federation.report import FIRST, TYPE, Counts, Location, Report, dump
from appliance.core.stamp import ClockSource

NOW = datetime(2026, 12, 8, 9, tzinfo=UTC)
KEY = CollectorKey(Ed25519PrivateKey.from_private_bytes(b"k" * 32))


class Writer:
    """One box: a key, a chain, and letters in order."""

    def __init__(
        self, number: int = 1, *, nis: str = "33011", chain: str = "0123456789abcdef"
    ) -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        self.public = self.key.public_key().public_bytes_raw()
        self.id = hello.box_of(self.public)
        self.location = Location(id=f"plek-{number}", nis=nis, kind="library")
        self.chain = chain
        self.seq = 0
        self.prev = FIRST

    def twin(self) -> "Writer":
        """A copy of the card, as it is now."""
        other = Writer.__new__(Writer)
        other.__dict__.update(self.__dict__)
        return other

    def report(self, period: str = "2026-W47", **changed: Any) -> Report:  # noqa: ANN401  fields of it
        totals = {"tickets": 10, "served": 8, "left": 2, "contacts": 8, "open_minutes_actual": 180}
        report = Report(
            box=self.id,
            chain=self.chain,
            seq=self.seq + 1,
            prev=self.prev,
            location=self.location,
            period=Period.named(period),
            zone="Europe/Brussels",
            revision=0,
            generated_at=NOW,
            clock=ClockSource.NTP,
            catalogue="2026.1",
            k=5,
            software="0.1.0",
            totals=totals,
        )
        return replace(report, **changed)

    def sealed(self, payload: bytes, *, kind: str = TYPE) -> bytes:
        return seal(kind, payload, keyid=self.id, sign=self.key.sign)

    def write(self, period: str = "2026-W47", **changed: Any) -> bytes:  # noqa: ANN401  as above
        """The next letter of the chain."""
        payload = dump(self.report(period, **changed))
        self.seq += 1
        self.prev = digest(payload)
        return self.sealed(payload)

    def month(
        self,
        period: str = "2026-11",
        *,
        served: int = 40,
        left: int = 4,
        **changed: Any,  # noqa: ANN401  as above
    ) -> bytes:
        """A letter with break-downs."""
        totals, tables = month_of(served, left)
        return self.write(period, **{"totals": totals, "tables": tables, **changed})

    def hello(self, name: str = "Bib Ieper") -> bytes:
        payload = hello.dump(hello.Hello(key=self.public, name=name))
        return self.sealed(payload, kind=hello.TYPE)


def month_of(served: int, left: int = 0) -> tuple[Counts, Mapping[str, Counts]]:
    """Totals and tables of a plain month."""
    tickets = served + left
    totals = {
        "tickets": tickets,
        "served": served,
        "left": left,
        "called": served,
        "contacts": served,
        "nonticket": 0,
        "sessions": 4,
        "open_minutes_actual": 720,
        "first_visits": 3,
        "group_people": 6,
        "said_ease": 5 if served >= 5 else 0,
    }
    named = served >= 5
    tables = {
        "service": {"help": tickets} if tickets >= 5 else {"_rest": tickets},
        "language": {"nl": tickets} if tickets >= 5 else {"_rest": tickets},
        "topic": {"tax": served} if named else {"_rest": served},
        "channel": {"face": served} if named else {"_rest": served},
        "wait": {"0-5": served} if named else {"_rest": served},
        "outcome": {"solved": served} if named else {"_rest": served},
        "feedback-ease": {"2": 5} if named else {"_rest": 0},
    }
    return totals, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a collector keeps its things; without an address, SQLite in the directory."""

    directory: Path
    database: str = ""

    @property
    def url(self) -> str:
        return self.database or f"sqlite+aiosqlite:///{self.directory / 'collector.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A collector without its site."""

    database: Database
    boxes: Boxes
    ingest: Ingest

    async def know(self, *writers: Writer, state: BoxState = BoxState.APPROVED) -> None:
        for writer in writers:
            await self.boxes.hello(writer.hello(f"Plek van {writer.location.id}"), now=NOW)
            await self.boxes.decide(writer.id, state, by="an", now=NOW)

    async def take(self, *letters: bytes, now: datetime = NOW) -> Sequence[Mapping[str, Any]]:
        return await self.ingest.take(letters, now=now)

    async def codes(self, *letters: bytes, now: datetime = NOW) -> Sequence[str]:
        return [answer["code"] for answer in await self.take(*letters, now=now)]


@asynccontextmanager
async def office(home: Home, *, k: int = 5) -> AsyncIterator[Office]:
    async with open_database(home.url) as database:
        await prepare(database)
        yield Office(
            database=database,
            boxes=Boxes(database),
            ingest=Ingest(database=database, key=KEY, k=k),
        )


def flipped(letter: bytes, *, inside: str = "payload") -> bytes:
    """The letter with one character of its base64 changed."""
    found = json.loads(letter)
    if inside == "payload":
        text = found["payload"]
        found["payload"] = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    else:
        text = found["signatures"][0]["sig"]
        found["signatures"][0]["sig"] = ("A" if text[0] != "A" else "B") + text[1:]
    return json.dumps(found).encode()
