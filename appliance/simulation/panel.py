"""The real front panel on pretend pins, with a finger to press it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypedDict

from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.adapters.gpio_panel import GpioPanel, PanelPins, open_gpio_panel
from appliance.adapters.gpio_parts import Pause
from appliance.ports import Edge, Face, Lamp, Mode, Sound

_BUTTON_PINS = (17, 27, 22, 23)
_BOUNCES = 3
_LIFT = 0.04


class SoundState(TypedDict):
    """The last sound; `seq` tells two of the same apart."""

    seq: int
    name: str


class PanelState(TypedDict):
    """What somebody in front of the panel sees and hears."""

    display: str
    frames: list[str]
    mode: str
    lamp: str
    sound: SoundState | None


class SimulatedDisplay:
    """Remembers its text; `gone` is a cable that somebody pulled out."""

    columns = 4
    digit_mm = 32.0

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._text = ""
        self._lock = threading.Lock()
        self.gone = False

    @property
    def text(self) -> str:
        """What can be read on it now."""
        with self._lock:
            return "" if self.gone else self._text

    def show(self, text: str) -> None:
        """Raises OSError while it is gone."""
        with self._lock:
            if self.gone:
                raise OSError(5, "the simulated display is gone")
            self._text = text
        self._told()

    def close(self) -> None:
        """Dark."""
        with self._lock:
            self._text = ""
        self._told()


class SimulatedPanel:
    """A FrontPanel of which one can also be the finger and the eye; see `open_simulated_panel`."""

    def __init__(
        self,
        panel: GpioPanel,
        *,
        pins: MockFactory,
        display: SimulatedDisplay,
        news: "_News",
        pause: Pause,
    ) -> None:
        self._panel = panel
        self._pins = pins
        self._display = display
        self._news = news
        self._pause = pause
        self._fingers = [asyncio.Lock() for _ in range(panel.buttons)]
        self._stuck: set[int] = set()
        self._face = Face(mode=Mode.IDLE, frames=(), lamp=Lamp.OFF)
        self._sound: SoundState | None = None

    @property
    def buttons(self) -> int:
        """How many buttons there are."""
        return self._panel.buttons

    async def edge(self) -> Edge:
        """The next edge of any button, in order."""
        return await self._panel.edge()

    async def show(self, face: Face) -> None:
        """Shown by the real panel, and remembered for `state`."""
        self._face = face
        await self._panel.show(face)
        self._news.tell()

    async def play(self, sound: Sound) -> None:
        """Played by the real panel, and remembered for `state`."""
        self._sound = {"seq": self._sound["seq"] + 1 if self._sound else 1, "name": sound.value}
        await self._panel.play(sound)
        self._news.tell()

    def faults(self) -> Sequence[str]:
        """What the real panel finds broken."""
        return self._panel.faults()

    # -------------------------------------------------------------- the far side of the wires

    async def press(self, button: int, ms: int = 80, *, bounce: bool = False) -> bool:
        """A finger on the button for that long; False when it was down already and cannot move."""
        async with self._fingers[button - 1]:
            if button in self._stuck:
                return False
            pin = self._pin(button)
            try:
                pin.drive_low()
                for _ in range(_BOUNCES if bounce else 0):
                    pin.drive_high()
                    pin.drive_low()
                await self._pause(ms / 1000)
            finally:
                if button not in self._stuck:
                    pin.drive_high()
            await self._pause(_LIFT)  # no finger is back sooner
            return True

    def stuck(self, button: int) -> bool:
        """Whether that button is jammed."""
        return button in self._stuck

    def stick(self, button: int, *, on: bool) -> None:
        """The button jams while it is pressed, or comes free."""
        if on:
            self._stuck.add(button)
            self._pin(button).drive_low()
        else:
            self._stuck.discard(button)
            self._pin(button).drive_high()

    async def lose_display(self, *, on: bool) -> None:
        """Somebody pulls the cable of the display, or puts it back."""
        self._display.gone = on
        self._news.tell()
        await self._panel.show(self._face)

    def state(self) -> PanelState:
        """What can be seen and heard now."""
        return {
            "display": self._display.text,
            "frames": list(self._face.frames),
            "mode": self._face.mode.value,
            "lamp": self._face.lamp.value,
            "sound": self._sound,
        }

    @property
    def revision(self) -> int:
        """Grows with every change of `state`."""
        return self._news.revision

    async def newer(self, revision: int) -> int:
        """Return when the state has changed since that revision, with the newest one."""
        return await self._news.newer(revision)

    def _pin(self, button: int) -> MockPWMPin:
        return self._pins.pin(_BUTTON_PINS[button - 1])


class _News:
    """Counts changes, also those told from another thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self.revision = 1

    def tell(self) -> None:
        """Something has changed; only from the loop."""
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def tell_from_anywhere(self) -> None:
        """Something has changed; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.tell)

    async def newer(self, revision: int) -> int:
        while self.revision <= revision:
            await self._changed.wait()
        return self.revision


@asynccontextmanager
async def open_simulated_panel(
    *, ticker: Callable[[], float], buttons: int = 1, pause: Pause = asyncio.sleep
) -> AsyncIterator[SimulatedPanel]:
    """One to four buttons, lamp, buzzer and display, none of which needs a Raspberry Pi."""
    news = _News()
    factory = MockFactory(pin_class=MockPWMPin)
    display = SimulatedDisplay(news.tell_from_anywhere)
    pins = PanelPins(buttons=_BUTTON_PINS[:buttons], lamp=18, buzzer=13)
    try:
        async with open_gpio_panel(
            pins,
            pin_factory=factory,
            open_display=lambda: display,
            ticker=ticker,
            pause=pause,
        ) as panel:
            yield SimulatedPanel(panel, pins=factory, display=display, news=news, pause=pause)
    finally:
        factory.close()
