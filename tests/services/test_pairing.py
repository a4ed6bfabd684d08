"""Devices that belong to the box, and the minute in which one is added."""

from datetime import date
from itertools import count

import pytest

from appliance.core.access import Role
from appliance.core.errors import (
    BadRequest,
    NotAllowed,
    NotPaired,
    PairingBusy,
    StorageUnavailable,
    TooManyTries,
    UnknownDevice,
    UnknownPairing,
)
from appliance.ports import Vouched
from appliance.services.pairing import LATELY, MINUTE, STARTS, Pairing
from appliance.simulation.books import MemoryBook


class Bench:
    """Everything around it: a book, a console, seconds to turn."""

    def __init__(self, book: MemoryBook | None = None) -> None:
        self.book = book or MemoryBook()
        self.seconds = 0.0
        self.said: Vouched | None = None
        self.unlocked = 0
        self.told = 0
        chance = count(1)
        self.pairing = Pairing(
            book=self.book,
            console=self,
            ticker=lambda: self.seconds,
            today=lambda: date(2026, 11, 24),
            new_code=lambda: f"{next(chance):06}",
            new_token=lambda: f"token {next(chance)}",
            paired=self.unlock,
            tell=self.tell,
        )

    def vouched(self) -> Vouched | None:
        return self.said

    def taken(self) -> None:
        self.said = None

    async def unlock(self) -> None:
        self.unlocked += 1

    def tell(self) -> None:
        self.told += 1


async def test_the_button_makes_the_first_device_a_lead_and_the_next_a_volunteer() -> None:
    bench = Bench()
    roles = []
    for _ in range(2):
        token = bench.pairing.start().token
        assert await bench.pairing.confirm_by_button()
        roles.append((await bench.pairing.sign_in(token)).role)
    assert roles == [Role.LEAD, Role.VOLUNTEER]
    assert bench.unlocked == 2


async def test_before_anybody_confirms_the_token_is_worth_nothing() -> None:
    bench = Bench()
    offer = bench.pairing.start()
    assert bench.pairing.code == offer.code
    assert bench.pairing.waits(offer.token)
    with pytest.raises(NotPaired):
        await bench.pairing.sign_in(offer.token)


async def test_after_a_minute_it_is_too_late() -> None:
    bench = Bench()
    offer = bench.pairing.start()
    bench.seconds += MINUTE
    assert bench.pairing.code is None
    assert not await bench.pairing.confirm_by_button()
    with pytest.raises(UnknownPairing):
        await bench.pairing.confirm(offer.code, Role.VOLUNTEER, by=Role.LEAD)
    assert bench.pairing.devices == []


async def test_nobody_slips_in_while_another_device_is_being_paired() -> None:
    bench = Bench()
    offer = bench.pairing.start()
    bench.seconds += 20.5
    with pytest.raises(PairingBusy) as refused:
        bench.pairing.start()
    assert refused.value.facts["seconds"] == 40
    bench.pairing.stop("somebody else")
    assert bench.pairing.code == offer.code
    bench.pairing.stop(offer.token)
    assert bench.pairing.start().code != offer.code


async def test_one_hold_confirms_one_device() -> None:
    bench = Bench()
    bench.pairing.start()
    assert await bench.pairing.confirm_by_button()
    assert not await bench.pairing.confirm_by_button()
    assert len(bench.pairing.devices) == 1


async def test_pairing_cannot_be_begun_without_end() -> None:
    bench = Bench()
    for _ in range(STARTS):
        bench.pairing.stop(bench.pairing.start().token)
    with pytest.raises(TooManyTries):
        bench.pairing.start()
    bench.seconds += LATELY
    bench.pairing.start()


async def test_a_lead_gives_away_no_more_than_they_have() -> None:
    bench = Bench()
    code = bench.pairing.start().code
    with pytest.raises(NotAllowed):
        await bench.pairing.confirm(code, Role.TECHNICIAN, by=Role.LEAD)
    with pytest.raises(BadRequest):
        await bench.pairing.confirm(code, Role.VISITOR, by=Role.LEAD)
    with pytest.raises(UnknownPairing):
        await bench.pairing.confirm("0", Role.LEAD, by=Role.LEAD)
    device = await bench.pairing.confirm(code, Role.LEAD, by=Role.LEAD)
    assert await bench.pairing.confirm(code, Role.LEAD, by=Role.LEAD) == device, "asked again"


@pytest.mark.parametrize(("role", "made"), [(None, Role.LEAD), ("technician", Role.TECHNICIAN)])
async def test_the_console_vouches_for_the_code_it_was_given(role: str | None, made: Role) -> None:
    bench = Bench()
    bench.said = Vouched(code="000001", role=role)
    offer = bench.pairing.start()
    assert bench.vouched() is None, "what was said before is about somebody else"
    bench.said = Vouched(code="999999", role=role)
    with pytest.raises(NotPaired):
        await bench.pairing.sign_in(offer.token)
    bench.said = Vouched(code=offer.code, role=role)
    assert (await bench.pairing.sign_in(offer.token)).role is made
    assert bench.vouched() is None


async def test_devices_outlive_a_restart_and_the_token_stands_nowhere() -> None:
    bench = Bench()
    token = bench.pairing.start(label="clock").token
    await bench.pairing.confirm_by_button()
    again = Bench(bench.book)
    found = await again.pairing.sign_in(token)
    assert (found.label, found.paired_on) == ("clock", date(2026, 11, 24))
    assert token not in str(dict(bench.book.read("devices")))
    with pytest.raises(BadRequest):
        again.pairing.start(label="annie")


async def test_a_revoked_device_is_gone_and_its_number_is_not_given_again() -> None:
    bench = Bench()
    token = bench.pairing.start().token
    await bench.pairing.confirm_by_button()
    await bench.pairing.revoke(1)
    with pytest.raises(NotPaired):
        await bench.pairing.sign_in(token)
    with pytest.raises(UnknownDevice):
        await bench.pairing.revoke(1)
    again = Bench(bench.book)
    again.pairing.start()
    await again.pairing.confirm_by_button()
    assert [device.id for device in again.pairing.devices] == [2]


async def test_a_device_that_could_not_be_written_down_is_not_paired() -> None:
    bench = Bench()
    token = bench.pairing.start().token
    bench.book.fail()
    with pytest.raises(StorageUnavailable):
        await bench.pairing.confirm_by_button()
    with pytest.raises(NotPaired):
        await bench.pairing.sign_in(token)


@pytest.mark.parametrize("token", ["", "é", "\ud800", "x" * 128])
async def test_a_made_up_token_is_no_token(token: str) -> None:
    bench = Bench()
    bench.pairing.start()
    with pytest.raises(NotPaired):
        await bench.pairing.sign_in(token)
    bench.pairing.stop(token)
    assert bench.pairing.code is not None
