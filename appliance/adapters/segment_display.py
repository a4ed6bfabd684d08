"""A row of seven-segment digits straight on the GPIO pins."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gpiozero import Device, LEDCharDisplay, LEDMultiCharDisplay

_EXTRA = {"-": (0, 0, 0, 0, 0, 0, 1), "_": (0, 0, 0, 1, 0, 0, 0)}
_UNKNOWN = "_"  # K, M, V, W, X and Z have no honest shape in seven segments


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPins:
    """BCM pin numbers: segments a to g, one transistor per digit, perhaps the dot."""

    segments: tuple[int, int, int, int, int, int, int]
    digits: tuple[int, ...]
    dot: int | None = None
    active_high: bool = True


class SegmentDisplay:
    """Two to four digits, multiplexed by a thread of gpiozero."""

    def __init__(self, pins: SegmentPins, *, pin_factory: object, digit_mm: float = 14.0) -> None:
        self.columns = len(pins.digits)
        self.digit_mm = digit_mm
        self._dots = pins.dot is not None
        char = LEDCharDisplay(
            *pins.segments, dp=pins.dot, active_high=pins.active_high, pin_factory=pin_factory
        )
        for sign, shape in _EXTRA.items():
            char.font[sign] = shape
        self._font = char.font
        try:
            with _default_factory(pin_factory):
                self._digits = LEDMultiCharDisplay(char, *pins.digits, pin_factory=pin_factory)
        except BaseException:
            char.close()
            raise

    @property
    def value(self) -> tuple[str, ...]:
        """What stands on each digit."""
        return tuple(self._digits.value)

    def show(self, text: str) -> None:
        """The text at the end of the row, its dots beside the digits before them."""
        places: list[str] = []
        for sign in text.upper():
            if sign in ".:":
                if self._dots and places:
                    places[-1] = places[-1][0] + "."
            else:
                places.append(sign if sign in self._font else _UNKNOWN)
        self._digits.value = tuple(places[: self.columns])

    def close(self) -> None:
        """Stops the thread and lets the pins go."""
        self._digits.close()


@contextmanager
def _default_factory(pin_factory: object) -> Iterator[None]:
    """Around LEDMultiCharDisplay: gpiozero 2.0.1 asks for the default factory inside it."""
    before = Device.pin_factory
    Device.pin_factory = pin_factory
    try:
        yield
    finally:
        Device.pin_factory = before
