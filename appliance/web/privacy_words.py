"""What the box keeps, as visitors and leads read it: the privacy sheet in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.privacy import Goes, Holding, Until, Where
from appliance.core.privacy_box import BOX
from appliance.web.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that is kept."""

    what: str
    why: str
    where: str
    until: str
    goes: str


def all_that_is_kept(texts: Texts) -> Sequence[Kept]:
    """Everything on this box, and what leaves it."""
    return [_words(one, texts) for one in BOX]


def kept_of_visitors(texts: Texts) -> Sequence[Kept]:
    """What is about somebody who comes in, and what becomes of it."""
    wanted = [one for one in BOX if one.people or one.code in {"tallies", "report"}]
    return [_words(one, texts) for one in wanted]


def _words(one: Holding, texts: Texts) -> Kept:
    what, why = _things(texts)[one.code]
    return Kept(
        what=what,
        why=why,
        where=_places(texts)[one.where],
        until=_ends(texts)[one.until],
        goes=", ".join(_ways(texts)[way] for way in one.goes),
    )


def _things(texts: Texts) -> Mapping[str, tuple[str, str]]:
    _ = texts.gettext
    return {
        "actions": (
            _("Nummers van vandaag, en waarvoor mensen kwamen"),
            _("om mensen om beurt te roepen"),
        ),
        "phones": (_("Welke telefoon welk nummer heeft"), _("één nummer voor elke telefoon")),
        "guests": (_("Welke telefoon op de gratis wifi zit"), _("om de wifi te geven")),
        "live": (_("Welke tafel hulp vraagt"), _("zodat helpers elkaar vinden")),
        "box": (_("Gebruikte nummers, en hoelang hulp duurt"), _("om de wachttijd te schatten")),
        "tallies": (_("Aantallen per week en per maand"), _("voor het maandblad en de cijfers")),
        "letters": (_("Brieven met cijfers die nog wachten"), _("zodat niets verloren gaat")),
        "chain": (_("Hoever de brieven staan"), _("elke brief één keer")),
        "told": (_("Totalen die al verteld zijn"), _("om een fout te verbeteren")),
        "road": (_("Wie de coördinator is"), _("om te weten waar brieven heen gaan")),
        "before": (_("De kast die hier vroeger stond"), _("om niets twee keer te vertellen")),
        "carried": (_("Brieven van de vorige kast"), _("zodat niets verloren gaat")),
        "papers": (_("Nieuws van de coördinator"), _("voor de helpers")),
        "keyring": (_("Een nieuwe sleutel van de kast"), _("om brieven te verzegelen")),
        "months": (_("Uren en kosten van de plek"), _("voor het maandblad en de cijfers")),
        "settings": (_("Instellingen van de plek"), _("voor de schermen hier")),
        "devices": (_("Gekoppelde toestellen"), _("om helpers binnen te laten")),
        "access": (_("Foute pincodes van het laatste uur"), _("om raden traag te maken")),
        "clock": (_("Het uur dat iemand bevestigde"), _("om het uur te weten zonder internet")),
        "box.key": (_("De sleutel van deze kast"), _("om brieven te verzegelen")),
        "pin.json": (_("De pincode, onleesbaar gemaakt"), _("om de pincode te herkennen")),
        "staff-ca.pem": (
            _("De sleutel waarmee tablets deze kast herkennen"),
            _("voor een versleutelde verbinding"),
        ),
        "staff-https.pem": (
            _("Het certificaat van de pagina’s voor helpers"),
            _("voor een versleutelde verbinding"),
        ),
        "pair.json": (_("Een code om te koppelen"), _("voor een kast zonder knop")),
        "staff_…": (_("Dat een helper begonnen is"), _("om niet telkens opnieuw te beginnen")),
        "staff_…_device": (_("Dat een toestel gekoppeld is"), _("om met één tik te beginnen")),
        "news": (_("Welk nieuws al gelezen is"), _("om het één keer te tonen")),
        "key": (_("Dat de kast een nieuwe sleutel heeft"), _("zodat de coördinator ze herkent")),
        "report": (_("Een brief met cijfers, als hij weg is"), _("cijfers van deze plek")),
        "hello": (_("Hoe de kast zich voorstelt"), _("zodat de coördinator ze herkent")),
    }


def _places(texts: Texts) -> Mapping[Where, str]:
    _ = texts.gettext
    return {
        Where.STORE: _("op de kaart van de kast"),
        Where.FILE: _("op de kaart van de kast"),
        Where.MEMORY: _("nergens opgeschreven"),
        Where.KERNEL: _("nergens opgeschreven"),
        Where.BROWSER: _("op het toestel van een helper"),
        Where.LETTER: _("in een verzegelde brief"),
        Where.DATABASE: _("bij de coördinator"),
    }


def _ends(texts: Texts) -> Mapping[Until, str]:
    _ = texts.gettext
    return {
        Until.SESSION: _("tot de inloop dicht is"),
        Until.POWER: _("tot de inloop dicht is"),
        Until.RESTART: _("tot de kast uitgaat"),
        Until.GUEST: _("zolang de wifi duurt"),
        Until.RECEIPT: _("tot de coördinator ze heeft"),
        Until.REPLACED: _("tot er iets nieuws komt"),
        Until.LESSONS: _("tien keer inloop, of 400 dagen"),
        Until.REVOKED: _("tot iemand het toestel weghaalt"),
        Until.SHIFT: _("twaalf uur"),
        Until.MONTHS: _("60 dagen"),
        Until.YEAR: _("400 dagen, of tot iemand het weghaalt"),
        Until.TAKEN: _("enkele seconden"),
        Until.KEPT: _("tot iemand de kaart wist"),
        Until.OFFICE: _("zolang de coördinator het bewaart"),
    }


def _ways(texts: Texts) -> Mapping[Goes, str]:
    _ = texts.gettext
    return {
        Goes.NOWHERE: _("nergens"),
        Goes.COUNTS: _("wordt een aantal"),
        Goes.ROOM: _("op de schermen hier"),
        Goes.LETTER: _("naar de coördinator, kleine aantallen samen"),
        Goes.OFFICE: _("naar de coördinator"),
        Goes.BACKUP: _("in een reservekopie"),
        Goes.SHEETS: _("naar de coördinator"),
    }
