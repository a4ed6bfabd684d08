"""Brings a database to the tables of this version."""

from appliance.collector.database import Database
from appliance.collector.tables import METADATA


async def prepare(database: Database) -> None:
    """Make what is missing."""
    async with database.writing() as connection:
        await connection.run_sync(METADATA.create_all)
