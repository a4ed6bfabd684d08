"""The database behind the collector: SQLite in one file, or PostgreSQL by its address.

Several collectors may share one PostgreSQL. What must not happen at once takes turns there, by
locks that end with the transaction; SQLite has one writer at a time anyhow.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import URL, Column, ColumnElement, Connection, String, Table, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from appliance.core.errors import BadConfig, StorageUnavailable

_WRITES: Final = "digipunt_writes"
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
)
_WAITS: Final = {"lock_timeout": "15s", "idle_in_transaction_session_timeout": "60s"}
"""PostgreSQL's own: no collector waits for ever for another one that hangs."""
_CONNECT: Final = 5.0
"""Seconds in which PostgreSQL must take a connection."""
_POSTGRES: Final = "postgresql"


class Turn(IntEnum):
    """What is done by one collector at a time; the numbers are those of PostgreSQL's locks."""

    STEPS = 0x6470_0001
    LETTERS = 0x6470_0002
    BOXES = 0x6470_0003
    REGISTER = 0x6470_0004
    ACCOUNTS = 0x6470_0005


async def alone(connection: AsyncConnection, turn: Turn) -> None:
    """Until this transaction ends nobody else has that turn."""
    if connection.dialect.name == _POSTGRES:
        await connection.execute(select(func.pg_advisory_xact_lock(int(turn))))


async def together(connection: AsyncConnection, turn: Turn) -> None:
    """Others may have that turn too, but nobody has it alone."""
    if connection.dialect.name == _POSTGRES:
        await connection.execute(select(func.pg_advisory_xact_lock_shared(int(turn))))


def in_order(connection: AsyncConnection, table: Table) -> list[ColumnElement[Any]]:
    """The columns of its key, by which rows come in the same order from every database."""

    def plain(column: Column[Any]) -> ColumnElement[Any]:
        local = connection.dialect.name == _POSTGRES and isinstance(column.type, String)
        return column.collate("C") if local else column

    return [plain(column) for column in table.primary_key.columns]


class Database:
    """Hands out transactions; what fails in one is undone, and becomes StorageUnavailable."""

    def __init__(self, engine: AsyncEngine, gone: tuple[type[Exception], ...] = ()) -> None:
        self.engine = engine
        self._gone: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, *gone)
        """What is raised when the database is not there."""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view."""
        try:
            async with self.engine.connect() as plain:
                connection = plain
                if plain.dialect.name == _POSTGRES:
                    level = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                    connection = await plain.execution_options(**level)
                async with connection.begin():
                    yield connection
        except self._gone as error:
            raise StorageUnavailable(f"the database does not answer: {_about(error)}") from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """All of it is on disk when this ends without an error, or none of it."""
        try:
            async with self.engine.connect() as plain:
                connection = await plain.execution_options(**{_WRITES: True})
                async with connection.begin():
                    yield connection
        except self._gone as error:
            raise StorageUnavailable(f"the database did not keep it: {_about(error)}") from error


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The database at that address; BadConfig when it is no address."""
    try:
        found = make_url(url)
        engine, gone = _engine(found)
    except (ArgumentError, ImportError) as error:
        raise BadConfig(f"collector.database cannot be used: {_about(error)}") from error
    try:
        yield Database(engine, gone)
    finally:
        await engine.dispose()


def _engine(url: URL) -> tuple[AsyncEngine, tuple[type[Exception], ...]]:
    """An engine, and what its driver raises when nobody answers."""
    match url.get_backend_name():
        case "sqlite":
            engine = create_async_engine(url)
            event.listen(engine.sync_engine, "connect", _prepare)
            event.listen(engine.sync_engine, "begin", _begin)
            return engine, ()
        case "postgresql":
            from asyncpg import InterfaceError, PostgresError

            settings = {"application_name": "digipunt collector", **_WAITS}
            given = {"timeout": _CONNECT, "server_settings": settings}
            engine = create_async_engine(url, pool_pre_ping=True, connect_args=given)
            return engine, (PostgresError, InterfaceError)
        case other:
            raise ArgumentError(f"{other} is neither sqlite nor postgresql")


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own
    connection.isolation_level = None  # transactions begin when we say so
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _about(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
