"""The commands of the coordinator's program: run it, add a coordinator, derive everything again.

What they need is imported when they are given: a box starts without a database library.
"""

import argparse
import asyncio
import base64
import getpass
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from appliance import logs
from appliance.adapters.system_clock import SystemClock
from appliance.collector.config import CollectorConfig, load
from appliance.core.errors import BadConfig

FINE: Final = 0
FAILED: Final = 1


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`digipunt collector` and what stands below it."""
    parser = commands.add_parser("collector", help="the coordinator's program")
    parser.add_argument("--config", type=Path, help="a file with a section [collector]")
    parser.set_defaults(command=_run)
    below = parser.add_subparsers(metavar="WHAT")
    user = below.add_parser("user", help="give a coordinator a password")
    user.add_argument("name", help="small letters, digits, points and dashes")
    user.set_defaults(command=_user)
    other = below.add_parser("new-key", help="seal with another key; boxes follow by themselves")
    other.set_defaults(command=_new_key)
    again = below.add_parser("rebuild", help="make every table again from the letters")
    again.set_defaults(command=_rebuild)
    publish = below.add_parser("publish", help="letters, keys and tables, for anybody to verify")
    publish.add_argument("directory", type=Path, help="an empty directory, or one to be made")
    publish.add_argument("--from", dest="since", required=True, help="the first month: 2026-01")
    publish.add_argument("--to", dest="until", required=True, help="the last month: 2026-12")
    publish.add_argument("--region", default="", help="one region of the register")
    publish.add_argument("--geo", choices=["2022", "2025"], help="municipalities of that year")
    publish.set_defaults(command=_publish)
    rekey = below.add_parser("rekey", help="let the database belong to the key that is here now")
    rekey.set_defaults(command=_rekey)

    check = commands.add_parser("verify", help="recompute a published year from its letters")
    check.add_argument("directory", type=Path, help="what `digipunt collector publish` wrote")
    check.set_defaults(command=_verify)


def _run(given: argparse.Namespace) -> int:
    logs.set_up(journal="JOURNAL_STREAM" in os.environ)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(_listen(_config(given)))
    return FINE


async def _listen(config: CollectorConfig) -> None:
    from appliance.collector.program import open_collector

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_collector(config, now=SystemClock().now) as collector:
        print(f"collector {collector.url}", flush=True)
        key = base64.b64encode(collector.key.public).decode()  # as `federation.key` wants it
        print(f"key       {key}", flush=True)
        if not await collector.site.accounts.anybody():
            print("Nobody can sign in yet: `digipunt collector user NAME`.", flush=True)
        await stop.wait()


def _user(given: argparse.Namespace) -> int:
    if sys.stdin.isatty():
        password = getpass.getpass("New password, twelve characters or more: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    asyncio.run(_choose(_config(given), given.name, password))
    print(f"{given.name} can sign in.")
    return FINE


async def _choose(config: CollectorConfig, name: str, password: str) -> None:
    from appliance.collector.program import accounts_of, open_store

    async with open_store(config) as (database, key):
        await accounts_of(database, key).choose(name, password)


def _new_key(given: argparse.Namespace) -> int:
    public = asyncio.run(_change_key(_config(given)))
    print(f"key       {base64.b64encode(public).decode()}")
    print("Start the collector again: it seals with this key from then on.")
    return FINE


async def _change_key(config: CollectorConfig) -> bytes:
    from appliance.collector.program import open_store
    from appliance.collector.roots import new_root

    async with open_store(config) as (database, key):
        return await new_root(database, key, config.key_path)


def _rebuild(given: argparse.Namespace) -> int:
    letters, before, after = asyncio.run(_again(_config(given)))
    same = "the same as before" if before == after else "not what was there before"
    print(f"{letters} letters; the tables are {same}: {after}")
    return FINE


async def _again(config: CollectorConfig) -> tuple[int, str, str]:
    from appliance.collector.program import open_store
    from appliance.collector.rebuild import fingerprint, rebuild

    async with open_store(config) as (database, _):
        before = await fingerprint(database)
        letters = await rebuild(database, k=config.k)
        return letters, before, await fingerprint(database)


def _publish(given: argparse.Namespace) -> int:
    letters = asyncio.run(_published(_config(given), given))
    print(f"{letters} letters published in {given.directory}; check: digipunt verify")
    return FINE


async def _published(config: CollectorConfig, given: argparse.Namespace) -> int:
    from appliance.collector.geography import GEOGRAPHIES
    from appliance.collector.judging import ZONE
    from appliance.collector.program import open_store
    from appliance.collector.publishing import Asked, publish
    from appliance.collector.spans import Span

    try:
        span = Span.of(given.since, given.until)
    except ValueError as error:
        raise BadConfig(f"--from, --to: {error}; expected months such as 2026-01") from error
    asked = Asked(
        name=config.name,
        span=span,
        region=given.region,
        geography=GEOGRAPHIES[given.geo] if given.geo else None,
        today=SystemClock().now().astimezone(ZONE).date(),
        k=config.k,
    )
    async with open_store(config) as (database, _):
        return await publish(database, given.directory, asked)


def _verify(given: argparse.Namespace) -> int:
    from appliance.collector.verifying import verified

    verdict = verified(given.directory)
    for remark in verdict.remarks:
        print(remark)
    for sentence in verdict.wrong:
        print(f"digipunt: {sentence}", file=sys.stderr)
    counted = f"{verdict.letters} letters of {verdict.boxes} boxes"
    if verdict.wrong:
        print(f"{counted}; {len(verdict.wrong)} things are not as they should be.")
        return FAILED
    print(f"{counted}: every seal fits, and the tables are those of the letters.")
    return FINE


def _rekey(given: argparse.Namespace) -> int:
    public = asyncio.run(_another_key(_config(given)))
    print(f"The key of this database is now {public.hex()}.")
    print("Choose every password again, and point every box here again: they know the old key.")
    return FINE


async def _another_key(config: CollectorConfig) -> bytes:
    from appliance.collector.database import open_database
    from appliance.collector.keeper import change
    from appliance.collector.keys import open_key
    from appliance.collector.schema import prepare

    key = open_key(config.key_path)
    async with open_database(config.database_url) as database:
        await prepare(database)
        await change(database, key.public)
    return key.public


def _config(given: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> CollectorConfig:
    return load(given.config, environ)
