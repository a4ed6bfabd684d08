"""The words the tablet's script needs, for a helper: short, and with "je"."""

from collections.abc import Mapping, Sequence
from typing import Final

from appliance.web.texts import Texts

TABLET_SIGNS: Final = frozenset(
    [
        "arrow",
        "away",
        "back",
        "bell",
        "check",
        "clock",
        "cross",
        "door",
        "hold",
        "minus",
        "off",
        "person",
        "plus",
        "transfer",
        "undo",
        "warn",
        "benefit",
        "bank",
        "health",
        "group",
        "call",
        "home",
        "first",
        "sos",
        "smile-0",
        "smile-1",
        "smile-2",
        "guide",
        "pc",
    ]
)
"""What the tablet's script draws, besides the services."""
Words = Mapping[str, str | Sequence[str]]


def tablet_words(texts: Texts) -> Words:
    """Sentences by key; a plural is the list of its forms."""
    return {
        **_queue(texts),
        **_visit(texts),
        **_together(texts),
        **_session(texts),
        **_plurals(texts),
    }


def _queue(texts: Texts) -> dict[str, str]:
    _ = texts.gettext
    return {
        "next": _("Volgende"),
        "comes": _("{number} komt."),
        "then_done": _("{number} is dan klaar."),
        "nobody": _("Er wacht niemand."),
        "call": _("Roep nu"),
        "add": _("Voeg iemand toe"),
        "add_for": _("Waarvoor komt die persoon?"),
        "add_lang": _("Welke taal?"),
        "given": _("Dit is het nummer:"),
        "on_hold": _("in wacht"),
        "hold_until": _("in wacht tot {time}"),
        "for_counter": _("voor tafel {counter}"),
        "at_others": _("Aan de andere tafels"),
        "min": _("{n} min"),
        "late": _("Wacht al lang"),
        "requeue": _("Weer in de rij"),
        "cancel": _("Wacht niet meer"),
        "choose": _("Wat doe je met {number}?"),
    }


def _visit(texts: Texts) -> dict[str, str]:
    _ = texts.gettext
    return {
        "counter": _("tafel"),
        "counter_n": _("Tafel {counter}"),
        "with_you": _("Nu bij jou"),
        "free": _("Er zit niemand bij jou."),
        "free_hint": _("Tik op Volgende als je klaar bent voor iemand."),
        "recall": _("Roep nog eens"),
        "no-show": _("Niet hier"),
        "hold": _("Zet in wacht"),
        "transfer": _("Verwijs"),
        "finish": _("Klaar"),
        "about": _("Waarover ging het?"),
        "where_to": _("Waarheen?"),
        "may_be_empty": _("Mag leeg blijven."),
        "how": _("Hoe liep het?"),
        "who_did": _("Wie deed het?"),
        "more": _("Meer"),
        "solved": _("Opgelost"),
        "partly": _("Deels"),
        "referred": _("Doorverwezen"),
        "comeback": _("Komt terug"),
        "self": _("Zelf gedaan"),
        "together": _("Samen"),
        "for": _("Door ons"),
        "hold_title": _("Hoelang wacht {number}?"),
        "m15": _("15 minuten"),
        "m30": _("30 minuten"),
        "m60": _("1 uur"),
        "until_time": _("Of tot hoe laat?"),
        "until_called": _("Tot ik terugroep"),
        "set": _("Zet"),
        "transfer_title": _("Waarheen gaat {number}?"),
        "to_service": _("Naar een andere dienst"),
        "to_counter": _("Naar een tafel"),
        "tallies": _("Ook geholpen"),
        "t_call": _("+ telefoon"),
        "t_home": _("+ thuis"),
        "t_group": _("+ groep"),
        "t_pc": _("+ pc"),
        "t_first": _("+ 1ste keer"),
        "group_title": _("Hoeveel mensen in de groep?"),
        "group_other": _("Een ander aantal"),
        "count_them": _("Tel"),
    }


def _together(texts: Texts) -> dict[str, str]:
    """What a helper is asked, and what helpers ask of each other."""
    _ = texts.gettext
    return {
        "still_there": _("Zit {number} nog bij jou?"),
        "still_yes": _("Ja, nog bezig"),
        "still_no": _("Nee, al weg"),
        "nudge": _("Neem je tijd. Of vraag hulp, of zet in wacht."),
        "nudge_ok": _("Oké"),
        "help_ask": _("Hulp nodig"),
        "help_asked": _("Je vroeg hulp. De anderen zien het."),
        "help_comes": _("Tafel {counter} komt naar je toe."),
        "help_wanted": _("Tafel {counter} vraagt hulp."),
        "help_you_go": _("Jij gaat naar tafel {counter}."),
        "help_other_goes": _("Tafel {counter} vroeg hulp. Tafel {other} gaat."),
        "help_come": _("Ik ga"),
        "help_over": _("Is in orde"),
        "rate": _("Vraag het"),
        "rate_title": _("Hoe was het?"),
        "rate_hint": _("Draai het scherm naar de bezoeker."),
        "first_day": _("Eerste dag"),
        "keys_on": _("Sneltoetsen staan aan"),
        "keys_off": _("Sneltoetsen staan uit"),
    }


def _session(texts: Texts) -> dict[str, str]:
    _ = texts.gettext
    return {
        "today": _("Vandaag"),
        "nothing_yet": _("Vandaag is er nog niets gebeurd."),
        "undo": _("Ongedaan maken"),
        "undone": _("ongedaan"),
        "open": _("Inloop open"),
        "closing": _("Laatste nummers"),
        "closed": _("Inloop dicht"),
        "closed_title": _("De inloop is dicht."),
        "next_opening": _("Gaat vanzelf open op {date}."),
        "open_now": _("Open de inloop"),
        "close_now": _("Sluit de inloop"),
        "keep_open": _("Nog wachten"),
        "last_numbers": _("Laatste nummers: niemand meer bij"),
        "close_anyway": _("Toch sluiten"),
        "close_hint": _("Wie nog wacht, telt dan als niet geholpen."),
        "helpers_here": _("Hoeveel helpers zijn er?"),
        "one_less": _("Eén helper minder"),
        "one_more": _("Eén helper meer"),
        "which_counter": _("Aan welke tafel zit je?"),
        "other_counter": _("Andere tafel"),
        "this_place": _("Deze plek"),
        "guide": _("Wegwijs"),
        "devices": _("Toestellen"),
        "close": _("Terug"),
        "ok": _("Oké"),
        "clock_right": _("Het is nu {time}: klopt"),
        "offline": _("Geen verbinding. Tik gerust verder."),
        "no_answer": _("Dat lukte niet. Probeer het opnieuw."),
        "helped_today": _("Geholpen"),
        "left_today": _("Weggegaan"),
        "kept_today": _("Wachttijd klopte"),
    }


def _plurals(texts: Texts) -> dict[str, Sequence[str]]:
    """Written out, so that the catalogue finds each of them."""
    ngettext = texts.forms
    return {
        "waiting": ngettext("{n} persoon wacht", "{n} mensen wachten"),
        "minutes": ngettext("{n} minuut", "{n} minuten"),
        "helpers": ngettext("{n} helper", "{n} helpers"),
        "kept": ngettext("{n} tik bewaard.", "{n} tikken bewaard."),
    }
