"""Coordinators and their passwords."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.collector.accounts import IN_A_ROW, LASTS, Accounts, WrongPassword
from appliance.core.errors import BadRequest, TooManyTries
from appliance.simulation.ticker import HandTicker
from tests.collector.writing import NOW, office

GOOD = "drie vogels op een dak"


@asynccontextmanager
async def accounts(directory: Path, ticker: HandTicker) -> AsyncIterator[Accounts]:
    async with office(directory) as here:
        yield Accounts(database=here.database, secret=b"s" * 32, ticker=ticker)


async def test_nobody_can_sign_in_before_somebody_chose_a_password(tmp_path: Path) -> None:
    async with accounts(tmp_path, HandTicker()) as here:
        assert not await here.anybody()
        for password in ("", "admin", GOOD):
            with pytest.raises(WrongPassword):
                await here.sign_in("admin", password, now=NOW)


async def test_a_cookie_lasts_a_working_day_and_ends_with_the_password(tmp_path: Path) -> None:
    async with accounts(tmp_path, HandTicker()) as here:
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


async def test_signing_out_ends_the_cookie(tmp_path: Path) -> None:
    async with accounts(tmp_path, HandTicker()) as here:
        await here.choose("an", GOOD)
        cookie = await here.sign_in("an", GOOD, now=NOW)
        found = await here.find(cookie, now=NOW)
        assert found is not None
        assert here.csrf_fits(found, here.csrf(found))
        assert not here.csrf_fits(found, "é")
        here.sign_out(found)
        assert await here.find(cookie, now=NOW) is None


async def test_guessing_is_made_slower_each_time_and_others_are_not_hindered(
    tmp_path: Path,
) -> None:
    ticker = HandTicker()
    async with accounts(tmp_path, ticker) as here:
        await here.choose("an", GOOD)
        await here.choose("bo", GOOD)
        for pause in (30, 60, 120):
            for _ in range(IN_A_ROW):
                with pytest.raises(WrongPassword):
                    await here.sign_in("an", "wrong wrong wrong", now=NOW)
            with pytest.raises(TooManyTries) as told:
                await here.sign_in("an", GOOD, now=NOW)
            assert told.value.facts["seconds"] == pause + 1
            await here.sign_in("bo", GOOD, now=NOW)
            await ticker.turn(pause + 1)
        assert await here.sign_in("an", GOOD, now=NOW)


@pytest.mark.parametrize(
    ("user", "password"), [("An", GOOD), ("", GOOD), ("a b", GOOD), ("an", "kort"), ("an", "")]
)
async def test_a_short_password_or_a_strange_name_is_refused(
    tmp_path: Path, user: str, password: str
) -> None:
    async with accounts(tmp_path, HandTicker()) as here:
        with pytest.raises(BadRequest):
            await here.choose(user, password)
        assert not await here.anybody()
