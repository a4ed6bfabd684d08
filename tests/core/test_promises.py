"""Are the promised waits honest? Twenty sessions of places with one, two and three helpers."""

import heapq
import random
from collections.abc import Callable
from itertools import count

import pytest

from appliance.core import commands as c
from appliance.core.estimate import History, merged
from appliance.core.ids import CounterId, TicketNumber
from tests.core.story import Story

SESSIONS = 20
NO_SHOW = 0.1


class Desk:
    """Helpers who call the next as soon as they are free."""

    def __init__(self, seed: int, history: History, *, helpers: int) -> None:
        self.story = Story(history=history, helpers=helpers)
        self._chance = random.Random(seed)
        self._free = set(range(1, helpers + 1))
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._now = 0.0

    def play(self, visitors: int) -> History:
        """Some stand outside at opening, the others come all morning; what it taught."""
        for n in range(visitors):
            span = (0, 4) if n < visitors // 4 else (4, 170)
            self._at(self._chance.uniform(*span), self._arrive)
        while self._due:
            self._now, _, act = heapq.heappop(self._due)
            act()
        return self.story.queue.lesson

    def _at(self, minute: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (minute, next(self._order), act))

    def _do(self, command: c.Command) -> None:
        self.story.ms = int(self._now * 60_000)
        self.story.do(command)

    def _arrive(self) -> None:
        self.story.ms = int(self._now * 60_000)
        self.story.take()
        if self._free:
            self._call(min(self._free))

    def _call(self, counter: int) -> None:
        first = self.story.queue.first_for(CounterId(counter))
        if first is None:
            self._free.add(counter)
            return
        self._free.discard(counter)
        self._do(c.CallNext(counter=CounterId(counter)))
        if self._chance.random() < NO_SHOW:
            self._at(self._now + 2, lambda: self._then(c.NoShow(number=first.number), counter))
        else:
            minutes = min(45.0, max(5.0, self._chance.lognormvariate(2.4, 0.55)))
            self._at(self._now + minutes, lambda: self._finish(first.number, counter))

    def _finish(self, number: TicketNumber, counter: int) -> None:
        self._then(c.Finish(number=number), counter)

    def _then(self, command: c.Command, counter: int) -> None:
        self._do(command)
        self._call(counter)


@pytest.mark.parametrize("helpers", [1, 2, 3])
def test_most_waits_fall_inside_the_promised_range_and_the_range_is_not_a_barn_door(
    helpers: int,
) -> None:
    lessons: list[History] = []
    for session in range(SESSIONS):
        desk = Desk(session * 7 + helpers, merged(lessons[-10:]), helpers=helpers)
        lessons.append(desk.play(12 * helpers + 6))
    total = merged(lessons[1:])
    print(f"{helpers} helpers: {total.kept} of {total.promised} waits inside the range")
    assert total.promised > 200
    assert 0.7 <= total.kept / total.promised <= 0.97
