"""Every page as one response: markup, style, script and pictograms together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from appliance.core.access import LABELS, Device
from appliance.core.catalogue import SERVICES, TOPICS, Service
from appliance.core.guests import Guest
from appliance.core.ticket import TicketState
from appliance.core.view import CounterView, QueueView, TicketView
from appliance.web.marked import Marked, MarkedPlural
from appliance.web.pairing_words import pairing_words
from appliance.web.tablet_words import TABLET_SIGNS, tablet_words
from appliance.web.texts import NAMES, SOURCE, Texts

HERE: Final = Path(__file__).parent
NOON: Final = time(12)
PEOPLE_DRAWN: Final = 4
"""That many figures at most; the rest is a number."""

_SYMBOL: Final = re.compile(r'<symbol id="i-([a-z0-9-]+)".*?</symbol>', re.DOTALL)
_USE: Final = re.compile(r'href="#i-([a-z0-9-]+)"')
_BLANKS: Final = re.compile(r"\s*\n\s*")
_CSS_BLANKS: Final = re.compile(r"/\*.*?\*/|\s*\n\s*", re.DOTALL)
_JS_NOTES: Final = re.compile(r"^\s*//.*$|^\s+", re.MULTILINE)
_JS_BREAKS: Final = re.compile(r"([{};,(\n])\n+")
_JS_SIGNS: Final = re.compile(r" (=>|===|\|\||&&) ")
_SPRITE: Final = "<!--pictograms-->"
_FLIPS: Final = frozenset(
    {"help", "course", "speak", "arrow", "chev", "transfer", "guide", "back", "undo"}
)
"""Pictograms that turn with the reading direction."""

Hours = tuple[tuple[int, str], ...]
"""ISO weekday (1 is Monday) and the hours as people write them: (2, "9 – 12")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the screens must know of the place they stand in."""

    name: str
    zone: ZoneInfo
    services: tuple[str, ...]
    """Codes of the catalogue, in the order shown."""
    languages: tuple[str, ...] = ("nl", "fr", "en", "ar")
    info_number: str | None = None
    """A free telephone number."""
    helper_word: str = "helper"
    hours: Hours = ()
    links: tuple[tuple[str, str], ...] = ()
    """Services without a ticket that have a page: (code, address)."""
    label_translations: bool = True
    """Whether a page that is not in Dutch says that it is a translation."""


class Pages:
    """The pages of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._environment = _environment()

    # -------------------------------------------------------------- for visitors

    def welcome(
        self,
        lang: str,
        *,
        queue: QueueView,
        next_opening: datetime | None,
        nonce: str,
        ticket_url: str | None = None,
        on_paper: bool = False,
        guest: Guest | None = None,
    ) -> str:
        """Take a number; when closed, when to come back; what a phone on our wifi must know."""
        shown = [service for code in self.place.services if (service := _service(code))]
        return self._render(
            "welcome.html",
            lang,
            nonce=nonce,
            queue=queue,
            closed=queue.state == "closed",
            next_opening=next_opening,
            ticket_url=ticket_url,
            on_paper=on_paper,
            guest=guest,
            tickets=[service for service in shown if service.ticket],
            links=[(_service(code), url) for code, url in self.place.links],
            current=_current(queue),
        )

    def ticket(
        self,
        lang: str,
        *,
        ticket: TicketView,
        queue: QueueView,
        url: str,
        nonce: str,
        on_paper: bool = False,
    ) -> str:
        """One number, from waiting to done."""
        return self._render(
            "ticket.html",
            lang,
            nonce=nonce,
            ticket=ticket,
            url=url,
            on_paper=on_paper,
            current=_current(queue),
            ended=not ticket.state.present,
        )

    def unknown_ticket(self, lang: str, nonce: str) -> str:
        return self._render("unknown.html", lang, nonce=nonce)

    def session_over(self, lang: str, next_opening: datetime | None, nonce: str) -> str:
        return self._render("over.html", lang, nonce=nonce, next_opening=next_opening)

    def problem(self, lang: str, sentence: str, nonce: str) -> str:
        return self._render("problem.html", lang, nonce=nonce, sentence=sentence)

    def wifi(
        self, lang: str, *, guest: Guest, minutes: int, nonce: str, ticket_url: str | None = None
    ) -> str:
        """The free wifi, as this phone stands."""
        return self._render(
            "wifi.html", lang, nonce=nonce, guest=guest, minutes=minutes, ticket_url=ticket_url
        )

    def what_we_count(self, lang: str, nonce: str) -> str:
        return self._render("count.html", lang, nonce=nonce)

    # -------------------------------------------------------------- for the wall

    def board(
        self,
        lang: str = SOURCE,
        *,
        queue: QueueView,
        next_opening: datetime | None,
        nonce: str,
        hours: Hours | None = None,
        on_paper: bool = False,
    ) -> str:
        """Numbers and counters for a whole room; never what anybody comes for."""
        current = _current(queue)
        hero = current[0] if current else None
        return self._render(
            "board.html",
            lang,
            nonce=nonce,
            queue=queue,
            closed=queue.state == "closed",
            next_opening=next_opening,
            hours=self.place.hours if hours is None else hours,
            on_paper=on_paper,
            hero=hero,
            seq=queue.calls[0].seq if queue.calls else 0,
            others=_others(queue, hero),
        )

    # -------------------------------------------------------------- for volunteers

    def sign_in(
        self,
        lang: str,
        *,
        nonce: str,
        problem: str | None = None,
        label: str | None = None,
        pin: bool = True,
        button: bool = True,
    ) -> str:
        """The door; `label` is that of a paired device, `pin` whether one helps now."""
        words = pairing_words(Texts(lang, zone=self.place.zone))
        return self._render(
            "sign_in.html",
            lang,
            nonce=nonce,
            problem=problem,
            label=label,
            labels=words.labels,
            pin=pin,
            button=button,
            signs=frozenset(LABELS),
            start={"labels": words.labels, "words": words.door, "reload": "/"},
        )

    def devices(
        self,
        lang: str,
        *,
        devices: Sequence[Device],
        own: int | None,
        roles: Sequence[str],
        address: str,
        nonce: str,
        code: str = "",
    ) -> str:
        """For the lead: what is paired, one more, the PIN."""
        words = pairing_words(Texts(lang, zone=self.place.zone))
        return self._render(
            "devices.html",
            lang,
            nonce=nonce,
            devices=devices,
            days={
                device.id: datetime.combine(device.paired_on, NOON, tzinfo=self.place.zone)
                for device in devices
                if device.paired_on
            },
            own=own,
            roles=roles,
            code=code,
            address=address,
            labels=words.labels,
            role_names=words.roles,
            start={"words": words.desk},
        )

    def tablet(
        self,
        lang: str,
        *,
        csrf: str,
        counter: int | None,
        counters: int,
        nonce: str,
        lock_minutes: int = 0,
        paired: bool = False,
        lead: bool = False,
    ) -> str:
        """The desk on a tablet; what it shows comes from the staff API."""
        texts = Texts(lang, zone=self.place.zone)
        shown = [service for code in self.place.services if (service := _service(code))]
        start = {
            "counter": counter,
            "counters": counters,
            "place": self.place.name,
            "lang": lang,
            "zone": self.place.zone.key,
            "languages": {code: NAMES[code] for code in self.place.languages},
            "services": {service.code: texts.gettext(service.short) for service in SERVICES},
            "tickets": [service.code for service in shown if service.ticket],
            "topics": [[t.code, texts.gettext(t.short), t.discreet] for t in TOPICS],
            "time": texts.time_pattern,
            "words": tablet_words(texts),
            "lock": lock_minutes,
            "lead": lead,
            "forms": "".join(str(index) for index in texts.form_index),
        }
        signs = TABLET_SIGNS | {str(service.code) for service in SERVICES}
        return self._render(
            "tablet.html",
            lang,
            nonce=nonce,
            signs=signs,
            csrf=csrf,
            start=start,
            paired=paired,
        )

    # -------------------------------------------------------------- how

    def _render(
        self,
        template: str,
        lang: str,
        *,
        nonce: str,
        signs: frozenset[str] = frozenset(),
        **values: object,
    ) -> str:
        texts = Texts(lang, zone=self.place.zone)
        page = self._environment.get_template(template).render(
            place=self.place,
            t=texts,
            _=Marked(texts),
            ngettext=MarkedPlural(texts),
            names=NAMES,
            nonce=nonce,
            helper=_helper(self.place.helper_word, texts),
            translated=lang != SOURCE and self.place.label_translations,
            **values,
        )
        return page.replace(_SPRITE, _sprite(signs | set(_USE.findall(page))))


# ------------------------------------------------------------------ what a template may use


def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader(
            {
                path.name: _BLANKS.sub("\n", path.read_text(encoding="utf-8"))
                for path in (HERE / "templates").glob("*.html")
            }
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}  # languages keep their order
    environment.globals.update(
        style=_style, script=_script, icon=icon, people_drawn=PEOPLE_DRAWN, size=_size, wide=_wide
    )
    return environment


def icon(name: str, extra: str = "") -> Markup:
    """A pictogram of the page's own collection; the word beside it says the same."""
    classes = " ".join(filter(None, ("ic", "flip" if name in _FLIPS else "", extra)))
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(
        classes, name
    )


def _size(number: str) -> str:
    """A class that makes long numbers smaller."""
    return f" n{len(number)}" if len(number) > 2 else ""  # noqa: PLR2004  the usual size


def _wide(counter: int) -> str:
    """A class that keeps two figures inside the disc."""
    return " w" if counter > 9 else ""  # noqa: PLR2004  one figure


@cache
def _style(*names: str) -> Markup:
    sheets = ((HERE / "static" / "css" / f"{name}.css").read_text("utf-8") for name in names)
    return Markup(_CSS_BLANKS.sub("", "".join(sheets)))  # noqa: S704  our own files


@cache
def _script(*names: str) -> Markup:
    parts = ((HERE / "static" / "js" / f"{name}.js").read_text("utf-8") for name in names)
    body = _JS_SIGNS.sub(r"\1", _JS_BREAKS.sub(r"\1", _JS_NOTES.sub("", "\n".join(parts))))
    return Markup(f'(function(){{"use strict";\n{body}}})();')  # noqa: S704  our own files


@cache
def _symbols() -> Mapping[str, str]:
    text = (HERE / "static" / "pictograms.svg").read_text(encoding="utf-8")
    return {match[1]: match[0] for match in _SYMBOL.finditer(text)}


@lru_cache(maxsize=128)
def _sprite(names: frozenset[str]) -> str:
    symbols = _symbols()
    drawn = "".join(symbols[name] for name in sorted(names))
    return f'<svg class="spr" aria-hidden="true">{drawn}</svg>'


@cache
def _service(code: str) -> Service | None:
    return next((service for service in SERVICES if service.code == code), None)


def _helper(word: str, texts: Texts) -> str:
    """`een vrijwilliger`; a word of the place's own is only known in Dutch."""
    _ = texts.gettext
    known = {
        "helper": _("een helper"),
        "vrijwilliger": _("een vrijwilliger"),
        "digihelper": _("een digihelper"),
        "medewerker": _("een medewerker"),
    }
    if word in known:
        return known[word]
    return f"een {word}" if texts.lang == SOURCE else known["helper"]


# ------------------------------------------------------------------ whose turn it is


def _current(queue: QueueView) -> Sequence[CounterView]:
    """The counters with a visit, the latest call first."""
    order = {call.number: -call.seq for call in queue.calls}
    busy = [view for view in queue.counters if view.ticket]
    return sorted(
        busy,
        key=lambda view: (
            view.ticket is None or view.ticket.state is not TicketState.CALLED,
            order.get(view.ticket.number, 0) if view.ticket else 0,
        ),
    )


def _others(queue: QueueView, hero: CounterView | None) -> Sequence[tuple[str, int]]:
    """The earlier calls, newest first."""
    shown = hero.ticket.number if hero and hero.ticket else None
    return [(call.number, call.counter) for call in queue.calls if call.number != shown][:3]
