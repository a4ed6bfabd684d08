"""The certificate for staff is looked after while the box runs."""

import asyncio
import logging
import ssl
from datetime import datetime

import pytest

from appliance.core.errors import StorageUnavailable
from appliance.services.renewals import EVERY, Renewals
from tests.desks import Bench


class Paper:
    """A seal that remembers what it was asked, on a card that may be full."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = b""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, bool]] = []
        self.full = False

    def renew(self, now: datetime, *, trusted: bool) -> bool:
        self.asked.append((now, trusted))
        if self.full:
            raise StorageUnavailable("full")
        return False


async def no_pause(_seconds: float) -> None:
    raise AssertionError("nobody waits here")


def test_it_is_asked_with_the_time_and_whether_somebody_vouches_for_it() -> None:
    bench, seal = Bench(), Paper()
    Renewals(seal=seal, clock=bench.clock, pause=no_pause).look()
    assert seal.asked == [(bench.clock.now(), bench.clock.source().trusted)]


def test_a_full_card_is_said_once_until_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seal = Paper()
    keeper = Renewals(seal=seal, clock=Bench().clock, pause=no_pause)
    with caplog.at_level(logging.WARNING):
        for full in (True, True, False, True):
            seal.full = full
            keeper.look()
    assert len(caplog.records) == 2


async def test_it_goes_on_looking() -> None:
    seal, pauses = Paper(), []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Renewals(seal=seal, clock=Bench().clock, pause=pause).run()
    assert pauses == [EVERY] * 3
    assert len(seal.asked) == 3
