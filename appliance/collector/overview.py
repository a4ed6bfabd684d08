"""What the first page shows: the map of lines, who is silent, and the charts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.collector.figures import Figures, PlaceFigures
from appliance.collector.geography import name_of, on
from appliance.collector.labels import LEVELS, QUESTIONS
from appliance.collector.sheets import broken_down
from appliance.core.federation.report import SUMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One place on the line of its municipality."""

    location: str
    name: str
    contacts: int | None
    """None: it is silent, nobody knows."""
    silent_since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    nis: str
    stops: Sequence[Stop]

    @property
    def contacts(self) -> int | None:
        known = [stop.contacts for stop in self.stops if stop.contacts is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    label: str
    n: int | None
    """None: it was too small to be told apart."""
    width: float
    """Of a hundred."""
    share: float | None
    of: str = ""
    """By which name the letters behind it are found; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars inside a table: the picture and its figures cannot differ."""

    id: str
    title: str
    bars: Sequence[Bar]
    note: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    name: str
    received: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the page."""

    heading: str
    lines: Sequence[Line]
    silent: Sequence[Stop]
    charts: Sequence[Chart]
    weeks: Sequence[Week]
    contacts: int | None
    visits: int | None
    first_visits: int | None
    group_people: int | None
    open_hours: float | None
    planned_hours: float | None
    cost_per_visit: float | None
    reached: int
    """Municipalities with a place."""
    municipalities: int
    white_spots: Sequence[str]
    """The others."""


def overview(figures: Figures) -> Overview:
    """The page of a span of months."""
    totals = figures.totals
    lines = _lines(figures)
    silent = sorted(
        (stop for line in lines for stop in line.stops if stop.silent_since),
        key=lambda stop: stop.silent_since or "",
    )
    cost = sum(n for name, n in totals.items() if name.startswith("cost_cents"))
    visits = totals.get("served")
    contacts = [line.contacts for line in lines if line.contacts is not None]
    wanted = [one for one in on(figures.geography) if _wanted(figures, one.nis)]
    here = {place.nis for place in figures.places}
    return Overview(
        heading=_heading(len(figures.places), len(silent)),
        lines=lines,
        silent=silent,
        charts=charts(figures),
        weeks=_weeks(figures),
        contacts=sum(contacts) if contacts else None,
        visits=visits,
        first_visits=totals.get("first_visits"),
        group_people=totals.get("group_people"),
        open_hours=_hours(totals.get("open_minutes_actual")),
        planned_hours=_hours(totals.get("open_minutes_planned")),
        cost_per_visit=cost / visits if cost and visits else None,
        reached=sum(one.nis in here for one in wanted),
        municipalities=len(wanted),
        white_spots=sorted(one.name for one in wanted if one.nis not in here),
    )


def _wanted(figures: Figures, nis: str) -> bool:
    return figures.codes is None or nis in figures.codes


def _hours(minutes: int | None) -> float | None:
    return minutes / 60 if minutes is not None else None


_WORDS: Final = (
    *(
        "Geen enkele",
        "Eén",
        "Twee",
        "Drie",
        "Vier",
        "Vijf",
        "Zes",
        "Zeven",
        "Acht",
        "Negen",
        "Tien",
    ),
)


def _heading(places: int, silent: int) -> str:
    if not places:
        return "Nog geen plekken."
    many = _WORDS[silent] if silent < len(_WORDS) else str(silent)
    ending = f"{many} {'is' if silent <= 1 else 'zijn'} stil."
    return f"{places - silent} van de {places} plekken stuurden cijfers. {ending}"


def _lines(figures: Figures) -> Sequence[Line]:
    """Municipalities with places; of a region also those without."""
    by_nis: dict[str, list[PlaceFigures]] = {nis: [] for nis in sorted(figures.codes or ())}
    for place in figures.places:
        by_nis.setdefault(place.nis or place.place.nis, []).append(place)
    lines = [
        Line(
            name=name_of(nis),
            nis=nis,
            stops=sorted(map(_stop, places), key=lambda stop: (-(stop.contacts or 0), stop.name)),
        )
        for nis, places in by_nis.items()
    ]
    return sorted(lines, key=lambda line: (not line.stops, -(line.contacts or 0), line.name))


def _stop(place: PlaceFigures) -> Stop:
    return Stop(
        location=place.place.location,
        name=place.place.name,
        contacts=place.contacts,
        silent_since=place.silent_since,
    )


def _weeks(figures: Figures) -> Sequence[Week]:
    expected: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for one in figures.places:
        expected.update(one.expected_weeks)
        received.update(one.weeks.intersection(one.expected_weeks))
    return [
        Week(name=name, received=received[name], expected=n) for name, n in sorted(expected.items())
    ]


def charts(figures: Figures) -> Sequence[Chart]:
    """Every way of breaking down that is shown as a picture."""
    wanted = (
        ("channel", "Hoe bereikten we mensen?", "Een contact is geen persoon."),
        ("topic", "Waarover ging het?", ""),
        ("wait", "Hoe lang wachtten mensen?", ""),
        ("language", "In welke taal?", ""),
        ("service", "Waarvoor kwamen mensen?", ""),
        ("hour", "Wanneer kwamen mensen?", ""),
        ("outcome", "Hoe liep het af?", ""),
        ("assist", "Wie deed het werk?", ""),
    )
    found = [
        Chart(id=table, title=title, bars=_bars(figures, table), note=note, of=SUMS[table])
        for table, title, note in wanted
    ]
    return [*found, _said(figures)]


def _bars(figures: Figures, table: str) -> Sequence[Bar]:
    rows = [(code, name, n) for code, name, n in broken_down(figures, table) if n]
    special = [row for row in rows if row[0].startswith("_")]
    named = sorted((row for row in rows if row not in special), key=lambda row: -row[2])
    if table in {"wait", "hour"}:
        named.sort(key=lambda row: [r[0] for r in rows].index(row[0]))
    most = max((n for _, _, n in rows), default=0)
    total = sum(n for _, _, n in rows)
    return [
        Bar(
            label=name,
            n=n,
            width=max(0.0, 100 * n / most) if most > 0 else 0.0,
            share=n / total if total else None,
            of="" if code == "_corrected" else f"{table}:{code}",
        )
        for code, name, n in (*named, *special)
    ]


def _said(figures: Figures) -> Chart:
    """The share that said the best of three, of what may be shown."""
    bars = []
    for question, name in QUESTIONS.items():
        cells: Mapping[str, int] = figures.table(f"feedback-{question}")
        named = {level: cells.get(level, 0) for level in LEVELS}
        said = sum(named.values())
        if cells and "2" not in cells:  # folded: nobody knows how many, and it is not zero
            bars.append(Bar(label=name, n=None, width=0.0, share=None))
        elif said:
            part = named["2"] / said
            of = f"feedback-{question}:2"
            bars.append(Bar(label=name, n=named["2"], width=100 * part, share=part, of=of))
    note = "Aandeel “goed” van de antwoorden die uitgesplitst mogen worden."
    return Chart(id="said", title="Wat zeiden mensen?", bars=bars, note=note)
