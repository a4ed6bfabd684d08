"""A helper asks the others to come; whoever comes says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from appliance.core.ids import CounterId

FORGOTTEN_AFTER: Final = 900.0
"""Seconds after which a call for help is over by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForHelp:
    """One counter that asked, and who is on the way."""

    counter: CounterId
    coming: CounterId | None = None
    since: float = 0.0


class CallsForHelp:
    """Who asked and was not helped yet. In memory only: a question in a room, not a record."""

    def __init__(self, *, ticker: Callable[[], float], tell: Callable[[], None]) -> None:
        self._ticker = ticker
        self._tell = tell
        self._calls: dict[CounterId, CallForHelp] = {}

    def standing(self) -> Sequence[CallForHelp]:
        """In the order in which they were asked."""
        now = self._ticker()
        self._calls = {
            counter: call
            for counter, call in self._calls.items()
            if now - call.since < FORGOTTEN_AFTER
        }
        return list(self._calls.values())

    def ask(self, counter: CounterId) -> None:
        """Asking again while somebody is on the way changes nothing."""
        self.standing()
        if counter not in self._calls:
            self._calls[counter] = CallForHelp(counter=counter, since=self._ticker())
            self._tell()

    def come(self, counter: CounterId, by: CounterId) -> bool:
        """Somebody goes there: whether it was still asked, and by nobody else answered."""
        self.standing()
        call = self._calls.get(counter)
        if call is None or call.coming not in {None, by}:
            return False
        self._calls[counter] = replace(call, coming=by)
        self._tell()
        return True

    def over(self, counter: CounterId) -> None:
        """It is not needed any more."""
        if self._calls.pop(counter, None) is not None:
            self._tell()
