"""What the screens must know of the place they stand in."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from appliance.core.catalogue import Service
from appliance.core.language_rule import LanguageRule
from appliance.core.profiles import WAYS, Profile, Ways
from appliance.core.settings import Labels
from appliance.web.texts import NAMES, Texts

Hours = tuple[tuple[int, str], ...]
"""ISO weekday (1 is Monday) and the hours as people write them: (2, "9 – 12")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the screens must know of the place they stand in."""

    name: str
    zone: ZoneInfo
    services: tuple[str, ...]
    """Codes of the catalogue, in the order shown."""
    languages: tuple[str, ...] = tuple(NAMES)
    """Every language that there is a catalogue of."""
    language_rule: LanguageRule = LanguageRule.NL
    info_number: str | None = None
    """A free telephone number."""
    helper_word: str = "helper"
    hours: Hours = ()
    links: tuple[tuple[str, str], ...] = ()
    """Services without a ticket that have a page: (code, address)."""
    labels: Labels = ()
    """The place's own names for services."""
    ways: Ways = WAYS[Profile.NONE]
    """What the profile of the place changes."""
    shortcuts: tuple[str, ...] = ()
    """Which keys of the tablet do something."""
    edition: int = 0
    """Another number after every change of the settings; screens then renew themselves."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages to choose from, in order."""
        return self.language_rule.offered(self.languages)

    def named(self, service: Service, texts: Texts, *, short: bool = False) -> str:
        """The service as this place calls it in that language, else as every place does."""
        for code, lang, text in self.labels:
            if (code, lang) == (service.code, texts.lang):
                return text
        return texts.gettext(service.short if short else service.name)
