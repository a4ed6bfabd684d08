"""What all pages of the collector share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from appliance.collector.accounts import Accounts, SignedIn
from appliance.collector.boxes import Boxes
from appliance.collector.config import CollectorConfig
from appliance.collector.database import Database
from appliance.collector.enrolment import Enrolment
from appliance.collector.ingest import Ingest
from appliance.collector.judging import ZONE
from appliance.collector.key_book import KeyBook
from appliance.collector.pages import Pages
from appliance.collector.press import Press

COOKIE: Final = "digipunt_collector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One collector as its pages see it."""

    config: CollectorConfig
    database: Database
    boxes: Boxes
    enrolment: Enrolment
    key_book: KeyBook
    press: Press
    key: bytes
    """The public half of the key that seals now."""
    roots: Callable[[], Awaitable[bytes]]
    """Every change of that key, a line each."""
    ingest: Ingest
    accounts: Accounts
    pages: Pages
    now: Callable[[], datetime]
    at_work: Callable[[], datetime]
    """By which a coordinator's working day ends; the same clock, but in a world that is turned."""
    patience: float = 10.0
    """Seconds in which a body must have arrived, per megabyte of what is allowed."""
    answered: dict[str, int] = field(default_factory=dict)
    """How many letters got which code since the start."""

    @property
    def today(self) -> date:
        return self.now().astimezone(ZONE).date()

    @property
    def secure(self) -> bool:
        return self.config.address.startswith("https:")

    def origin(self, request: web.Request) -> str:
        """What a browser says when one of our own pages writes."""
        return self.config.address.rstrip("/") or f"{request.scheme}://{request.host}"

    def answers_to(self, request: web.Request) -> bool:
        """Whether the request is meant for us: DNS rebinding ends here."""
        host = (urlsplit(f"//{request.host}").hostname or "").lower()
        ours = {self.config.host, urlsplit(self.config.address).hostname, "localhost", "127.0.0.1"}
        local = request.transport.get_extra_info("sockname") if request.transport else None
        return host in ours or (isinstance(local, tuple) and host == local[0])


SITE: Final = web.AppKey("SITE", Site)
SIGNED_IN: Final = web.RequestKey("SIGNED_IN", SignedIn)
