"""Every page as one response: markup, style, script and pictograms together."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from appliance.core.access import LABELS, Device
from appliance.core.catalogue import REFERRALS, SERVICES, TOPICS, Service
from appliance.core.federation.news import Item
from appliance.core.guests import Guest
from appliance.core.ticket import TicketState
from appliance.core.view import CounterView, QueueView, TicketView
from appliance.web.feedback_words import faces, questions, turned
from appliance.web.marked import Marked, MarkedPlural
from appliance.web.pairing_words import pairing_words
from appliance.web.place import Hours, Place
from appliance.web.privacy_words import kept_of_visitors
from appliance.web.tablet_words import TABLET_SIGNS, tablet_words
from appliance.web.texts import NAMES, SOURCE, Texts

__all__ = ["Pages", "Place"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One of the languages that a wall speaks at the same time."""

    t: Texts
    say: Marked
    many: MarkedPlural
    helper: str


class Pages:
    """The pages of one place."""

    def __init__(self, place: Place, *, renewed: Callable[[], Place] | None = None) -> None:
        self._place = place
        self._renewed = renewed
        self._environment = _environment()

    @property
    def place(self) -> Place:
        """The place as it is now: people change it on screen, and days pass."""
        return self._place if self._renewed is None else self._renewed()

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
        place = self.place
        shown = [service for code in place.services if (service := _service(code))]
        walk_in = [one for one in shown if one.ticket and one.code in place.ways.walk_in]
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
            tickets=[one for one in shown if one.ticket and one not in walk_in],
            walk_in=walk_in,
            links=[(_service(code), url) for code, url in place.links],
            current=_current(queue),
        )

    def without_ticket(
        self, lang: str, code: str, next_opening: datetime | None, nonce: str
    ) -> str:
        """What somebody must know of a service that nobody queues for."""
        return self._render(
            "service.html", lang, nonce=nonce, service=_service(code), next_opening=next_opening
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
        answers: Sequence[int] = (),
    ) -> str:
        """One number, from waiting to done; `answers` to the first questions about the visit."""
        texts = Texts(lang, zone=self.place.zone)
        return self._render(
            "ticket.html",
            lang,
            nonce=nonce,
            ticket=ticket,
            url=url,
            on_paper=on_paper,
            current=_current(queue),
            ended=not ticket.state.present,
            questions=list(questions(texts).items()),
            faces=faces(texts),
            answers=answers,
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

    def what_is_kept(self, lang: str, nonce: str) -> str:
        kept = kept_of_visitors(Texts(lang, zone=self.place.zone))
        return self._render("kept.html", lang, nonce=nonce, kept=kept)

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
        place = self.place
        tongues = [_tongue(one, place) for one in place.language_rule.on_the_wall(lang)]
        return self._render(
            "board.html",
            tongues[0].t.lang,
            tongues=tongues,
            nonce=nonce,
            queue=queue,
            closed=queue.state == "closed",
            next_opening=next_opening,
            hours=place.hours if hours is None else hours,
            on_paper=on_paper,
            hero=hero,
            seq=queue.calls[0].seq if queue.calls else 0,
            free_wifi=any(code == "wifi" for code, _ in self.place.links),
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
        unsealed: bool = False,
    ) -> str:
        """The door; `label` is that of a paired device, `pin` whether one helps now.

        `unsealed`: this is plain HTTP, though the box has a sealed door.
        """
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
            unsealed=unsealed,
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
        safe: bool = False,
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
            safe=safe,
            address=address,
            labels=words.labels,
            role_names=words.roles,
            start={"words": words.desk},
        )

    def staff(self, template: str, lang: str, *, nonce: str, values: Mapping[str, Any]) -> str:
        """A page of the staff site that needs no more than what is given."""
        return self._render(template, lang, nonce=nonce, **values)

    def tablet(
        self,
        lang: str,
        *,
        csrf: str,
        counter: int | None,
        counters: int,
        nonce: str,
        nudge: tuple[int, int] = (0, 1),
        still_there: int = 0,
        lock_minutes: int = 0,
        paired: bool = False,
        lead: bool = False,
        places: Sequence[tuple[str, str]] = (),
        news: Sequence[Item] = (),
    ) -> str:
        """The desk on a tablet; what it shows comes from the staff API."""
        place = self.place
        texts = Texts(lang, zone=place.zone)
        shown = [service for code in place.services if (service := _service(code))]
        topics = {topic.code: topic for topic in TOPICS}
        start = {
            "counter": counter,
            "counters": counters,
            "place": place.name,
            "lang": lang,
            "zone": place.zone.key,
            "edition": place.edition,
            "languages": {code: NAMES[code] for code in place.offered},
            "services": {one.code: place.named(one, texts, short=True) for one in SERVICES},
            "tickets": [service.code for service in shown if service.ticket],
            "topics": [
                [code, texts.gettext(topics[code].short), topics[code].discreet]
                for code in place.ways.topics()
            ],
            "near": place.ways.near,
            "measures": place.ways.measures,
            "unhurried": place.ways.unhurried,
            "referrals": [[one.code, texts.gettext(one.short)] for one in REFERRALS],
            "shortcuts": place.shortcuts,
            "time": texts.time_pattern,
            "words": tablet_words(texts),
            "turned": {
                code: turned(Texts(code, zone=self.place.zone)) for code in self.place.languages
            },
            "nudge": nudge,
            "stillThere": still_there,
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
            places=places,
            news=news,
        )

    def first_day(self, lang: str, *, button: bool, nonce: str) -> str:
        """What a helper must know on the first day, on one screen and one sheet."""
        return self._render("first_day.html", lang, nonce=nonce, button=button)

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
        place = self.place
        texts = Texts(lang, zone=place.zone)
        page = self._environment.get_template(template).render(
            place=place,
            named=lambda service: place.named(service, texts),
            t=texts,
            _=Marked(texts),
            ngettext=MarkedPlural(texts),
            names=NAMES,
            nonce=nonce,
            helper=_helper(place.helper_word, texts),
            translated=place.language_rule.translates(lang),
            from_both=len(place.language_rule.official) > 1,
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


def _tongue(lang: str, place: Place) -> Tongue:
    texts = Texts(lang, zone=place.zone)
    return Tongue(
        t=texts,
        say=Marked(texts),
        many=MarkedPlural(texts),
        helper=_helper(place.helper_word, texts),
    )


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
