"""`digipunt collector`: introduces database, key and pages to each other, and listens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from appliance.collector.accounts import Accounts
from appliance.collector.app import collector_app
from appliance.collector.boxes import Boxes
from appliance.collector.config import CollectorConfig
from appliance.collector.database import Database, open_database
from appliance.collector.enrolment import Enrolment
from appliance.collector.ingest import Ingest
from appliance.collector.keeper import keep
from appliance.collector.key_book import KeyBook
from appliance.collector.keys import CollectorKey, open_key
from appliance.collector.pages import Pages
from appliance.collector.press import Press
from appliance.collector.roots import follow_roots, roots
from appliance.collector.schema import prepare
from appliance.collector.site import Site
from appliance.core.errors import BadConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """A collector that answers."""

    site: Site
    key: CollectorKey
    url: str


@asynccontextmanager
async def open_store(config: CollectorConfig) -> AsyncIterator[tuple[Database, CollectorKey]]:
    """The key and the database, both made on the first start; BadConfig when they do not fit."""
    key = open_key(config.key_path)
    async with open_database(config.database_url) as database:
        await prepare(database)
        if not await keep(database, key.public):
            raise BadConfig(
                f"collector.key_file: {config.key_path} is not the key with which this database"
                " was begun. Boxes would not believe its receipts. Copy that key here, or say"
                " `digipunt collector rekey`"
            )
        await follow_roots(database, key, config.key_path)
        yield database, key


def accounts_of(database: Database, key: CollectorKey) -> Accounts:
    return Accounts(database=database, secret=key.secret("accounts"))


@asynccontextmanager
async def open_collector(
    config: CollectorConfig,
    *,
    now: Callable[[], datetime],
    at_work: Callable[[], datetime] | None = None,
    patience: float = 10.0,
) -> AsyncIterator[Collector]:
    """Listening until left; port 0 takes a free one.

    `at_work` is the clock by which sign-ins end, when letters go by another one.
    """
    async with open_store(config) as (database, key):
        boxes = Boxes(database)
        site = Site(
            config=config,
            database=database,
            boxes=boxes,
            enrolment=Enrolment(database=database, boxes=boxes, key=key),
            key_book=KeyBook(database),
            press=Press(database=database, key=key),
            key=key.public,
            roots=lambda: roots(database, upto=key),
            ingest=Ingest(database=database, key=key, k=config.k),
            accounts=accounts_of(database, key),
            pages=Pages(config.name),
            now=now,
            at_work=at_work or now,
            patience=patience,
        )
        runner = web.AppRunner(collector_app(site), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            listener = web.TCPSite(runner, config.host, config.port)
            try:
                await listener.start()
            except OSError as error:
                where = f"{config.host}:{config.port}"
                raise BadConfig(f"collector.port: cannot listen on {where}: {error}") from error
            port = runner.addresses[0][1]
            yield Collector(site=site, key=key, url=f"http://{config.host}:{port}")
        finally:
            await runner.cleanup()
