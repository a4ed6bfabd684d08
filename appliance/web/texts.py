"""What the screens say, in the asker's language; Dutch is the source."""

import gettext
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_datetime, get_day_names

SOURCE: Final = "nl"
DOMAIN: Final = "digipunt"
LOCALES: Final = Path(__file__).parent / "locales"
NAMES: Final[Mapping[str, str]] = {
    "nl": "Nederlands",
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
}
"""Each language by its own name, in its own script."""

_REGIONS: Final = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}
_TIMES: Final = {"nl": "{hour}.{minute:02}", "fr": "{hour} h {minute:02}"}
_HOURS: Final = {"nl": "uur"}
_FORMS: Final = 200
"""No language's plural depends on more than whether n is 100 or more, and its last two figures."""


class Texts:
    """One language: its sentences, plurals, dates and direction."""

    def __init__(self, lang: str, *, zone: tzinfo) -> None:
        self.lang = lang
        self.zone = zone
        self._locale = _locale(lang)
        self._translations = _translations(lang)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self._locale.character_order == "right-to-left" else "ltr"

    def gettext(self, message: str, /, **values: object) -> str:
        text = self._translations.gettext(message)
        return text.format(**values) if values else text

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form for that number; `{n}` is the number itself."""
        return self._translations.ngettext(one, many, n).format(n=n, **values)

    def forms(self, one: str, many: str) -> Sequence[str]:
        """Every form of a plural, each once, as `form_index` numbers them."""
        found = {
            index: self._translations.ngettext(one, many, n)
            for n, index in reversed(list(enumerate(self.form_index)))
        }
        return [found.get(index, many) for index in range(max(found) + 1)]

    @property
    def form_index(self) -> Sequence[int]:
        """Which form the numbers 0 to 199 take; above that 100 and the last two figures decide."""
        return _form_index(self.lang)

    def date(self, at: datetime) -> str:
        """`dinsdag 24 november`."""
        return self._local(at, "EEEE d MMMM")

    def language(self, code: str) -> str:
        """`Oekraïens`, of uk; the code itself when nobody knows it."""
        return str(self._locale.languages.get(code, code))

    def full_date(self, at: datetime) -> str:
        """`dinsdag 24 november 2026`."""
        return self._local(at, "EEEE d MMMM y")

    def month_of(self, period: str) -> str:
        """`november 2026`, of 2026-11."""
        at = datetime.fromisoformat(f"{period}-01T12:00:00").replace(tzinfo=self.zone)
        return self._local(at, "MMMM y")

    def day(self, at: datetime) -> str:
        return self._local(at, "d")

    def month(self, at: datetime) -> str:
        return self._local(at, "MMMM")

    def weekday_of(self, at: datetime) -> str:
        return self._local(at, "EEEE")

    def weekday(self, number: int) -> str:
        """The name of ISO weekday 1 (Monday) to 7."""
        return str(get_day_names("wide", "stand-alone", self._locale)[number - 1])

    def time(self, at: datetime) -> str:
        """`9.02`, the figures always European."""
        local = at.astimezone(self.zone)
        return self.time_pattern.format(hour=local.hour, minute=local.minute)

    @property
    def time_pattern(self) -> str:
        return _TIMES.get(self.lang, "{hour}:{minute:02}")

    @property
    def hour_word(self) -> str:
        """What stands behind a time on its own, if anything."""
        return _HOURS.get(self.lang, "")

    def _local(self, at: datetime, pattern: str) -> str:
        return format_datetime(at.astimezone(self.zone), pattern, locale=self._locale)


def negotiate(accept_language: str | None, asked: str | None, offered: Sequence[str]) -> str:
    """The language asked for, else the first of the visitor's list that is offered."""
    if asked in offered:
        return str(asked)
    for tag in _preferences(accept_language or ""):
        if tag in offered:
            return tag
    return offered[0]


def _preferences(header: str) -> Sequence[str]:
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if language and weight > 0:
            weighed.append((-weight, place, language))
    return [language for _, _, language in sorted(weighed)]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def _locale(lang: str) -> Locale:
    return Locale.parse(_REGIONS.get(lang, lang))


@cache
def _translations(lang: str) -> gettext.NullTranslations:
    if lang == SOURCE:
        return gettext.NullTranslations()
    with (LOCALES / lang / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@cache
def _form_index(lang: str) -> tuple[int, ...]:
    """Ask the catalogue itself, by a plural of which every form is different."""
    translations = _translations(lang)
    plural = getattr(translations, "plural", None)
    if plural is None:
        return tuple(int(n != 1) for n in range(_FORMS))
    return tuple(int(plural(n)) for n in range(_FORMS))
