"""Who has the display now: the number just given, the call, or what always stands there."""

from dataclasses import dataclass, replace
from typing import Literal

from appliance.core.face import frames
from appliance.core.press import PressOutcome

DASH = "----"
"""Nobody has been called yet."""
PAIRED = "OK"
"""A device was paired."""
GOODBYE = "DAG"
"""Somebody said how it was and leaves; every display can show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The last number called; `seq` grows with every call, also of the same number again."""

    seq: int
    number: str
    counter: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the front panel needs to know of the queue."""

    open: bool
    call: Call | None = None
    closed_frames: tuple[str, ...] = ()
    fault: str | None = None
    """What to do while no number can be given, in words of at most four signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTimings:
    """How long, in seconds, something keeps the display."""

    given: float = 10.0
    solid: float = 2.0
    closed: float = 10.0
    refused: float = 5.0
    call: float = 20.0
    call_least: float = 6.0
    paired: float = 6.0
    goodbye: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is shown and why; `calling` is the call that has the display, if one has."""

    mode: Literal["idle", "number", "closed", "fault"]
    frames: tuple[str, ...]
    lamp: Literal["ready", "wait", "off", "fault"]
    calling: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    picture: Picture
    until: float
    solid_until: float


class Showing:
    """One display, shared in turns; seconds are those of one ticker and never go back."""

    def __init__(self, situation: Situation, *, timings: ShowTimings) -> None:
        self._timings = timings
        self._situation = situation
        self._seen = situation.call.seq if situation.call else 0
        self._notice: _Notice | None = None
        self._waiting: list[Call] = []
        self._call: Call | None = None
        self._left = 0.0
        self._since: float | None = None
        self.committing = False
        self.stuck = False
        self.code: str | None = None
        """What the device being paired shows."""

    def learn(self, situation: Situation, at: float) -> None:
        """The queue may have changed; a call not seen before waits for its turn."""
        self._advance(at)
        self._situation = situation
        call = situation.call if situation.open else None
        last = call.seq if call else 0
        self._waiting = [waiting for waiting in self._waiting if waiting.seq <= last]
        if self._call is not None and self._call.seq > last:
            self._call = self._since = None  # taken back, or the session is over
        if call is not None and call.seq > self._seen:
            self._waiting.append(call)
        self._seen = last
        self._advance(at)

    def answer(self, outcome: PressOutcome, at: float) -> None:
        """What came of a press takes the display at once."""
        self._advance(at)
        if self._since is not None:
            self._left -= at - self._since
            self._since = None
        self._notice = self._told(outcome, at)

    def picture(self, at: float) -> Picture:
        """What stands on the display by then."""
        self._advance(at)
        picture = self._plain(at)
        if self.committing:
            return replace(picture, lamp="wait")
        if self.stuck and picture.lamp != "wait":
            return replace(picture, lamp="fault")
        return picture

    def until(self, at: float) -> float | None:
        """When the picture changes by itself; None when it does not."""
        self._advance(at)
        if self._notice is not None:
            return next((t for t in (self._notice.solid_until, self._notice.until) if t > at), at)
        if self._call is None or self._since is None:
            return None
        spent = self._timings.call - self._left
        least = self._since + max(0.0, self._timings.call_least - spent)
        return least if self._waiting and least > at else self._since + self._left

    def _advance(self, at: float) -> None:
        moment = at
        if self._notice is not None:
            if at < self._notice.until:
                return
            moment = self._notice.until
            self._notice = None
        if self._call is not None and self._since is None:
            self._since = moment
        while self._over(at):
            self._call = self._waiting.pop(0) if self._waiting else None
            self._left = self._timings.call
            self._since = moment = at
            if self._call is None:
                return

    def _over(self, at: float) -> bool:
        """Whether the display is free for the next call."""
        if self._call is None or self._since is None:
            return bool(self._waiting)
        shown = self._timings.call - self._left + at - self._since
        return shown >= (self._timings.call_least if self._waiting else self._timings.call)

    def _told(self, outcome: PressOutcome, at: float) -> _Notice:
        times = self._timings
        if outcome.number is not None:
            picture = Picture(mode="number", frames=frames(outcome.number), lamp="ready")
            return _Notice(picture=picture, until=at + times.given, solid_until=at + times.solid)
        if outcome.outcome == "paired":
            picture = Picture(mode="idle", frames=(PAIRED,), lamp="wait")
            return _Notice(picture=picture, until=at + times.paired, solid_until=at)
        if outcome.outcome == "thanks":
            picture = Picture(mode="idle", frames=(GOODBYE,), lamp="ready")
            return _Notice(picture=picture, until=at + times.goodbye, solid_until=at + times.solid)
        if outcome.outcome == "closed":
            picture = Picture(mode="closed", frames=self._closed(), lamp="off")
            return _Notice(picture=picture, until=at + times.closed, solid_until=at)
        picture = Picture(mode="fault", frames=("ERR",), lamp="fault")
        return _Notice(picture=picture, until=at + times.refused, solid_until=at)

    def _plain(self, at: float) -> Picture:
        now = self._situation
        if self._notice is not None:
            return self._noticed(self._notice, at)
        if self._call is not None:
            table = () if self._call.counter is None else (f"T{self._call.counter}",)
            return Picture(
                mode="number",
                frames=(*frames(self._call.number), *table),
                lamp="ready",
                calling=self._call.seq,
            )
        if now.fault is not None:
            return Picture(mode="fault", frames=frames(now.fault), lamp="fault")
        if self.code is not None:
            half = len(self.code) // 2
            halves = (self.code[:half], self.code[half:])
            return Picture(mode="idle" if now.open else "closed", frames=halves, lamp="wait")
        if not now.open:
            return Picture(mode="closed", frames=self._closed(), lamp="off")
        last = DASH if now.call is None else now.call.number
        return Picture(mode="idle", frames=frames(last), lamp="ready")

    def _noticed(self, notice: _Notice, at: float) -> Picture:
        fault = self._situation.fault
        if notice.picture.mode == "fault" and fault:
            return replace(notice.picture, frames=frames(fault))
        return replace(notice.picture, lamp="wait") if at < notice.solid_until else notice.picture

    def _closed(self) -> tuple[str, ...]:
        return self._situation.closed_frames or (DASH,)
