"""Which phone holds which ticket: in memory only, gone with the power and with the session."""

from typing import Final

from appliance.core.ids import TicketNumber
from appliance.core.ticket import Ticket
from appliance.desk import Desk

MOST: Final = 10_000
"""More phones than this have never been in a library."""


class Phones:
    """One open ticket per phone; a phone is a source address, which is never written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._serial = 0
        self._holds: dict[str, TicketNumber | None] = {}

    def ticket(self, address: str) -> Ticket | None:
        """The open ticket of that phone."""
        self._forget()
        number = self._holds.get(address)
        ticket = self._desk.queue.tickets.get(number) if number else None
        return ticket if ticket is not None and ticket.state.present else None

    def reserve(self, address: str) -> bool:
        """Keep the place for a ticket that is being taken; False when one is being taken."""
        self._forget()
        if address in self._holds and self._holds[address] is None:
            return False
        self._holds[address] = None
        return True

    def settle(self, address: str, ticket: Ticket | None) -> None:
        """Remember the ticket that came of it, or that none did."""
        if ticket is None:
            self._holds.pop(address, None)
            return
        self._holds[address] = ticket.number
        while len(self._holds) > MOST:
            del self._holds[next(iter(self._holds))]

    def seen(self, address: str, ticket: Ticket) -> None:
        """A phone shows its ticket: after a power cut this is how it is known again."""
        if self.ticket(address) is None and ticket.state.present:
            self.settle(address, ticket)

    def _forget(self) -> None:
        session = self._desk.queue.session
        serial = session.serial if session else 0
        if serial != self._serial:
            self._serial = serial
            self._holds.clear()
