"""A volunteer at a table: calls, waits for whoever was called, helps, and calls again."""

import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from tests.morning.diary import Diary
from tests.morning.place import Tablet

TOPICS = ("id-key", "tax", "bank", "letter", "device", "work", "unknown")
OUTCOMES = ("solved", "solved", "partly", "referred", "comeback", "unknown")
NO_SHOW = 0.12
AGAIN = 0.4
"""How likely it is that somebody who missed one call misses the next."""


class Day(Protocol):
    """What a volunteer needs of the morning."""

    chance: random.Random
    diary: Diary
    absent: set[str]
    shut: bool

    def later(self, minutes: float, act: Callable[[], Awaitable[None]]) -> None:
        """Let it happen so many minutes from now."""

    def say(self, who: str, what: str) -> None:
        """Write a line."""


class Volunteer:
    """One helper at one table, with a tablet."""

    def __init__(self, day: Day, counter: int, tablet: Tablet) -> None:
        self._day = day
        self._counter = counter
        self._tablet = tablet
        self._name = f"table {counter}"

    async def call(self) -> None:
        """Tap the large button; try again in a minute when nobody waits."""
        waiting = (await self._tablet.sees()).get("waiting", [])
        status, ticket = await self._tablet.tap(f"counters/{self._counter}/call-next")
        if status == 409:
            if not self._day.shut:
                self._day.later(1, self.call)
            return
        assert status == 200, ticket
        number = ticket["number"]
        why = next(t["why"] for t in waiting if t["number"] == number)
        self._day.say(self._name, f"calls {number}: {why}")
        likely = AGAIN if number in self._day.absent else NO_SHOW
        if self._day.chance.random() < likely:
            self._day.absent.add(number)
            self._day.later(2, partial(self._missed, number))
        else:
            self._day.later(0.5, partial(self._sits_down, number))

    async def _missed(self, number: str) -> None:
        status, ticket = await self._tablet.tap(f"tickets/{number}/no-show")
        assert status == 200, ticket
        if ticket["state"] == "left":
            self._day.diary.left.append(number)
        self._day.say(self._name, f"{number} does not come: now {ticket['state']}")
        self._day.diary.notes["no-shows"] += 1
        await self.call()

    async def _sits_down(self, number: str) -> None:
        status, ticket = await self._tablet.tap(f"tickets/{number}/serve")
        assert status == 200, ticket
        minutes = min(45.0, max(5.0, self._day.chance.lognormvariate(2.4, 0.55)))
        self._day.later(minutes, partial(self._done, number, minutes))

    async def _done(self, number: str, minutes: float) -> None:
        topic, outcome = self._day.chance.choice(TOPICS), self._day.chance.choice(OUTCOMES)
        status, ticket = await self._tablet.tap(
            f"tickets/{number}/finish", topic=topic, outcome=outcome
        )
        assert status == 200, ticket
        self._day.diary.finished.append(number)
        self._day.say(self._name, f"{number} is done after {minutes:.0f} minutes")
        await self.call()
