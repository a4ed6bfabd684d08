"""What every display of the front panel can do, and the one that is not there."""

from collections.abc import Callable
from typing import Protocol


class Display(Protocol):
    """Shows one text at a time; its methods may block and may raise anything."""

    @property
    def columns(self) -> int:
        """How many characters fit; dots take no place."""

    @property
    def digit_mm(self) -> float:
        """How high the digits are."""

    def show(self, text: str) -> None:
        """Show it until something else is shown."""

    def close(self) -> None:
        """Go dark; may be called twice."""


OpenDisplay = Callable[[], Display]
"""Opens the display, at the start and again after it died; may block and may raise anything."""


class NoDisplay:
    """A box without a display: the waiting room looks at the board."""

    columns = 4
    digit_mm = 0.0

    def show(self, text: str) -> None:
        """Nothing to show it on."""

    def close(self) -> None:
        """Nothing to close."""
