"""The lead's pages: what a place changes about itself, and what it can print about its year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from appliance.core import month as months
from appliance.core.access import Role
from appliance.core.errors import BadSetting, DigipuntError, SettingsChanged
from appliance.core.settings import Settings, plainly
from appliance.web import bodies, lead_api, lead_forms, lead_views
from appliance.web.endpoints import Endpoint, Handler
from appliance.web.errors import NotFound, status
from appliance.web.html import page
from appliance.web.keys import MONTHS, PAGES, SESSIONS, SETTINGS, SIGNED_IN, SITE, TEXTS
from appliance.web.lead_forms import Form, Values
from appliance.web.months import book_of, place_values
from appliance.web.privacy_words import all_that_is_kept
from appliance.web.sentences import error_sentence
from appliance.web.texts import Texts

_HTML: Final = "text/html"
CSRF: Final = {"csrf": bodies.text(128, required=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One page with one subject."""

    name: str
    fields: tuple[str, ...]
    parse: Callable[[Form, Settings], Values]
    view: Callable[[web.Request, Form | None], Mapping[str, Any]]


STRIPS: Final = (
    Strip(name="hours", fields=("hours",), parse=lead_forms.hours, view=lead_views.hours),
    Strip(name="closures", fields=("closed",), parse=lead_forms.closed, view=lead_views.closures),
    Strip(
        name="services",
        fields=("services", "labels"),
        parse=lead_forms.services,
        view=lead_views.services,
    ),
    Strip(
        name="words",
        fields=("name", "helper_word", "info_number"),
        parse=lead_forms.words,
        view=lead_views.words,
    ),
    Strip(name="profile", fields=("profile",), parse=lead_forms.profile, view=lead_views.profile),
    Strip(
        name="language",
        fields=("language_rule",),
        parse=lead_forms.language,
        view=lead_views.language,
    ),
    Strip(
        name="contacts", fields=("contacts",), parse=lead_forms.contacts, view=lead_views.contacts
    ),
    Strip(
        name="network",
        fields=lead_forms.SWITCHES,
        parse=lead_forms.network,
        view=lead_views.network,
    ),
    Strip(
        name="keys", fields=("shortcuts",), parse=lead_forms.shortcuts, view=lead_views.shortcuts
    ),
)
"""Every page that changes the settings, in the order of the overview."""


# ------------------------------------------------------------------ the overview


async def overview(request: web.Request) -> web.StreamResponse:
    return lead_page(request, "lead.html", lead_views.overview(request))


# ------------------------------------------------------------------ a strip


def show(strip: Strip) -> Handler:
    async def show_strip(request: web.Request) -> web.StreamResponse:
        return _strip(request, strip)

    return show_strip


def save(strip: Strip) -> Handler:
    async def save_strip(request: web.Request) -> web.StreamResponse:
        form = await lead_forms.read_form(request)
        kept = request.app[SETTINGS]
        try:
            if form.one("back"):
                await kept.change({}, back=[form.one("back")])
            else:
                values = strip.parse(form, kept.current)
                await kept.change(values, seen=form.one("seen"))
        except BadSetting as error:
            return _strip(request, strip, form=form, error=error)
        except SettingsChanged as error:
            return _strip(request, strip, error=error)
        raise web.HTTPSeeOther(f"/lead/{strip.name}?saved=1{kept_language(request)}")

    return save_strip


def _strip(
    request: web.Request,
    strip: Strip,
    *,
    form: Form | None = None,
    error: BadSetting | SettingsChanged | None = None,
) -> web.Response:
    """The page as it is, or with what was filled in and what is wrong with it."""
    kept = request.app[SETTINGS]
    return lead_page(
        request,
        f"lead_{strip.name}.html",
        {
            **strip.view(request, form),
            "strip": strip.name,
            "seen": kept.seen(strip.fields),
            "changed": [name for name in strip.fields if name in kept.changed],
            "configured": plainly(kept.base),
        },
        error=error,
    )


# ------------------------------------------------------------------ the month


async def show_month(request: web.Request) -> web.StreamResponse:
    return _month(request, _period(request))


async def save_month(request: web.Request) -> web.StreamResponse:
    period = _period(request)
    form = await lead_forms.read_form(request)
    try:
        await book_of(request).type(period, lead_forms.month(form))
    except BadSetting as error:
        return _month(request, period, form=form, error=error)
    at = place_values(request)["at"]
    raise web.HTTPSeeOther(f"/lead/month?month={period}{at}&saved=1{kept_language(request)}")


async def date_undated(request: web.Request) -> web.StreamResponse:
    """Somebody knows on which day it was that no clock knew."""
    form = await lead_forms.read_form(request)
    try:
        day = lead_forms.past_day(form, request.app[MONTHS].today)
    except BadSetting as error:
        return _month(request, _period(request), error=error)
    await request.app[SITE].desk.date_undated(day)
    raise web.HTTPSeeOther(f"/lead/month?month={day:%Y-%m}&saved=1{kept_language(request)}")


def _month(
    request: web.Request, period: str, *, form: Form | None = None, error: BadSetting | None = None
) -> web.Response:
    return lead_page(
        request, "lead_month.html", lead_views.month(request, period, form), error=error
    )


async def sheet(request: web.Request) -> web.StreamResponse:
    book, year = book_of(request), request.query.get("year")
    if year is None:
        return lead_page(
            request, "sheet.html", lead_views.sheet(request, book.sheet(_period(request)))
        )
    if not any(known.startswith(f"{year}-") for known in book.known):
        raise NotFound
    return lead_page(request, "sheet.html", lead_views.sheet(request, book.year(year)))


def _period(request: web.Request) -> str:
    """The month asked for; else the last one that is over, if anything was counted then."""
    book = book_of(request)
    asked = request.query.get("month")
    if asked is None:
        over = [period for period in book.known if period < book.this_month]
        return over[0] if over else book.this_month
    if not months.is_month(asked) or asked > book.this_month:
        raise NotFound
    return asked


# ------------------------------------------------------------------ what leaves the box


async def letters(request: web.Request) -> web.StreamResponse:
    return lead_page(request, "lead_letters.html", lead_views.letters(request))


async def privacy(request: web.Request) -> web.StreamResponse:
    kept = all_that_is_kept(request[TEXTS])
    return lead_page(request, "lead_privacy.html", {"kept": kept})


# ------------------------------------------------------------------ for every helper


async def referrals(request: web.Request) -> web.StreamResponse:
    return lead_page(request, "wegwijs.html", lead_views.referrals(request))


# ------------------------------------------------------------------ small print


def lead_page(
    request: web.Request,
    template: str,
    values: Mapping[str, Any],
    *,
    error: DigipuntError | None = None,
) -> web.Response:
    """One of the lead's pages, as it is or with what is wrong on top."""
    texts: Texts = request[TEXTS]
    sessions = request.app[SESSIONS]
    problem = None if error is None else error_sentence(error, texts)
    field = str(error.facts.get("field", "")) if isinstance(error, BadSetting) else ""
    return page(
        request,
        render=lambda: request.app[PAGES].staff(
            template,
            texts.lang,
            nonce="",
            values={
                "csrf": sessions.csrf(request[SIGNED_IN]),
                "problem": problem,
                "wrong": {field: problem} if field else {},
                "which": str(error.facts.get("which", "")) if error is not None else "",
                "saved": "saved" in request.query,
                "next_opening": request.app[SITE].next_opening(),
                **values,
            },
        ),
        status=200 if error is None else status(error),
    )


def kept_language(request: web.Request) -> str:
    """Keep the language that the address asked for."""
    asked = "lang" in request.query
    return f"&lang={request[TEXTS].lang}" if asked else ""


def read_at(
    path: str, handler: Handler, summary: str, least: Role = Role.LEAD, kind: str = _HTML
) -> Endpoint:
    """A page, or a file, that only a lead gets unless told otherwise."""
    return Endpoint(
        method="GET", path=path, handler=handler, summary=summary, answer_type=kind, least=least
    )


def write_at(path: str, handler: Handler, summary: str) -> Endpoint:
    """A form of one of these pages."""
    return Endpoint(
        method="POST",
        path=path,
        handler=handler,
        summary=summary,
        answer=303,
        answer_type=_HTML,
        body=CSRF,
        form=True,
        origin=True,
        refusals=(400, 404, 409, 413, 415, 503),
        least=Role.LEAD,
    )


_ABOUT: Final[Mapping[str, str]] = {
    "hours": "Opening hours",
    "closures": "Closure days",
    "services": "Services: shown or not, order, names",
    "words": "Name, helper's word, free number",
    "profile": "How the place works",
    "language": "Language rule",
    "contacts": "How to find whoever people are sent on to",
    "network": "Hotspot, other boxes, coordinator",
    "keys": "Keys of the tablet",
}

ENDPOINTS: Final[Sequence[Endpoint]] = (
    read_at("/lead", overview, "Everything a lead can change or print"),
    *(read_at(f"/lead/{strip.name}", show(strip), _ABOUT[strip.name]) for strip in STRIPS),
    *(write_at(f"/lead/{strip.name}", save(strip), _ABOUT[strip.name]) for strip in STRIPS),
    read_at("/lead/month", show_month, "Hours and costs of a month"),
    write_at("/lead/month", save_month, "Type hours and costs of a month"),
    write_at("/lead/undated", date_undated, "Give a date to what was counted without one"),
    read_at("/lead/sheet", sheet, "What the place did, on one page of A4"),
    read_at("/lead/letters", letters, "What leaves the box next, before it goes"),
    read_at("/lead/privacy", privacy, "Everything that the box keeps, to print"),
    read_at("/wegwijs", referrals, "Where people can be sent on to", Role.VOLUNTEER),
    *lead_api.ENDPOINTS,
)
