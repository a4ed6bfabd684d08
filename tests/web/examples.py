"""A morning at a place that does not exist, frozen at moments worth looking at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from appliance.core.access import Device, Role
from appliance.core.guests import Guest, GuestState
from appliance.core.ids import ActionId, CounterId, ServiceId, TicketNumber, Token
from appliance.core.language_rule import LanguageRule
from appliance.core.queue import CalledNumber
from appliance.core.session import SessionState
from appliance.core.ticket import Range, Source, TicketState
from appliance.core.view import CounterView, QueueView, TicketView, Why
from appliance.web.pages import Pages, Place
from appliance.web.sentences import sentence, why_sentence
from appliance.web.texts import Texts

ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)
OPENING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LANGUAGES = ("nl", "fr", "en", "ar")
PLACE = Place(
    name="Digicafé ’t Park",
    zone=ZONE,
    services=("help", "egov", "pc", "loan", "collect", "wifi"),
    languages=LANGUAGES,
    info_number="1777",
    helper_word="helper",
    hours=((2, "9 – 12"), (4, "13 – 16"), (6, "10 – 12")),
)
PAGES = Pages(PLACE)


def ticket(number: str, **changes: Any) -> TicketView:  # noqa: ANN401  any field
    plain = TicketView(
        number=TicketNumber(number),
        token=Token("1-abc"),
        state=TicketState.WAITING,
        service=ServiceId("help"),
        lang="nl",
        source=Source.BUTTON,
        ahead=0,
        wait=None,
        counter=None,
        wanted=None,
        why=Why.FIRST,
        until=None,
        taken=NOW - timedelta(minutes=40),
        waited=14,
    )
    return replace(plain, **changes)


WAITING = (
    ticket("A8", lang="ar", service=ServiceId("egov"), waited=31),
    ticket("A9", ahead=1, why=Why.EARLIER),
    ticket("A10", ahead=2, why=Why.EARLIER, lang="fr", service=ServiceId("loan"), waited=9),
    ticket("A11", ahead=3, why=Why.WANTED, wanted=CounterId(2), waited=2),
)
HELD = (
    ticket(
        "A4",
        state=TicketState.HELD,
        why=Why.HELD_UNTIL,
        until=NOW + timedelta(minutes=20),
        waited=44,
    ),
)


def seated(number: str, counter: int, minutes: int, state: TicketState) -> CounterView:
    return CounterView(
        counter=CounterId(counter),
        ticket=ticket(
            number,
            state=state,
            why=Why.CALLED,
            counter=CounterId(counter),
            service=ServiceId("egov"),
        ),
        since=NOW - timedelta(minutes=minutes),
        minutes=minutes,
    )


COUNTERS = (
    seated("A6", 1, 12, TicketState.CALLED),
    seated("A7", 2, 8, TicketState.CALLED),
    CounterView(counter=CounterId(3), ticket=None, since=None, minutes=None),
)


def calls(*pairs: tuple[str, int]) -> tuple[CalledNumber, ...]:
    return tuple(
        CalledNumber(
            seq=20 - n,
            action=ActionId(40 - n),
            number=TicketNumber(number),
            counter=CounterId(counter),
        )
        for n, (number, counter) in enumerate(pairs)
    )


def queue(**changes: Any) -> QueueView:  # noqa: ANN401  any field
    busy = QueueView(
        revision=42,
        at=NOW,
        state=SessionState.OPEN,
        session=None,
        waiting=WAITING,
        held=HELD,
        counters=COUNTERS,
        calls=calls(("A7", 2), ("A6", 1), ("A5", 3)),
        given=11,
        finished=5,
        left=1,
        cancelled=0,
        tallies=(("call", 3), ("first", 2), ("group", 12), ("home", 1), ("pc", 5)),
        kept=4,
        promised=5,
    )
    return replace(busy, **changes)


BUSY = queue()
FREE = tuple(
    CounterView(counter=CounterId(n), ticket=None, since=None, minutes=None) for n in (1, 2, 3)
)
QUIET = queue(waiting=(), held=(), counters=FREE, calls=())
CLOSED = queue(state=SessionState.CLOSED, waiting=(), held=(), counters=FREE, calls=())
CLOSING = queue(state=SessionState.CLOSING)
SLOW = queue(counters=(seated("A7", 2, 31, TicketState.SERVING),))
FORGOTTEN = queue(counters=(seated("A7", 2, 50, TicketState.SERVING),))
LONG = queue(
    calls=calls(("A128", 12), ("A127", 1), ("A126", 3)),
    counters=(seated("A128", 12, 1, TicketState.CALLED),),
    waiting=tuple(ticket(f"A{130 + n}", ahead=n) for n in range(12)),
)
TICKETS = {
    "wacht": ticket("A9", ahead=2, why=Why.EARLIER, wait=Range(low=10, high=25)),
    "veel": ticket("A128", ahead=11, why=Why.EARLIER, wait=Range(low=40, high=95)),
    "eerst": ticket("A8", wait=Range(low=0, high=5)),
    "gemist": ticket("A5", ahead=3, why=Why.MISSED),
    "houden": HELD[0],
    "beurt": ticket("A7", state=TicketState.CALLED, counter=CounterId(2), why=Why.CALLED),
    "bezig": ticket("A7", state=TicketState.SERVING, counter=CounterId(2), why=Why.SERVING),
    "klaar": ticket("A7", state=TicketState.FINISHED, why=Why.FINISHED),
    "bedankt": ticket("A7", state=TicketState.FINISHED, why=Why.FINISHED, rated=True),
    "weg": ticket("A7", state=TicketState.LEFT, why=Why.LEFT),
    "stop": ticket("A7", state=TicketState.CANCELLED, why=Why.CANCELLED),
    "elders": ticket("A7", state=TicketState.TRANSFERRED, why=Why.SENT_ON),
}


DEVICES = (
    Device(id=1, role=Role.LEAD, label="home", paired_on=date(2026, 11, 3), digest=""),
    Device(id=2, role=Role.VOLUNTEER, label="bell", paired_on=None, digest=""),
)


GUESTS = {
    "geen": Guest(state=GuestState.NONE),
    "buiten": Guest(state=GuestState.OUTSIDE),
    "tik": Guest(state=GuestState.WAITING),
    "in": Guest(state=GuestState.ONLINE, left=8100),
    "om": Guest(state=GuestState.ENDED),
    "zonder": Guest(state=GuestState.ONLINE, left=60, uplink=False),
    "stuk": Guest(state=GuestState.WAITING, ready=False),
}


def every_page(lang: str, nonce: str = "n0nce", pages: Pages = PAGES) -> dict[str, str]:
    """Each page by a name of its own, in one language."""
    walls = Pages(replace(pages.place, language_rule=LanguageRule.VRIJ))  # any language alone
    texts = Texts(lang, zone=ZONE)

    def said(code: str) -> str:
        return sentence(code, {}, texts)

    rendered = {
        "welkom": pages.welcome(lang, queue=BUSY, next_opening=OPENING, nonce=nonce),
        "welkom-dicht": pages.welcome(lang, queue=CLOSED, next_opening=OPENING, nonce=nonce),
        "welkom-nooit": pages.welcome(lang, queue=CLOSED, next_opening=None, nonce=nonce),
        "welkom-laatste": pages.welcome(lang, queue=CLOSING, next_opening=OPENING, nonce=nonce),
        "welkom-nummer": pages.welcome(
            lang, queue=BUSY, next_opening=None, nonce=nonce, ticket_url="/t/1-abc"
        ),
        "welkom-zonder": pages.welcome(
            lang, queue=BUSY, next_opening=None, nonce=nonce, guest=GUESTS["zonder"]
        ),
        "welkom-om": pages.welcome(
            lang, queue=CLOSED, next_opening=OPENING, nonce=nonce, guest=GUESTS["om"]
        ),
        "onbekend": pages.unknown_ticket(lang, nonce),
        "voorbij": pages.session_over(lang, OPENING, nonce),
        "probleem": pages.problem(lang, said("failed"), nonce),
        "tellen": pages.what_we_count(lang, nonce),
        "bewaren": pages.what_is_kept(lang, nonce),
        "bord": walls.board(lang, queue=BUSY, next_opening=None, nonce=nonce),
        "bord-lang": walls.board(lang, queue=LONG, next_opening=None, nonce=nonce),
        "bord-rust": walls.board(lang, queue=QUIET, next_opening=None, nonce=nonce),
        "welkom-papier": pages.welcome(
            lang, queue=BUSY, next_opening=None, nonce=nonce, on_paper=True
        ),
        "nummer-papier": pages.ticket(
            lang, ticket=TICKETS["wacht"], queue=BUSY, url="/t/1-abc", nonce=nonce, on_paper=True
        ),
        "bord-papier": walls.board(
            lang, queue=QUIET, next_opening=None, nonce=nonce, on_paper=True
        ),
        "bord-dicht": walls.board(lang, queue=CLOSED, next_opening=OPENING, nonce=nonce),
        "pin": pages.sign_in(lang, nonce=nonce),
        "pin-fout": pages.sign_in(lang, nonce=nonce, problem=said("wrong-pin")),
        "pin-gekoppeld": pages.sign_in(lang, nonce=nonce, label="bell"),
        "pin-dicht": pages.sign_in(lang, nonce=nonce, problem=said("pin-locked"), pin=False),
        "pin-zonder-knop": pages.sign_in(lang, nonce=nonce, button=False),
        "pin-onversleuteld": pages.sign_in(lang, nonce=nonce, unsealed=True),
        "pin-gratis-wifi": pages.sign_in(
            lang, nonce=nonce, problem=said("pin-not-here"), pin=False
        ),
        "toestellen": pages.devices(
            lang,
            devices=DEVICES,
            own=1,
            roles=[Role.VOLUNTEER, Role.LEAD],
            address="http://192.168.1.20:8081",
            code="482913",
            safe=True,
            nonce=nonce,
        ),
        "toestellen-geen": pages.devices(
            lang, devices=(), own=None, roles=[Role.VOLUNTEER], address="http://x", nonce=nonce
        ),
        "tablet": pages.tablet(
            lang, csrf="c", counter=2, counters=3, nudge=(30, 4), still_there=45, nonce=nonce
        ),
        "eerste-dag": pages.first_day(lang, button=True, nonce=nonce),
        "nummer-klaar-laatste-vraag": pages.ticket(
            lang, ticket=TICKETS["klaar"], queue=BUSY, url="/t/1-abc", answers=(2, 1), nonce=nonce
        ),
    }
    for name, guest in GUESTS.items():
        rendered[f"wifi-{name}"] = pages.wifi(
            lang,
            guest=guest,
            minutes=240,
            nonce=nonce,
            ticket_url="/t/1-abc" if name == "in" else None,
        )
    for name, view in TICKETS.items():
        rendered[f"nummer-{name}"] = pages.ticket(
            lang, ticket=view, queue=BUSY, url="/t/1-abc", nonce=nonce
        )
    return rendered


# ------------------------------------------------------------------ the staff API, as told


def ticket_json(view: TicketView, texts: Texts) -> dict[str, Any]:
    return {
        "number": view.number,
        "state": view.state.value,
        "service": view.service,
        "lang": view.lang,
        "source": view.source.value,
        "ahead": view.ahead,
        "wait": None,
        "counter": view.counter,
        "wanted": view.wanted,
        "until": view.until.isoformat() if view.until else None,
        "waited": view.waited,
        "why": why_sentence(view, texts),
    }


def snapshot(view: QueueView, lang: str = "nl", **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any field
    texts = Texts(lang, zone=ZONE)
    return {
        "session": view.state.value,
        "at": view.at.isoformat(),
        "helpers": 3,
        "waiting": [ticket_json(one, texts) for one in view.waiting],
        "held": [ticket_json(one, texts) for one in view.held],
        "counters": [
            {
                "counter": seat.counter,
                "ticket": ticket_json(seat.ticket, texts) if seat.ticket else None,
                "since": seat.since.isoformat() if seat.since else None,
                "minutes": seat.minutes,
                "quiet": seat.minutes,
            }
            for seat in view.counters
        ],
        "help": [],
        "finished": view.finished,
        "left": view.left,
        "tallies": dict(view.tallies),
        "next_opening": OPENING.isoformat(),
        "score": {"kept": view.kept, "promised": view.promised},
        "conditions": [],
        "revision": view.revision,
        **changes,
    }


def log_json(lang: str = "nl") -> list[dict[str, Any]]:
    _ = Texts(lang, zone=ZONE).gettext
    told = (
        (_("Inloop geopend"), "09:00"),
        (_("{number} in wacht tot {time}", number="A4", time="11.02"), "10:12"),
        (_("{number} naar tafel {counter} geroepen", number="A6", counter=1), "10:30"),
        (f"+1 {_('telefoon')}", "10:31"),
        (_("{number} naar tafel {counter} geroepen", number="A7", counter=2), "10:34"),
    )
    return [
        {
            "id": n + 1,
            "at": f"2026-11-20T{time}:00+01:00",
            "text": text,
            "undoable": n > 0,
            "undone": n == 1,
        }
        for n, (text, time) in enumerate(told)
    ]
