"""The words of the door and of the lead's devices: pictograms by name, roles, what scripts say."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.web.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingWords:
    """Each by its key."""

    labels: Mapping[str, str]
    roles: Mapping[str, str]
    door: Mapping[str, str]
    desk: Mapping[str, str]


def pairing_words(texts: Texts) -> PairingWords:
    _ = texts.gettext
    return PairingWords(
        labels={
            "home": _("huis"),
            "bell": _("bel"),
            "eye": _("oog"),
            "clock": _("klok"),
            "door": _("deur"),
            "letter": _("brief"),
            "table": _("tafel"),
            "call": _("telefoon"),
            "pc": _("pc"),
            "group": _("groep"),
        },
        roles={
            "volunteer": _("helper"),
            "lead": _("coördinator"),
            "technician": _("technicus"),
        },
        door={
            "left": _("Nog {n} tellen."),
            "over": _("De minuut is voorbij. Begin opnieuw."),
            "done": _("Gelukt. Dit toestel is gekoppeld."),
            "failed": _("Dat lukte niet. Probeer het opnieuw."),
        },
        desk={
            "failed": _("Dat lukte niet. Probeer het opnieuw."),
            "sure": _("Tik nog eens om te ontkoppelen"),
            "changed": _("De nieuwe pincode geldt vanaf nu."),
        },
    )
