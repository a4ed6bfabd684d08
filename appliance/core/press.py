"""What stands between a finger and the queue: one press is one ticket.

Three rules: only a down edge can earn a ticket; within the window it is the same ticket;
a button that stays down is switched off until it comes up, and coming up earns nothing.

While a device is being paired the first rule waits: a press that begins then earns its ticket
when the finger leaves within a second, pairs when it stays for three, and nothing in between.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Answer = Literal["ticket", "same-ticket", "closed", "refused", "paired", "thanks"]
"""What a press came to, in the words of the panel's interface."""


class Press(StrEnum):
    """What one edge, or the passing of time, means for the queue."""

    NEW = "new"
    SAME = "same"
    IGNORED = "ignored"
    STUCK = "stuck"
    FREED = "freed"
    LATER = "later"
    """Down while a device is being paired: `due` will tell."""
    HELD = "held"
    NEITHER = "neither"
    """Too long for a ticket, too short to pair."""


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
        self,
        *,
        window: float = 3.0,
        stuck_after: float = 10.0,
        bounce: float = 0.03,
        short: float = 1.0,
        pair_after: float = 3.0,
    ) -> None:
        self._window = window
        self._stuck_after = stuck_after
        self._bounce = bounce
        self._short = short
        self._pair_after = pair_after
        self._down = False
        self._stuck = False
        self._open = False
        self._earned: float | None = None
        self._since = 0.0
        self._up_at: float | None = None
        self._late: deque[Press] = deque()

    @property
    def stuck(self) -> bool:
        """Whether the button is switched off because it stayed down."""
        return self._stuck

    def edge(self, *, down: bool, at: float, pairing: bool = False) -> Press:
        """What this edge earns; `pairing` while a device is being paired."""
        self._pass(at)
        jammed = Press.STUCK in self._late
        if jammed:
            self._late.remove(Press.STUCK)
        if down == self._down:
            return Press.STUCK if jammed else Press.IGNORED
        self._down = down
        return self._pressed(at, pairing=pairing) if down else self._released(at)

    def due(self, at: float) -> Press | None:
        """What the passing of time brought by then, one after the other; None when no more."""
        self._pass(at)
        return self._late.popleft() if self._late else None

    def next_due(self) -> float | None:
        """When `due` must be asked again; None while nothing can happen by itself."""
        moments = [self._since] if self._late else []
        if self._open and self._down:
            moments.append(self._since + self._pair_after)
        if self._open and not self._down and self._up_at is not None:
            moments.append(self._up_at + self._bounce)
        if self._down and not self._stuck:
            moments.append(self._since + self._stuck_after)
        return min(moments, default=None)

    def _pass(self, at: float) -> None:
        """Decide what can be decided by then."""
        if self._open and self._down and at - self._since >= self._pair_after:
            self._open = False
            self._late.append(Press.HELD)
        elif self._open and not self._down and self._lifted(at):
            self._open = False
            up = self._since if self._up_at is None else self._up_at
            self._late.append(self._earn(up) if up - self._since < self._short else Press.NEITHER)
        if self._down and not self._stuck and at >= self._since + self._stuck_after:
            self._stuck = True
            self._late.append(Press.STUCK)

    def _lifted(self, at: float) -> bool:
        """Only after the time of a bounce: before that the finger may still be there."""
        return self._up_at is not None and at - self._up_at >= self._bounce

    def _pressed(self, at: float, *, pairing: bool) -> Press:
        if self._up_at is not None and not self._lifted(at):
            # the contact bounced: the press before it goes on
            return Press.LATER if self._open else Press.IGNORED
        self._since = at
        if pairing:
            self._open = True
            return Press.LATER
        return self._earn(at)

    def _earn(self, at: float) -> Press:
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
