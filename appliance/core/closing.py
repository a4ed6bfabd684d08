"""The end of a session: who must still be asked about, and what is left when it is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.core.errors import PeopleWaiting, SessionClosed
from appliance.core.queue import Queue
from appliance.core.stamp import Stamp
from appliance.core.tally import Tables, ended, fold
from appliance.core.ticket import TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a session that ends now leaves behind."""

    tables: Tables
    finished: int
    left: int


def settle(
    queue: Queue, stamp: Stamp, *, confirm: bool, local: Callable[[datetime], datetime]
) -> Settlement | None:
    """What remains of the session; None when a visit still goes on that nobody may cut off.

    Raises SessionClosed, or PeopleWaiting with the number of people, unless confirmed.
    """
    if queue.session is None:
        raise SessionClosed
    waiting = queue.total(TicketState.WAITING) + queue.total(TicketState.HELD)
    helped = queue.total(TicketState.CALLED) + queue.total(TicketState.SERVING)
    if waiting and not confirm:
        raise PeopleWaiting(waiting=waiting)
    if helped and not confirm:
        return None
    finals = [ended(ticket, stamp) for ticket in queue.tickets.values() if not ticket.mistaken]
    finished = sum(1 for ticket in finals if ticket.state is TicketState.FINISHED)
    return Settlement(
        tables=fold(queue, stamp, local), finished=finished, left=len(finals) - finished
    )
