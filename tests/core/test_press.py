"""The guard between a finger and the queue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.press import ButtonGuard, Press, PressOutcome

GAPS = st.lists(st.floats(min_value=0.0, max_value=12.0), min_size=1, max_size=60)


def test_the_first_down_edge_earns_a_ticket() -> None:
    guard = ButtonGuard()
    assert guard.edge(down=True, at=0.0) is Press.NEW
    assert guard.edge(down=False, at=0.1) is Press.IGNORED


def test_a_second_press_within_three_seconds_is_the_same_ticket() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=0.0)
    guard.edge(down=False, at=0.2)
    assert guard.edge(down=True, at=2.9) is Press.SAME
    guard.edge(down=False, at=2.95)
    assert guard.edge(down=True, at=3.0) is Press.NEW


def test_the_window_counts_from_the_ticket_not_from_the_last_press() -> None:
    guard = ButtonGuard()
    outcomes = []
    for at in (0.0, 1.0, 2.0, 3.0):
        outcomes.append(guard.edge(down=True, at=at))
        guard.edge(down=False, at=at + 0.5)
    assert outcomes == [Press.NEW, Press.SAME, Press.SAME, Press.NEW]


def test_a_bouncing_contact_is_one_press() -> None:
    guard = ButtonGuard()
    assert guard.edge(down=True, at=0.0) is Press.NEW
    for at in (0.001, 0.004, 0.009):
        assert guard.edge(down=False, at=at) is Press.IGNORED
        assert guard.edge(down=True, at=at + 0.001) is Press.IGNORED


def test_a_held_button_gives_one_ticket_and_is_switched_off_after_ten_seconds() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=5.0)
    assert guard.edge(down=True, at=6.0) is Press.IGNORED
    assert guard.next_due() == 15.0
    assert guard.due(14.9) is None
    assert guard.due(15.0) is Press.STUCK
    assert guard.due(16.0) is None
    assert guard.next_due() is None
    assert guard.stuck


def test_a_freed_button_gives_no_ticket_and_then_works_again() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=0.0)
    guard.due(10.0)
    assert guard.edge(down=False, at=20.0) is Press.FREED
    assert not guard.stuck
    assert guard.edge(down=True, at=20.01) is Press.IGNORED, "the contact flickers"
    assert guard.next_due() == 30.0
    guard.edge(down=False, at=20.02)
    assert guard.edge(down=True, at=21.0) is Press.NEW


def test_a_release_tells_of_a_jam_that_nobody_asked_about() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=0.0)
    assert guard.edge(down=False, at=11.0) is Press.FREED


def test_an_edge_that_is_no_edge_still_finds_the_jam() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=0.0)
    assert guard.edge(down=True, at=11.0) is Press.STUCK


def test_a_button_at_rest_waits_for_nothing() -> None:
    guard = ButtonGuard()
    assert guard.next_due() is None
    assert guard.due(1e9) is None


@given(st.lists(st.floats(min_value=0.0, max_value=2.999), max_size=80))
def test_any_bounces_within_three_seconds_give_exactly_one_ticket(later: list[float]) -> None:
    guard = ButtonGuard()
    outcomes = [guard.edge(down=True, at=0.0)]
    outcomes += [guard.edge(down=index % 2 == 1, at=at) for index, at in enumerate(sorted(later))]
    assert outcomes.count(Press.NEW) == 1


@given(GAPS, st.data())
def test_a_jammed_button_never_gives_a_ticket_whatever_the_contact_does(
    gaps: list[float], data: st.DataObject
) -> None:
    guard = ButtonGuard()
    at, last_new, down_before = 0.0, float("-inf"), False
    for gap in gaps:
        at += gap
        if data.draw(st.booleans()):
            was_stuck = guard.stuck
            assert (guard.due(at) is Press.STUCK) <= (not was_stuck)
            continue
        stuck_before = guard.stuck
        down = data.draw(st.booleans())
        press = guard.edge(down=down, at=at)
        if press is Press.NEW:
            assert down
            assert not down_before
            assert not stuck_before
            assert at - last_new >= 3.0
            last_new = at
        if press is Press.FREED:
            assert not down
            assert not guard.stuck
        down_before = down


def test_an_outcome_has_a_number_exactly_when_it_has_a_ticket() -> None:
    assert PressOutcome(outcome="ticket", number="A7").number == "A7"
    assert PressOutcome(outcome="closed").number is None
    with pytest.raises(ValueError, match="ticket"):
        PressOutcome(outcome="ticket")
    with pytest.raises(ValueError, match="refused"):
        PressOutcome(outcome="refused", number="A7")


# ------------------------------------------------------------------ while a device is being paired


def pressed(guard: ButtonGuard, seconds: float, at: float = 100.0) -> list[Press]:
    """One press of that length in a pairing minute, looked at only afterwards."""
    told = [guard.edge(down=True, at=at, pairing=True)]
    told.append(guard.edge(down=False, at=at + seconds, pairing=True))
    while (late := guard.due(at + seconds + 1.0)) is not None:
        told.append(late)
    return [press for press in told if press not in {Press.LATER, Press.IGNORED}]


def test_a_short_press_while_pairing_earns_its_ticket_when_the_finger_leaves() -> None:
    guard = ButtonGuard()
    assert guard.edge(down=True, at=10.0, pairing=True) is Press.LATER
    assert guard.due(10.5) is None
    guard.edge(down=False, at=10.5, pairing=True)
    assert guard.due(10.52) is None, "it may have bounced"
    assert guard.next_due() == 10.53
    assert guard.due(10.54) is Press.NEW
    assert guard.due(10.54) is None


def test_three_seconds_pair_while_the_finger_is_still_there() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=10.0, pairing=True)
    assert guard.next_due() == 13.0
    assert guard.due(12.99) is None
    assert guard.due(13.0) is Press.HELD
    assert guard.edge(down=False, at=13.4, pairing=True) is Press.IGNORED
    assert guard.due(14.0) is None


def test_a_press_that_began_before_the_minute_is_what_it_always_was() -> None:
    guard = ButtonGuard()
    assert guard.edge(down=True, at=10.0) is Press.NEW
    assert guard.due(13.5) is None
    guard.edge(down=False, at=14.0, pairing=True)
    assert guard.due(15.0) is None


def test_a_press_that_outlasts_the_minute_still_earns_its_ticket() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=10.0, pairing=True)
    guard.edge(down=False, at=10.4, pairing=False)
    assert guard.due(10.5) is Press.NEW


def test_two_short_presses_while_pairing_are_one_ticket() -> None:
    guard = ButtonGuard()
    assert pressed(guard, 0.2, 100.0) == [Press.NEW]
    assert pressed(guard, 0.2, 101.5) == [Press.SAME]
    assert pressed(guard, 0.2, 105.0) == [Press.NEW]


def test_a_contact_that_bounces_does_not_end_the_hold() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=10.0, pairing=True)
    for at in (10.001, 10.004, 11.5, 12.999):
        guard.edge(down=False, at=at, pairing=True)
        assert guard.edge(down=True, at=at + 0.002, pairing=True) is Press.LATER
    assert guard.due(13.1) is Press.HELD


def test_a_hold_that_never_ends_pairs_once_and_is_then_a_jam() -> None:
    guard = ButtonGuard()
    guard.edge(down=True, at=10.0, pairing=True)
    assert guard.due(13.0) is Press.HELD
    assert guard.next_due() == 20.0
    assert guard.due(20.0) is Press.STUCK
    assert guard.edge(down=False, at=30.0, pairing=True) is Press.FREED


@given(st.floats(min_value=0.031, max_value=9.0))
def test_a_press_while_pairing_is_a_ticket_a_pairing_or_neither(seconds: float) -> None:
    up, down = 100.0 + seconds, 100.0
    wanted = Press.NEW if up - down < 1.0 else Press.HELD if up - down >= 3.0 else Press.NEITHER
    assert pressed(ButtonGuard(), seconds) == [wanted]


@given(GAPS, st.data())
def test_whatever_the_contact_does_a_press_is_a_ticket_or_a_pairing_and_never_both(
    gaps: list[float], data: st.DataObject
) -> None:
    guard, at = ButtonGuard(), 0.0
    began, up, down = 0.0, float("-inf"), False
    earned: dict[float, list[Press]] = {}
    for gap in gaps:
        at += gap
        while (late := guard.due(at)) is not None:
            if late is Press.HELD:
                assert down
                assert at - began >= 3.0
            earned.setdefault(began, []).append(late)
        moves = data.draw(st.booleans())
        if moves and not down and at - up >= 0.03:
            began = at
        if moves and down:
            up = at
        down = down is not moves
        press = guard.edge(down=down, at=at, pairing=data.draw(st.booleans()))
        earned.setdefault(began, []).append(press)
    for told in earned.values():
        assert sum(told.count(one) for one in (Press.NEW, Press.HELD, Press.NEITHER)) <= 1
