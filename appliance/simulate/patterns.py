"""What places and their visitors are like: who comes when, for what, and what goes wrong."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final

from appliance.core.catalogue import REFERRALS, TOPICS
from appliance.core.federation.chain import Breakdown

HOURS: Final = ("09:00-12:00", "09:30-11:30", "13:00-16:00", "13:30-16:30", "18:00-20:30")
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa")
KINDS: Final = ("library", "service-centre", "community", "town-hall", "welfare", "mobile")
SERVICES: Final = {"help": 60, "egov": 20, "pc": 12, "loan": 5, "collect": 3}
LANGUAGES: Final = {"nl": 62, "fr": 12, "ar": 12, "en": 8, "tr": 4, "uk": 2}
SOURCES: Final = {"button": 60, "phone": 28, "tablet": 12}
OUTCOMES: Final = {"solved": 70, "partly": 15, "referred": 8, "comeback": 7}
ASSISTS: Final = {"self": 40, "together": 45, "for": 15}
MEASURES: Final = {"call": 30, "home": 5, "pc": 30, "first": 30, "group": 5}
LEAST_HELP: Final = timedelta(minutes=5)
MOST_HELP: Final = timedelta(minutes=44)
"""A visit of 45 minutes is asked about; nobody here forgets one."""


class Uplink(StrEnum):
    """How a place is connected."""

    STEADY = "steady"
    FLAKY = "flaky"
    LONG = "long"
    """Away for months at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place: drawn once, the same for the same seed."""

    number: int
    nis: str
    kind: str
    hours: str
    letter: str
    mean: float
    """Visitors a session, on average."""
    helpers: int
    uplink: Uplink
    plugged: bool
    """It is switched on for its sessions only, and each time its clock knows nothing."""
    breakdown: Breakdown
    languages: dict[str, int]
    topics: dict[str, int]
    cloned_on: int | None
    """The day on which somebody copies its card and tries the copy at home."""

    @property
    def id(self) -> str:
        return f"plek-{self.number:04}"


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody who comes in; what is drawn here is what truly happens."""

    arrives: timedelta
    """After the opening."""
    service: str
    source: str
    lang: str
    topic: str
    outcome: str
    assist: str
    referral: str | None
    lasts: timedelta
    misses: int = 0
    """How often they do not come when called: twice is gone."""
    gives_up_after: timedelta | None = None
    holds_for: timedelta | None = None
    rates: tuple[int, int, int] | None = None
    smiles: int | None = None
    forgotten: bool = False
    """The helper calls the next without ending this visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A walk-in moment as it will go."""

    visitors: list[Visitor]
    counts: list[tuple[timedelta, str, int]]
    """Taps for people without a number: when, which, how many."""
    mistakes: list[timedelta]
    """A number given by mistake, and taken back."""
    power_cut: timedelta | None
    missed: bool
    """Nobody switches the box on."""
    helpers: int = 2
    person: timedelta | None = field(default=None)
    """By how much somebody who vouches for the clock is wrong; None: nobody vouches."""


def site(number: int, rng: Random, codes: list[str], *, days: int) -> Site:
    """A place; most are ordinary."""
    first, second = sorted(rng.sample(DAYS, 2), key=DAYS.index)
    hours = f"{first} {rng.choice(HOURS)}; {second} {rng.choice(HOURS)}; PH off"
    languages = {lang: max(1, int(n * rng.uniform(0.2, 1.8))) for lang, n in LANGUAGES.items()}
    topics = {one.code: rng.randint(1, 12) for one in TOPICS if one.code != "unknown"}
    chance = rng.random()
    return Site(
        number=number,
        nis=rng.choice(codes),
        kind=rng.choice(KINDS),
        hours=hours,
        letter=rng.choice("ABCDEFGHJK"),
        mean=rng.uniform(4, 26),
        helpers=rng.randint(2, 3),
        uplink=Uplink.LONG if chance < 0.05 else Uplink.FLAKY if chance < 0.4 else Uplink.STEADY,  # noqa: PLR2004  one in twenty, one in three
        plugged=rng.random() < 0.3,  # noqa: PLR2004  three in ten
        breakdown="quarter" if rng.random() < 0.1 else "month",  # noqa: PLR2004  one in ten
        languages=languages,
        topics=topics,
        cloned_on=rng.randrange(days // 4, days // 2 + 1)
        if number % 30 == 7 and days >= 42  # noqa: PLR2004  one in thirty, if there is time for it
        else None,
    )


def moment(one: Site, rng: Random, length: timedelta) -> Moment:
    """One walk-in moment of that length."""
    usable = length - timedelta(minutes=20)
    count = max(0, round(rng.gauss(one.mean, one.mean / 3)))
    visitors = sorted((_visitor(one, rng, usable) for _ in range(count)), key=lambda v: v.arrives)
    taps = rng.randrange(4)
    return Moment(
        visitors=visitors,
        counts=sorted(_count(rng, usable) for _ in range(taps)),
        mistakes=[usable * rng.random()] if rng.random() < 0.1 else [],  # noqa: PLR2004  now and then
        power_cut=usable * rng.random() if rng.random() < 0.01 else None,  # noqa: PLR2004  rarely
        missed=rng.random() < 0.03,  # noqa: PLR2004  a strike, snow, flu
        helpers=one.helpers,
        person=timedelta(minutes=rng.randint(-4, 4)) if rng.random() < 0.6 else None,  # noqa: PLR2004  mostly
    )


def uplink_days(kind: Uplink, rng: Random, days: int) -> list[bool]:
    """Whether there is a way out, day by day."""
    found: list[bool] = []
    up = True
    longest = {Uplink.STEADY: (60, 1), Uplink.FLAKY: (9, 6), Uplink.LONG: (20, 120)}[kind]
    while len(found) < days:
        found += [up] * rng.randint(1, longest[0] if up else longest[1])
        up = not up
    return found[:days]


def _visitor(one: Site, rng: Random, usable: timedelta) -> Visitor:
    early = rng.random() < 0.35  # noqa: PLR2004  a burst at the door
    chance = rng.random()
    outcome = _draw(rng, OUTCOMES)
    said = rng.random()
    source = _draw(rng, SOURCES)
    answer = rng.choices((0, 1, 2), (1, 3, 8), k=3)
    visitor = Visitor(
        arrives=timedelta(seconds=rng.randrange(300)) if early else usable * rng.random(),
        service="help" if source == "button" else _draw(rng, SERVICES),
        source=source,
        lang="und" if source == "button" else _draw(rng, one.languages),
        topic=_draw(rng, one.topics) if rng.random() < 0.8 else "unknown",  # noqa: PLR2004  mostly
        outcome=outcome if rng.random() < 0.7 else "unknown",  # noqa: PLR2004  mostly
        assist=_draw(rng, ASSISTS) if rng.random() < 0.6 else "unknown",  # noqa: PLR2004  mostly
        referral=None,
        lasts=LEAST_HELP + (MOST_HELP - LEAST_HELP) * rng.betavariate(1.6, 3.2),
    )
    if visitor.outcome == "referred":
        visitor.referral = rng.choice(REFERRALS).code
    if chance < 0.06:  # noqa: PLR2004  no-shows
        visitor.misses = rng.choice((1, 2))
    elif chance < 0.09:  # noqa: PLR2004  who has to go
        visitor.gives_up_after = timedelta(minutes=rng.randint(5, 60))
    elif chance < 0.11:  # noqa: PLR2004  who comes back at eleven
        visitor.holds_for = timedelta(minutes=rng.randint(5, 30))
    elif chance < 0.15:  # noqa: PLR2004  a helper in a hurry
        visitor.forgotten = True
    if source == "phone" and said < 0.4:  # noqa: PLR2004  some answer
        visitor.rates = (answer[0], answer[1], answer[2])
    elif said < 0.1:  # noqa: PLR2004  a smiley on the box
        visitor.smiles = answer[0]
    return visitor


def _count(rng: Random, usable: timedelta) -> tuple[timedelta, str, int]:
    measure = _draw(rng, MEASURES)
    n = rng.randint(4, 14) if measure == "group" else 1
    return usable * rng.random(), measure, n


def _draw(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
