"""What each of the lead's pages shows: the settings as they are, or as they were filled in."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from aiohttp import web

from appliance.core import week_hours
from appliance.core.access import Role
from appliance.core.catalogue import REFERRALS, SERVICES, service
from appliance.core.month import COSTS
from appliance.core.settings import Settings, closure
from appliance.core.sheet import Sheet
from appliance.core.week_hours import PER_DAY, Week
from appliance.ports import Window
from appliance.web import setting_words
from appliance.web.keys import MONTHS, PAGES, SETTINGS, SIGNED_IN, SITE, TEXTS
from appliance.web.lead_forms import Form
from appliance.web.letter_words import letter_words
from appliance.web.letterbox import LETTERBOX, letter_json
from appliance.web.months import book_of, place_values
from appliance.web.road_words import standing_words
from appliance.web.sheet_words import amount, cost_words, hours_text, sheet_words
from appliance.web.texts import Texts

View = Mapping[str, Any]
MOST_LETTERS: Final = 4
"""So many letters are shown whole."""
COMING: Final = 6
"""Opening windows that are told back in words."""
FLEMISH_DAY: Final = (7, 11)
"""No public holiday in the syntax of opening hours, though many places close."""
NOON: Final = time(12)


def letters(request: web.Request) -> View:
    """What leaves next, and whether it may."""
    box, texts, place = request.app[LETTERBOX], request[TEXTS], request.app[PAGES].place
    waiting = box.waiting()
    return {
        "coordinator": box.coordinator,
        "sending": box.sending(),
        "waiting": len(waiting),
        "letters": [
            (letter_words(one, place, texts), json.dumps(letter_json(one), indent=1))
            for one in box.next()[:MOST_LETTERS]
        ],
    }


def overview(request: web.Request) -> View:
    now, texts = _now(request), request[TEXTS]
    book, box = request.app[MONTHS], request.app[LETTERBOX]
    shown = [texts.gettext(one.short) for code in now.offered if (one := service(code))]
    return {
        "now": now,
        "shown": shown,
        "hours_known": bool(now.hours),
        "closures": len(now.closed),
        "rule": setting_words.rule_words(texts)[now.language_rule][0],
        "profile": setting_words.profile_words(texts)[now.profile][0],
        "month": texts.month_of(book.this_month),
        "year": book.this_month[:4],
        "keys": len(now.shortcuts),
        "road": standing_words(box.road, texts, sending=box.sending()) if box.road else None,
        "off": [
            words[0]
            for name, words in setting_words.switch_words(texts).items()
            if name != "tablet_wifi" and not getattr(now, name)
        ],
    }


# ------------------------------------------------------------------ when it is open


def hours(request: web.Request, form: Form | None) -> View:
    now, texts = _now(request), request[TEXTS]
    line = form.one("line") if form and form.one("how") == "line" else now.hours
    week = week_hours.read(now.hours)
    simple = week is not None
    days = [
        {
            "day": day,
            "name": texts.weekday(day),
            "spans": [_span(form, week, day, n) for n in range(PER_DAY)],
        }
        for day in range(1, 8)
    ]
    holidays = bool(form.one("holidays")) if form else week is None or week.holidays_off
    return {
        "days": days,
        "holidays": holidays,
        "line": line,
        "line_wrong": form is not None and form.one("how") == "line",
        "simple": simple,
        "coming": _coming(request, texts),
        "by_hand": not now.hours,
    }


def _span(form: Form | None, week: Week | None, day: int, n: int) -> tuple[str, str]:
    if form and form.one("how") != "line":
        return form.one(f"d{day}-{n}-from")[:5], form.one(f"d{day}-{n}-to")[:5]
    spans = week.days.get(day, ()) if week else ()
    return spans[n] if n < len(spans) else ("", "")


def _coming(request: web.Request, texts: Texts) -> Sequence[tuple[str, str]]:
    """The next openings, a day and its hours each, so that a lead sees what the line means."""
    kept, at = request.app[SETTINGS], request.app[SITE].view().at
    found: list[tuple[str, str]] = []
    window = kept.window(at) or kept.next_window(at)
    while window is not None and len(found) < COMING:
        found.append((texts.date(window.start), _from_to(window, texts)))
        window = kept.next_window(window.start)
    return found


def _from_to(window: Window, texts: Texts) -> str:
    return f"{texts.time(window.start)} – {texts.time(window.end)}"


def closures(request: web.Request, form: Form | None) -> View:
    now, texts = _now(request), request[TEXTS]
    today = request.app[SITE].view().at.astimezone(texts.zone).date()
    days = []
    for text in now.closed:
        first, last = closure(text)
        told = [texts.full_date(_noon(day, texts)) for day in dict.fromkeys((first, last))]
        days.append({"text": text, "told": told, "past": last < today})
    return {
        "days": days,
        "from_day": form.one("from") if form else "",
        "to_day": form.one("to") if form else "",
        "offered": _flemish_day(request, today),
    }


def _flemish_day(request: web.Request, today: date) -> Mapping[str, str] | None:
    """11 July, when the place would be open that day."""
    day = date(today.year, *FLEMISH_DAY)
    if day < today:
        day = date(today.year + 1, *FLEMISH_DAY)
    kept, texts = request.app[SETTINGS], request[TEXTS]
    begin = datetime.combine(day, time(), texts.zone)
    window = kept.next_window(begin - timedelta(seconds=1))
    if window is None or window.start >= begin + timedelta(days=1):
        return None
    return {"text": day.isoformat(), "told": texts.full_date(_noon(day, texts))}


def _noon(day: date, texts: Texts) -> datetime:
    return datetime.combine(day, NOON, texts.zone)


# ------------------------------------------------------------------ what people see


def services(request: web.Request, form: Form | None) -> View:
    now, texts = _now(request), request[TEXTS]
    place = request.app[PAGES].place
    chosen = (
        [code for code in form.many("order[]") if service(code)] if form else list(now.services)
    )
    shown = set(form.many("show")) if form else set(now.services)
    rest = [str(one.code) for one in SERVICES if one.code != "wifi" and one.code not in chosen]
    rows = []
    for code in [*(c for c in chosen if c in shown), *(c for c in chosen if c not in shown), *rest]:
        found = service(code)
        if found is None:
            continue
        labels = {
            lang: form.one(f"label-{code}-{lang}") if form else now.label(code, lang) or ""
            for lang in place.offered
        }
        rows.append(
            {
                "code": code,
                "name": texts.gettext(found.name),
                "ticket": found.ticket,
                "shown": code in shown,
                "profile": code in now.offered and code not in now.services,
                "labels": labels,
                "named": any(labels.values()),
                "usual": {
                    lang: Texts(lang, zone=texts.zone).gettext(found.name) for lang in labels
                },
            }
        )
    return {"rows": rows, "count": len([row for row in rows if row["shown"]])}


def words(request: web.Request, form: Form | None) -> View:
    now = _now(request)
    fields = ("name", "helper_word", "info_number")
    return {
        "values": {name: form.one(name) if form else getattr(now, name) for name in fields},
        "known_words": ("vrijwilliger", "helper", "digihelper", "digibuddy", "medewerker"),
    }


def profile(request: web.Request, form: Form | None) -> View:
    words = setting_words.profile_words(request[TEXTS])
    return _choices(form, "profile", str(_now(request).profile), words)


def language(request: web.Request, form: Form | None) -> View:
    words = setting_words.rule_words(request[TEXTS])
    return _choices(form, "language_rule", str(_now(request).language_rule), words)


def _choices(form: Form | None, name: str, now: str, words: Mapping[Any, tuple[str, str]]) -> View:
    return {
        "chosen": form.one(name) if form else now,
        "choices": [(str(code), *told) for code, told in words.items()],
    }


def contacts(request: web.Request, form: Form | None) -> View:
    known = dict(_now(request).contacts)
    return {
        "targets": [
            {
                "code": one.code,
                "name": one.name,
                "what": one.what,
                "contact": form.one(f"contact-{one.code}") if form else known.get(one.code, ""),
            }
            for one in REFERRALS
            if one.code != "other"
        ]
    }


def referrals(request: web.Request) -> View:
    known = dict(_now(request).contacts)
    told = [one for one in REFERRALS if one.code != "other"]
    return {
        "targets": [(one.name, one.what, known.get(one.code, "")) for one in told],
        "lead": request[SIGNED_IN].role.may(Role.LEAD),
    }


# ------------------------------------------------------------------ the box


def network(request: web.Request, form: Form | None) -> View:
    now = _now(request)
    return {
        "switches": [
            (name, *told, bool(form.one(name)) if form else getattr(now, name))
            for name, told in setting_words.switch_words(request[TEXTS]).items()
        ]
    }


def shortcuts(request: web.Request, form: Form | None) -> View:
    on = form.many("shortcuts") if form else _now(request).shortcuts
    told = setting_words.shortcut_words(request[TEXTS])
    return {"keys": [(code, key, told[code], code in on) for key, code in KEYS]}


KEYS: Final = (("N", "next"), ("R", "recall"), ("K", "finish"), ("Z", "hold"), ("H", "no-show"))
"""Which key does what."""


# ------------------------------------------------------------------ the month


def month(request: web.Request, period: str, form: Form | None) -> View:
    book, texts = book_of(request), request[TEXTS]
    typed, sheet = book.typed(period), book.sheet(period)
    opened = sheet.total.get("open_minutes_actual", 0)
    helpers = request.app[SITE].desk.settings.helpers
    proposed = typed.empty and not form
    fields = {
        "volunteer_minutes": hours_text(
            (opened * helpers or None) if proposed else typed.volunteer_minutes
        ),
        "staff_minutes": hours_text(typed.staff_minutes),
        **{f"cost_{kind}": amount(typed.cents(kind)) for kind in COSTS},
    }
    return {
        **place_values(request),
        "period": period,
        "month": texts.month_of(period),
        "months": [(one, texts.month_of(one)) for one in book.known[:12]],
        "values": {name: form.one(name) if form else text for name, text in fields.items()},
        "kinds": list(cost_words(texts).items()),
        "opened": hours_text(opened) or "0",
        "planned": hours_text(sheet.total.get("open_minutes_planned", 0)) or "0",
        "helpers": helpers,
        "proposed": proposed and bool(opened),
        "undated": book.undated,
        "today": book.today.isoformat(),
    }


def sheet(request: web.Request, sheet: Sheet) -> View:
    book, texts = book_of(request), request[TEXTS]
    years = sorted({one[:4] for one in book.known}, reverse=True)
    return {
        **place_values(request),
        "sheet": sheet,
        "words": sheet_words(sheet, request.app[PAGES].place, texts),
        "months": [(one, texts.month_of(one)) for one in book.known[:12]],
        "years": years,
        "is_year": len(sheet.period) == len("2026"),
        "printed": texts.full_date(request.app[SITE].view().at),
    }


def _now(request: web.Request) -> Settings:
    return request.app[SETTINGS].current
