"""What the rules of the desk say to each request: facts, or a refusal; nothing changes here."""

from typing import Final, assert_never

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.errors import (
    BadRequest,
    DependedOn,
    NobodyToRate,
    NobodyWaiting,
    SessionClosed,
    SessionOpen,
    UnknownAction,
    UnknownCounter,
    UnknownService,
    UnknownTicket,
    WrongState,
)
from appliance.core.feedback import LEVELS, QUESTIONS
from appliance.core.ids import ActionId, CounterId, ServiceId, TicketNumber
from appliance.core.queue import Queue
from appliance.core.session import Session, SessionState
from appliance.core.stamp import Stamp
from appliance.core.ticket import TRANSITIONS, Assist, Outcome, Ticket, TicketState, Verb

LARGEST_GROUP: Final = 500
MOST_HELPERS: Final = 99


def decide(queue: Queue, command: c.Command, stamp: Stamp) -> tuple[f.Fact, ...]:  # noqa: C901, PLR0911, PLR0912  an arm a verb
    """The facts that would be true; raises a Refused that says why not."""
    if isinstance(command, c.Open):
        return (_open(queue, command),)
    session = queue.session
    if session is None or session.state is SessionState.CLOSED:
        raise SessionClosed
    match command:
        case c.JoinWindow():
            return (f.WindowJoined(window=command.window),)
        case c.StartClosing():
            if session.state is SessionState.CLOSING:
                raise WrongState(session=session.state.value)
            return (f.ClosingStarted(),)
        case c.CountHelpers():
            if not 0 <= command.helpers <= MOST_HELPERS:
                raise BadRequest(field="helpers")
            return (f.HelpersCounted(helpers=command.helpers),)
        case c.Take():
            return (_take(queue, command, session),)
        case c.Count():
            if command.measure not in queue.rules.measures:
                raise BadRequest(field="measure")
            if not 1 <= command.n <= LARGEST_GROUP:
                raise BadRequest(field="n")
            return (f.Tallied(measure=command.measure, n=command.n),)
        case c.Smile():
            return (_smile(queue, command),)
        case c.Undo():
            return (_undo(queue, command),)
        case c.CallNext():
            return _call_next(queue, command, stamp)
        case c.Call():
            return _call(queue, command, stamp)
        case _:
            return (_about_ticket(queue, command, stamp),)


def _open(queue: Queue, command: c.Open) -> f.SessionOpened:
    if queue.state is not SessionState.CLOSED:
        raise SessionOpen
    if not 0 <= command.helpers <= MOST_HELPERS:
        raise BadRequest(field="helpers")
    return f.SessionOpened(
        serial=command.serial,
        location=command.location,
        letter=command.letter,
        count=command.count,
        day=command.day,
        helpers=command.helpers,
        window=command.window,
    )


def _take(queue: Queue, command: c.Take, session: Session) -> f.TicketTaken:
    if session.state is not SessionState.OPEN:
        raise SessionClosed
    if command.service not in queue.rules.services:
        raise UnknownService(service=command.service)
    if not (2 <= len(command.lang) <= 3 and command.lang.isascii() and command.lang.islower()):  # noqa: PLR2004  ISO 639-1 and -3
        raise BadRequest(field="lang")
    count = queue.count + 1
    return f.TicketTaken(
        number=TicketNumber(f"{session.letter}{count}"),
        place=count,
        service=command.service,
        source=command.source,
        lang=command.lang,
        token=command.token,
        promise=queue.wait(queue.waiting_count),
    )


def _smile(queue: Queue, command: c.Smile) -> f.SmileyPressed:
    """One answer for each visit at most, whoever leans on the button."""
    if command.question not in QUESTIONS:
        raise BadRequest(field="question")
    if command.level not in LEVELS:
        raise BadRequest(field="level")
    if queue.unrated < 1:
        raise NobodyToRate
    return f.SmileyPressed(question=command.question, level=command.level)


def _call_next(queue: Queue, command: c.CallNext, stamp: Stamp) -> tuple[f.Fact, ...]:
    _check_counter(queue, command.counter)
    ticket = queue.first_for(command.counter)
    if ticket is None:
        raise NobodyWaiting(counter=command.counter)
    return (
        *_clear(queue, command.counter, stamp),
        f.TicketCalled(number=ticket.number, counter=command.counter),
    )


def _call(queue: Queue, command: c.Call, stamp: Stamp) -> tuple[f.Fact, ...]:
    _check_counter(queue, command.counter)
    ticket = _find(queue, command.number)
    _check(ticket, Verb.CALL)
    return (
        *_clear(queue, command.counter, stamp),
        f.TicketCalled(number=ticket.number, counter=command.counter),
    )


def _clear(queue: Queue, counter: CounterId, stamp: Stamp) -> tuple[f.Fact, ...]:
    """End the visit still open at that counter, as unknown."""
    open_visit = queue.at_counter(counter)
    if open_visit is None:
        return ()
    return (
        f.TicketFinished(
            number=open_visit.number,
            topic="unknown",
            outcome=Outcome.UNKNOWN,
            assist=Assist.UNKNOWN,
            forgotten=queue.forgotten(open_visit, stamp) or None,
        ),
    )


_About = (
    c.Recall
    | c.Serve
    | c.Finish
    | c.Confirm
    | c.NoShow
    | c.Requeue
    | c.Hold
    | c.ReturnHeld
    | c.Transfer
    | c.Rate
    | c.Cancel
)


def _about_ticket(queue: Queue, command: _About, stamp: Stamp) -> f.Fact:  # noqa: C901, PLR0911, PLR0912  an arm a verb
    ticket = _find(queue, command.number)
    number = ticket.number
    match command:
        case c.Recall():
            _check(ticket, Verb.RECALL)
            return f.TicketRecalled(number=number)
        case c.Serve():
            _check(ticket, Verb.SERVE)
            return f.ServingStarted(number=number)
        case c.Finish():
            _check(ticket, Verb.FINISH)
            if command.topic not in queue.rules.topics:
                raise BadRequest(field="topic")
            sent_on = command.referral is not None
            if sent_on and command.referral not in queue.rules.referrals:
                raise BadRequest(field="referral")
            if sent_on and command.outcome not in {Outcome.REFERRED, Outcome.UNKNOWN}:
                raise BadRequest(field="referral")
            return f.TicketFinished(
                number=number,
                topic=command.topic,
                outcome=Outcome.REFERRED if sent_on else command.outcome,
                assist=command.assist,
                referral=command.referral,
                forgotten=queue.forgotten(ticket, stamp) or None,
            )
        case c.Confirm():
            _check(ticket, Verb.CONFIRM)
            return f.VisitConfirmed(number=number)
        case c.NoShow():
            _check(ticket, Verb.NO_SHOW)
            place = None if ticket.missed else queue.place_back(ticket)
            return f.TicketMissed(number=number, place=place)
        case c.Requeue():
            _check(ticket, Verb.REQUEUE)
            return f.TicketRequeued(number=number)
        case c.Hold():
            _check(ticket, Verb.HOLD)
            if command.until is not None and command.until <= stamp.wall:
                raise BadRequest(field="until")
            return f.TicketHeld(number=number, until=command.until)
        case c.ReturnHeld():
            _check(ticket, Verb.RETURN)
            return f.TicketReturned(number=number)
        case c.Transfer():
            return _transfer(queue, command, ticket)
        case c.Rate():
            if ticket.state is not TicketState.FINISHED or ticket.rated is not None:
                raise WrongState(number=number, state=ticket.state.value)
            for name in QUESTIONS:
                if getattr(command, name) not in LEVELS:
                    raise BadRequest(field=name)
            return f.VisitRated(
                number=number,
                ease=command.ease,
                friendly=command.friendly,
                confidence=command.confidence,
            )
        case c.Cancel():
            _check(ticket, Verb.CANCEL)
            return f.TicketCancelled(number=number)
        case _:
            assert_never(command)


def _transfer(queue: Queue, command: c.Transfer, ticket: Ticket) -> f.TicketTransferred:
    if command.service is None and command.counter is None:
        raise BadRequest(field="service")
    if command.service is not None and command.service not in queue.rules.services:
        raise UnknownService(service=command.service)
    if command.counter is not None:
        _check_counter(queue, command.counter)
    _check(ticket, Verb.TRANSFER)
    return f.TicketTransferred(
        number=ticket.number,
        service=ServiceId(command.service or ticket.service),
        counter=command.counter,
    )


def _undo(queue: Queue, command: c.Undo) -> f.ActionUndone:
    action = command.action
    if action not in queue.deeds:
        raise UnknownAction(action=action)
    if isinstance(queue.deeds[action].action.facts[0], f.VisitRated | f.SmileyPressed):
        raise UnknownAction(action=action)  # what a visitor said is not ours to take back
    if queue.deeds.undone(action):
        raise WrongState(undone=action)
    if action == ActionId(1):
        later = [a.id for a in queue.actions if queue.deeds.stands(a.id) and a.id != action]
        if later:
            raise DependedOn(action=action, by=later[-1])
    blocker = queue.deeds.blocker(action)
    if blocker is not None:
        raise DependedOn(action=action, by=blocker)
    return f.ActionUndone(action=action)


def _find(queue: Queue, number: TicketNumber) -> Ticket:
    ticket = queue.tickets.get(number)
    if ticket is None:
        raise UnknownTicket(number=number)
    return ticket


def _check(ticket: Ticket, verb: Verb) -> None:
    if ticket.state not in TRANSITIONS[verb] or ticket.mistaken:
        raise WrongState(number=ticket.number, state=ticket.state.value, counter=ticket.counter)


def _check_counter(queue: Queue, counter: CounterId) -> None:
    if not 1 <= counter <= queue.rules.counters:
        raise UnknownCounter(counter=counter)
