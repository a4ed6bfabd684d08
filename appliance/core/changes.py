"""A ticket before and after a fact that is about it."""

from dataclasses import replace

from appliance.core import facts as f
from appliance.core.stamp import Stamp
from appliance.core.ticket import Reason, Ticket, TicketState


def after(old: Ticket, fact: f.Fact, stamp: Stamp) -> Ticket:  # noqa: C901, PLR0911  an arm a fact
    """The ticket once that fact, which is about it, is true."""
    match fact:
        case f.TicketCalled():
            return replace(
                old,
                state=TicketState.CALLED,
                counter=fact.counter,
                wanted=None,
                called=stamp,
                sign=stamp,
                first_called=old.first_called or stamp,
                until=None,
            )
        case f.ServingStarted():
            return replace(old, state=TicketState.SERVING, sign=stamp)
        case f.TicketRecalled() | f.VisitConfirmed():
            return replace(old, sign=stamp)
        case f.TicketFinished():
            return replace(
                old,
                state=TicketState.FINISHED,
                ended=stamp,
                topic=fact.topic,
                outcome=fact.outcome,
                assist=fact.assist,
                forgotten=bool(fact.forgotten),
                referral=fact.referral,
            )
        case f.TicketMissed(place=None) | f.TicketLeft():
            return replace(old, state=TicketState.LEFT, counter=None, ended=stamp, until=None)
        case f.TicketMissed():
            place = fact.place if fact.place is not None else old.place
            back = _waiting_again(old, Reason.MISSED)
            return replace(back, place=place, missed=old.missed + 1)
        case f.TicketRequeued():
            return _waiting_again(old, Reason.REQUEUED)
        case f.TicketReturned():
            return _waiting_again(old, Reason.RETURNED)
        case f.TicketTransferred():
            again = _waiting_again(old, Reason.TRANSFERRED)
            return replace(again, service=fact.service, wanted=fact.counter)
        case f.TicketHeld():
            return replace(
                old, state=TicketState.HELD, counter=None, held_since=stamp, until=fact.until
            )
        case f.TicketCancelled():
            return replace(old, state=TicketState.CANCELLED, counter=None, ended=stamp, until=None)
        case _:
            return old


def _waiting_again(old: Ticket, reason: Reason) -> Ticket:
    return replace(
        old,
        state=TicketState.WAITING,
        reason=reason,
        counter=None,
        wanted=None,
        ended=None,
        until=None,
    )
