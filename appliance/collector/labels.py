"""What the codes of a letter are called on paper."""

from collections.abc import Mapping
from typing import Final

from appliance.core.catalogue import REFERRALS, SERVICES, TOPICS
from appliance.core.federation.small_cells import REST

FOLDED: Final = "niet uitgesplitst (kleine aantallen)"
CORRECTED: Final = "verbeterd nadien (niet uitgesplitst)"
UNKNOWN: Final = "niet ingevuld"

CHANNELS: Final = {
    "face": "Aan de balie",
    "call": "Aan de telefoon",
    "click": "Zelf online",
    "home": "Aan huis",
}
LANGUAGES: Final = {
    "nl": "Nederlands",
    "fr": "Frans",
    "en": "Engels",
    "ar": "Arabisch",
    "und": "niet bekend",
}
QUESTIONS: Final = {
    "ease": "Het ging makkelijk",
    "friendly": "Het was vriendelijk",
    "confidence": "Ik durf het nu zelf",
}
LEVELS: Final = {"0": "niet goed", "1": "gaat", "2": "goed"}
MINUTES: Final = {
    "0-5": "0 – 5 min",
    "5-10": "5 – 10 min",
    "10-20": "10 – 20 min",
    "20-40": "20 – 40 min",
    "40+": "langer",
}
OUTCOMES: Final = {
    "solved": "opgelost",
    "partly": "deels opgelost",
    "referred": "doorverwezen",
    "comeback": "komt terug",
}
ASSISTS: Final = {"self": "zelf gedaan, met uitleg", "together": "samen", "for": "door de helper"}
HOURS: Final = {"am": "voormiddag", "noon": "middag", "pm": "namiddag", "eve": "avond"}
SOURCES: Final = {
    "button": "knop",
    "phone": "telefoon van de bezoeker",
    "tablet": "tablet van een helper",
    "sibling": "andere plek",
}
OFFERS: Final = {
    "vragen": "vragen",
    "toegang": "toegang",
    "uitlenen": "uitlenen",
    "competenties": "competenties",
}
GOALS: Final = {1: "1 toegang", 2: "2 vaardigheden", 3: "3 essentiële diensten", None: "geen"}

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "service": {one.code: one.name for one in SERVICES},
    "topic": {one.code: one.name for one in TOPICS},
    "referral": {one.code: one.name for one in REFERRALS},
    "channel": CHANNELS,
    "language": LANGUAGES,
    "wait": MINUTES,
    "help": MINUTES,
    "outcome": OUTCOMES,
    "assist": ASSISTS,
    "hour": HOURS,
    "source": SOURCES,
    **{f"feedback-{question}": LEVELS for question in QUESTIONS},
}


def label(table: str, code: str) -> str:
    """The Dutch name; a code that is newer than this program stands as it is."""
    if code == REST:
        return FOLDED
    if code == "unknown" and code not in _NAMES.get(table, {}):
        return UNKNOWN
    return _NAMES.get(table, {}).get(code, code)


def in_order(table: str, cells: Mapping[str, int]) -> list[tuple[str, int]]:
    """Known codes as the catalogue has them (nobody came: 0), then others, then the rest."""
    known = list(_NAMES.get(table, {}))
    codes = sorted({*known, *cells}, key=lambda code: (_place(known, code), code))
    return [(code, cells.get(code, 0)) for code in codes]


def _place(known: list[str], code: str) -> int:
    if code == REST:
        return len(known) + 1
    return known.index(code) if code in known else len(known)
