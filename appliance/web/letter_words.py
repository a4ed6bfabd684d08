"""A letter to the coordinator as a person reads it, before it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.federation.report import Report
from appliance.core.federation.small_cells import REST
from appliance.core.small import Folded
from appliance.web.place import Place
from appliance.web.sheet_words import Table, cost_words, table_words
from appliance.web.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """Everything that is in one letter."""

    title: str
    totals: Sequence[tuple[str, int]]
    tables: Sequence[Table]


def letter_words(report: Report, place: Place, texts: Texts) -> LetterWords:
    """Period, totals and tables; what has no word of its own is told by its code."""
    words = total_words(texts)
    return LetterWords(
        title=f"{period_words(report, texts)}, {report.location.id}",
        totals=[(words.get(code, code), n) for code, n in sorted(report.totals.items())],
        tables=[
            table_words(name, _folded(cells), place, texts) for name, cells in report.tables.items()
        ],
    )


def period_words(report: Report, texts: Texts) -> str:
    """Which week, month or quarter."""
    _, period = texts.gettext, report.period
    match period.kind:
        case "week":
            return _("Week {n} van {year}", n=int(period.name[-2:]), year=period.name[:4])
        case "month":
            return texts.month_of(period.name)
        case "quarter":
            return _("Kwartaal {n} van {year}", n=period.name[-1], year=period.name[:4])


def _folded(cells: Mapping[str, int]) -> Folded:
    named = {code: n for code, n in cells.items() if code != REST}
    return Folded(named=named, rest=cells.get(REST, 0))


def total_words(texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    return {
        "sessions": _("inloopmomenten"),
        "sessions_undated": _("inloopmomenten waarvan de datum niet vaststond"),
        "tickets": _("uitgegeven nummers"),
        "served": _("bezoeken geholpen"),
        "left": _("niet gewacht"),
        "called": _("geroepen"),
        "contacts": _("keren geholpen, samen"),
        "nonticket": _("geholpen zonder nummer"),
        "referred": _("doorverwezen"),
        "pc_uses": _("keren een computer gebruikt"),
        "volunteer_minutes": _("minuten van vrijwilligers"),
        "staff_minutes": _("minuten van medewerkers"),
        **{
            f"cost_cents_{kind}": _("{kind}, in eurocent", kind=name)
            for kind, name in cost_words(texts).items()
        },
        "group_people": _("mensen in een groep of les"),
        "group_sessions": _("groepen of lessen"),
        "first_visits": _("eerste bezoeken"),
        "open_minutes_actual": _("minuten open"),
        "open_minutes_planned": _("minuten open volgens het rooster"),
        "promises_given": _("wachttijden voorspeld"),
        "promises_kept": _("wachttijden die klopten"),
        "said_ease": _("antwoorden: ging het makkelijk?"),
        "said_friendly": _("antwoorden: was het vriendelijk?"),
        "said_confidence": _("antwoorden: durft u het nu zelf?"),
    }
