"""Several collectors on one PostgreSQL, each with its own site; and a database that goes away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from appliance.collector.config import CollectorConfig
from appliance.collector.program import open_collector, open_store
from appliance.core.errors import BadConfig, StorageUnavailable
from tests.collector.cluster import Cluster
from tests.collector.test_collector_commands import digipunt, settings
from tests.collector.test_ingest import counting, kept, receipt_of
from tests.collector.test_site import NDJSON, PASSWORD, Visit, visiting
from tests.collector.writing import NOW, Home, Writer, office

ONLY_POSTGRES = [pytest.mark.postgres, pytest.mark.slow]


@asynccontextmanager
async def two(home: Home) -> AsyncIterator[tuple[Visit, Visit]]:
    key = str(home.directory / "shared.key")
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                visiting(home.directory / name, database=home.url, key_file=key)
            )
            for name in ("een", "twee")
        ]
        yield one, other


async def test_who_signed_in_at_one_is_signed_in_at_the_other_and_out_at_both(home: Home) -> None:
    async with two(home) as (one, other):
        await one.sign_in()
        for cookie in one.web.cookie_jar:
            other.web.cookie_jar.update_cookies({cookie.key: cookie.value})
        assert (await other.get("/"))[0] == 200
        async with other.web.delete("/api/v1/session", headers=other.origin) as answer:
            assert answer.status == 204
        _, text = await one.get("/")
        assert "Aanmelden" in text


async def test_a_box_may_bring_its_letters_to_either(home: Home) -> None:
    box = Writer()
    async with two(home) as (one, other):
        await one.know(box)
        letters = [box.write("2026-W46"), box.write("2026-W47")]
        answers = []
        for here, letter in ((other, letters[1]), (one, letters[0]), (other, letters[0])):
            _, told = await here.post("/api/v1/reports", letter, **NDJSON)
            answers.append(json.loads(told))
        assert [one["code"] for one in answers] == ["parked", "accepted", "duplicate"]
        receipts = [receipt_of(answer, key=one.collector.key.public) for answer in answers[1:]]
        assert receipts[0] == receipts[1]
        assert receipts[0].received == 2


async def test_a_collector_with_another_key_does_not_start(home: Home) -> None:
    mine = CollectorConfig(directory=str(home.directory / "een"), database=home.url)
    other = CollectorConfig(directory=str(home.directory / "twee"), database=home.url)
    async with open_store(mine):
        pass
    with pytest.raises(BadConfig, match=r"collector\.key_file: .* rekey"):
        async with open_store(other):
            pass
    async with open_store(mine):
        pass


def test_a_database_may_be_given_to_another_key(tmp_path: Path) -> None:
    config = settings(tmp_path)
    digipunt(config, "user", "an", typed=f"{PASSWORD}\n")
    (tmp_path / "c" / "collector.key").rename(tmp_path / "gone.key")
    refused = digipunt(config, "rebuild")
    assert refused.returncode == 2
    assert "collector.key_file" in refused.stderr
    assert "The key of this database is now" in digipunt(config, "rekey").stdout
    assert digipunt(config, "rebuild").returncode == 0


@pytest.mark.postgres
@pytest.mark.slow
async def test_nothing_is_acknowledged_when_postgresql_goes_away_in_mid_batch(
    postgres: Cluster, tmp_path: Path
) -> None:
    box = Writer()
    home = Home(directory=tmp_path, database=postgres.database())
    letters = [box.write(f"2026-W{week}") for week in range(40, 49)]
    async with office(home) as here, office(home) as other:
        await here.know(box)
        assert await here.codes(letters[0]) == ["accepted"]

        async def cut_off() -> None:
            async with asyncio.TaskGroup() as group, other.database.writing() as connection:
                await connection.exec_driver_sql("SELECT * FROM box FOR UPDATE")
                group.create_task(here.take(*letters))
                await asyncio.to_thread(postgres.wait_until_somebody_waits)
                await asyncio.to_thread(postgres.interrupt)

        with pytest.raises(ExceptionGroup) as told:
            await cut_off()
        assert {type(one) for one in told.value.exceptions} == {StorageUnavailable}
        assert await kept(here) == letters[:1]
        assert await here.codes(*letters) == ["duplicate", *["accepted"] * 8]
        assert len(await counting(here)) == 9


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_postgresql_that_is_not_there_is_a_sentence_and_a_503(
    postgres: Cluster, tmp_path: Path
) -> None:
    nowhere = f"postgresql+asyncpg://digipunt:geheim@/c?host={tmp_path}"
    with pytest.raises(StorageUnavailable) as told:
        async with open_store(CollectorConfig(directory=str(tmp_path), database=nowhere)):
            pass
    assert "geheim" not in str(told.value)
    missing = postgres.database().replace("/c", "/nergens")
    with pytest.raises(StorageUnavailable):
        async with open_store(CollectorConfig(directory=str(tmp_path), database=missing)):
            pass
    config = settings(tmp_path, f'database = "{nowhere}"\n')
    said = digipunt(config, "rebuild")
    assert (said.returncode, "Traceback" in said.stderr) == (1, False)


@pytest.mark.postgres
@pytest.mark.slow
async def test_two_processes_that_start_at_once_make_the_tables_once(
    postgres: Cluster, tmp_path: Path
) -> None:
    url = postgres.database()
    (tmp_path / "c").mkdir()
    key = tmp_path / "c" / "collector.key"
    async with open_collector(
        CollectorConfig(directory=str(tmp_path / "eerst"), port=0), now=lambda: NOW
    ):
        key.write_bytes((tmp_path / "eerst" / "collector.key").read_bytes())
    key.chmod(0o600)
    config = settings(tmp_path, f'database = "{url}"\n')
    told = await asyncio.gather(*(asyncio.to_thread(digipunt, config, "rebuild") for _ in range(3)))
    assert [one.returncode for one in told] == [0, 0, 0], told[0].stderr
