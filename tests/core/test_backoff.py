"""Guessing gets slow, then impossible."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import backoff
from appliance.core.backoff import IN_A_ROW, MOST, PAUSE, WITHIN, Backoff
from appliance.core.stamp import ClockSource, Stamp

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def stamp(at: float, boot: str = "one", source: ClockSource = ClockSource.NTP) -> Stamp:
    wall = START + timedelta(seconds=at)
    return Stamp(wall=wall, source=source, boot=boot, ms=int(at * 1000))


def guessed(times: int, *, at: float = 0.0, source: ClockSource = ClockSource.NTP) -> Backoff:
    state = Backoff()
    for _ in range(times):
        state = state.missed(at, stamp(at, source=source))
    return state


def test_five_wrong_in_a_row_cost_half_a_minute() -> None:
    assert guessed(IN_A_ROW - 1).wait(0.0) == 0.0
    state = guessed(IN_A_ROW)
    assert state.wait(0.0) == PAUSE
    assert state.wait(PAUSE) == 0.0
    assert guessed(IN_A_ROW - 1).hit().missed(0.0, stamp(0)).wait(0.0) == 0.0


def test_ten_within_an_hour_lock_and_time_does_not_unlock() -> None:
    assert not guessed(MOST - 1).locked
    assert guessed(MOST).locked
    assert guessed(MOST).missed(9 * WITHIN, stamp(9 * WITHIN)).locked


def test_the_right_pin_in_between_does_not_start_the_hour_again() -> None:
    state = guessed(4).hit()
    for _ in range(MOST - 4):
        state = state.missed(10.0, stamp(10)).hit()
    assert state.locked


def test_what_is_older_than_an_hour_is_forgotten() -> None:
    state = guessed(MOST - 1)
    assert not state.missed(WITHIN, stamp(WITHIN)).locked
    assert len(state.missed(WITHIN, stamp(WITHIN)).wrong) == 1


def test_a_restart_forgets_nothing() -> None:
    written = backoff.dump(guessed(MOST - 1, at=50.0), "mark")
    again = backoff.load(written, mark="mark", at=0.0, now=stamp(90, boot="two"))
    assert again.missed(0.0, stamp(90, boot="two")).locked
    locked = backoff.dump(guessed(MOST), "mark")
    assert backoff.load(locked, mark="mark", at=0.0, now=stamp(9e6, boot="two")).locked


def test_a_restart_within_the_pause_waits_again() -> None:
    written = backoff.dump(guessed(IN_A_ROW), "mark")
    assert backoff.load(written, mark="mark", at=7.0, now=stamp(5)).wait(7.0) == PAUSE


def test_after_a_restart_a_known_clock_ages_and_an_unknown_one_counts_as_now() -> None:
    known = backoff.dump(guessed(9), "m")
    assert backoff.load(known, mark="m", at=0.0, now=stamp(WITHIN, boot="two")).wrong == ()
    unknown = backoff.dump(guessed(9, source=ClockSource.NONE), "m")
    carried = backoff.load(unknown, mark="m", at=0.0, now=stamp(WITHIN, boot="two"))
    assert len(carried.wrong) == 9
    assert carried.hit().wrong == (), "else a box without a clock would lock after some weeks"


def test_another_pin_begins_anew() -> None:
    written = backoff.dump(guessed(MOST), "old")
    assert backoff.load(written, mark="new", at=0.0, now=stamp(0)) == Backoff()
    assert backoff.load(None, mark="new", at=0.0, now=stamp(0)) == Backoff()


@given(st.lists(st.floats(min_value=0.0, max_value=400.0), min_size=10, max_size=40))
def test_nobody_gets_eleven_wrong_within_any_hour(gaps: list[float]) -> None:
    state, at, tried = Backoff(), 0.0, list[float]()
    for gap in gaps:
        at += gap
        if state.locked or state.wait(at) > 0:
            continue
        state = state.missed(at, stamp(at))
        tried.append(at)
    for first in tried:
        assert sum(first <= one < first + WITHIN for one in tried) <= MOST


def test_nothing_is_written_down_but_when() -> None:
    (entry, *_) = backoff.dump(guessed(1), "mark")["wrong"]
    assert set(entry) == {"at", "by", "boot", "ms"}
