"""A year of letters of many boxes: every week, every month, as boxes seal them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.collector.geography import on
from appliance.collector.register import Place
from appliance.core.catalogue import SERVICES, TOPICS
from appliance.core.federation import hello
from appliance.core.federation.calendar import Period, ended
from appliance.core.federation.chain import digest
from appliance.core.federation.dsse import seal
from appliance.core.federation.report import (
    FIRST,
    SUMS,
    TYPE,
    Counts,
    Location,
    Report,
    dump,
    released,
)
from appliance.core.stamp import ClockSource

FIRST_DAY = date(2024, 12, 30)
"""The Monday of the first week of 2025: a year that is over on every machine's clock."""
AFTER = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When all of it has been told."""
CODES: Mapping[str, Sequence[str]] = {
    "service": [one.code for one in SERVICES[:8]],
    "language": ["nl", "fr", "en", "ar"],
    "source": ["button", "phone", "tablet"],
    "hour": ["am", "noon", "pm"],
    "wait": ["0-5", "5-10", "10-20", "20-40", "40+"],
    "help": ["0-5", "5-10", "10-20", "20-40", "40+"],
    "topic": [one.code for one in TOPICS[:12]],
    "outcome": ["solved", "partly", "referred", "comeback"],
    "assist": ["self", "together", "for"],
    "referral": ["vdab", "ocmw"],
    "channel": ["face", "call", "home", "click"],
    **{f"feedback-{question}": ["0", "1", "2"] for question in ("ease", "friendly", "confidence")},
}


@dataclass(slots=True, kw_only=True)
class YearBox:
    """One box: its key, its place, and how far its chain is."""

    number: int
    key: Ed25519PrivateKey
    public: bytes
    id: str
    location: Location
    seq: int = 0
    prev: str = FIRST

    @property
    def hello(self) -> bytes:
        payload = hello.dump(hello.Hello(key=self.public, name=f"Plek {self.number}"))
        return seal(hello.TYPE, payload, keyid=self.id, sign=self.key.sign)

    @property
    def place(self) -> Place:
        return Place(
            location=self.location.id,
            name=f"Plek {self.number}",
            nis=self.location.nis,
            kind=self.location.kind,
            project=None,
            expected_from="2024-12-30",
            expected_to=None,
        )

    def write(self, period: Period, chance: random.Random) -> tuple[bytes, Report]:
        """The next letter."""
        totals, tables = month(chance) if period.kind == "month" else (week(chance), {})
        report = Report(
            box=self.id,
            chain=f"{self.number:016x}",
            seq=self.seq + 1,
            prev=self.prev,
            location=self.location,
            period=period,
            zone="Europe/Brussels",
            revision=0,
            generated_at=datetime(2026, 1, 5, 3, tzinfo=UTC),
            clock=ClockSource.NTP,
            catalogue="2026.1",
            k=5,
            software="0.1.0",
            totals=totals,
            tables=tables,
        )
        payload = dump(report)
        self.seq += 1
        self.prev = digest(payload)
        return seal(TYPE, payload, keyid=self.id, sign=self.key.sign), report


@cache
def _codes() -> Sequence[str]:
    return [one.nis for one in on(date(2025, 12, 31))]


def boxes(count: int) -> list[YearBox]:
    found = []
    for number in range(1, count + 1):
        key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        public = key.public_key().public_bytes_raw()
        nis = _codes()[number % len(_codes())]
        location = Location(id=f"plek-{number}", nis=nis, kind="library")
        found.append(
            YearBox(
                number=number, key=key, public=public, id=hello.box_of(public), location=location
            )
        )
    return found


def periods() -> Sequence[Period]:
    """The weeks and months of 2025, in the order in which they end."""
    weeks = ended("week", since=FIRST_DAY, today=AFTER.date())
    months = ended("month", since=date(2025, 1, 1), today=AFTER.date())
    return sorted((*weeks, *months), key=lambda period: (period.end, period.kind))


def week(chance: random.Random) -> Counts:
    served, left = chance.randrange(20), chance.randrange(3)
    return {
        "contacts": served,
        "left": left,
        "nonticket": 0,
        "open_minutes_actual": 360,
        "served": served,
        "tickets": served + left,
    }


def month(chance: random.Random) -> tuple[Counts, Mapping[str, Counts]]:
    """Totals, and every table there is."""
    served, left = chance.randrange(20, 90), chance.randrange(8)
    totals = {
        "tickets": served + left,
        "served": served,
        "called": served,
        "left": left,
        "referred": chance.randrange(6),
        "contacts": served + chance.randrange(15),
        "nonticket": 0,
        "first_visits": chance.randrange(9),
        "group_people": chance.randrange(20),
        "sessions": 8,
        "open_minutes_actual": 1440,
        "open_minutes_planned": 1440,
        "cost_cents_material": chance.randrange(40_000),
        **{f"said_{one}": chance.randrange(30) for one in ("ease", "friendly", "confidence")},
    }
    tables = {
        name: _spread(totals[SUMS[name]], codes, chance)
        for name, codes in CODES.items()
        if totals[SUMS[name]]
    }
    return totals, released(tables, 5)


def _spread(total: int, codes: Sequence[str], chance: random.Random) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in chance.choices(codes, range(len(codes), 0, -1), k=total):
        found[code] = found.get(code, 0) + 1
    return found
