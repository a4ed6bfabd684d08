"""From the press to the number on the panel, with nobody around and with a crowd."""

from statistics import quantiles

from tests.bench.figure import Figure
from tests.bench.process import child, line

PRESSES = 100
SCREENS = 200
RATE = 1000
SECONDS = 90


def measure() -> list[Figure]:
    """Takes about three minutes: a button gives one number in three seconds."""
    calm, _ = _pressed(crowd=False)
    busy, crowd = _pressed(crowd=True)
    answered = crowd.get("answers", 0) / crowd["seconds"]
    name = f"press to number, {SCREENS} screens and {RATE} requests/s"
    return [
        Figure(name="press to number: p50", value=_percentile(calm, 50), unit="ms"),
        Figure(name="press to number: p99", value=_percentile(calm, 99), unit="ms", limit=100),
        Figure(name=f"{name}: p50", value=_percentile(busy, 50), unit="ms"),
        Figure(name=f"{name}: p99", value=_percentile(busy, 99), unit="ms", limit=100),
        Figure(name="  requests answered a second", value=answered, unit="/s"),
        Figure(name="  short of what was asked", value=RATE - answered, unit="/s", limit=50),
        Figure(name="  requests refused", value=crowd.get("refusals", 0), unit="", limit=0),
    ]


def _pressed(*, crowd: bool) -> tuple[list[float], dict[str, float]]:
    box = child("tests.bench.pressed", str(PRESSES))
    people = None
    counts: dict[str, float] = {}
    try:
        site = line(box)["visitor"]
        if crowd:
            people = child("tests.bench.crowd", site, str(SCREENS), str(RATE), str(SECONDS))
            line(people)
        assert box.stdin is not None
        box.stdin.write("go\n")
        box.stdin.flush()
        times: list[float] = line(box)["ms"]
        if people is not None:
            counts = line(people)
    finally:
        for process in (people, box):
            if process is not None:
                process.terminate()
                process.communicate(timeout=10)
    return times, counts


def _percentile(values: list[float], share: int) -> float:
    return quantiles(values, n=100)[share - 1]
