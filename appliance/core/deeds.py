"""What was done in a session, what rests on what, and what may therefore be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.core.ids import ActionId, TicketNumber
from appliance.core.records import Action
from appliance.core.session import Session
from appliance.core.ticket import Ticket


@dataclass(slots=True)
class Deed:
    """One action, and how what it touched was before it."""

    action: Action
    session: Session | None
    touched: set[str] = field(default_factory=set)
    """Tickets, counters, the session, the helpers."""
    before: dict[TicketNumber, Ticket | None] = field(default_factory=dict)
    undone: bool = False
    undo_of: ActionId | None = None
    last_word: ActionId | None = None
    """The latest undo, or undo of an undo, of this action."""
    tops: dict[str, ActionId | None] = field(default_factory=dict)
    """Of an undo: which action stood last at each thing, right after it."""


class Deeds:
    """All actions of a session. Each thing has a stack of the standing actions that touched it."""

    def __init__(self) -> None:
        self._deeds: dict[ActionId, Deed] = {}
        self._stacks: dict[str, list[ActionId]] = {}

    # -------------------------------------------------------------- what may be read

    def __getitem__(self, action: ActionId) -> Deed:
        return self._deeds[action]

    def __contains__(self, action: object) -> bool:
        return action in self._deeds

    @property
    def actions(self) -> Sequence[Action]:
        return [deed.action for deed in self._deeds.values()]

    @property
    def latest(self) -> int:
        """The id of the latest action; 0 before the first."""
        return next(reversed(self._deeds), 0)

    def undone(self, action: ActionId) -> bool:
        return self._deeds[action].undone

    def stands(self, action: ActionId) -> bool:
        """Whether it is no undo, and not undone."""
        deed = self._deeds[action]
        return not deed.undone and deed.undo_of is None

    def origin(self, action: ActionId) -> ActionId:
        """What an undo, or the undo of an undo, is about in the end."""
        deed = self._deeds[action]
        while deed.undo_of is not None:
            deed = self._deeds[deed.undo_of]
        return deed.action.id

    def top(self, thing: str) -> ActionId | None:
        """The standing action that touched it last."""
        stack = self._stacks.get(thing)
        return stack[-1] if stack else None

    def blocker(self, action: ActionId) -> ActionId | None:
        """The later action that rests on this one, if any.

        Of the undos of one action only the latest can be undone.
        """
        deed = self._deeds[action]
        if deed.undo_of is None:
            return next((top for t in deed.touched if (top := self.top(t)) != action), None)
        last = self._deeds[self.origin(action)].last_word
        if last != action:
            return last
        for thing, then in deed.tops.items():
            now = self.top(thing)
            if now is not None and now != then:
                return now
        return None

    # -------------------------------------------------------------- what the queue tells

    def begin(self, action: Action, session: Session | None) -> Deed:
        """An action is being applied."""
        deed = self._deeds[action.id] = Deed(action=action, session=session)
        return deed

    def done(self, deed: Deed) -> None:
        """It has been applied; from now on it stands."""
        if deed.undo_of is None:
            for thing in deed.touched:
                self._stacks.setdefault(thing, []).append(deed.action.id)

    def turn(self, action: ActionId, deed: Deed) -> Deed:
        """That deed undoes the action; gives the deed it is about, which stands or falls by it."""
        origin = self._deeds[self.origin(action)]
        stood = not origin.undone
        deed.undo_of = action
        self._deeds[action].undone = True
        origin.undone = stood
        origin.last_word = deed.action.id
        for thing in origin.touched:
            if origin.undone:
                self._stacks[thing].remove(origin.action.id)
            else:
                self._stacks[thing].append(origin.action.id)
        deed.tops = {thing: self.top(thing) for thing in origin.touched}
        return origin
