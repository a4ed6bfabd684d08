"""What went wrong, why somebody stands where they stand and what was done, in plain words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, assert_never

from appliance.core import facts as f
from appliance.core.errors import DigipuntError
from appliance.core.queue import Queue
from appliance.core.records import Action
from appliance.core.view import TicketView, Why
from appliance.web.setting_words import setting_sentence
from appliance.web.texts import Texts

Facts = Mapping[str, object]


def error_sentence(error: DigipuntError, texts: Texts) -> str:
    """What happened, and what to do next."""
    return sentence(error.code, error.facts, texts)


def sentence(code: str, facts: Facts, texts: Texts) -> str:
    """The same from a bare code, for what goes wrong before there is an error of ours."""
    if code in _TELLERS:
        return _TELLERS[code](facts, texts)
    plain = _plain(texts)
    return plain.get(code, plain["internal"])


def codes(texts: Texts) -> frozenset[str]:
    """Every code that has a sentence of its own."""
    return frozenset(_TELLERS) | frozenset(_plain(texts))


def _plain(texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    return {
        "failed": _("Dat is niet gelukt. Probeer het opnieuw."),
        "refused": _("Dat kan nu niet."),
        "unknown-location": _("Deze plek kennen wij hier niet."),
        "unknown-action": _("Dat is niet meer te vinden."),
        "nobody-to-rate": _("Bedankt. Er is al een antwoord voor elk bezoek."),
        "unknown-sibling": _("Die andere plek kennen wij niet."),
        "session-open": _("De inloop is al open."),
        "one-ticket-per-phone": _("U hebt al een nummer."),
        "key-reused": _("Dat is al eens anders gevraagd. Probeer het opnieuw."),
        "unavailable": _("Dat lukt nu even niet. Probeer het straks opnieuw."),
        "gate-shut": _("Onze wifi werkt nu even niet. Een nummer nemen werkt wel."),
        "storage-unavailable": _("Wij kunnen niets meer bewaren. Neem een papieren nummer."),
        "hardware-unavailable": _("Een deel van het kastje antwoordt niet."),
        "bad-store": _("De bewaarde gegevens zijn niet te lezen."),
        "bad-config": _("De instellingen kloppen niet."),
        "bad-host": _("Dit adres kennen wij niet."),
        "method-not-allowed": _("Dat kan hier niet."),
        "not-found": _("Deze pagina bestaat niet."),
        "too-large": _("Dat is te groot om te sturen."),
        "unsupported-type": _("Dit soort bericht begrijpen wij niet."),
        "bad-json": _("Dit bericht begrijpen wij niet."),
        "missing-key": _("Deze tik had geen kenmerk. Laad het scherm opnieuw."),
        "foreign-origin": _("Dit kwam van een ander adres. Laad het scherm opnieuw."),
        "not-signed-in": _("Geef eerst de pincode in."),
        "wrong-pin": _("Die pincode klopt niet. Probeer het opnieuw."),
        "not-allowed": _("Dat doet de coördinator. Vraag het daar."),
        "pin-locked": _("De pincode is geblokkeerd: te vaak fout. Koppel dit toestel."),
        "pin-not-here": _("Op deze wifi kan iedereen pincodes raden. Koppel dus dit toestel."),
        "not-paired": _("Dit toestel is hier niet gekoppeld."),
        "unknown-pairing": _("Geen toestel toont nu deze code. Kijk ze na."),
        "settings-changed": _("Iemand paste dit intussen aan. Kijk na en probeer opnieuw."),
        "unknown-device": _("Dat toestel is hier niet meer gekoppeld."),
        "wrong-code": _("Die code klopt niet. Kijk ze na en probeer opnieuw."),
        "used-code": _("Die code is al gebruikt. Vraag de coördinator een nieuwe."),
        "expired-code": _("Die code is ouder dan een dag. Vraag een nieuwe."),
        "nobody-there": _(
            "Daar antwoordt geen coördinator. Kijk het adres na. Er is niets veranderd."
        ),
        "nothing-offered": _("Deze woorden gelden niet meer. Kijk opnieuw."),
        "not-sure": _("Er is niets gewist. Vink eerst aan dat je het zeker weet."),
        "timeout": _("Dat duurde te lang. Probeer het opnieuw."),
        "internal": _("Er ging iets mis bij ons. Probeer het opnieuw."),
    }


# ------------------------------------------------------------------ errors that carry facts


def _unknown_ticket(facts: Facts, texts: Texts) -> str:
    number = facts.get("number")
    if number is None:
        return texts.gettext("Dit nummer kennen wij niet meer.")
    return texts.gettext("Nummer {number} kennen wij niet.", number=number)


def _unknown_service(_facts: Facts, texts: Texts) -> str:
    return texts.gettext("Daarvoor geven wij hier geen nummer.")


def _unknown_counter(facts: Facts, texts: Texts) -> str:
    counter = facts.get("counter")
    if counter is None:
        return texts.gettext("Die tafel is hier niet.")
    return texts.gettext("Tafel {counter} is hier niet.", counter=counter)


def _wrong_state(facts: Facts, texts: Texts) -> str:  # noqa: C901, PLR0911  a sentence a state
    _, number, counter = texts.gettext, facts.get("number"), facts.get("counter")
    if "undone" in facts:
        return _("Dat is al ongedaan gemaakt.")
    if "helped" in facts:
        return _("Daar gaat al iemand naartoe.")
    if "session" in facts:
        return _("De laatste nummers zijn al gegeven.")
    match facts.get("state"):
        case "waiting":
            return _("{number} wacht nog en is niet geroepen.", number=number)
        case "held":
            return _("{number} staat in wacht.", number=number)
        case "called" | "serving" if counter is not None:
            return _(
                "{number} is al geroepen door tafel {counter}.", number=number, counter=counter
            )
        case "called" | "serving":
            return _("{number} is al geroepen.", number=number)
        case "finished":
            return _("{number} is al klaar.", number=number)
        case "left":
            return _("{number} is al weg.", number=number)
        case "cancelled":
            return _("{number} wacht niet meer.", number=number)
        case "transferred":
            return _("{number} is naar een andere plek gegaan.", number=number)
        case _:
            return _("Dat kan nu niet meer.")


def _session_closed(facts: Facts, texts: Texts) -> str:
    opening = facts.get("next_opening")
    if isinstance(opening, datetime):
        return texts.gettext(
            "Nu gesloten. Welkom op {date} om {time} uur.",
            date=texts.date(opening),
            time=texts.time(opening),
        )
    return texts.gettext("Nu gesloten. Wij geven nu geen nummers.")


def _people_waiting(facts: Facts, texts: Texts) -> str:
    n = _int(facts.get("waiting"))
    return texts.ngettext("Er wacht nog 1 persoon.", "Er wachten nog {n} mensen.", n)


def _nobody_waiting(_facts: Facts, texts: Texts) -> str:
    return texts.gettext("Er wacht niemand.")


def _counter_busy(facts: Facts, texts: Texts) -> str:
    counter = facts.get("counter")
    if counter is None:
        return texts.gettext("Aan die tafel zit nog iemand.")
    return texts.gettext("Aan tafel {counter} zit nog iemand.", counter=counter)


def _depended_on(facts: Facts, texts: Texts) -> str:
    """`by_text` is the action in the way, as `action_sentence` tells it; `number` its ticket."""
    _, by_text, number = texts.gettext, facts.get("by_text"), facts.get("number")
    if by_text:
        return _("Dit kan niet meer. Maak eerst dit ongedaan: “{action}”.", action=by_text)
    if number is not None:
        return _(
            "Dit kan niet meer: daarna gebeurde er nog iets met {number}. Maak eerst dat ongedaan.",
            number=number,
        )
    return _("Dit kan niet meer: er gebeurde nog iets. Maak eerst dat ongedaan.")


def _bad_request(facts: Facts, texts: Texts) -> str:  # noqa: PLR0911  a sentence a field
    _ = texts.gettext
    match facts.get("field"):
        case "helpers":
            return _("Kies 0 tot 99 helpers.")
        case "n":
            return _("Kies een aantal van 1 tot 500.")
        case "until":
            return _("Kies een uur dat nog moet komen.")
        case "lang":
            return _("Die taal kennen wij niet.")
        case "topic":
            return _("Dat onderwerp kennen wij niet.")
        case "service":
            return _("Kies een dienst of een tafel.")
        case "pin":
            return _("Kies een pincode van 6 cijfers of meer.")
        case "referral":
            return _("Die doorverwijzing kennen wij niet.")
        case "measure":
            return _("Dat tellen wij hier niet.")
        case _:
            return _("Dit begrijpen wij niet. Probeer het opnieuw.")


def _bad_setting(facts: Facts, texts: Texts) -> str:
    return setting_sentence(facts, texts)


def _too_many_tries(facts: Facts, texts: Texts) -> str:
    seconds = _int(facts.get("seconds"))
    if not seconds:
        return texts.gettext("Te vaak geprobeerd. Wacht even.")
    return texts.ngettext(
        "Te vaak geprobeerd. Wacht {n} seconde.", "Te vaak geprobeerd. Wacht {n} seconden.", seconds
    )


def _pairing_busy(facts: Facts, texts: Texts) -> str:
    seconds = _int(facts.get("seconds"))
    if not seconds:
        return texts.gettext("Er wordt al een toestel gekoppeld. Wacht even.")
    return texts.ngettext(
        "Er wordt al een toestel gekoppeld. Wacht {n} seconde.",
        "Er wordt al een toestel gekoppeld. Wacht {n} seconden.",
        seconds,
    )


def _no_wifi(facts: Facts, texts: Texts) -> str:
    if facts.get("state") == "outside":
        return texts.gettext("Deze telefoon zit nog niet op onze wifi.")
    return texts.gettext("Onze wifi werkt nu even niet. Een nummer nemen werkt wel.")


_TELLERS: Final[Mapping[str, Callable[[Facts, Texts], str]]] = {
    "unknown-ticket": _unknown_ticket,
    "unknown-service": _unknown_service,
    "unknown-counter": _unknown_counter,
    "wrong-state": _wrong_state,
    "session-closed": _session_closed,
    "people-waiting": _people_waiting,
    "nobody-waiting": _nobody_waiting,
    "counter-busy": _counter_busy,
    "depended-on": _depended_on,
    "bad-request": _bad_request,
    "bad-setting": _bad_setting,
    "too-many-tries": _too_many_tries,
    "pairing-busy": _pairing_busy,
    "no-wifi": _no_wifi,
}


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


# ------------------------------------------------------------------ why this one, why now


def why_sentence(view: TicketView, texts: Texts) -> str:  # noqa: C901, PLR0911, PLR0912  an arm a reason
    """One line about the place in the queue; never what somebody comes for."""
    _ = texts.gettext
    match view.why:
        case Why.FIRST:
            return _("Staat vooraan: kwam om {time} uur.", time=texts.time(view.taken))
        case Why.EARLIER:
            return texts.ngettext("1 persoon kwam eerder.", "{n} mensen kwamen eerder.", view.ahead)
        case Why.MISSED:
            return _("Kwam niet bij de eerste oproep en schoof enkele plaatsen op.")
        case Why.REQUEUED:
            return _("Wacht opnieuw, op de eerste plaats.")
        case Why.RETURNED:
            return _("Was in wacht en is nu terug.")
        case Why.TRANSFERRED:
            return _("Werd doorverwezen en hield de plaats.")
        case Why.WANTED:
            return _("Wacht op tafel {counter}.", counter=view.wanted)
        case Why.HELD:
            return _("In wacht tot iemand terugroept.")
        case Why.HELD_UNTIL if view.until:
            return _("In wacht tot {time} uur.", time=texts.time(view.until))
        case Why.HELD_UNTIL:
            return _("In wacht tot iemand terugroept.")
        case Why.CALLED:
            return _("Geroepen aan tafel {counter}.", counter=view.counter)
        case Why.SERVING:
            return _("Zit aan tafel {counter}.", counter=view.counter)
        case Why.FINISHED:
            return _("Is geholpen.")
        case Why.LEFT:
            return _("Was er niet meer.")
        case Why.CANCELLED:
            return _("Wacht niet meer.")
        case Why.SENT_ON:
            return _("Ging naar een andere plek.")
        case _:
            assert_never(view.why)


# ------------------------------------------------------------------ the log of the day


def action_sentence(action: Action, queue: Queue, texts: Texts) -> str:
    """An action in five words or so; of several facts the last tells it."""
    *before, last = action.facts
    if isinstance(last, f.TicketCalled) and before and isinstance(before[-1], f.TicketFinished):
        return texts.gettext(
            "{done} klaar, {number} naar tafel {counter}",
            done=before[-1].number,
            number=last.number,
            counter=last.counter,
        )
    if isinstance(last, f.ActionUndone):
        return _undone(last, queue, texts)
    return _fact_sentence(last, texts)


def _undone(fact: f.ActionUndone, queue: Queue, texts: Texts) -> str:
    origin = next(action for action in queue.actions if action.id == fact.action)
    if any(isinstance(inner, f.ActionUndone) for inner in origin.facts):
        inner = next(i for i in origin.facts if isinstance(i, f.ActionUndone))
        first = next(action for action in queue.actions if action.id == inner.action)
        return texts.gettext("Toch gedaan: {action}", action=action_sentence(first, queue, texts))
    return texts.gettext("Ongedaan gemaakt: {action}", action=action_sentence(origin, queue, texts))


def _fact_sentence(fact: f.Fact, texts: Texts) -> str:  # noqa: C901, PLR0911, PLR0912  an arm a fact
    _ = texts.gettext
    match fact:
        case f.SessionOpened():
            return _("Inloop geopend")
        case f.WindowJoined():
            return _("Inloop volgt het uurrooster")
        case f.ClosingStarted():
            return _("Laatste nummers gegeven")
        case f.HelpersCounted():
            return texts.ngettext("{n} helper aanwezig", "{n} helpers aanwezig", fact.helpers)
        case f.TicketTaken():
            return _("{number} kreeg een nummer", number=fact.number)
        case f.TicketCalled():
            return _(
                "{number} naar tafel {counter} geroepen", number=fact.number, counter=fact.counter
            )
        case f.TicketRecalled():
            return _("{number} nog eens geroepen", number=fact.number)
        case f.ServingStarted():
            return _("{number} zit aan tafel", number=fact.number)
        case f.TicketFinished():
            return _("{number} is klaar", number=fact.number)
        case f.TicketMissed():
            return _missed(fact, texts)
        case f.TicketRequeued():
            return _("{number} wacht opnieuw", number=fact.number)
        case f.TicketHeld():
            return _held(fact, texts)
        case f.TicketReturned():
            return _("{number} is terug uit wacht", number=fact.number)
        case f.TicketTransferred():
            return _transferred(fact, texts)
        case f.TicketCancelled():
            return _("{number} wacht niet meer", number=fact.number)
        case f.TicketLeft():
            return _("{number} werd niet meer geholpen", number=fact.number)
        case f.Tallied():
            return f"+{fact.n} {measure_name(fact.measure, texts)}"
        case f.VisitConfirmed():
            return _("{number} zit nog aan tafel", number=fact.number)
        case f.VisitRated() | f.SmileyPressed():
            return ""  # what a visitor thought is in no log beside a number
        case f.ActionUndone():
            return _("Iets ongedaan gemaakt")
        case _:
            assert_never(fact)


def _missed(fact: f.TicketMissed, texts: Texts) -> str:
    if fact.place is None:
        return texts.gettext("{number} was er weer niet", number=fact.number)
    return texts.gettext("{number} was er niet", number=fact.number)


def _held(fact: f.TicketHeld, texts: Texts) -> str:
    if fact.until is None:
        return texts.gettext("{number} in wacht gezet", number=fact.number)
    return texts.gettext(
        "{number} in wacht tot {time}", number=fact.number, time=texts.time(fact.until)
    )


def _transferred(fact: f.TicketTransferred, texts: Texts) -> str:
    if fact.counter is None:
        return texts.gettext("{number} doorverwezen", number=fact.number)
    return texts.gettext(
        "{number} doorverwezen naar tafel {counter}", number=fact.number, counter=fact.counter
    )


def measure_name(measure: str, texts: Texts) -> str:
    """A tally by the word on its button."""
    _ = texts.gettext
    names = {
        "call": _("telefoon"),
        "home": _("thuis"),
        "group": _("groep"),
        "pc": _("pc"),
        "first": _("1ste keer"),
    }
    return names.get(measure, measure)
