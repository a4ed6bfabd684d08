"""Everything that can go wrong, wait or happen has a plain sentence."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from appliance.core import errors
from appliance.core import facts as f
from appliance.core.catalogue import MEASURES, SERVICES
from appliance.core.errors import (
    DependedOn,
    DigipuntError,
    PeopleWaiting,
    SessionClosed,
    WrongState,
)
from appliance.core.ids import ActionId, CounterId, LocationId, ServiceId, TicketNumber, Token
from appliance.core.queue import Queue, Rules
from appliance.core.records import Action
from appliance.core.stamp import ClockSource, Stamp
from appliance.core.ticket import Assist, Outcome, Source, TicketState
from appliance.core.view import Why
from appliance.web import sentences
from appliance.web.sentences import action_sentence, error_sentence, sentence, why_sentence
from appliance.web.texts import NAMES, Texts
from tests import messages
from tests.web.examples import NOW, ticket

HTTP_CODES = [
    "bad-host",
    "method-not-allowed",
    "not-found",
    "too-large",
    "unsupported-type",
    "bad-json",
    "missing-key",
    "foreign-origin",
    "not-signed-in",
    "wrong-pin",
    "too-many-tries",
    "timeout",
    "internal",
]
JARGON = re.compile(
    r"\b(login|log ?in|inloggen|account|browser|hotspot|portal|portaal|submit|ticket|token|"
    r"wachtrij|server|sessie|applicatie|app|klik|website|online status|error|url)\b",
    re.IGNORECASE,
)
STAFF_ONLY = (
    "tablet_words.py",
    "pairing_words.py",
    "tablet.html",
    "sign_in.html",
    "devices.html",
    "catalogue",
)
MOST_WORDS = 12
A7 = TicketNumber("A7")
STAMP = Stamp(wall=NOW, source=ClockSource.RTC, boot="b", ms=0)


def texts(lang: str = "nl") -> Texts:
    return Texts(lang, zone=ZoneInfo("Europe/Brussels"))


def our_errors() -> Iterator[type[DigipuntError]]:
    for thing in vars(errors).values():
        if isinstance(thing, type) and issubclass(thing, DigipuntError):
            yield thing


# ------------------------------------------------------------------ errors


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize("error", list(our_errors()), ids=lambda error: error.code)
def test_every_error_has_a_sentence(error: type[DigipuntError], lang: str) -> None:
    assert error.code in sentences.codes(texts(lang))
    assert_sentence(error_sentence(error(), texts(lang)))


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize("code", HTTP_CODES)
def test_every_http_code_has_a_sentence(code: str, lang: str) -> None:
    assert code in sentences.codes(texts(lang))
    assert_sentence(sentence(code, {}, texts(lang)))


def test_an_unknown_code_still_says_something() -> None:
    assert sentence("no-such", {}, texts()) == sentence("internal", {}, texts())


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("counter", [None, CounterId(1)])
def test_a_wrong_state_tells_the_state(state: TicketState, counter: CounterId | None) -> None:
    error = WrongState(number="A7", state=state.value, counter=counter)
    assert "A7" in error_sentence(error, texts())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            WrongState(number="A7", state="called", counter=1),
            "A7 is al geroepen door tafel 1.",
        ),
        (WrongState(undone=4), "Dat is al ongedaan gemaakt."),
        (WrongState(session="closing"), "De laatste nummers zijn al gegeven."),
        (PeopleWaiting(waiting=1), "Er wacht nog 1 persoon."),
        (PeopleWaiting(waiting=3), "Er wachten nog 3 mensen."),
        (
            DependedOn(action=2, by=5, number="A7"),
            "Dit kan niet meer: daarna gebeurde er nog iets met A7. Maak eerst dat ongedaan.",
        ),
        (
            DependedOn(action=2, by=5, by_text="A7 is klaar"),
            "Dit kan niet meer. Maak eerst dit ongedaan: “A7 is klaar”.",
        ),
        (
            SessionClosed(next_opening=datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
            "Nu gesloten. Welkom op dinsdag 24 november om 9.00 uur.",
        ),
        (errors.UnknownTicket(number="A99"), "Nummer A99 kennen wij niet."),
        (errors.UnknownCounter(counter=9), "Tafel 9 is hier niet."),
        (errors.CounterBusy(counter=2), "Aan tafel 2 zit nog iemand."),
    ],
)
def test_the_facts_are_in_the_sentence(error: DigipuntError, told: str) -> None:
    assert error_sentence(error, texts()) == told


@pytest.mark.parametrize(
    "field", ["helpers", "n", "until", "lang", "topic", "service", "measure", "pin"]
)
def test_a_bad_field_has_a_hint(field: str) -> None:
    vague = error_sentence(errors.BadRequest(field="elsewhere"), texts())
    assert error_sentence(errors.BadRequest(field=field), texts()) != vague


def test_too_many_tries_tell_how_long() -> None:
    assert "30 seconden" in sentence("too-many-tries", {"seconds": 30}, texts())


# ------------------------------------------------------------------ why


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize("why", Why)
def test_every_place_in_the_queue_has_a_reason(why: Why, lang: str) -> None:
    view = ticket("A7", why=why, ahead=2, counter=CounterId(1), wanted=CounterId(2), until=NOW)
    told = why_sentence(view, texts(lang))
    assert_sentence(told)
    for service in SERVICES:
        assert texts(lang).gettext(service.short) not in told


def test_the_reason_is_told_in_plain_words() -> None:
    assert why_sentence(ticket("A7"), texts()) == "Staat vooraan: kwam om 10.02 uur."
    two = ticket("A9", why=Why.EARLIER, ahead=2)
    assert why_sentence(two, texts()) == "2 mensen kwamen eerder."
    assert_sentence(why_sentence(ticket("A9", why=Why.HELD_UNTIL), texts()))


# ------------------------------------------------------------------ the log of the day

VOICES = {f.VisitRated, f.SmileyPressed}
FACTS: tuple[tuple[f.Fact, str], ...] = (
    (
        f.SessionOpened(
            serial=1,
            location=LocationId("here"),
            letter="A",
            count=0,
            day=date(2026, 11, 20),
            helpers=2,
        ),
        "Inloop geopend",
    ),
    (f.WindowJoined(window=NOW), "Inloop volgt het uurrooster"),
    (f.ClosingStarted(), "Laatste nummers gegeven"),
    (f.HelpersCounted(helpers=1), "1 helper aanwezig"),
    (
        f.TicketTaken(
            number=A7,
            place=7,
            service=ServiceId("help"),
            source=Source.BUTTON,
            lang="nl",
            token=Token("x"),
            promise=None,
        ),
        "A7 kreeg een nummer",
    ),
    (f.TicketCalled(number=A7, counter=CounterId(2)), "A7 naar tafel 2 geroepen"),
    (f.TicketRecalled(number=A7), "A7 nog eens geroepen"),
    (f.ServingStarted(number=A7), "A7 zit aan tafel"),
    (
        f.TicketFinished(number=A7, topic="tax", outcome=Outcome.SOLVED, assist=Assist.TOGETHER),
        "A7 is klaar",
    ),
    (f.VisitConfirmed(number=A7), "A7 zit nog aan tafel"),
    (f.TicketMissed(number=A7, place=9), "A7 was er niet"),
    (f.TicketMissed(number=A7, place=None), "A7 was er weer niet"),
    (f.TicketRequeued(number=A7), "A7 wacht opnieuw"),
    (f.TicketHeld(number=A7, until=None), "A7 in wacht gezet"),
    (f.TicketHeld(number=A7, until=NOW), "A7 in wacht tot 10.42"),
    (f.TicketReturned(number=A7), "A7 is terug uit wacht"),
    (
        f.TicketTransferred(number=A7, service=ServiceId("egov"), counter=None),
        "A7 doorverwezen",
    ),
    (
        f.TicketTransferred(number=A7, service=ServiceId("egov"), counter=CounterId(3)),
        "A7 doorverwezen naar tafel 3",
    ),
    (f.TicketCancelled(number=A7), "A7 wacht niet meer"),
    (f.TicketLeft(number=A7), "A7 werd niet meer geholpen"),
    (f.Tallied(measure="call", n=1), "+1 telefoon"),
)


def action(number: int, *facts: f.Fact) -> Action:
    return Action(id=ActionId(number), stamp=STAMP, facts=facts)


def queue(*actions: Action) -> Queue:
    rules = Rules(
        services=frozenset({ServiceId("help")}),
        counters=3,
        topics=frozenset({"unknown"}),
        measures=frozenset(MEASURES),
    )
    return Queue(rules=rules, actions=actions)


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize(("fact", "told"), FACTS, ids=lambda x: type(x).__name__)
def test_every_fact_has_its_line(fact: f.Fact, told: str, lang: str) -> None:
    line = action_sentence(action(1, fact), queue(), texts(lang))
    assert line
    assert "{" not in line
    if lang == "nl":
        assert line == told
        assert len(line.split()) <= 6


def test_no_fact_is_forgotten() -> None:
    told = {type(fact) for fact, _ in FACTS} | {f.ActionUndone, *VOICES}
    assert told == set(get_args(f.Fact))


def test_what_a_visitor_thought_stands_in_no_log() -> None:
    rated = f.VisitRated(number=A7, ease=0, friendly=0, confidence=0)
    pressed = f.SmileyPressed(question="ease", level=0)
    assert {type(rated), type(pressed)} == VOICES
    for said in (rated, pressed):
        assert action_sentence(action(1, said), queue(), texts()) == ""


def test_calling_the_next_tells_both_visits() -> None:
    done = f.TicketFinished(
        number=A7, topic="unknown", outcome=Outcome.UNKNOWN, assist=Assist.UNKNOWN
    )
    called = f.TicketCalled(number=TicketNumber("A8"), counter=CounterId(2))
    line = action_sentence(action(1, done, called), queue(), texts())
    assert line == "A7 klaar, A8 naar tafel 2"


def test_an_undo_tells_what_it_took_back() -> None:
    opened, tally = action(1, FACTS[0][0]), action(2, f.Tallied(measure="group", n=12))
    undo = action(3, f.ActionUndone(action=ActionId(2)))
    redo = action(4, f.ActionUndone(action=ActionId(3)))
    day = queue(opened, tally, undo, redo)
    assert action_sentence(undo, day, texts()) == "Ongedaan gemaakt: +12 groep"
    assert action_sentence(redo, day, texts()) == "Toch gedaan: +12 groep"


# ------------------------------------------------------------------ the tone


def visitor_sentences() -> Iterator[str]:
    for message in messages.gathered():
        where = {name for name, _ in message.locations}
        if message.id and not all(name.endswith(STAFF_ONLY) for name in where):
            yield from [message.id] if isinstance(message.id, str) else message.id


@pytest.mark.parametrize("text", sorted(set(visitor_sentences())))
def test_a_visitors_sentence_is_short_and_plain(text: str) -> None:
    assert not JARGON.search(text)
    for part in re.split(r"(?<=[.!?:])\s", text):
        assert len(part.split()) <= MOST_WORDS, part


def assert_sentence(told: str) -> None:
    assert told
    assert told[-1] in ".!؟?»”"
    assert "{" not in told
    assert "None" not in told
