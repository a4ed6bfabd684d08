"""How typing a code wrong is made slow: after five in a row one waits, each time twice as long."""

from collections.abc import Callable
from typing import Final

from appliance.core.errors import TooManyTries
from appliance.core.federation.code import heard, key_of

IN_A_ROW: Final = 5
FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 900.0
"""Sixty bits cannot be guessed in a day; the pause keeps somebody from trying all the same."""


class CodeTries:
    """Counted for whoever asks, in memory: a code lives for a day only."""

    def __init__(self, ticker: Callable[[], float]) -> None:
        self._ticker = ticker
        self._row = 0
        self._pause = FIRST_PAUSE
        self._until = 0.0

    def wait(self) -> None:
        """Raise TooManyTries while nobody may try."""
        left = self._until - self._ticker()
        if left > 0:
            raise TooManyTries(seconds=int(left) + 1)

    def key_of(self, code: str) -> bytes:
        """What is proved instead of sending the code; WrongCode when it cannot be one."""
        self.wait()
        return key_of(heard(code))

    def missed(self) -> None:
        self._row += 1
        if self._row >= IN_A_ROW:
            self._until = self._ticker() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self._row = 0

    def hit(self) -> None:
        self._row, self._pause, self._until = 0, FIRST_PAUSE, 0.0
