"""The database behind the collector: SQLite in one file, or PostgreSQL by its address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Connection, event
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


class Database:
    """Hands out transactions; what fails in one is undone, and becomes StorageUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view."""
        try:
            async with self.engine.connect() as connection, connection.begin():
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StorageUnavailable(f"the database does not answer: {_about(error)}") from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """All of it is on disk when this ends without an error, or none of it."""
        try:
            async with self.engine.connect() as plain:
                connection = await plain.execution_options(**{_WRITES: True})
                async with connection.begin():
                    yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StorageUnavailable(f"the database did not keep it: {_about(error)}") from error


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The database at that address; BadConfig when it is no address."""
    try:
        found = make_url(url)
        engine = create_async_engine(found)
    except (ArgumentError, ImportError) as error:
        raise BadConfig(f"collector.database: {url!r} cannot be used: {_about(error)}") from error
    if found.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


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
