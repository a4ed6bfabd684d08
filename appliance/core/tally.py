"""A session's tickets folded into counts, in which nobody can be found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from appliance.core.changes import after
from appliance.core.facts import TicketFinished, TicketLeft
from appliance.core.feedback import QUESTIONS, answer_code
from appliance.core.queue import Queue
from appliance.core.stamp import Stamp, elapsed
from appliance.core.ticket import Assist, Outcome, Ticket, TicketState

Tables = dict[str, dict[str, int]]
"""table → code → count; every table is one-way, nothing is crossed."""

WAIT_STEPS: Final = (5, 10, 20, 40)
HOURS: Final = ((12, "am"), (14, "noon"), (18, "pm"), (24, "eve"))


def ended(ticket: Ticket, stamp: Stamp) -> Ticket:
    """The ticket as the end of the session leaves it."""
    match ticket.state:
        case TicketState.WAITING | TicketState.HELD:
            return after(ticket, TicketLeft(number=ticket.number), stamp)
        case TicketState.CALLED | TicketState.SERVING:
            finish = TicketFinished(
                number=ticket.number,
                topic="unknown",
                outcome=Outcome.UNKNOWN,
                assist=Assist.UNKNOWN,
            )
            return replace(after(ticket, finish, stamp), called=None)
        case _:
            return ticket


def fold(queue: Queue, stamp: Stamp, local: Callable[[datetime], datetime]) -> Tables:
    """The counts of a session that ends now."""
    tables: Tables = {}
    session = queue.session
    if session is None:
        return tables
    _count(tables, "total", "sessions")
    length = elapsed(session.opened, stamp)
    if length is not None:
        _count(tables, "total", "open_minutes_actual", int(length.total_seconds() // 60))
    for ticket in queue.tickets.values():
        if not ticket.mistaken:
            _fold_ticket(tables, ended(ticket, stamp), local)
    _fold_nonticket(tables, queue)
    for code, n in queue.smileys.items():
        _count(tables, "feedback", code, n)
    lesson = queue.lesson
    if lesson.promised:
        _count(tables, "promise", "kept", lesson.kept)
        _count(tables, "promise", "given", lesson.promised)
    return tables


def _fold_nonticket(tables: Tables, queue: Queue) -> None:
    """Help without a ticket; each contact has one channel, and a group is none of them."""
    counts = {measure: n for measure, n in queue.tallies.items() if n}
    for measure, n in counts.items():
        _count(tables, "nonticket", measure, n)
    channels = {
        "face": tables["total"].get("served", 0) + counts.get("pc", 0),
        "call": counts.get("call", 0),
        "home": counts.get("home", 0),
    }
    totals = {
        "contacts": sum(channels.values()),
        "nonticket": sum(counts.get(measure, 0) for measure in ("call", "home", "pc")),
        "group_people": counts.get("group", 0),
        "group_sessions": queue.groups,
        "first_visits": counts.get("first", 0),
    }
    for table, found in (("channel", channels), ("total", totals)):
        for code, n in found.items():
            if n:
                _count(tables, table, code, n)


def planned(minutes: int) -> Tables:
    """The counts of opening hours that a place had promised."""
    return {"total": {"open_minutes_planned": minutes}}


def added(tables: Iterable[Mapping[str, Mapping[str, int]]]) -> Tables:
    """Several periods as one."""
    total: Tables = {}
    for one in tables:
        for table, counts in one.items():
            for code, n in counts.items():
                _count(total, table, code, n)
    return total


def _fold_ticket(tables: Tables, ticket: Ticket, local: Callable[[datetime], datetime]) -> None:
    _count(tables, "total", "tickets")
    _count(tables, "service", ticket.service)
    _count(tables, "language", ticket.lang)
    _count(tables, "source", ticket.source.value)
    if ticket.taken.source.trusted:
        hour = local(ticket.taken.wall).hour
        _count(tables, "hour", next(code for end, code in HOURS if hour < end))
    else:
        _count(tables, "hour", "unknown")
    if ticket.first_called is not None:
        _count(tables, "total", "called")
        _count(tables, "wait", _step(elapsed(ticket.taken, ticket.first_called)))
    if ticket.state is not TicketState.FINISHED:
        _count(tables, "total", "left")
        return
    _count(tables, "total", "served")
    _count(tables, "topic", ticket.topic)
    _count(tables, "outcome", ticket.outcome.value)
    _count(tables, "assist", ticket.assist.value)
    if ticket.referral is not None:
        _count(tables, "referral", ticket.referral)
    if ticket.rated is not None:
        for question, level in zip(QUESTIONS, ticket.rated, strict=True):
            _count(tables, "feedback", answer_code(question, level))
    _count(tables, "help", _step(_lasted(ticket)))


def _lasted(ticket: Ticket) -> timedelta | None:
    """How long the visit was; None when nobody knows."""
    if ticket.called is None or ticket.ended is None or ticket.forgotten:
        return None
    return elapsed(ticket.called, ticket.ended)


def _step(duration: timedelta | None) -> str:
    if duration is None:
        return "unknown"
    minutes = duration.total_seconds() / 60
    low = 0
    for high in WAIT_STEPS:
        if minutes < high:
            return f"{low}-{high}"
        low = high
    return f"{low}+"


def _count(tables: Tables, table: str, code: str, n: int = 1) -> None:
    counts = tables.setdefault(table, {})
    counts[code] = counts.get(code, 0) + n
