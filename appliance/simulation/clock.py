"""A clock whose hands you turn."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from appliance.core.stamp import ClockSource, Stamp


class Hands:
    """The time of one small world; runs at `speed`, and jumps forward when it is turned."""

    def __init__(
        self, start: datetime, *, speed: float = 0.0, ticker: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.speed = speed
        self._start = start.astimezone(UTC)
        self._ticker = ticker
        self._zero = ticker()
        self._turned = timedelta(0)
        self._event = asyncio.Event()

    def passed(self) -> timedelta:
        """How much time this world has seen."""
        return self._turned + timedelta(seconds=(self._ticker() - self._zero) * self.speed)

    def now(self) -> datetime:
        return self._start + self.passed()

    def forward(self, duration: timedelta) -> None:
        """Let that much time have passed; time never runs back."""
        if duration > timedelta(0):
            self._turned += duration
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def sleep(self, duration: timedelta) -> None:
        """Return when that much has passed, or earlier when the hands were turned."""
        real = duration.total_seconds() / self.speed if self.speed else None
        try:
            async with asyncio.timeout(real):
                await self._event.wait()
        except TimeoutError:
            return


class SimulatedClock:
    """One box's clock in that world: it may be wrong, untrusted, and starts anew at each boot."""

    def __init__(self, hands: Hands, *, source: ClockSource = ClockSource.NTP) -> None:
        self.trust = source
        self._hands = hands
        self._wrong = timedelta(0)
        self._boots = 1
        self._booted = hands.passed()

    def now(self) -> datetime:
        return self._hands.now() + self._wrong

    def source(self) -> ClockSource:
        return self.trust

    def stamp(self) -> Stamp:
        return Stamp(
            wall=self.now(),
            source=self.trust,
            boot=f"boot-{self._boots}",
            ms=int((self._hands.passed() - self._booted) / timedelta(milliseconds=1)),
        )

    def confirm(self, now: datetime) -> None:
        self._wrong += now - self.now()
        self.trust = ClockSource.PERSON
        self._hands.forward(timedelta(0))

    async def sleep(self, duration: timedelta) -> None:
        await self._hands.sleep(duration)

    def jump(self, by: timedelta) -> None:
        """Let the wall clock, and only it, be that much further off."""
        self._wrong += by
        self._hands.forward(timedelta(0))

    def reboot(self) -> None:
        """The steady clock starts at zero again."""
        self._boots += 1
        if self.trust is ClockSource.PERSON:
            self.trust = ClockSource.NONE
        self._booted = self._hands.passed()
