"""The month sheet and the year sheet in words: figures, tables and what they do not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.core.catalogue import REFERRALS, TOPICS, service
from appliance.core.sheet import Figure, Sheet
from appliance.core.small import Folded
from appliance.web.place import Place
from appliance.web.texts import Texts

LONGEST: Final = 8
"""Rows of a table on paper; the smaller ones are told together, with how many there are."""
STEPS: Final = ("wait", "hour")
"""Tables whose rows have an order of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table with its bar; `width` in hundredths of the longest."""

    name: str
    n: int
    width: int
    share: str
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One break-down."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """Everything on the page but its frame."""

    big: Sequence[tuple[str, str]]
    small: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    feedback: Sequence[Table]
    costs: Sequence[tuple[str, str]]


def sheet_words(sheet: Sheet, place: Place, texts: Texts) -> SheetWords:
    tables = [
        _table(
            title,
            sheet.tables[name],
            _names(name, sheet.tables[name], place, texts),
            texts,
            steps=name in STEPS,
        )
        for name, title in _titles(texts).items()
        if name in sheet.tables
    ]
    feedback = [
        _table(title, sheet.feedback[name], _levels(texts), texts, steps=True)
        for name, title in _questions(texts).items()
        if name in sheet.feedback
    ]
    return SheetWords(
        big=_big(sheet, texts),
        small=_small(sheet, texts),
        tables=tables,
        feedback=feedback,
        costs=_costs(sheet, texts),
    )


def hours_text(minutes: int | None) -> str:
    """12, 12,5 or 12:20, as a lead can also type it."""
    if minutes is None:
        return ""
    whole, left = divmod(minutes, 60)
    if left == 30:  # noqa: PLR2004  half an hour
        return f"{whole},5"
    return f"{whole}:{left:02}" if left else str(whole)


def amount(cents: int | None) -> str:
    """Euros as people write them: 80 or 79,90."""
    if cents is None:
        return ""
    whole, left = divmod(cents, 100)
    return f"{whole},{left:02}" if left else str(whole)


def cost_words(texts: Texts) -> Mapping[str, str]:
    """Each kind of cost."""
    _ = texts.gettext
    return {
        "personeel": _("Personeel"),
        "materiaal": _("Materiaal"),
        "huur": _("Huur"),
        "communicatie": _("Communicatie"),
        "andere": _("Andere kosten"),
    }


# ------------------------------------------------------------------ figures


def _big(sheet: Sheet, texts: Texts) -> Sequence[tuple[str, str]]:
    _, total = texts.gettext, sheet.total
    return [
        (str(total.get("served", 0)), _("bezoeken geholpen")),
        (str(total.get("sessions", 0)), _("inloopmomenten")),
        (hours_text(total.get("open_minutes_actual", 0)), _("uren open")),
        (figure(sheet.aside["first"], texts), _("eerste bezoeken")),
    ]


def _small(sheet: Sheet, texts: Texts) -> Sequence[tuple[str, str]]:
    _, total, typed = texts.gettext, sheet.total, sheet.typed
    told = [
        (_("Uitgegeven nummers"), str(total.get("tickets", 0))),
        (_("Niet gewacht"), str(total.get("left", 0))),
        (_("Uren open volgens het rooster"), hours_text(total.get("open_minutes_planned", 0))),
        (_("Hulp via telefoon"), figure(sheet.aside["call"], texts)),
        (_("Hulp aan huis"), figure(sheet.aside["home"], texts)),
        (_("Mensen in een groep of les"), figure(sheet.aside["group"], texts)),
        (_("Computer gebruikt"), figure(sheet.aside["pc"], texts)),
    ]
    if typed.volunteer_minutes is not None:
        told.append((_("Uren van vrijwilligers"), hours_text(typed.volunteer_minutes)))
    if typed.staff_minutes is not None:
        told.append((_("Uren van personeel"), hours_text(typed.staff_minutes)))
    return told


def _costs(sheet: Sheet, texts: Texts) -> Sequence[tuple[str, str]]:
    if sheet.typed.cost is None:
        return []
    _, names = texts.gettext, cost_words(texts)
    told = [(names[kind], f"€ {amount(cents)}") for kind, cents in sheet.typed.cost_cents]
    told.append((_("Samen"), f"€ {amount(sheet.typed.cost)}"))
    if sheet.cost_per_visit is not None:
        told.append((_("Per geholpen bezoek"), f"€ {amount(sheet.cost_per_visit)}"))
    return told


def figure(shown: Figure, texts: Texts) -> str:
    """A count, or that there is too little of it to tell."""
    if not shown.few:
        return str(shown.n)
    if shown.n:
        return texts.gettext("{n} of iets meer", n=shown.n)
    return texts.gettext("minder dan 5")


# ------------------------------------------------------------------ tables


def table_words(name: str, table: Folded, place: Place, texts: Texts) -> Table:
    """One table of a letter or a sheet, by its code."""
    _ = texts.gettext
    question = name.removeprefix("feedback-")
    if question in _questions(texts):
        return _table(_questions(texts)[question], table, _levels(texts), texts, steps=True)
    titles = {
        **_titles(texts),
        "channel": _("Hoe mensen geholpen werden"),
        "help": _("Hoelang een bezoek duurde"),
    }
    names = _names(name, table, place, texts)
    steps = name in {*STEPS, "help"}
    return _table(titles.get(name, name), table, names, texts, steps=steps)


def _table(
    title: str, table: Folded, names: Mapping[str, str], texts: Texts, *, steps: bool
) -> Table:
    """The largest first, unless the rows are steps with an order of their own."""
    _ = texts.gettext
    order = list(names)
    cells = sorted(
        table.named.items(),
        key=lambda cell: (order.index(cell[0]) if steps else -cell[1], cell[0]),
    )
    shown, others = cells[:LONGEST], cells[LONGEST:]
    if len(others) == 1:
        shown, others = cells, []
    longest = max([n for _code, n in cells] or [1])
    rows = [_row(names.get(code, code), n, longest, table.total) for code, n in shown]
    if others:
        n = sum(count for _code, count in others)
        told = _("{n} andere", n=len(others))
        rows.append(_row(told, n, longest, table.total, quiet=True))
    if table.rest:
        told = _("niet uitgesplitst (kleine aantallen)")
        rows.append(_row(told, table.rest, longest, table.total, quiet=True))
    return Table(title=title, rows=rows)


def _row(name: str, n: int, longest: int, total: int, *, quiet: bool = False) -> Row:
    percent = round(100 * n / total) if total else 0
    share = f"{percent} %" if percent else "< 1 %"
    return Row(name=name, n=n, width=min(100, round(100 * n / longest)), share=share, quiet=quiet)


def _titles(texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    return {
        "service": _("Waarvoor mensen kwamen"),
        "topic": _("Waarover het ging"),
        "outcome": _("Hoe het liep"),
        "assist": _("Wie het deed"),
        "language": _("In welke taal"),
        "referral": _("Doorverwezen naar"),
        "wait": _("Hoelang mensen wachtten"),
        "hour": _("Wanneer mensen kwamen"),
        "source": _("Hoe mensen een nummer namen"),
    }


def _questions(texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    return {
        "ease": _("Ging het makkelijk?"),
        "friendly": _("Was het vriendelijk?"),
        "confidence": _("Durft u het nu zelf?"),
    }


def _levels(texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    return {"2": _("ja"), "1": _("een beetje"), "0": _("nee")}


def _names(name: str, table: Folded, place: Place, texts: Texts) -> Mapping[str, str]:  # noqa: C901, PLR0911  a table an arm
    _ = texts.gettext
    match name:
        case "service":
            known = {code: service(code) for code in table.named}
            return {code: place.named(one, texts) for code, one in known.items() if one}
        case "topic":
            return {topic.code: texts.gettext(topic.name) for topic in TOPICS}
        case "language":
            spoken = {code: texts.language(code) for code in table.named}
            return {**spoken, "und": _("niet gezegd (knop)")}
        case "referral":
            return {one.code: texts.gettext(one.name) for one in REFERRALS}
        case "outcome":
            return {
                "solved": _("opgelost"),
                "partly": _("deels opgelost"),
                "referred": _("doorverwezen"),
                "comeback": _("komt terug"),
                "left": _("weggegaan"),
                "unknown": _("niet ingevuld"),
            }
        case "assist":
            return {
                "self": _("zelf gedaan, met uitleg"),
                "together": _("samen gedaan"),
                "for": _("door ons gedaan"),
                "unknown": _("niet ingevuld"),
            }
        case "wait":
            told = {
                step: _("{low} tot {high} minuten", low=low, high=high)
                for step, low, high in (("0-5", 0, 5), ("5-10", 5, 10), ("10-20", 10, 20))
            }
            long = {"20-40": _("{low} tot {high} minuten", low=20, high=40)}
            return {**told, **long, "40+": _("langer"), "unknown": _("niet gemeten")}
        case "hour":
            return {
                "am": _("voormiddag"),
                "noon": _("middag (12 – 14)"),
                "pm": _("namiddag"),
                "eve": _("avond"),
                "unknown": _("niet gemeten"),
            }
        case "channel":
            return {"face": _("hier, aan tafel"), "call": _("telefoon"), "home": _("thuis")}
        case "help":
            return _names("wait", table, place, texts)
        case _:
            return {
                "button": _("knop"),
                "phone": _("eigen telefoon"),
                "tablet": _("via een helper"),
                "sibling": _("van een andere plek"),
            }
