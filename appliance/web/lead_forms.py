"""What a lead filled in on a form, made into values of the settings or of a month."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from aiohttp import web

from appliance.core import week_hours
from appliance.core.catalogue import REFERRALS, SERVICES
from appliance.core.errors import BadSetting
from appliance.core.month import COSTS
from appliance.core.settings import SHORTCUTS, Settings
from appliance.core.week_hours import DAYS, PER_DAY, Week
from appliance.web.errors import ForeignOrigin, UnsupportedType
from appliance.web.keys import SESSIONS, SIGNED_IN
from appliance.web.texts import NAMES

_HOURS: Final = re.compile(r"(\d{1,5})(?:[.,](\d{1,2})|[:u](\d{2}))?")
_EUROS: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form that carried its token."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """The field's text without the blanks around it; empty when it is not there."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def many(self, name: str) -> Sequence[str]:
        return self.fields.get(name, ())


async def read_form(request: web.Request) -> Form:
    """The form; ForeignOrigin when it does not carry this device's token."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise UnsupportedType
    posted = await request.post()
    token = posted.get("csrf", "")
    fits = isinstance(token, str) and request.app[SESSIONS].csrf_fits(request[SIGNED_IN], token)
    if not fits:
        raise ForeignOrigin
    return Form(
        fields={
            name: [value for value in posted.getall(name) if isinstance(value, str)]
            for name in posted
        }
    )


Values = Mapping[str, Any]
SWITCHES: Final = ("hotspot", "mdns", "federation", "tablet_wifi")
"""What can be switched on the page about the network."""


def hours(form: Form, _now: Settings) -> Values:
    """Day by day, or the line for who knows how to write it."""
    if form.one("how") == "line":
        return {"hours": form.one("line")}
    return {"hours": week_hours.write(week(form))}


def week(form: Form) -> Week:
    days = {}
    for day in range(1, len(DAYS) + 1):
        spans = []
        for n in range(PER_DAY):
            begin, end = (form.one(f"d{day}-{n}-{side}")[:5] for side in ("from", "to"))
            if begin or end:
                spans.append((begin, end))
        days[day] = tuple(spans)
    return Week(days=days, holidays_off=bool(form.one("holidays")))


def closed(form: Form, now: Settings) -> Values:
    """One day or stretch more, or one less."""
    gone = form.one("remove")
    if gone:
        return {"closed": [day for day in now.closed if day != gone]}
    first, last = form.one("from"), form.one("to")
    day = form.one("add") or (f"{first}/{last}" if last and last != first else first)
    return {"closed": [*now.closed, day]}


def services(form: Form, now: Settings) -> Values:
    """What is shown, in which order, under which name."""
    known = [str(one.code) for one in SERVICES]
    shown = set(form.many("show"))
    order = [code for code in form.many("order[]") if code in known]
    order += [code for code in now.services if code not in order]
    chosen = [code for code in order if code in shown]
    way, _, code = form.one("move").partition(" ")
    if code in chosen:
        at = chosen.index(code)
        to = at - 1 if way == "up" else at + 1
        if 0 <= to < len(chosen):
            chosen[at], chosen[to] = chosen[to], chosen[at]
    labels = {
        code: {lang: text for lang in NAMES if (text := form.one(f"label-{code}-{lang}"))}
        for code in known
    }
    return {"services": chosen, "labels": {code: said for code, said in labels.items() if said}}


def words(form: Form, _now: Settings) -> Values:
    return {name: form.one(name) for name in ("name", "helper_word", "info_number")}


def profile(form: Form, _now: Settings) -> Values:
    return {"profile": form.one("profile")}


def language(form: Form, _now: Settings) -> Values:
    return {"language_rule": form.one("language_rule")}


def contacts(form: Form, _now: Settings) -> Values:
    return {"contacts": {one.code: form.one(f"contact-{one.code}") for one in REFERRALS}}


def network(form: Form, _now: Settings) -> Values:
    return {name: bool(form.one(name)) for name in SWITCHES}


def shortcuts(form: Form, _now: Settings) -> Values:
    return {"shortcuts": [code for code in SHORTCUTS if code in form.many("shortcuts")]}


def month(form: Form) -> Values:
    """Hours as 12, 12,5 or 12:30; euros as 80 or 79,90; nothing where nothing was filled in."""
    return {
        "volunteer_minutes": minutes("volunteer_minutes", form.one("volunteer_minutes")),
        "staff_minutes": minutes("staff_minutes", form.one("staff_minutes")),
        "cost_cents": {kind: cents(f"cost_{kind}", form.one(f"cost_{kind}")) for kind in COSTS},
    }


def past_day(form: Form, today: date) -> date:
    """A day that has begun; BadSetting."""
    try:
        day = date.fromisoformat(form.one("day"))
    except ValueError as error:
        raise BadSetting(field="day", why="day") from error
    if day > today:
        raise BadSetting(field="day", why="past")
    return day


def minutes(field: str, text: str) -> int | None:
    """Hours in any of the ways people write them."""
    if not text:
        return None
    found = _HOURS.fullmatch(text.replace(" ", ""))
    if found is None:
        raise BadSetting(field=field, why="figure")
    whole, tenths, sixtieths = found.groups()
    if sixtieths is not None:
        return int(whole) * 60 + int(sixtieths)
    return int(whole) * 60 + round(float(f"0.{tenths or 0}") * 60)


def cents(field: str, text: str) -> int | None:
    if not text:
        return None
    found = _EUROS.fullmatch(text.replace(" ", "").removeprefix("€"))
    if found is None:
        raise BadSetting(field=field, why="figure")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
