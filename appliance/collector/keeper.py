"""Whose database this is: all collectors on it must seal with one key."""

from sqlalchemy import delete, insert, select

from appliance.collector.database import Database, Turn, alone
from appliance.collector.tables import KEEPER


async def keep(database: Database, public: bytes) -> bool:
    """Whether that key belongs to this database; the first one that asks does."""
    async with database.writing() as connection:
        await alone(connection, Turn.ACCOUNTS)
        found = (await connection.execute(select(KEEPER.c.public_key))).scalar()
        if found is None:
            await connection.execute(insert(KEEPER), [{"public_key": public}])
        return found in {None, public}


async def change(database: Database, public: bytes) -> None:
    """From now on that key, whatever was before."""
    async with database.writing() as connection:
        await alone(connection, Turn.ACCOUNTS)
        await connection.execute(delete(KEEPER))
        await connection.execute(insert(KEEPER), [{"public_key": public}])
