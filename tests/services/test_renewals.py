"""The certificate for staff is looked after while the box runs."""

import logging
import ssl
from datetime import datetime

import pytest

from appliance.core.errors import StorageUnavailable
from appliance.services.renewals import Renewals
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


async def test_it_is_asked_with_the_time_and_whether_somebody_vouches_for_it() -> None:
    bench, seal = Bench(), Paper()
    await Renewals(seal=seal, clock=bench.clock, pause=no_pause).look()
    assert seal.asked == [(bench.clock.now(), bench.clock.source().trusted)]


async def test_a_full_card_is_said_once_until_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seal = Paper()
    keeper = Renewals(seal=seal, clock=Bench().clock, pause=no_pause)
    with caplog.at_level(logging.WARNING):
        for full in (True, True, False, True):
            seal.full = full
            await keeper.look()
    assert len(caplog.records) == 2
