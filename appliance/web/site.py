"""What all handlers share: the desk, the place, the clock's next opening, the conditions."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from appliance.core.federation.news import Item
from appliance.core.view import QueueView
from appliance.desk import Desk
from appliance.services.calls_for_help import CallsForHelp
from appliance.web.texts import Texts
from appliance.web.views import public_json, staff_json


@dataclass(slots=True, kw_only=True)
class Site:
    """One box as its sites see it."""

    desk: Desk
    name: str
    hosts: frozenset[str]
    """Names and addresses by which it may be asked."""
    next_opening: Callable[[], datetime | None]
    conditions: Callable[[], Sequence[str]]
    """What is not well, by name."""
    cookie: str
    confirm_clock: Callable[[datetime], Awaitable[None]]
    """Believe whoever says that it is that moment."""
    calls_for_help: CallsForHelp
    still_there: int = 45
    """After so many minutes without a tap a helper is asked whether a visit still goes on."""
    nudge: tuple[int, int] = (30, 4)
    """A visit of so many minutes with so many waiting gets a gentle word; 0 minutes: never."""
    metrics: bool = False
    """Whether /metrics is there."""
    lock_minutes: int = 5
    """After how long without a tap a tablet locks; 0: never."""
    button: bool = True
    """Whether the box has a button to hold."""
    edition: Callable[[], int] = int
    """Another number after every change of the settings."""
    health: Callable[[], Mapping[str, object]] = dict
    """What a technician wants to know."""
    parts: Callable[[], Mapping[str, str]] = dict
    """The parts of the free wifi, each `ok` or what is wrong; empty when there is none."""
    places: Callable[[], Sequence[tuple[str, str]]] = tuple
    """Where a session can be opened, with names; the box's own place first."""
    news: Callable[[], Sequence[Item]] = tuple
    """What the coordinator wants helpers to know today."""
    _public: tuple[object, str] = field(default=(None, ""), init=False)

    @property
    def device_cookie(self) -> str:
        """Holds a paired device's token."""
        return f"{self.cookie}_device"

    def view(self) -> QueueView:
        return self.desk.view()

    @property
    def on_paper(self) -> bool:
        """Whether nothing can be kept, so that numbers are given on paper."""
        return self.desk.failure is not None

    def public_snapshot(self) -> str:
        """The public queue as JSON text, made once a revision."""
        opening = self.next_opening()
        edition = self.edition()
        key = (self.desk.revision, opening, self.on_paper, edition)
        if self._public[0] != key:
            told = public_json(self.view(), opening, paper=self.on_paper, edition=edition)
            self._public = (key, json.dumps(told))
        return self._public[1]

    def staff_view(self, texts: Texts, sentences: Mapping[str, str]) -> Mapping[str, object]:
        """All that a volunteer sees, in the shape of the staff site's queue."""
        return staff_json(
            self.view(),
            texts,
            next_opening=self.next_opening(),
            conditions=sentences,
            calls_for_help=self.calls_for_help.standing(),
            edition=self.edition(),
        )

    def staff_snapshot(self, texts: Texts, sentences: Mapping[str, str]) -> str:
        return json.dumps(self.staff_view(texts, sentences), ensure_ascii=False)
