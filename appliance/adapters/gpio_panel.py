"""The front panel on the GPIO pins of a Raspberry Pi."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from gpiozero import DigitalInputDevice

from appliance.adapters.displays import OpenDisplay
from appliance.adapters.gpio_parts import BuzzerPart, Condition, LampPart, Pause, ScreenPart
from appliance.core.errors import BadConfig, HardwareUnavailable
from appliance.ports import Edge, Face, Sound

_LOGGER = logging.getLogger(__name__)

MOST_BUTTONS = 4
_EDGES_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPins:
    """BCM pin numbers; buttons switch to ground; None is a part that is not fitted."""

    buttons: tuple[int, ...] = (17,)
    lamp: int | None = 18
    buzzer: int | None = 13
    bounce: float | None = 0.03
    """Seconds a contact must be still before the pin believes it."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.buttons) <= MOST_BUTTONS:
            raise BadConfig(
                f"panel.buttons: expected 1 to {MOST_BUTTONS} pin numbers, "
                f"found {len(self.buttons)}",
                key="panel.buttons",
            )
        pins = [*self.buttons, *(pin for pin in (self.lamp, self.buzzer) if pin is not None)]
        double = sorted({pin for pin in pins if pins.count(pin) > 1})
        if double:
            raise BadConfig(f"panel: pin {double[0]} is used twice", key="panel", pin=double[0])


@contextmanager
def gpio_pins() -> Iterator[object]:
    """The pins of this Raspberry Pi, or HardwareUnavailable with the reason."""
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        factory = LGPIOFactory()
    except Exception as error:
        raise HardwareUnavailable(f"the GPIO chip cannot be opened: {error}") from error
    try:
        yield factory
    finally:
        factory.close()


@asynccontextmanager
async def open_gpio_panel(
    pins: PanelPins,
    *,
    pin_factory: object,
    open_display: OpenDisplay,
    ticker: Callable[[], float],
    pause: Pause = asyncio.sleep,
) -> AsyncIterator["GpioPanel"]:
    """The panel, with whatever parts of it work; the pin factory stays the caller's."""
    panel = GpioPanel(
        pins, pin_factory=pin_factory, open_display=open_display, ticker=ticker, pause=pause
    )
    try:
        yield panel
    finally:
        await panel.close()


class GpioPanel:
    """Opened by `open_gpio_panel`; needs a running loop and owns two tasks in it."""

    def __init__(
        self,
        pins: PanelPins,
        *,
        pin_factory: object,
        open_display: OpenDisplay,
        ticker: Callable[[], float],
        pause: Pause,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._ticker = ticker
        self._edges: asyncio.Queue[Edge] = asyncio.Queue(maxsize=_EDGES_KEPT)
        self._held: set[int] = set()
        self._screen = ScreenPart(open_display, ticker=ticker, pause=pause)
        self._lamp = None if pins.lamp is None else LampPart(pins.lamp, pin_factory=pin_factory)
        self._buzzer = (
            None
            if pins.buzzer is None
            else BuzzerPart(pins.buzzer, pin_factory=pin_factory, pause=pause)
        )
        self._conditions: list[Condition] = []
        self._buttons: list[DigitalInputDevice] = []
        for number, pin in enumerate(pins.buttons, start=1):
            self._add_button(number, pin, bounce=pins.bounce, pin_factory=pin_factory)
        self._count = len(pins.buttons)
        self._tasks = [self._loop.create_task(self._screen.run(), name="panel-screen")]
        if self._buzzer is not None:
            self._tasks.append(self._loop.create_task(self._buzzer.run(), name="panel-buzzer"))

    @property
    def buttons(self) -> int:
        """How many buttons there should be, working or not."""
        return self._count

    async def edge(self) -> Edge:
        """The next edge of any button, in order."""
        return await self._edges.get()

    async def show(self, face: Face) -> None:
        """Lamp first: it is what the finger looks at."""
        if self._lamp is not None:
            self._lamp.show(face.lamp)
        await self._screen.show(face.frames)

    async def play(self, sound: Sound) -> None:
        """Start the sound; it plays by itself."""
        if self._buzzer is not None:
            self._buzzer.play(sound)

    def faults(self) -> Sequence[str]:
        """Parts that do not work; a button that was down before we looked counts until it is up."""
        parts = [part.condition for part in (self._lamp, self._buzzer, self._screen) if part]
        broken = {c.name for c in (*parts, *self._conditions) if c.broken}
        return sorted(broken | {f"button-{number}" for number in self._held})

    async def close(self) -> None:
        """Lets go of all pins; everything dark and silent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for button in self._buttons:
            await asyncio.to_thread(button.close)
        for part in (self._lamp, self._buzzer):
            if part is not None:
                await asyncio.to_thread(part.close)
        await self._screen.close()

    def _add_button(
        self, number: int, pin: int, *, bounce: float | None, pin_factory: object
    ) -> None:
        condition = Condition(f"button-{number}")
        self._conditions.append(condition)
        with condition.watched():
            device = DigitalInputDevice(
                pin, pull_up=True, bounce_time=bounce, pin_factory=pin_factory
            )
            self._buttons.append(device)
            if device.is_active:
                # Nobody saw a finger come: whatever holds it down earns no ticket.
                self._held.add(number)
            device.when_activated = lambda: self._moved(number, down=True)
            device.when_deactivated = lambda: self._moved(number, down=False)

    def _moved(self, number: int, *, down: bool) -> None:
        """Runs on a thread of gpiozero: says when, hands over, does nothing else."""
        edge = Edge(button=number, down=down, at=self._ticker())
        with suppress(RuntimeError):  # the loop has closed: nobody is there to be told
            self._loop.call_soon_threadsafe(self._keep, edge)

    def _keep(self, edge: Edge) -> None:
        self._held.discard(edge.button)
        if self._edges.full():
            lost = self._edges.get_nowait()
            _LOGGER.warning("Panel: an edge of button %d was lost", lost.button)
        self._edges.put_nowait(edge)
