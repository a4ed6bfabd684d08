"""The button gives a number; the display shows it, and who is called."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from appliance.core.errors import DigipuntError
from appliance.core.press import ButtonGuard, Press, PressOutcome, PressReport
from appliance.core.showing import Showing, ShowTimings, Situation
from appliance.ports import Face, FrontPanel, Lamp, Mode, Sound

_LOGGER = logging.getLogger(__name__)

Take = Callable[[int, str], Awaitable[PressOutcome]]
"""Do what that button is for, under that key; returns after the commit."""

_PRESSES_KEPT = 64
_LONGEST_NAP = 5.0
_SHORTEST_NAP = 0.01
_TAKE_WITHIN = 10.0
_REFUSED = PressOutcome(outcome="refused")
_PAIRED = PressOutcome(outcome="paired")
_SOUNDS = {
    "ticket": Sound.TICK,
    "same-ticket": Sound.TICK,
    "thanks": Sound.TICK,
    "paired": Sound.PAIRED,
}
_STANDS = frozenset({"ticket", "same-ticket", "thanks"})
"""What a second press within the guard's window does not ask for again."""


class Pause(Protocol):
    """Wait that many seconds of the panel's ticker."""

    async def __call__(self, seconds: float, /) -> None: ...


class ByButton(Protocol):
    """A device that waits for somebody to hold the button."""

    @property
    def code(self) -> str | None:
        """What it shows now; None when there is no such device."""

    async def confirm_by_button(self) -> bool:
        """Somebody held the button: whether there was a device to confirm."""


class NothingToPair:
    """Holding a button means nothing here."""

    code: str | None = None

    async def confirm_by_button(self) -> bool:
        return False


class FrontPanelService:
    """Everything between the panel's parts and the queue; only `run` does anything."""

    def __init__(
        self,
        *,
        panel: FrontPanel,
        take: Take,
        situation: Callable[[], Situation],
        changed: Callable[[], Awaitable[None]],
        condition: Callable[[str, bool], None],
        boot: str,
        ticker: Callable[[], float],
        pause: Pause,
        timings: ShowTimings | None = None,
        pairing: ByButton | None = None,
    ) -> None:
        self._panel = panel
        self._take = take
        self._situation = situation
        self._changed = changed
        self._condition = condition
        self._boot = boot
        self._ticker = ticker
        self._pause = pause
        self._pairing = pairing or NothingToPair()
        self._guards = {number: ButtonGuard() for number in range(1, panel.buttons + 1)}
        self._keys: Counter[int] = Counter()
        self._last: dict[int, PressOutcome] = {}
        self._presses: asyncio.Queue[tuple[int, Press]] = asyncio.Queue(maxsize=_PRESSES_KEPT)
        self._feeds: set[asyncio.Queue[PressReport]] = set()
        self._showing = Showing(situation(), timings=timings or ShowTimings())
        self._face: Face | None = None
        self._rung: int | None = None
        self._bad: set[str] = set()
        self._drawing = asyncio.Lock()
        self._redraw = asyncio.Event()
        self._rewind = asyncio.Event()

    @contextmanager
    def outcomes(self) -> Iterator[asyncio.Queue[PressReport]]:
        """What comes of every down edge from now on, each told after the display shows it."""
        feed: asyncio.Queue[PressReport] = asyncio.Queue(maxsize=_PRESSES_KEPT)
        self._feeds.add(feed)
        try:
            yield feed
        finally:
            self._feeds.discard(feed)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feel(), name="panel-buttons")
            group.create_task(self._watch_stuck(), name="panel-stuck")
            group.create_task(self._answer(), name="panel-presses")
            group.create_task(self._follow(), name="panel-queue")
            group.create_task(self._show(), name="panel-face")

    # -------------------------------------------------------------- fingers

    async def _feel(self) -> None:
        while True:
            try:
                edge = await self._panel.edge()
            except Exception:
                _LOGGER.exception("Panel: no edge could be read")
                await self._pause(1.0)
                continue
            guard = self._guards.get(edge.button)
            if guard is None:
                continue
            self._look_back(edge.button, guard, edge.at)
            pairing = self._pairing.code is not None
            press = guard.edge(down=edge.down, at=edge.at, pairing=pairing)
            if press in {Press.STUCK, Press.FREED}:
                self._redraw.set()
            if edge.down and press is not Press.LATER:
                self._hand_over(edge.button, press)
            self._rewind.set()

    def _look_back(self, button: int, guard: ButtonGuard, at: float) -> None:
        """What the passing of time brought at that button."""
        while (late := guard.due(at)) is not None:
            if late is Press.STUCK:
                _LOGGER.warning("Button %d stays down; it is switched off until released", button)
                self._redraw.set()
            else:
                self._hand_over(button, late)

    def _hand_over(self, button: int, press: Press) -> None:
        if self._presses.full():
            self._publish(PressReport(button=button, press=press, outcome=_REFUSED))
        else:
            self._presses.put_nowait((button, press))

    async def _watch_stuck(self) -> None:
        while True:
            self._rewind.clear()
            now = self._ticker()
            for button, guard in self._guards.items():
                self._look_back(button, guard, now)
            moments = [
                at for guard in self._guards.values() if (at := guard.next_due()) is not None
            ]
            await self._nap(min(moments) - now if moments else None, self._rewind)

    # -------------------------------------------------------------- answers

    async def _answer(self) -> None:
        while True:
            button, press = await self._presses.get()
            outcome = self._repeated(button)
            if press is Press.NEW or (press is Press.SAME and outcome.outcome not in _STANDS):
                outcome = await self._taken(button)
                self._last[button] = outcome
            if press is Press.HELD:
                outcome = await self._paired()
            if press in {Press.NEW, Press.SAME} or outcome.outcome == "paired":
                self._showing.answer(outcome, self._ticker())
                await self._play(_SOUNDS.get(outcome.outcome, Sound.REFUSED))
                await self._draw()
                self._redraw.set()
            elif press in {Press.HELD, Press.NEITHER}:
                outcome = _REFUSED
                await self._play(Sound.REFUSED)  # so that whoever wanted a number tries again
            self._publish(PressReport(button=button, press=press, outcome=outcome))

    def _repeated(self, button: int) -> PressOutcome:
        last = self._last.get(button, _REFUSED)
        if last.number is None:
            return last
        return PressOutcome(outcome="same-ticket", number=last.number)

    async def _taken(self, button: int) -> PressOutcome:
        self._keys[button] += 1
        key = f"{self._boot}-{button}-{self._keys[button]}"
        self._showing.committing = True
        self._redraw.set()
        try:
            async with asyncio.timeout(_TAKE_WITHIN):
                return await self._take(button, key)
        except DigipuntError as refusal:
            _LOGGER.warning("Button %d gave no ticket: %s", button, refusal)
        except Exception:
            _LOGGER.exception("Button %d gave no ticket", button)
        finally:
            self._showing.committing = False
        return _REFUSED

    async def _paired(self) -> PressOutcome:
        try:
            async with asyncio.timeout(_TAKE_WITHIN):
                if await self._pairing.confirm_by_button():
                    return _PAIRED
        except DigipuntError as refusal:
            _LOGGER.warning("No device was paired: %s", refusal)
        except Exception:
            _LOGGER.exception("No device was paired")
        return _REFUSED

    def _publish(self, report: PressReport) -> None:
        for feed in self._feeds:
            if feed.full():
                feed.get_nowait()
            feed.put_nowait(report)

    # -------------------------------------------------------------- the face

    async def _follow(self) -> None:
        while True:
            self._showing.learn(self._situation(), self._ticker())
            self._redraw.set()
            await self._changed()

    async def _show(self) -> None:
        while True:
            self._redraw.clear()
            await self._draw()
            now = self._ticker()
            until = self._showing.until(now)
            nap = _LONGEST_NAP if until is None else min(until - now, _LONGEST_NAP)
            await self._nap(nap, self._redraw)

    async def _draw(self) -> None:
        """Brings lamp and display to what they should be now; the only caller of `show`."""
        async with self._drawing:
            self._report_parts()
            self._showing.code = self._pairing.code
            picture = self._showing.picture(self._ticker())
            face = Face(mode=Mode(picture.mode), frames=picture.frames, lamp=Lamp(picture.lamp))
            if face != self._face:
                self._face = face
                try:
                    await self._panel.show(face)
                except Exception:
                    self._face = None
                    _LOGGER.exception("Panel: nothing could be shown")
            if picture.calling is not None and picture.calling != self._rung:
                self._rung = picture.calling
                await self._play(Sound.CHIME)

    async def _play(self, sound: Sound) -> None:
        try:
            await self._panel.play(sound)
        except Exception:
            _LOGGER.exception("Panel: nothing could be played")

    def _report_parts(self) -> None:
        """Names as conditions the parts that came or went since the last time."""
        try:
            bad = set(self._panel.faults())
        except Exception:
            _LOGGER.exception("Panel: its parts could not be examined")
            bad = set(self._bad)
        stuck = {f"button-{number}" for number, guard in self._guards.items() if guard.stuck}
        for part in sorted(self._bad - bad - stuck):
            self._condition(f"panel-{part}", False)
        for part in sorted((bad | stuck) - self._bad):
            self._condition(f"panel-{part}", True)
        self._bad = bad | stuck
        self._showing.stuck = any(part.startswith("button-") for part in self._bad)

    async def _nap(self, seconds: float | None, wake: asyncio.Event) -> None:
        """Until `wake` is set, or until that many seconds have passed."""
        if seconds is None:
            await wake.wait()
            return

        async def ring() -> None:
            await self._pause(max(seconds, _SHORTEST_NAP))
            wake.set()

        async with asyncio.TaskGroup() as race:
            bell = race.create_task(ring(), name="panel-bell")
            await wake.wait()
            bell.cancel()
