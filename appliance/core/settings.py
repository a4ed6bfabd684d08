"""What the people of a place change on screen: a layer over what the box was set up with."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from appliance.core.catalogue import REFERRALS, SERVICES
from appliance.core.errors import BadSetting, BadStore
from appliance.core.language_rule import LanguageRule
from appliance.core.phone import is_number, is_paid
from appliance.core.profiles import WAYS, Profile, Ways

VERSION: Final = 1
LONGEST_NAME: Final = 40
LONGEST_WORD: Final = 24
LONGEST_LABEL: Final = 40
LONGEST_CONTACT: Final = 90
LONGEST_HOURS: Final = 300
MOST_CLOSURES: Final = 100
SHORTCUTS: Final = ("next", "recall", "finish", "hold", "no-show")
"""What a key of the tablet can do."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:[ ’'-][^\W\d_]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_TICKETS: Final = frozenset(service.code for service in SERVICES if service.ticket)
_SERVICES: Final = frozenset(service.code for service in SERVICES if service.code != "wifi")

Labels = tuple[tuple[str, str, str], ...]
"""Service, language, the place's own name for it."""
Contacts = tuple[tuple[str, str], ...]
"""Where people are sent on to, and how to find it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be changed on screen."""

    name: str
    helper_word: str = "helper"
    hours: str = ""
    """Opening hours in OSM syntax; empty: opened and closed by hand."""
    closed: tuple[str, ...] = ()
    """Closure days: 2026-07-11, or 2026-12-24/2027-01-03 with both ends closed."""
    services: tuple[str, ...]
    """What is shown, in order."""
    labels: Labels = ()
    info_number: str = ""
    language_rule: LanguageRule = LanguageRule.NL
    profile: Profile = Profile.NONE
    contacts: Contacts = ()
    hotspot: bool = True
    mdns: bool = True
    federation: bool = True
    tablet_wifi: bool = False
    """Whether paired tablets may come by the free wifi, sealed."""
    feedback_buttons: bool = False
    """Whether the panel's buttons also take a smiley."""
    shortcuts: tuple[str, ...] = ("next", "recall", "finish", "hold", "no-show")
    """Which keys of the tablet do something."""

    @property
    def ways(self) -> Ways:
        """What the profile changes."""
        return WAYS[self.profile]

    @property
    def offered(self) -> tuple[str, ...]:
        """The services on the screens, in order."""
        return self.ways.offered(self.services)

    def label(self, service: str, lang: str) -> str | None:
        """The place's own name for a service."""
        return next(
            (text for code, one, text in self.labels if (code, one) == (service, lang)), None
        )


Changes = Mapping[str, Any]
"""Field → value, for the fields that people changed."""

FIELDS: Final = tuple(item.name for item in fields(Settings))


def laid_over(base: Settings, changes: Changes) -> Settings:
    """The settings that hold; BadSetting when two of them do not go together."""
    settings = replace(base, **dict(changes))
    _check_together(settings, changes)
    return settings


def read(name: str, raw: object) -> object:
    """One value as JSON has it, made into ours; BadSetting says which field, and why not."""
    if name not in _READERS:
        raise BadSetting(field=name, why="unknown")
    return _READERS[name](name, raw)


def plain(name: str, value: object) -> object:
    """One value as JSON has it."""
    match name, value:
        case "labels", tuple():
            told: dict[str, dict[str, str]] = {}
            for service, lang, text in value:
                told.setdefault(service, {})[lang] = text
            return told
        case "contacts", tuple():
            return dict(value)
        case _, tuple():
            return list(value)
        case _:
            return str(value) if isinstance(value, str) else value


def plainly(settings: Settings) -> dict[str, Any]:
    """All values as JSON has them."""
    return {name: plain(name, getattr(settings, name)) for name in FIELDS}


def dump(changes: Changes, revision: int) -> dict[str, Any]:
    """One document of the store: only what was changed, so that the rest follows the setup."""
    changed = {name: plain(name, changes[name]) for name in FIELDS if name in changes}
    return {"v": VERSION, "revision": revision, "changed": changed}


def load(record: Mapping[str, Any] | None) -> tuple[Changes, int]:
    """Read it back; a new box has none. BadStore when it is of a version nobody here knows."""
    if record is None:
        return {}, 0
    if record.get("v") != VERSION:
        raise BadStore(f"the settings have version {record.get('v')}, expected {VERSION}")
    try:
        changes = {name: read(name, raw) for name, raw in record["changed"].items()}
        return changes, int(record["revision"])
    except (KeyError, TypeError, ValueError, AttributeError, BadSetting) as error:
        raise BadStore(f"the settings cannot be read: {error!r}") from error


def closure(text: str) -> tuple[date, date]:
    """A day or days, both ends closed; BadSetting."""
    first, _, last = text.partition("/")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise BadSetting(field="closed", why="day", which=text[:40]) from error
    if end < begin:
        raise BadSetting(field="closed", why="backwards", which=text)
    return begin, end


# ------------------------------------------------------------------ one field


def _text(name: str, raw: object, most: int) -> str:
    if not isinstance(raw, str):
        raise BadSetting(field=name, why="shape")
    text = " ".join(raw.split())
    if not text.isprintable():
        raise BadSetting(field=name, why="shape")
    if len(text) > most:
        raise BadSetting(field=name, why="long", most=most)
    return text


def _texts(name: str, raw: object, most: int) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(one, str) for one in raw):
        raise BadSetting(field=name, why="shape")
    if len(raw) > most:
        raise BadSetting(field=name, why="many", most=most)
    return tuple(dict.fromkeys(raw))


def _name(name: str, raw: object) -> str:
    text = _text(name, raw, LONGEST_NAME)
    if not text:
        raise BadSetting(field=name, why="empty")
    return text


def _word(name: str, raw: object) -> str:
    text = _text(name, raw, LONGEST_WORD)
    if not _WORD.fullmatch(text):
        raise BadSetting(field=name, why="empty" if not text else "word")
    return text


def _hours(name: str, raw: object) -> str:
    return _text(name, raw, LONGEST_HOURS)


def _closed(name: str, raw: object) -> tuple[str, ...]:
    days = _texts(name, raw, MOST_CLOSURES)
    for day in days:
        closure(day)
    return tuple(sorted(days))


def _services(name: str, raw: object) -> tuple[str, ...]:
    codes = _texts(name, raw, len(_SERVICES))
    for code in codes:
        if code not in _SERVICES:
            raise BadSetting(field=name, why="unknown-service", which=code[:32])
    if not _TICKETS.intersection(codes):
        raise BadSetting(field=name, why="none")
    return codes


def _labels(name: str, raw: object) -> Labels:
    if not isinstance(raw, Mapping):
        raise BadSetting(field=name, why="shape")
    found = []
    for service, texts in raw.items():
        if service not in _SERVICES:
            raise BadSetting(field=name, why="unknown-service", which=str(service)[:32])
        if not isinstance(texts, Mapping):
            raise BadSetting(field=name, why="shape")
        for lang, text in texts.items():
            if not isinstance(lang, str) or not _LANGUAGE.fullmatch(lang):
                raise BadSetting(field=name, why="shape")
            said = _text(name, text, LONGEST_LABEL)
            if said:
                found.append((service, lang, said))
    return tuple(sorted(found))


def _info_number(name: str, raw: object) -> str:
    text = _text(name, raw, LONGEST_WORD)
    if text and is_paid(text):
        raise BadSetting(field=name, why="paid", which=text)
    if text and not is_number(text):
        raise BadSetting(field=name, why="number")
    return text


def _contacts(name: str, raw: object) -> Contacts:
    if not isinstance(raw, Mapping):
        raise BadSetting(field=name, why="shape")
    known = [target.code for target in REFERRALS]
    for target in raw:
        if target not in known:
            raise BadSetting(field=name, why="unknown", which=str(target)[:32])
    said = {target: _text(name, text, LONGEST_CONTACT) for target, text in raw.items()}
    return tuple((target, said[target]) for target in known if said.get(target))


def _rule(name: str, raw: object) -> LanguageRule:
    try:
        return LanguageRule(raw if isinstance(raw, str) else "")
    except ValueError:
        raise BadSetting(field=name, why="choice") from None


def _profile(name: str, raw: object) -> Profile:
    try:
        return Profile(raw if isinstance(raw, str) else "")
    except ValueError:
        raise BadSetting(field=name, why="choice") from None


def _switch(name: str, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BadSetting(field=name, why="shape")
    return raw


def _shortcuts(name: str, raw: object) -> tuple[str, ...]:
    codes = _texts(name, raw, len(SHORTCUTS))
    if set(codes) - set(SHORTCUTS):
        raise BadSetting(field=name, why="choice")
    return tuple(code for code in SHORTCUTS if code in codes)


_READERS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "name": _name,
    "helper_word": _word,
    "hours": _hours,
    "closed": _closed,
    "services": _services,
    "labels": _labels,
    "info_number": _info_number,
    "language_rule": _rule,
    "profile": _profile,
    "contacts": _contacts,
    "hotspot": _switch,
    "mdns": _switch,
    "federation": _switch,
    "tablet_wifi": _switch,
    "feedback_buttons": _switch,
    "shortcuts": _shortcuts,
}


# ------------------------------------------------------------------ several fields


def _check_together(settings: Settings, changed: Iterable[str]) -> None:
    """Own labels must be said in the languages that the rule asks for."""
    for service in dict.fromkeys(code for code, _, _ in settings.labels):
        said_in = {lang for code, lang, _ in settings.labels if code == service}
        lacking = settings.language_rule.lacking(said_in)
        if lacking:
            asked = set(changed)
            field = "labels" if "labels" in asked else "language_rule"
            raise BadSetting(field=field, why="lacks", which=service, lang=lacking[0])
