"""The shift PIN, tried seldom and by one at a time."""

import asyncio

import pytest

from appliance.core.backoff import IN_A_ROW, MOST, PAUSE
from appliance.core.errors import DigipuntError, PinLocked, TooManyTries, WrongPin
from appliance.services.shift_pin import ShiftPin
from appliance.simulation.books import MemoryBook
from appliance.simulation.clock import SimulatedClock
from tests.desks import Bench

RIGHT, WRONG = "246810", "000000"


class Lock:
    """Knows one PIN, and counts how often it was asked."""

    is_set = True

    def __init__(self) -> None:
        self.pin = RIGHT
        self.asked = 0

    @property
    def mark(self) -> str:
        return f"m{self.pin}"

    async def matches(self, pin: str) -> bool:
        self.asked += 1
        await asyncio.sleep(0)
        return pin == self.pin

    async def change(self, pin: str) -> None:
        self.pin = pin


class Door:
    """One life of the box; the next one has the same book and lock."""

    def __init__(self, before: "Door | None" = None) -> None:
        self.book: MemoryBook = before.book if before else MemoryBook()
        self.lock: Lock = before.lock if before else Lock()
        self.clock: SimulatedClock = before.clock if before else Bench().clock
        self.seconds = 0.0
        if before:
            self.clock.reboot()
        self.pin = ShiftPin(
            lock=self.lock, book=self.book, clock=self.clock, ticker=lambda: self.seconds
        )

    async def guess(self, times: int) -> None:
        for number in range(times):
            if number and number % IN_A_ROW == 0:
                self.seconds += PAUSE
            with pytest.raises(WrongPin):
                await self.pin.enter(WRONG)


async def test_five_wrong_cost_half_a_minute_also_for_the_right_one() -> None:
    door = Door()
    await door.guess(IN_A_ROW)
    with pytest.raises(TooManyTries) as refused:
        await door.pin.enter(RIGHT)
    assert refused.value.facts["seconds"] == PAUSE
    door.seconds += PAUSE
    await door.pin.enter(RIGHT)


async def test_many_at_the_same_moment_get_no_more_tries_than_one() -> None:
    door = Door()
    tries = await asyncio.gather(
        *(door.pin.enter(WRONG) for _ in range(60)), return_exceptions=True
    )
    assert sum(isinstance(one, WrongPin) for one in tries) == IN_A_ROW
    assert door.lock.asked == IN_A_ROW


async def test_ten_wrong_lock_over_restarts_and_the_right_one_does_not_help() -> None:
    door = Door()
    await door.guess(4)
    door = Door(door)
    await door.guess(1)
    door = Door(door)
    with pytest.raises(TooManyTries):
        await door.pin.enter(RIGHT)
    door.seconds += PAUSE
    await door.guess(5)
    for life in (door, Door(door)):
        assert life.pin.locked
        life.seconds += 999_999
        with pytest.raises(PinLocked):
            await life.pin.enter(RIGHT)


async def test_the_right_one_on_a_leads_device_unlocks_and_a_wrong_one_does_not() -> None:
    door = Door()
    await door.guess(MOST)
    door.seconds += PAUSE
    with pytest.raises(WrongPin):
        await door.pin.enter(WRONG, from_lead=True)
    assert door.pin.locked
    await door.pin.enter(RIGHT, from_lead=True)
    await door.pin.enter(RIGHT)


async def test_a_pairing_unlocks_and_so_does_another_pin() -> None:
    for unlock in ("pairing", "choice", "console"):
        door = Door()
        await door.guess(MOST)
        match unlock:
            case "pairing":
                await door.pin.unlock()
            case "choice":
                await door.pin.choose(RIGHT)
            case _:
                door.lock.pin = "135791"
        assert not door.pin.locked
        await door.pin.enter(door.lock.pin)


async def test_a_full_card_does_not_make_guessing_free() -> None:
    door = Door()
    door.book.fail()
    await door.guess(MOST)
    with pytest.raises(DigipuntError):
        await door.pin.enter(RIGHT)
