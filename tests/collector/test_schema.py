"""Steps between versions of the tables, both ways, with letters in them."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from appliance.collector import register
from appliance.collector.database import open_database
from appliance.collector.rebuild import fingerprint
from appliance.collector.schema import migrate, prepare
from appliance.collector.tables import ENVELOPES, METADATA
from appliance.core.errors import BadConfig, BadStore
from tests.collector.test_workbook import project
from tests.collector.writing import Home, Writer, office


def differences(connection: Connection) -> object:
    return compare_metadata(MigrationContext.configure(connection), METADATA)


async def test_all_steps_together_make_the_tables_of_this_version(home: Home) -> None:
    async with office(home) as here, here.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_going_back_and_forth_keeps_every_letter(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        letters = [box.write("2026-W46"), box.month("2026-11")]
        await here.take(*letters)
        await register.put_projects(here.database, [project("p", 1)])
        before = await fingerprint(here.database)
        await migrate(here.database, "0001")
        async with here.database.engine.connect() as connection:
            names = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
        assert "envelope" in names
        assert "project" not in names
        await prepare(here.database)
        async with here.database.reading() as connection:
            raws = select(ENVELOPES.c.raw).order_by(ENVELOPES.c.nr)
            assert list((await connection.execute(raws)).scalars()) == letters
        assert await fingerprint(here.database) == before
        assert (await register.read(here.database)).projects == []
        assert await here.codes(box.write("2026-W47")) == ["accepted"]
        await migrate(here.database, "base")
        async with here.database.engine.connect() as connection:
            names = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
        assert names == ["alembic_version"]


async def test_tables_of_a_later_version_are_left_as_they_are(home: Home) -> None:
    async with office(home) as here:
        async with here.database.engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(BadStore, match="later version"):
            await prepare(here.database)


@pytest.mark.parametrize("url", ["nonsense", "oracle+nothing://x"])
async def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(BadConfig, match=r"collector\.database"):
        async with open_database(url):
            pass
