"""What an action was about."""

from appliance.core import facts
from appliance.core.ids import TicketNumber
from appliance.core.queue import Queue
from appliance.core.records import Action


def opens_session(action: Action) -> bool:
    """Whether a session began with it."""
    return any(isinstance(fact, facts.SessionOpened) for fact in action.facts)


def subject(action: Action, queue: Queue) -> TicketNumber | None:
    """The ticket an action was about; of several, the last."""
    for fact in reversed(action.facts):
        if isinstance(fact, facts.ActionUndone):
            origin = next(a for a in queue.actions if a.id == fact.action)
            return subject(origin, queue)
        number: TicketNumber | None = getattr(fact, "number", None)
        if number is not None:
            return number
    return None
