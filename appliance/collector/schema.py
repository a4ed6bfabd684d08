"""Brings a database to the tables of this version, or back to those of an earlier one."""

from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from appliance.collector.database import Database, Turn, alone
from appliance.collector.road_tables import METADATA
from appliance.core.errors import BadStore

STEPS: Final = Path(__file__).parent / "migrations"
HEAD: Final = "head"


async def prepare(database: Database) -> None:
    """Every step that is still to come, all or none; BadStore when the tables are newer."""
    await migrate(database, HEAD)


async def migrate(database: Database, to: str) -> None:
    """Up or down to that step: `head`, `base` or its number."""
    try:
        async with database.writing() as connection:
            await alone(connection, Turn.STEPS)
            await connection.run_sync(lambda plain: _migrate(plain, to))
    except CommandError as error:
        raise BadStore(f"these tables were made by a later version: {error}") from error


def _migrate(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def steps(current: Any, _context: object) -> Any:  # noqa: ANN401  alembic's own lists
        ahead = script.get_revision(HEAD).revision
        down = to == "base" or (to != HEAD and current and max(current) > to)
        wanted = ahead if to == HEAD else to
        if down:
            return script._downgrade_revs(wanted, current)  # noqa: SLF001  as alembic's commands do
        return script._upgrade_revs(wanted, current)  # noqa: SLF001  as above

    with EnvironmentContext(config, script, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=connection, target_metadata=METADATA)
        with environment.begin_transaction():
            environment.run_migrations()
