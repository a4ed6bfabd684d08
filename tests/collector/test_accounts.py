"""Coordinators and their passwords."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from appliance.collector.accounts import IN_A_ROW, LASTS, NOBODY, Accounts, WrongPassword
from appliance.collector.tables import TRIES
from appliance.core.errors import BadRequest, TooManyTries
from tests.collector.writing import NOW, Home, office

GOOD = "drie vogels op een dak"


@asynccontextmanager
async def accounts(home: Home) -> AsyncIterator[Accounts]:
    async with office(home) as here:
        yield Accounts(database=here.database, secret=b"s" * 32)


async def test_nobody_can_sign_in_before_somebody_chose_a_password(home: Home) -> None:
    async with accounts(home) as here:
        assert not await here.anybody()
        for password in ("", "admin", GOOD):
            with pytest.raises(WrongPassword):
                await here.sign_in("admin", password, now=NOW)


async def test_a_cookie_lasts_a_working_day_and_ends_with_the_password(home: Home) -> None:
    async with accounts(home) as here:
        await here.choose("an", GOOD)
        cookie = await here.sign_in(" An ", GOOD, now=NOW)
        found = await here.find(cookie, now=NOW + timedelta(hours=11))
        assert found is not None
        assert found.user == "an"
        assert await here.find(cookie, now=NOW + LASTS) is None
        assert await here.find(cookie + "0", now=NOW) is None
        assert await here.find("x", now=NOW) is None
        assert await here.find(None, now=NOW) is None
        await here.choose("an", "een heel ander wachtwoord")
        assert await here.find(cookie, now=NOW) is None


async def test_signing_out_ends_the_cookie(home: Home) -> None:
    async with accounts(home) as here:
        await here.choose("an", GOOD)
        cookie = await here.sign_in("an", GOOD, now=NOW)
        found = await here.find(cookie, now=NOW)
        assert found is not None
        assert here.csrf_fits(found, here.csrf(found))
        assert not here.csrf_fits(found, "é")
        await here.sign_out(found, now=NOW)
        assert await here.find(cookie, now=NOW) is None


async def test_guessing_is_made_slower_each_time_and_others_are_not_hindered(
    home: Home,
) -> None:
    now = NOW
    async with accounts(home) as here:
        await here.choose("an", GOOD)
        await here.choose("bo", GOOD)
        for pause in (30, 60, 120):
            for _ in range(IN_A_ROW):
                with pytest.raises(WrongPassword):
                    await here.sign_in("an", "wrong wrong wrong", now=now)
            with pytest.raises(TooManyTries) as told:
                await here.sign_in("an", GOOD, now=now)
            assert told.value.facts["seconds"] == pause + 1
            await here.sign_in("bo", GOOD, now=NOW)
            now += timedelta(seconds=pause + 1)
        assert await here.sign_in("an", GOOD, now=now)


@pytest.mark.parametrize(
    ("user", "password"), [("An", GOOD), ("", GOOD), ("a b", GOOD), ("an", "kort"), ("an", "")]
)
async def test_a_short_password_or_a_strange_name_is_refused(
    home: Home, user: str, password: str
) -> None:
    async with accounts(home) as here:
        with pytest.raises(BadRequest):
            await here.choose(user, password)
        assert not await here.anybody()


async def test_what_one_collector_knows_of_tries_and_sign_outs_the_other_knows_too(
    home: Home,
) -> None:
    async with accounts(home) as here, accounts(home) as there:
        await here.choose("an", GOOD)
        cookie = await here.sign_in("an", GOOD, now=NOW)
        found = await there.find(cookie, now=NOW)
        assert found is not None
        await there.sign_out(found, now=NOW)
        await there.sign_out(found, now=NOW)
        assert await here.find(cookie, now=NOW) is None
        for turn in range(IN_A_ROW):
            with pytest.raises(WrongPassword):
                await (here, there)[turn % 2].sign_in("an", "wrong wrong wrong", now=NOW)
        for one in (here, there):
            with pytest.raises(TooManyTries):
                await one.sign_in("an", GOOD, now=NOW)


async def test_many_guesses_at_once_are_not_more_guesses(home: Home) -> None:
    async with accounts(home) as here, accounts(home) as there:
        await here.choose("an", GOOD)
        tries = [
            one.sign_in("an", f"wrong wrong {n}", now=NOW)
            for n in range(6)
            for one in (here, there)
        ]
        told = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, WrongPassword) for one in told) == IN_A_ROW
        assert sum(isinstance(one, TooManyTries) for one in told) == 12 - IN_A_ROW


async def test_a_stranger_cannot_fill_the_disk_with_names(home: Home) -> None:
    async with office(home) as here:
        few = Accounts(database=here.database, secret=b"s" * 32, remembered=3)
        for n, name in enumerate(("a", "b", "c", "d", "e", "met spatie", "\x00", "x" * 300)):
            with pytest.raises(WrongPassword):
                await few.sign_in(name, GOOD, now=NOW + timedelta(seconds=n))
        async with here.database.reading() as connection:
            names = set((await connection.execute(select(TRIES.c.name))).scalars())
    assert names == {"d", "e", NOBODY}
