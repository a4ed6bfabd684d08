"""When a place is open, and when next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.adapters.opening_hours import OsmTimetable
from appliance.core.errors import BadConfig
from appliance.ports import Window

BRUSSELS = "Europe/Brussels"
ZONE = ZoneInfo(BRUSSELS)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def test_inside_and_outside_the_hours() -> None:
    table = OsmTimetable("Tu 09:00-12:00; Th 13:00-16:00", zone=BRUSSELS)
    assert table.window(at(24, 9)) == Window(start=at(24, 9), end=at(24, 12))
    assert table.window(at(24, 11, 59)) == Window(start=at(24, 9), end=at(24, 12))
    assert table.window(at(24, 12)) is None
    assert table.next_window(at(24, 8)) == Window(start=at(24, 9), end=at(24, 12))
    assert table.next_window(at(24, 9)) == Window(start=at(26, 13), end=at(26, 16))


def test_two_windows_a_day() -> None:
    table = OsmTimetable("Tu 09:00-12:00,13:00-16:00", zone=BRUSSELS)
    assert table.next_window(at(24, 9)) == Window(start=at(24, 13), end=at(24, 16))


def test_a_window_over_midnight_is_one() -> None:
    table = OsmTimetable("Tu 22:00-02:00", zone=BRUSSELS)
    whole = Window(start=at(24, 22), end=at(25, 2))
    assert table.window(at(24, 23)) == whole
    assert table.window(at(25, 1)) == whole
    assert table.next_window(at(24, 23)) == Window(
        start=whole.start + timedelta(days=7), end=whole.end + timedelta(days=7)
    )


def test_belgian_holidays_are_known_and_the_flemish_one_is_a_closure_day() -> None:
    table = OsmTimetable("Mo-Su 09:00-12:00; PH off", zone=BRUSSELS)
    for day, month in ((21, 7), (11, 11), (25, 12), (1, 5)):
        assert table.window(at(day, 10, month=month, year=2027)) is None
    assert table.window(at(11, 10, month=7, year=2027)) is not None
    closed = OsmTimetable("Mo-Su 09:00-12:00", closed=["2027-07-11"], zone=BRUSSELS)
    assert closed.window(at(11, 10, month=7, year=2027)) is None


def test_closure_days_have_both_ends_closed() -> None:
    closed = ["2026-12-24/2027-01-03"]
    table = OsmTimetable("Mo-Su 09:00-12:00", closed=closed, zone=BRUSSELS)
    assert table.window(at(23, 10, month=12)) is not None
    assert table.window(at(24, 10, month=12)) is None
    assert table.window(at(3, 10, month=1, year=2027)) is None
    following = table.next_window(at(23, 11, month=12))
    assert following is not None
    assert following.start == at(4, 9, month=1, year=2027)


def test_open_for_days_on_end_is_a_window_each_day() -> None:
    for hours in ("24/7", "Mo-Su 00:00-24:00"):
        table = OsmTimetable(hours, zone=BRUSSELS)
        assert table.window(at(24, 10)) == Window(start=at(24, 0), end=at(25, 0))
        assert table.next_window(at(24, 10)) == Window(start=at(25, 0), end=at(26, 0))


def test_the_first_wednesday_is_found_months_ahead() -> None:
    table = OsmTimetable("Jul We[1] 14:00-17:00", zone=BRUSSELS)
    following = table.next_window(at(24, 10))
    assert following is not None
    assert following.start == at(7, 14, month=7, year=2027)


def test_without_hours_nothing_is_planned() -> None:
    table = OsmTimetable("", zone=BRUSSELS)
    assert table.window(at(24, 10)) is None
    assert table.next_window(at(24, 10)) is None


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=12))
def test_what_is_remembered_is_what_would_be_found(hours: list[int]) -> None:
    """A clock may jump about: answers never depend on what was asked before."""
    spec = "Tu 09:00-12:00; Th 22:00-02:00; Sa 00:00-24:00; Su 00:00-24:00"
    asked = OsmTimetable(spec, closed=["2026-11-26"], zone=BRUSSELS)
    for hour in hours:
        moment = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour, minutes=hour % 60)
        fresh = OsmTimetable(spec, closed=["2026-11-26"], zone=BRUSSELS)
        assert asked.window(moment) == fresh.window(moment)
        assert asked.next_window(moment) == fresh.next_window(moment)


@pytest.mark.parametrize(
    ("hours", "closed", "zone", "expected"),
    [
        ('"op afspraak"', [], BRUSSELS, "is only a remark"),
        ('"na 18u op afspraak"', [], BRUSSELS, "is only a remark"),
        ("Tu 9-", [], BRUSSELS, "is not hours such as"),
        ("Di 9-12", [], BRUSSELS, "is not hours such as"),
        ("", ["11 juli"], BRUSSELS, "is not a day such as"),
        ("", ["2026-13-01"], BRUSSELS, "is not a day such as"),
        ("", ["2026-12-24/2026-12-20"], BRUSSELS, "ends before it begins"),
        ("", [], "Europe/Brussel", "no time zone is called"),
    ],
)
def test_what_cannot_be_understood_is_named(
    hours: str, closed: list[str], zone: str, expected: str
) -> None:
    with pytest.raises(BadConfig, match=expected):
        OsmTimetable(hours, closed=closed, zone=zone)
