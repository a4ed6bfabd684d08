"""Settings in the words of the lead's pages: what they are called, and why one cannot be so."""

from collections.abc import Mapping

from appliance.core.catalogue import service
from appliance.core.language_rule import LanguageRule
from appliance.core.profiles import Profile
from appliance.web.texts import NAMES, Texts


def setting_sentence(facts: Mapping[str, object], texts: Texts) -> str:
    """What is wrong with it, and what to do."""
    _, which = texts.gettext, facts.get("which", "")
    if facts.get("why") == "lacks":
        return _lacks(facts, texts)
    told = {
        "empty": _("Vul dit in."),
        "long": _("Dat is te lang: hoogstens {most} tekens.", most=facts.get("most", 40)),
        "many": _("Dat zijn er te veel: hoogstens {most}.", most=facts.get("most", 40)),
        "word": _("Gebruik alleen letters, zoals “vrijwilliger”."),
        "paid": _(
            "{which} kost de beller geld (070 of 090x). Geef een gratis nummer.", which=which
        ),
        "number": _("Dat is geen telefoonnummer. Gebruik alleen cijfers en spaties."),
        "syntax": _("Deze uren begrijpen wij niet. Schrijf ze zoals: Tu 09:00-12:00"),
        "remark": _("Dit is alleen een opmerking. Daarmee zou je dag en nacht open zijn."),
        "never": _("Zo ga je een heel jaar niet open. Laat leeg om zelf te openen."),
        "half": _("Vul bij elke dag een begin én een einde in."),
        "order": _("Het einde moet na het begin komen."),
        "overlap": _("De twee tijden van een dag lopen door elkaar."),
        "day": _("Kies een dag op de kalender."),
        "backwards": _("De laatste dag komt voor de eerste."),
        "none": _("Toon minstens één dienst waarvoor mensen een nummer nemen."),
        "unknown-service": _("Die dienst kennen wij niet."),
        "choice": _("Kies een van de mogelijkheden."),
        "amount": _("Dat getal is te groot. Kijk het na."),
        "figure": _("Schrijf een getal, zoals 12 of 12,50."),
        "past": _("Kies een dag die al begonnen is."),
        "address": _("Dat is geen adres. Schrijf het zoals https://cijfers.voorbeeld.be"),
        "month": _("Kies een maand die al begonnen is."),
    }
    return told.get(str(facts.get("why")), _("Dit begrijpen wij niet. Probeer het opnieuw."))


def _lacks(facts: Mapping[str, object], texts: Texts) -> str:
    """An own label must be there in the languages that the rule asks for."""
    found, lang = service(str(facts.get("which"))), str(facts.get("lang"))
    return texts.gettext(
        "Geef “{service}” ook een naam in deze taal: {lang}. De taalregel vraagt dat.",
        service=texts.gettext(found.name) if found else "",
        lang=NAMES.get(lang, lang),
    )


def rule_words(texts: Texts) -> Mapping[LanguageRule, tuple[str, str]]:
    """Each language rule: its name, and what follows from it."""
    _ = texts.gettext
    return {
        LanguageRule.NL: (
            _("Nederlands taalgebied"),
            _("Gemeente of OCMW. Het bord spreekt Nederlands. Andere talen heten vertaling."),
        ),
        LanguageRule.BRUSSEL: (
            _("Brussel"),
            _("Nederlands en Frans staan overal gelijk, ook samen op het bord."),
        ),
        LanguageRule.FACILITEITEN: (
            _("Faciliteitengemeente"),
            _("Nederlands eerst, dan Frans, ook samen op het bord."),
        ),
        LanguageRule.VRIJ: (
            _("Vrij"),
            _("Een private vzw. Alle talen staan gelijk."),
        ),
    }


def profile_words(texts: Texts) -> Mapping[Profile, tuple[str, str]]:
    """Each profile: its name, and what follows from it."""
    _ = texts.gettext
    return {
        Profile.NONE: (_("Gewone inloop"), _("Mensen nemen een nummer en wachten hun beurt af.")),
        Profile.KOFFIE_FORMULIEREN: (
            "Koffie & Formulieren",
            _("De knop geeft een nummer voor brieven en formulieren. Papier staat vooraan."),
        ),
        Profile.DIGIDAK: (
            "DIGIDAK",
            _("Een computer gebruiken: geen nummer, één tik telt. Oefenen mag lang duren."),
        ),
    }


def shortcut_words(texts: Texts) -> Mapping[str, str]:
    """What each key of the tablet does."""
    _ = texts.gettext
    return {
        "next": _("Volgende"),
        "recall": _("Roep nog eens"),
        "finish": _("Klaar"),
        "hold": _("Zet in wacht"),
        "no-show": _("Niet hier"),
    }


def switch_words(texts: Texts) -> Mapping[str, tuple[str, str]]:
    """Each switch of the network: its name, and what stops without it."""
    _ = texts.gettext
    return {
        "hotspot": (
            _("Gratis wifi voor bezoekers"),
            _("Uit: geen wifi van deze kast. Een nummer nemen kan dan met de knop."),
        ),
        "mdns": (
            _("Andere kasten in dit gebouw vinden"),
            _("Uit: deze kast toont zich niet en zoekt niemand."),
        ),
        "federation": (
            _("Cijfers naar de coördinator sturen"),
            _("Uit: niets verlaat deze kast. De cijfers blijven hier."),
        ),
        "tablet_wifi": (
            _("Tablets van helpers op de gratis wifi"),
            _("Aan: alleen gekoppelde toestellen, en versleuteld. De pincode werkt daar niet."),
        ),
    }
