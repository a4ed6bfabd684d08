"""Frozen values to the JSON of the sites, and no more than each may know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from appliance.core.session import SessionState
from appliance.core.ticket import TicketState
from appliance.core.view import QueueView, TicketView
from appliance.services.calls_for_help import CallForHelp
from appliance.web.sentences import why_sentence
from appliance.web.texts import Texts


def ticket_json(view: TicketView, texts: Texts) -> dict[str, Any]:
    """A ticket, for its holder."""
    return {
        "number": view.number,
        "state": view.state.value,
        "service": view.service,
        "lang": view.lang,
        "source": view.source.value,
        "ahead": view.ahead,
        "wait": {"low": view.wait.low, "high": view.wait.high} if view.wait else None,
        "counter": view.counter,
        "why": why_sentence(view, texts),
    }


def staff_ticket_json(view: TicketView, texts: Texts) -> dict[str, Any]:
    """A ticket, for a volunteer."""
    return {
        **ticket_json(view, texts),
        "waited": view.waited,
        "wanted": view.wanted,
        "until": iso(view.until),
    }


def public_json(
    queue: QueueView, next_opening: datetime | None, *, paper: bool = False, edition: int = 0
) -> dict[str, Any]:
    """What everybody in the room may know: no service, topic, language or time of a ticket."""
    return {
        "session": "closed" if queue.state is SessionState.CLOSED else "open",
        "taking": queue.state is SessionState.OPEN and not paper,
        "waiting": len(queue.waiting),
        "serving": [
            {
                "number": place.ticket.number,
                "counter": place.counter,
                "state": place.ticket.state.value,
            }
            for place in queue.counters
            if place.ticket is not None
            and place.ticket.state in {TicketState.CALLED, TicketState.SERVING}
        ],
        "last_called": [{"number": call.number, "counter": call.counter} for call in queue.calls],
        "calls": queue.calls[0].seq if queue.calls else 0,
        "next_opening": iso(next_opening),
        "revision": queue.revision,
        "edition": edition,
    }


def help_json(calls: Sequence[CallForHelp]) -> list[dict[str, Any]]:
    """Which counters ask for a colleague, and who said to come."""
    return [{"counter": call.counter, "coming": call.coming} for call in calls]


def staff_json(
    queue: QueueView,
    texts: Texts,
    *,
    next_opening: datetime | None,
    conditions: Mapping[str, str],
    calls_for_help: Sequence[CallForHelp] = (),
    edition: int = 0,
) -> dict[str, Any]:
    """What a volunteer sees."""
    return {
        "session": queue.state.value,
        "helpers": queue.session.helpers if queue.session else 0,
        "waiting": [staff_ticket_json(ticket, texts) for ticket in queue.waiting],
        "held": [staff_ticket_json(ticket, texts) for ticket in queue.held],
        "counters": [
            {
                "counter": place.counter,
                "ticket": staff_ticket_json(place.ticket, texts) if place.ticket else None,
                "since": iso(place.since),
                "minutes": place.minutes,
                "quiet": place.quiet,
            }
            for place in queue.counters
        ],
        "help": help_json(calls_for_help),
        "finished": queue.finished,
        "left": queue.left + queue.cancelled,
        "given": queue.given,
        "tallies": dict(queue.tallies),
        "score": {"kept": queue.kept, "promised": queue.promised},
        "next_opening": iso(next_opening),
        "conditions": [
            {"name": name, "sentence": sentence} for name, sentence in conditions.items()
        ],
        "revision": queue.revision,
        "edition": edition,
        "at": iso(queue.at),
    }


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
