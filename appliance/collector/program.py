"""`digipunt collector`: introduces database, key and pages to each other, and listens."""

import time
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
    """The key and the database, both made on the first start."""
    key = open_key(config.key_file)
    async with open_database(config.database_url) as database:
        await prepare(database)
        await follow_roots(database, key, config.key_file)
        yield database, key


def accounts_of(
    database: Database, key: CollectorKey, ticker: Callable[[], float] = time.monotonic
) -> Accounts:
    return Accounts(database=database, secret=key.secret("accounts"), ticker=ticker)


@asynccontextmanager
async def open_collector(
    config: CollectorConfig,
    *,
    now: Callable[[], datetime],
    ticker: Callable[[], float] = time.monotonic,
    patience: float = 10.0,
) -> AsyncIterator[Collector]:
    """Listening until left; port 0 takes a free one."""
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
            accounts=accounts_of(database, key, ticker),
            pages=Pages(config.name),
            now=now,
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
