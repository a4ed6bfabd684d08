"""What was acknowledged, kept outside of the box: after each act, what must be found again."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.core.tally import added
from appliance.desk import Desk
from appliance.ports import Book
from tests.torture.acts import Act

TABLES = ("actions", "box", "tallies")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the box holds: every byte of it, and what people see of it."""

    whole: str
    seen: str
    numbers: frozenset[str]
    """Every number of the session, mistaken ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One act, from the asking to the acknowledgement, on the medium's own count."""

    act: Act
    begun: int
    done: int
    state: State


class Diary:
    """The acts so far; a cut finds the last acknowledged state, or that of the act in flight."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.asked: tuple[Act, int] | None = None
        self.stopped: bool | None = None
        """Whether, after the first failure, the box took nothing more; None: there was none."""

    def ask(self, act: Act, position: int) -> None:
        self.asked = (act, position)

    def acknowledge(self, state: State, position: int) -> None:
        if self.asked is None:
            raise AssertionError("nothing was asked")
        act, begun = self.asked
        self.pages.append(Page(act=act, begun=begun, done=position, state=state))
        self.asked = None

    def at(self, position: int) -> "Expected":
        """What a cut at that position must leave."""
        last = bisect_right([page.done for page in self.pages], position) - 1
        following = self.pages[last + 1] if last + 1 < len(self.pages) else None
        in_flight = following if following and following.begun <= position else None
        return Expected(
            before=[page.state for page in self.pages[: last + 1]],
            acknowledged=self.pages[last].act,
            in_flight=in_flight,
        )

    def told(self, acts: int) -> "Expected":
        """What must be there when so many acts were acknowledged, and one more was asked."""
        return Expected(
            before=[page.state for page in self.pages[:acts]],
            acknowledged=self.pages[acts - 1].act,
            in_flight=self.pages[acts] if acts < len(self.pages) else None,
        )

    def spans(self, *names: str) -> Sequence[tuple[int, int]]:
        """From when to when such acts were going on."""
        return [(page.begun, page.done) for page in self.pages if page.act.name in names]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The acknowledged prefix, and perhaps one act that nobody was told about."""

    before: Sequence[State]
    acknowledged: Act
    in_flight: Page | None

    @property
    def given(self) -> frozenset[str]:
        """Every number that anybody may hold on this day."""
        late = [self.in_flight.state] if self.in_flight else []
        return frozenset().union(*(state.numbers for state in (*self.before, *late)))

    @property
    def allowed(self) -> Sequence[State]:
        return [self.before[-1], *([self.in_flight.state] if self.in_flight else [])]


def what_is_there(desk: Desk, book: Book) -> State:
    """The book to the last byte, and what people see."""
    tables = {name: {str(k): v for k, v in book.read(name).items()} for name in TABLES}
    return State(
        whole=_digest(tables),
        seen=seen(desk),
        numbers=frozenset(str(number) for number in desk.queue.tickets),
    )


def seen(desk: Desk) -> str:
    """The queue and the counts as people see them, without the time of day."""
    queue = desk.queue
    return _digest(
        {
            "session": queue.session and [queue.session.serial, queue.session.state.value],
            "count": queue.count if queue.session else desk.state.numbering.count,
            "waiting": [ticket.number for ticket in queue.waiting],
            "tickets": sorted(
                [t.number, t.state.value, str(t.counter), t.missed, t.mistaken, str(t.place)]
                for t in queue.tickets.values()
            ),
            "tallies": queue.tallies,
            "counted": _counted(desk),
        }
    )


def _counted(desk: Desk) -> dict[str, int]:
    tables = added(document["tables"] for document in desk.tallies())
    total = tables.get("total", {})
    return {code: n for code, n in total.items() if code != "open_minutes_actual"}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
