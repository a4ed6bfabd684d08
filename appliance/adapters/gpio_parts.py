"""Lamp, buzzer and screen of the front panel, each of which may die without the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

from gpiozero import PWMLED, TonalBuzzer

from appliance.adapters.displays import Display, OpenDisplay
from appliance.core.face import COLUMNS, frames
from appliance.ports import Lamp, Sound

_LOGGER = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]
"""Wait that many seconds."""

FRAME_SECONDS = 1.5
"""How long one of several frames stands still."""

_LONGEST_RETRY = 12.0
_BREATH = 2.0
_BLINK_STEP = 0.15
_DOUBLE_BLINK = (1, 0, 1, 0, 0, 0, 0, 0)

TUNES: dict[Sound, tuple[tuple[str | None, float], ...]] = {
    Sound.TICK: (("A6", 0.05),),
    Sound.CHIME: (("E6", 0.25), ("C6", 0.5)),
    Sound.REFUSED: (("A4", 0.15), (None, 0.06), ("A4", 0.2)),
    Sound.PAIRED: (("C6", 0.1), ("E6", 0.1), ("A6", 0.2)),
}
"""Notes and seconds; the four can be told apart by ear alone."""


class Condition:
    """Whether one part works, told to the log only when it changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Whatever the part raises inside becomes the news that it is broken."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - gpiozero, luma, spidev and the kernel all differ
            self.fails(repr(error))
        else:
            if self.broken:
                _LOGGER.info("Panel: the %s works again", self.name)
            self.broken = False

    def fails(self, why: str) -> None:
        """It does not work, and this is why."""
        if not self.broken:
            _LOGGER.warning("Panel: the %s does not work: %s", self.name, why)
        self.broken = True


class LampPart:
    """The light in the button."""

    def __init__(self, pin: int, *, pin_factory: object) -> None:
        self.condition = Condition("lamp")
        self._shows: Lamp | None = None
        self._led: PWMLED | None = None
        with self.condition.watched():
            self._led = PWMLED(pin, pin_factory=pin_factory)

    def show(self, lamp: Lamp) -> None:
        """Slow pulse, solid, dark, or double blink."""
        led = self._led
        if led is None or lamp is self._shows:
            return
        self._shows = None
        with self.condition.watched():
            led.source = None
            match lamp:
                case Lamp.READY:
                    led.pulse(fade_in_time=_BREATH, fade_out_time=_BREATH)
                case Lamp.WAIT:
                    led.on()
                case Lamp.OFF:
                    led.off()
                case Lamp.FAULT:
                    led.source_delay = _BLINK_STEP
                    led.source = cycle(_DOUBLE_BLINK)
            self._shows = lamp

    def close(self) -> None:
        """Dark; blocks until the threads of gpiozero have ended."""
        if self._led is not None:
            with self.condition.watched():
                self._led.source = None
                self._led.close()


class BuzzerPart:
    """Plays short tunes, one after the other, while `run` runs."""

    def __init__(self, pin: int, *, pin_factory: object, pause: Pause) -> None:
        self.condition = Condition("buzzer")
        self._pause = pause
        self._tunes: asyncio.Queue[Sound] = asyncio.Queue(maxsize=4)
        self._buzzer: TonalBuzzer | None = None
        with self.condition.watched():
            self._buzzer = TonalBuzzer(pin, mid_tone="A5", octaves=2, pin_factory=pin_factory)

    def play(self, sound: Sound) -> None:
        """After what is playing; dropped when too much waits already."""
        if self._buzzer is not None and not self._tunes.full():
            self._tunes.put_nowait(sound)

    async def run(self) -> None:
        """Plays until cancelled."""
        while True:
            sound = await self._tunes.get()
            try:
                for note, seconds in TUNES[sound]:
                    self._sound(note)
                    await self._pause(seconds)
            finally:
                self._sound(None)

    def close(self) -> None:
        """Silent, and the pin is free."""
        if self._buzzer is not None:
            with self.condition.watched():
                self._buzzer.close()

    def _sound(self, note: str | None) -> None:
        if self._buzzer is not None:
            with self.condition.watched():
                self._buzzer.play(note)


class ScreenPart:
    """The display, its alternating frames, and its coming back after it died."""

    def __init__(
        self,
        open_display: OpenDisplay,
        *,
        ticker: Callable[[], float],
        pause: Pause,
        answers_within: float = 2.0,
    ) -> None:
        self.condition = Condition("display")
        self._open = open_display
        self._ticker = ticker
        self._pause = pause
        self._answers_within = answers_within
        self._display: Display | None = None
        self._frames: tuple[str, ...] = ()
        self._turn = 0
        self._drawn_at = 0.0
        self._failures = 0
        self._lock = asyncio.Lock()
        self._work: asyncio.Future[None] | None = None
        self._news = asyncio.Event()

    async def show(self, shown: tuple[str, ...]) -> None:
        """The first frame stands there on return, unless the display is broken."""
        if shown == self._frames and not self.condition.broken:
            return
        self._frames = shown
        self._turn = 0
        self._drawn_at = self._ticker()
        await self._draw()
        self._news.set()

    async def run(self) -> None:
        """Turns the frames, and tries a broken display again, until cancelled."""
        while True:
            self._news.clear()
            if len(self._pieces()) < 2 and not self.condition.broken:  # noqa: PLR2004 - nothing to turn
                await self._news.wait()
                continue
            left = self._drawn_at + self._patience() - self._ticker()
            if left > 0:
                await self._pause(left)
                continue
            self._turn += 1
            await self._draw()

    async def close(self) -> None:
        """Dark; waits for the display no longer than for a drawing."""
        async with self._lock:
            await self._working(self._shut)

    def _pieces(self) -> tuple[str, ...]:
        columns = COLUMNS if self._display is None else self._display.columns
        return tuple(piece for frame in self._frames for piece in frames(frame, columns))

    def _patience(self) -> float:
        return min(FRAME_SECONDS * 2.0 ** max(0, self._failures - 1), _LONGEST_RETRY)

    async def _draw(self) -> None:
        async with self._lock:
            await self._working(self._put)
            self._failures = self._failures + 1 if self.condition.broken else 0
            self._drawn_at = self._ticker()

    async def _working(self, work: Callable[[], None]) -> None:
        """Does it on a thread; a bus that hangs keeps its thread and gets no second one."""
        if self._work is not None and not self._work.done():
            return
        self._work = asyncio.get_running_loop().run_in_executor(None, work)
        done, _ = await asyncio.wait({self._work}, timeout=self._answers_within)
        if not done:
            self.condition.fails(f"no answer within {self._answers_within:g} s")

    def _put(self) -> None:
        with self.condition.watched():
            if self._display is None:
                self._display = self._open()
            pieces = self._pieces() or ("",)
            self._display.show(pieces[self._turn % len(pieces)])
        if self.condition.broken:
            self._shut()

    def _shut(self) -> None:
        display, self._display = self._display, None
        if display is not None:
            try:
                display.close()
            except Exception as error:  # noqa: BLE001 - it is being given up anyway
                _LOGGER.debug("Panel: closing the display: %r", error)
