"""All sheets of the workbook in their order: the questions a minister asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from appliance.collector.figures import Figures, PlaceFigures
from appliance.collector.geography import PROVINCES, as_of, municipalities, on
from appliance.collector.register import Project
from appliance.collector.sheets import (
    TOTAL,
    Column,
    Kind,
    Row,
    Sheet,
    Value,
    added,
    count,
    measure_columns,
    measured,
    one_way,
    per_service,
    satisfaction,
    text,
)

SEVERAL_PROVINCES: Final = "Meerdere provincies"
SEVERAL_MUNICIPALITIES: Final = "Meerdere gemeenten"
OUTSIDE: Final = "Geen gemeente op die dag"

DEFINITIONS: Final = (
    ("Bezoek", "Een bezoek is geen persoon: wie drie keer komt, telt drie keer."),
    ("Bezoeken", "Geholpen bezoeken met een nummer."),
    ("Eerste bezoeken", "Bezoeken waarvan een helper aanduidde: eerste keer hier."),
    ("Contacten", "Hulp aan de balie, aan de telefoon en aan huis, met en zonder nummer."),
    ("Groepsdeelnemers", "Mensen in lessen en workshops; zij nemen geen nummer."),
    ("Nul", "0 betekent: er kwamen cijfers, en niemand kwam. Stil betekent: wij weten niets."),
    ("Leeg vak", "Geen enkele plek gaf hierover cijfers."),
    ("Niet uitgesplitst", "Kleine aantallen staan samen, zodat niemand herkend kan worden."),
    ("Bron", "Totalen en tabellen komen uit verzegelde brieven per maand of per kwartaal."),
    ("Kwartaal", "Een kwartaal dat niet helemaal in de periode valt, telt niet mee."),
)


def workbook_sheets(figures: Figures) -> Sequence[Sheet]:
    """The whole workbook."""
    return [
        notes(figures),
        per_province(figures),
        per_municipality(figures),
        projects(figures),
        per_service(figures),
        one_way(figures, title="Per onderwerp", table="topic", first="Onderwerp"),
        one_way(figures, title="Per taal", table="language", first="Taal"),
        one_way(figures, title="Per kanaal", table="channel", first="Kanaal"),
        satisfaction(figures),
        gaps(figures),
    ]


def notes(figures: Figures) -> Sheet:
    """What the figures are, and how complete."""
    received, expected = figures.coverage
    silent = [one.place.name for one in figures.places if one.silent_since]
    rows: list[Row] = [
        ("Regio", figures.region or "alle gemeenten", None, None),
        ("Van", None, figures.span.first, None),
        ("Tot (niet inbegrepen)", None, figures.span.end, None),
        ("Gemeenten zoals op", None, figures.geography, None),
        ("Kleinste aantal dat getoond wordt (k)", None, None, figures.k),
        ("Plekken", None, None, len(figures.places)),
        ("Weekbrieven ontvangen", None, None, received),
        ("Weekbrieven verwacht", None, None, expected),
        ("Dekking %", None, None, round(100 * received / expected, 1) if expected else None),
        ("Stille plekken", ", ".join(silent) or "geen", None, None),
    ]
    rows += [(name, meaning, None, None) for name, meaning in DEFINITIONS]
    return Sheet(
        title="Toelichting",
        columns=[
            text("Onderwerp", 36),
            text("Uitleg", 80),
            Column(name="Datum", kind=Kind.DATE, width=12),
            Column(name="Aantal", kind=Kind.NUMBER, width=10),
        ],
        rows=rows,
    )


def per_province(figures: Figures) -> Sheet:
    """Five provinces, Brussels, and the total; whatever lies in none or several has its row."""
    by_province: dict[str, list[PlaceFigures]] = {}
    for place in figures.places:
        by_province.setdefault(_province_of(place.nis), []).append(place)
    budgets = _by_area(figures, province=True)
    reached = {one.nis for one in figures.places if one.nis}
    rows: list[Row] = []
    areas = [(province.name, province.nis) for province in PROVINCES]
    areas += [
        (name, nis)
        for name, nis in ((OUTSIDE, ""), (SEVERAL_PROVINCES, "*"))
        if by_province.get(nis) or budgets.get(nis)
    ]
    for name, nis in areas:
        here = {one.nis for one in on(figures.geography) if one.province == nis}
        if figures.codes is not None:
            here &= figures.codes
        rows.append(
            (
                name,
                nis.strip("*"),
                len(here),
                len(here & reached),
                *measured(by_province.get(nis, [])),
                *_money(budgets.get(nis, [])),
            )
        )
    total = added(rows, 2, (TOTAL, ""))
    rows.append(total)
    columns = [
        text("Provincie", 22),
        text("Code", 8),
        count("Gemeenten totaal"),
        count("Gemeenten met digipunt"),
        *measure_columns(),
        *_money_columns(),
    ]
    shares = [(*row[:4], _part(row[3], row[2]), *row[4:]) for row in rows]
    columns.insert(4, Column(name="Dekking %", kind=Kind.SHARE, width=10))
    return Sheet(title="Per provincie", columns=columns, rows=shares, total=True)


def per_municipality(figures: Figures) -> Sheet:
    """Every municipality of the region, also where nothing is."""
    by_nis: dict[str, list[PlaceFigures]] = {}
    for place in figures.places:
        by_nis.setdefault(place.nis or "", []).append(place)
    budgets = _by_area(figures, province=False)
    names = {province.nis: province.name for province in PROVINCES}
    rows: list[Row] = []
    for province in PROVINCES:
        for one in on(figures.geography):
            outside = figures.codes is not None and one.nis not in figures.codes
            if one.province != province.nis or outside:
                continue
            heading = (names[one.province], one.nis, one.name)
            rows.append((*heading, *_line(figures, one.nis, by_nis, budgets)))
    for name, nis in ((OUTSIDE, ""), (SEVERAL_MUNICIPALITIES, "*")):
        if by_nis.get(nis) or budgets.get(nis):
            rows.append(("", "", name, *_line(figures, nis, by_nis, budgets)))
    rows.append(added(rows, 6, (TOTAL, "", "", "", "", "")))
    return Sheet(
        title="Per gemeente",
        columns=[
            text("Provincie", 18),
            text("NIS", 8),
            text("Gemeente", 28),
            text("Rol", 18),
            text("Status", 18),
            text("Oproepronde(s)", 14),
            *measure_columns(),
            *_money_columns(),
        ],
        rows=rows,
        total=True,
    )


def projects(figures: Figures) -> Sheet:
    """The register; what boxes cannot know."""
    codes = {one.project: _codes(figures, one.project) for one in _projects(figures)}
    provinces = {one.nis: one.name for one in PROVINCES}
    rows: list[Row] = []
    for one in _projects(figures):
        known = municipalities()
        places = [p for p in figures.places if p.place.project == one.project]
        where = sorted(codes[one.project])
        rows.append(
            (
                one.project,
                one.name,
                one.promotor,
                one.trajectory,
                one.call_round,
                one.status,
                _day(one.starts),
                _day(one.ends),
                one.budget_cents / 100 if one.budget_cents is not None else None,
                one.programmes,
                ", ".join(sorted({provinces[_province_of(nis)] for nis in where})),
                ", ".join(known[nis].name for nis in where),
                len(places),
                sum(place.active for place in places),
            )
        )
    return Sheet(
        title="Projecten",
        columns=[
            text("Project", 16),
            text("Naam", 32),
            text("Promotor", 28),
            text("Traject", 14),
            count("Oproepronde"),
            text("Status", 14),
            Column(name="Begin", kind=Kind.DATE),
            Column(name="Einde", kind=Kind.DATE),
            Column(name="Toegekend budget €", kind=Kind.EURO, width=18),
            text("Programma's", 20),
            text("Provincies", 28),
            text("Gemeenten", 50),
            count("Digipunten"),
            count("Digipunten actief"),
        ],
        rows=rows,
    )


def gaps(figures: Figures) -> Sheet:
    """What is missing, place by place: no figure is not the same as zero."""
    rows: list[Row] = [
        (
            one.place.location,
            one.place.name,
            one.place.nis,
            "ja" if one.registered else "nee",
            one.silent_since or "",
            len(one.expected_weeks) - len(one.missing_weeks),
            len(one.expected_weeks),
            _part(len(one.expected_weeks) - len(one.missing_weeks), len(one.expected_weeks)),
            ", ".join(one.missing_weeks),
            ", ".join(one.missing_months),
        )
        for one in figures.places
    ]
    return Sheet(
        title="Ontbrekend",
        columns=[
            text("Plek", 20),
            text("Naam", 32),
            text("NIS", 8),
            text("In het register", 14),
            text("Stil sinds", 12),
            count("Weken ontvangen"),
            count("Weken verwacht"),
            Column(name="Dekking %", kind=Kind.SHARE),
            text("Ontbreekt: weken", 50),
            text("Ontbreekt: maanden", 40),
        ],
        rows=rows,
    )


# ------------------------------------------------------------------ how


def _projects(figures: Figures) -> Sequence[Project]:
    """Those of the region; a project without municipalities belongs to every region."""
    found = []
    for one in figures.register.projects:
        codes = _codes(figures, one.project)
        if figures.codes is None or not codes or codes & figures.codes:
            found.append(one)
    return found


def _codes(figures: Figures, project: str) -> set[str]:
    """Its municipalities in this span, by this geography."""
    span = figures.span
    moved = [
        as_of(share.nis, figures.geography)
        for share in figures.register.shares
        if share.project == project and share.in_period(span.first, span.end)
    ]
    return {nis for nis in moved if nis is not None}


def _by_area(figures: Figures, *, province: bool) -> Mapping[str, list[Project]]:
    """Each project in exactly one row, so that the amounts add up."""
    found: dict[str, list[Project]] = {}
    for one in _projects(figures):
        codes = _codes(figures, one.project)
        areas = {_province_of(nis) for nis in codes} if province else codes
        area = next(iter(areas)) if len(areas) == 1 else "*" if areas else ""
        found.setdefault(area, []).append(one)
    return found


def _line(
    figures: Figures,
    nis: str,
    places: Mapping[str, list[PlaceFigures]],
    budgets: Mapping[str, list[Project]],
) -> Row:
    shares = [
        share
        for share in figures.register.shares
        if as_of(share.nis, figures.geography) == nis
        and share.in_period(figures.span.first, figures.span.end)
    ]
    roles = {"partner": "partner", "territory": "grondgebied"}
    mine = {share.project for share in shares}
    involved = [one for one in figures.register.projects if one.project in mine]
    rounds = sorted({one.call_round for one in involved if one.call_round is not None})
    return (
        ", ".join(sorted({roles[share.role] for share in shares})),
        ", ".join(sorted({one.status for one in involved})),
        ", ".join(str(one) for one in rounds),
        *measured(places.get(nis, [])),
        *_money(budgets.get(nis, [])),
    )


def _money(found: Sequence[Project]) -> Row:
    granted = [one.budget_cents for one in found if one.budget_cents is not None]
    return (len(found), sum(granted) / 100 if granted else None)


def _money_columns() -> Sequence[Column]:
    return [count("Projecten"), Column(name="Toegekend budget €", kind=Kind.EURO, width=18)]


def _province_of(nis: str | None) -> str:
    one = municipalities().get(nis or "")
    return one.province if one is not None else ""


def _part(some: Value, whole: Value) -> Value:
    if isinstance(some, int) and isinstance(whole, int) and whole:
        return some / whole
    return None


def _day(text_: str | None) -> Value:
    return date.fromisoformat(text_) if text_ else None
