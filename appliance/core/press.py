"""What stands between a finger and the queue: one press is one ticket.

Three rules: only a down edge can earn a ticket; within the window it is the same ticket;
a button that stays down is switched off until it comes up, and coming up earns nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Answer = Literal["ticket", "same-ticket", "closed", "refused"]
"""What a press came to, in the words of the panel's interface."""


class Press(StrEnum):
    """What one edge, or the passing of time, means for the queue."""

    NEW = "new"
    SAME = "same"
    IGNORED = "ignored"
    STUCK = "stuck"
    FREED = "freed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PressOutcome:
    """What came of a press; `number` is set exactly when there is a ticket to show."""

    outcome: Answer
    number: str | None = None

    def __post_init__(self) -> None:
        if (self.outcome in {"ticket", "same-ticket"}) is (self.number is None):
            raise ValueError(f"{self.outcome} with the number {self.number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PressReport:
    """One down edge of one button, and what came of it."""

    button: int
    press: Press
    outcome: PressOutcome


class ButtonGuard:
    """One button's guard; seconds are those of one ticker and never go back."""

    def __init__(
        self, *, window: float = 3.0, stuck_after: float = 10.0, bounce: float = 0.03
    ) -> None:
        self._window = window
        self._stuck_after = stuck_after
        self._bounce = bounce
        self._down = False
        self._stuck = False
        self._earned: float | None = None
        self._since = 0.0
        self._up_at: float | None = None

    @property
    def stuck(self) -> bool:
        """Whether the button is switched off because it stayed down."""
        return self._stuck

    def edge(self, *, down: bool, at: float) -> Press:
        """What this edge earns."""
        late = self.due(at)
        if down == self._down:
            return late or Press.IGNORED
        self._down = down
        return self._pressed(at) if down else self._released(at)

    def due(self, at: float) -> Press | None:
        """STUCK, once, when the button has been down too long by then."""
        moment = self.next_due()
        if moment is None or at < moment:
            return None
        self._stuck = True
        return Press.STUCK

    def next_due(self) -> float | None:
        """When `due` must be asked again; None while nothing can happen by itself."""
        if not self._down or self._stuck:
            return None
        return self._since + self._stuck_after

    def _pressed(self, at: float) -> Press:
        if self._up_at is not None and at - self._up_at < self._bounce:
            return Press.IGNORED  # the contact bounced: the press before it goes on
        self._since = at
        if self._earned is not None and at - self._earned < self._window:
            return Press.SAME
        self._earned = at
        return Press.NEW

    def _released(self, at: float) -> Press:
        self._up_at = at
        if not self._stuck:
            return Press.IGNORED
        self._stuck = False
        # A worn contact flickers while it comes free: counting starts again from here.
        self._since = at
        return Press.FREED
