"""Every setting of the box, its default, and where its value came from."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any, Final, get_type_hints

from appliance.core.catalogue import SERVICES
from appliance.core.errors import BadConfig
from appliance.core.feedback import QUESTIONS, SMILEYS
from appliance.core.language_rule import LanguageRule
from appliance.core.phone import is_paid
from appliance.core.profiles import Profile

PREFIX: Final = "DIGIPUNT_"
PLACE_KINDS: Final = (
    "library",
    "service-centre",
    "youth-centre",
    "community",
    "town-hall",
    "welfare",
    "housing",
    "adult-education",
    "reuse-shop",
    "workplace",
    "mobile",
    "other",
)
TICKET_SERVICES: Final = tuple(s.code for s in SERVICES if s.ticket)
SHOWN_SERVICES: Final = (*TICKET_SERVICES, "course", "call", "home")
"""What can stand on a screen; wifi is a line of information, not a service to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The location this box stands in."""

    id: str = "here"
    name: str = "Inlooppunt"
    nis: str = ""
    """The municipality: five figures of Statbel's REFNIS."""
    kind: str = "other"
    """What kind of house it stands in: library, service-centre, community, ..."""
    hours: str = ""
    """Opening hours in OSM syntax; empty: opened and closed by hand."""
    closed: tuple[str, ...] = ()
    """Closure days: 2026-07-11, or 2026-12-24/2027-01-03 with both ends closed."""
    zone: str = "Europe/Brussels"
    counters: int = 3
    helpers: int = 2
    """How many helpers are present unless a volunteer says otherwise."""
    services: tuple[str, ...] = tuple(
        s.code for s in SERVICES if s.default_on and s.code in SHOWN_SERVICES
    )
    """What is shown to visitors, in order."""
    info_number: str = ""
    """A free phone number on the closed screens; paid numbers are refused."""
    helper_word: str = "helper"
    """What somebody who helps is called."""
    language_rule: str = "nl"
    """nl, brussel, faciliteiten or vrij."""
    profile: str = "none"
    """none, koffie-formulieren or digidak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The box itself."""

    letter: str = "A"
    """What its numbers begin with."""
    store: str = "/var/lib/digipunt"
    """Directory of the key and the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Where the sites listen."""

    visitor_host: str = "0.0.0.0"  # noqa: S104  phones come from everywhere on the hotspot
    visitor_port: int = 8080
    staff_host: str = "127.0.0.1"
    """The building's network; by default nobody but this machine."""
    staff_port: int = 8081
    staff_tls_port: int = 8444
    """Where the staff site listens by HTTPS; 0: nowhere."""
    hosts: tuple[str, ...] = ()
    """Further names by which the sites may be addressed."""
    metrics: bool = False
    """Whether the staff site has /metrics in Prometheus' text format."""
    lock_minutes: int = 5
    """After how many minutes without a tap a tablet locks; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The front panel."""

    kind: str = "gpio"
    """gpio, or none."""
    buttons: tuple[int, ...] = (17,)
    """GPIO lines of one to four buttons, in order."""
    services: tuple[str, ...] = ("help",)
    """What each button is for: a service, or smiley-good, smiley-so-so or smiley-bad."""
    question: str = "ease"
    """What the smiley buttons answer: ease, friendly or confidence."""
    lamp: int = 27
    """GPIO line of the lamp; 0: none."""
    buzzer: int = 18
    """GPIO line of the buzzer; 0: none."""
    display: str = "none"
    """segment, matrix, oled or none."""
    digit_mm: float = 0.0
    """Height of the digits in mm; 0: what that kind of display usually has."""
    reading_distance_m: float = 0.0
    """How far away people must be able to read it, in metres; 0: not stated."""
    segments: tuple[int, ...] = (5, 6, 13, 19, 26, 21, 20, 16)
    """Segment display: GPIO lines of segments a to g, and the point."""
    digits: tuple[int, ...] = (12, 23, 24, 25)
    """Segment display: GPIO lines of the digits, left to right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How people are treated."""

    back_places: int = 3
    """How many places back a first no-show goes."""
    still_there_minutes: int = 45
    """After so long without a tap a helper is asked whether a visit still goes on."""
    nudge_minutes: int = 30
    """A visit this long, with people waiting, gets a gentle word; 0: never."""
    nudge_waiting: int = 4
    """So many people must be waiting for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot:
    """The free wifi."""

    kind: str = "none"
    """wifi: an access point of the box's own; ethernet: a port with one behind it; or none."""
    interface: str = "wlan0"
    ssid: str = ""
    """Name of the network, before the four figures of the box; empty: the place's own name."""
    country: str = "BE"
    channel: int = 6
    """2.4 GHz: 1 to 13; 5 GHz: 36 to 48."""
    address: str = "10.42.7.1/24"
    """The box's own address there, and the length of the network."""
    minutes: int = 240
    """How long one tap lasts."""
    essentials: str = "/etc/digipunt/essentials.txt"
    """The sites that are open before anybody taps, one a line; without the file: our own list."""
    resolvers: tuple[str, ...] = ()
    """Addresses of resolvers to ask; empty: those of the system."""
    down_kbit: int = 8000
    """At most this fast to one phone."""
    up_kbit: int = 4000
    connections: int = 150
    """So many open connections for one phone."""
    name: str = ""
    """The box's public name, when it has a certificate for one."""
    certificate: str = ""
    """File with certificate and chain for that name."""
    certificate_key: str = ""
    https_port: int = 8443
    """Where the visitors' site listens with that certificate."""
    run: str = "/run/digipunt"
    """Directory in memory for the files of the resolvers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """The way to a coordinator; without an address no letter is written."""

    url: str = ""
    """Address of the coordinator's program, https://..."""
    key: str = ""
    """Its public key, as it shows it: base64 of 32 bytes."""
    k: int = 5
    """No named figure under this leaves the box."""
    breakdown: str = "month"
    """How often tables are told: month or quarter; one and the same for a whole year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that an installer can set."""

    place: Place = field(default_factory=Place)
    box: Box = field(default_factory=Box)
    web: Web = field(default_factory=Web)
    panel: Panel = field(default_factory=Panel)
    rules: Rules = field(default_factory=Rules)
    hotspot: Hotspot = field(default_factory=Hotspot)
    federation: Federation = field(default_factory=Federation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The configuration, and for each key who said so."""

    config: Config
    origins: Mapping[str, str]


_SECTIONS: Final = get_type_hints(Config)
_NO_SEGMENTS: Final = "KMVWXZ"


def load(
    paths: Sequence[Path] = (),
    environ: Mapping[str, str] | None = None,
    given: Mapping[str, object] | None = None,
) -> Loaded:
    """Lay the layers on each other: defaults, files in order, environment, command line.

    `given` maps "section.key" to a value. Raises BadConfig naming file, key and expectation.
    """
    values: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    origins: dict[str, str] = {}
    for path in paths:
        for section, table in _read(path).items():
            _check_section(section, str(path))
            if not isinstance(table, dict):
                raise BadConfig(f"{path}: [{section}] must be a table")
            for key, value in table.items():
                _put(values, origins, section, key, value, str(path))
    for name, text in sorted((environ or {}).items()):
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            _check_section(section, f"environment {name}")
            kind = _kind(section, key, f"environment {name}")
            _put(values, origins, section, key, _parse(text, kind), f"environment {name}")
    for dotted, value in (given or {}).items():
        section, _, key = dotted.partition(".")
        _check_section(section, "command line")
        _put(values, origins, section, key, value, "command line")
    config = Config(**{name: kind(**values[name]) for name, kind in _SECTIONS.items()})
    _check(config, origins)
    return Loaded(config=config, origins=origins)


def explain(loaded: Loaded) -> str:
    """Every setting with its value and where it came from, a line each."""
    lines = []
    for section in fields(loaded.config):
        part = getattr(loaded.config, section.name)
        for item in fields(part):
            dotted = f"{section.name}.{item.name}"
            origin = loaded.origins.get(dotted, "default")
            lines.append(f"{dotted} = {_toml(getattr(part, item.name))}   # {origin}")
    return "\n".join(lines)


def keys() -> Mapping[str, object]:
    """Every key with its default."""
    config = Config()
    return {
        f"{section}.{item.name}": getattr(getattr(config, section), item.name)
        for section, kind in _SECTIONS.items()
        for item in fields(kind)
    }


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadConfig(f"{path}: there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadConfig(f"{path}: {error}") from error


def _check_section(section: str, origin: str) -> None:
    if section not in _SECTIONS:
        hint = _suggest(section, _SECTIONS)
        raise BadConfig(f"{origin}: unknown section [{section}]{hint}")


def _kind(section: str, key: str, origin: str) -> Any:  # noqa: ANN401  a type hint, whatever it is
    hints = get_type_hints(_SECTIONS[section])
    if key not in hints:
        raise BadConfig(f"{origin}: unknown key {section}.{key}{_suggest(key, hints)}")
    return hints[key]


def _suggest(word: str, words: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]}?" if near else f"; expected one of {', '.join(words)}"


def _put(
    values: dict[str, dict[str, Any]],
    origins: dict[str, str],
    section: str,
    key: str,
    value: object,
    origin: str,
) -> None:
    kind = _kind(section, key, origin)
    dotted = f"{section}.{key}"
    if kind in {tuple[str, ...], tuple[int, ...]}:
        inner = str if kind == tuple[str, ...] else int
        if not isinstance(value, list | tuple) or not all(_is(x, inner) for x in value):
            raise BadConfig(f"{origin}: {dotted} must be a list of {_WORDS[inner]}, not {value!r}")
        value = tuple(value)
    elif kind is float and _is(value, int):
        value = float(str(value))
    elif not _is(value, kind):
        raise BadConfig(f"{origin}: {dotted} must be {_WORDS[kind]}, not {value!r}")
    values[section][key] = value
    origins[dotted] = origin


_WORDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _parse(text: str, kind: object) -> object:
    if kind in {tuple[str, ...], tuple[int, ...]}:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [int(p) if kind == tuple[int, ...] and p.isdigit() else p for p in parts]
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind in {int, float}:
        try:
            return int(text) if kind is int else float(text)
        except ValueError:
            return text
    return text


def _check(config: Config, origins: Mapping[str, str]) -> None:
    """The rules between values; every refusal names file, key and what was expected."""
    for key, fine, expected in _expectations(config):
        if not fine:
            raise BadConfig(f"{_who(key, origins)}: {key} {expected}")


def _who(key: str, origins: Mapping[str, str]) -> str:
    """Whoever set the key; else whoever last set another of that section, since they clash."""
    section = key.partition(".")[0] + "."
    others = [origin for name, origin in origins.items() if name.startswith(section)]
    return origins.get(key) or (others[-1] if others else "default")


def _expectations(config: Config) -> Iterator[tuple[str, bool, str]]:
    place, box, web, panel = config.place, config.box, config.web, config.panel
    yield (
        "box.letter",
        bool(re.fullmatch(r"[A-Z]", box.letter)),
        f"must be one letter A to Z, not {box.letter!r}",
    )
    yield (
        "place.id",
        bool(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", place.id)),
        f"must be small letters, digits and dashes, not {place.id!r}",
    )
    yield "place.name", bool(place.name.strip()), "must not be empty"
    yield "place.counters", 1 <= place.counters <= 20, f"must be 1 to 20, not {place.counters}"  # noqa: PLR2004
    yield "place.helpers", 0 <= place.helpers <= 99, f"must be 0 to 99, not {place.helpers}"  # noqa: PLR2004
    paid = f"is a paid number ({place.info_number}); give a free one"
    yield "place.info_number", not is_paid(place.info_number), paid
    for service in place.services:
        hint = _suggest(service, dict.fromkeys(SHOWN_SERVICES))
        yield "place.services", service in SHOWN_SERVICES, f"has no service {service!r}{hint}"
    with_ticket = any(service in TICKET_SERVICES for service in place.services)
    yield "place.services", with_ticket, "must name at least one service with a ticket"
    buttons = tuple(service for service in panel.services if service not in SMILEYS)
    yield "panel.services", bool(buttons), "must have a button that gives a number"
    yield (
        "panel.question",
        panel.question in QUESTIONS,
        f"must be {', '.join(QUESTIONS)}, not {panel.question!r}",
    )
    for service in buttons:
        hint = _suggest(service, dict.fromkeys(TICKET_SERVICES))
        known = service in TICKET_SERVICES
        yield "panel.services", known, f"has no service {service!r} with a ticket{hint}"
    for key, kind, value in (
        ("place.language_rule", LanguageRule, place.language_rule),
        ("place.profile", Profile, place.profile),
    ):
        wanted = f"must be {' or '.join(kind)}, not {value!r}"
        yield key, value in [one.value for one in kind], wanted
    yield (
        "panel.kind",
        panel.kind in {"gpio", "none"},
        f"must be gpio or none, not {panel.kind!r}",
    )
    displays = {"none", "segment", "matrix", "oled"}
    wanted = f"must be segment, matrix, oled or none, not {panel.display!r}"
    yield "panel.display", panel.display in displays, wanted
    yield (
        "box.letter",
        panel.display != "segment" or box.letter not in _NO_SEGMENTS,
        f"{box.letter} cannot be shown with seven segments; choose none of {_NO_SEGMENTS}",
    )
    yield "panel.segments", len(panel.segments) == 8, "must name 8 GPIO lines: a to g, and the dot"  # noqa: PLR2004
    yield "panel.digits", 3 <= len(panel.digits) <= 8, "must name 3 to 8 GPIO lines"  # noqa: PLR2004
    yield "panel.digit_mm", panel.digit_mm >= 0, "must be 0 or more"
    yield "panel.reading_distance_m", panel.reading_distance_m >= 0, "must be 0 or more"
    yield "panel.buttons", 1 <= len(panel.buttons) <= 4, "must name one to four GPIO lines"  # noqa: PLR2004
    yield (
        "panel.services",
        len(panel.services) == len(panel.buttons),
        f"must name {len(panel.buttons)} services, one for each button",
    )
    yield "rules.back_places", config.rules.back_places >= 1, "must be 1 or more"
    asked = config.rules.still_there_minutes
    yield "rules.still_there_minutes", 5 <= asked <= 720, f"must be 5 to 720, not {asked}"  # noqa: PLR2004
    nudged = config.rules.nudge_minutes
    yield "rules.nudge_minutes", 0 <= nudged <= 720, f"must be 0 to 720, not {nudged}"  # noqa: PLR2004
    yield "rules.nudge_waiting", config.rules.nudge_waiting >= 1, "must be 1 or more"
    minutes = web.lock_minutes
    yield "web.lock_minutes", 0 <= minutes <= 720, f"must be 0 to 720, not {minutes}"  # noqa: PLR2004
    for key, port in (
        ("web.visitor_port", web.visitor_port),
        ("web.staff_port", web.staff_port),
        ("web.staff_tls_port", web.staff_tls_port),
    ):
        yield key, 0 <= port <= 65535, f"must be 0 to 65535, not {port}"  # noqa: PLR2004
    taken = {web.visitor_port, web.staff_port, config.hotspot.https_port}
    fine = not web.staff_tls_port or web.staff_tls_port not in taken
    yield "web.staff_tls_port", fine, f"must be a port of its own, not {web.staff_tls_port}"
    yield from _of_hotspot(config)
    yield from _of_federation(config)


def _of_federation(config: Config) -> Iterator[tuple[str, bool, str]]:
    place, federation = config.place, config.federation
    figures = bool(re.fullmatch(r"\d{5}", place.nis))
    wanted = f"must be the five figures of the municipality, not {place.nis!r}"
    yield "place.nis", figures or not (place.nis or federation.url), wanted
    wanted = f"must be one of {', '.join(PLACE_KINDS)}, not {place.kind!r}"
    yield "place.kind", place.kind in PLACE_KINDS, wanted
    secure = bool(re.fullmatch(r"https://[^\s/]+/?|http://(127\.\d+\.\d+\.\d+|localhost)(:\d+)?/?",
                               federation.url))  # fmt: skip
    wanted = f"must be an address such as https://cijfers.example.be, not {federation.url!r}"
    yield "federation.url", secure or not federation.url, wanted
    wanted = "must be the coordinator's public key: base64 of 32 bytes"
    key = bool(re.fullmatch(r"[A-Za-z0-9+/]{43}=", federation.key))
    yield "federation.key", key or not (federation.key or federation.url), wanted
    yield "federation.k", 3 <= federation.k <= 50, f"must be 3 to 50, not {federation.k}"  # noqa: PLR2004
    wanted = f"must be month or quarter, not {federation.breakdown!r}"
    yield "federation.breakdown", federation.breakdown in {"month", "quarter"}, wanted


def _of_hotspot(config: Config) -> Iterator[tuple[str, bool, str]]:
    wifi = config.hotspot
    kinds = {"none", "wifi", "ethernet"}
    wanted = f"must be wifi, ethernet or none, not {wifi.kind!r}"
    yield "hotspot.kind", wifi.kind in kinds, wanted
    named = re.fullmatch(r"[A-Za-z0-9._-]{1,15}", wifi.interface)
    wanted = f"must be the name of a network interface, not {wifi.interface!r}"
    yield "hotspot.interface", bool(named), wanted
    short = len(wifi.ssid.encode()) <= 27  # noqa: PLR2004  32, less the box's own four figures
    yield "hotspot.ssid", short, "must leave room for the box's figures: at most 27 bytes"
    code = re.fullmatch(r"[A-Z]{2}", wifi.country)
    yield "hotspot.country", bool(code), f"must be two capitals such as BE, not {wifi.country!r}"
    channels = {*range(1, 14), 36, 40, 44, 48}
    wanted = f"must be 1 to 13, 36, 40, 44 or 48, not {wifi.channel}"
    yield "hotspot.channel", wifi.channel in channels, wanted
    wanted = (
        f"must be the first address of a private network of 20 to 28 bits, not {wifi.address!r}"
    )
    yield "hotspot.address", _is_private_network(wifi.address), wanted
    yield "hotspot.minutes", 5 <= wifi.minutes <= 1440, f"must be 5 to 1440, not {wifi.minutes}"  # noqa: PLR2004
    for one in wifi.resolvers:
        wanted = f"must be IPv4 addresses, not {one!r}"
        yield "hotspot.resolvers", _is_address(one), wanted
    for key, speed in (("down_kbit", wifi.down_kbit), ("up_kbit", wifi.up_kbit)):
        yield f"hotspot.{key}", 64 <= speed <= 1_000_000, f"must be 64 to 1000000, not {speed}"  # noqa: PLR2004
    many = wifi.connections
    yield "hotspot.connections", 20 <= many <= 2000, f"must be 20 to 2000, not {many}"  # noqa: PLR2004
    host = re.fullmatch(r"([a-z0-9-]{1,63}\.)+[a-z]{2,}", wifi.name)
    yield "hotspot.name", not wifi.name or bool(host), f"must be a public name, not {wifi.name!r}"
    given = [bool(wifi.name), bool(wifi.certificate), bool(wifi.certificate_key)]
    wanted = "goes with hotspot.certificate and hotspot.certificate_key: all three, or none"
    yield "hotspot.name", all(given) or not any(given), wanted
    port = wifi.https_port
    yield "hotspot.https_port", 1 <= port <= 65535, f"must be 1 to 65535, not {port}"  # noqa: PLR2004


def _is_private_network(text: str) -> bool:
    try:
        address = IPv4Interface(text)
    except ValueError:
        return False
    bits = address.network.prefixlen
    inside = address.ip - 1 == address.network.network_address
    return address.is_private and 20 <= bits <= 28 and inside  # noqa: PLR2004


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(x) for x in value)}]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)
