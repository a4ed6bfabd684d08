"""Fetches roster and news, believes only what is newer and sealed, and keeps it as it came."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from appliance.core.errors import DigipuntError
from appliance.core.federation import news as newses
from appliance.core.federation import roster as rosters
from appliance.core.federation.dsse import Envelope, Verify, opened
from appliance.core.federation.news import Item, News
from appliance.core.federation.papers import LARGEST, ForeignPaper, Kind, check, sealed_paper
from appliance.core.federation.roster import Roster
from appliance.ports import Book, Clock, Document, Mail, Write

_LOGGER = logging.getLogger(__name__)

TABLE: Final = "papers"
ROWS: Final = {Kind.ROSTER: 1, Kind.NEWS: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A paper that the box believes."""

    version: int
    envelope: str
    """As it came, for whoever is given it next."""
    paper: Roster | News


class Papers:
    """The only writer of the table `papers`."""

    def __init__(
        self,
        *,
        book: Book,
        box: str,
        mail: Mail,
        key: Callable[[], bytes],
        verify: Verify,
        clock: Clock,
    ) -> None:
        self._book = book
        self._box = box
        self._mail = mail
        self._key = key
        self._verify = verify
        self._clock = clock
        self.refused: DigipuntError | None = None
        """Why the last paper that came was not believed."""
        self._read: dict[int, tuple[Document, Held]] = {}

    @property
    def roster(self) -> Roster | None:
        """What the coordinator vouches for; also after its day, to go on by."""
        held = self._held(Kind.ROSTER)
        return held.paper if held and isinstance(held.paper, Roster) else None

    @property
    def roster_expired(self) -> bool:
        """Whether it may not be believed about boxes that were not known before."""
        now, roster = self._now(), self.roster
        return roster is not None and now is not None and roster.head.expired(now)

    @property
    def edition(self) -> int:
        """Grows with every paper that is kept."""
        return sum(row["version"] for row in self._book.read(TABLE).values())

    def news(self, day: date) -> Sequence[Item]:
        """What is to be shown on that day; nothing once the paper's own day is over."""
        held, now = self._held(Kind.NEWS), self._now()
        if held is None or not isinstance(held.paper, News):
            return ()
        if now is not None and held.paper.head.expired(now):
            return ()
        return [item for item in held.paper.items if item.shown(day)]

    def envelope(self, kind: Kind) -> str | None:
        """The paper as it came."""
        held = self._held(kind)
        return held.envelope if held else None

    async def fetch(self, kind: Kind) -> bool:
        """Look whether there is a newer one; whether one was kept.

        Raises Unavailable, or what is wrong with what came; then the one before it stays.
        """
        held = self._held(kind)
        have = held.version if held else 0
        query = {"box": self._box, "have": str(have)}
        raw = await self._mail.get(f"/api/v1/{kind.value}", query)
        if not raw.strip():
            return False
        try:
            return await self.take(kind, raw)
        except DigipuntError as error:
            self.refused = error
            _LOGGER.warning("The %s is not believed: %s", kind.value, error)
            raise

    async def take(self, kind: Kind, raw: bytes) -> bool:
        """Keep a paper, whoever brought it; whether it is newer. Raises what is wrong with it."""
        envelope = sealed_paper(raw, kind, key=self._key(), verify=self._verify)
        paper = _load(kind, envelope)
        held = self._held(kind)
        check(paper.head, last=held.version if held else 0, now=self._now())
        if isinstance(paper, Roster) and not paper.places_of(self._box):
            raise ForeignPaper("this box does not stand in it")
        if held is not None and paper.head.version == held.version:
            if opened(held.envelope.encode(), largest=LARGEST).payload != envelope.payload:
                raise ForeignPaper(f"version {held.version} has said something else before")
            return False
        document = {"v": 1, "version": paper.head.version, "envelope": raw.decode().strip()}
        await self._book.commit([Write(table=TABLE, id=ROWS[kind], document=document)])
        self.refused = None
        return True

    def _held(self, kind: Kind) -> Held | None:
        row = ROWS[kind]
        record = self._book.read(TABLE).get(row)
        if record is None:
            return None
        known = self._read.get(row)
        if known is None or known[0] is not record:
            envelope = opened(record["envelope"].encode(), largest=LARGEST)
            held = Held(
                version=record["version"],
                envelope=record["envelope"],
                paper=_load(kind, envelope),
            )
            self._read[row] = known = (record, held)
        return known[1]

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock.source().trusted else None


def _load(kind: Kind, envelope: Envelope) -> Roster | News:
    if kind is Kind.ROSTER:
        return rosters.load(envelope.payload)
    return newses.load(envelope.payload)
