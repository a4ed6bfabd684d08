"""Who has the display."""

from appliance.core.press import PressOutcome
from appliance.core.showing import Call, Showing, ShowTimings, Situation

OPEN = Situation(open=True)
CLOSED = Situation(open=False, closed_frames=("DI", "9.00"))
TICKET = PressOutcome(outcome="ticket", number="A8")


def showing(situation: Situation = OPEN) -> Showing:
    return Showing(situation, timings=ShowTimings())


def called(seq: int, number: str = "A5", counter: int | None = 2) -> Situation:
    return Situation(open=True, call=Call(seq=seq, number=number, counter=counter))


def test_before_the_first_call_a_dash_stands_there() -> None:
    picture = showing().picture(0.0)
    assert (picture.mode, picture.frames, picture.lamp) == ("idle", ("----",), "ready")


def test_a_call_from_before_is_no_new_call() -> None:
    picture = showing(called(7)).picture(0.0)
    assert (picture.mode, picture.frames, picture.calling) == ("idle", ("A5",), None)


def test_a_new_call_alternates_number_and_table_for_twenty_seconds() -> None:
    board = showing()
    board.learn(called(1), 5.0)
    assert board.picture(5.0).frames == ("A5", "T2")
    assert board.picture(5.0).calling == 1
    assert board.until(5.0) == 25.0
    assert board.picture(24.9).mode == "number"
    assert board.picture(25.0).mode == "idle"
    assert board.picture(25.0).frames == ("A5",)


def test_a_number_just_given_keeps_the_display_and_the_call_comes_after_it() -> None:
    board = showing()
    board.answer(TICKET, 0.0)
    board.learn(called(1), 4.0)
    assert board.picture(9.9).frames == ("A8",)
    assert board.picture(9.9).calling is None
    assert board.picture(10.0).frames == ("A5", "T2")
    assert board.until(10.0) == 30.0


def test_a_press_during_a_call_shows_at_once_and_the_call_resumes() -> None:
    board = showing()
    board.learn(called(1), 0.0)
    board.answer(TICKET, 5.0)
    assert board.picture(5.0).frames == ("A8",)
    assert board.picture(15.0).frames == ("A5", "T2")
    assert board.until(15.0) == 30.0, "fifteen of its twenty seconds are left"


def test_the_lamp_is_solid_for_two_seconds_and_then_ready_for_the_next_person() -> None:
    board = showing()
    board.answer(TICKET, 0.0)
    assert board.picture(1.9).lamp == "wait"
    assert board.until(0.0) == 2.0
    assert board.picture(2.0).lamp == "ready"
    assert board.picture(2.0).mode == "number"
    assert board.until(2.0) == 10.0


def test_two_calls_at_once_are_both_shown() -> None:
    board = showing()
    board.learn(called(1, "A5", 1), 0.0)
    board.learn(called(2, "A6", 2), 1.0)
    assert board.picture(5.9).frames == ("A5", "T1")
    assert board.until(1.0) == 6.0
    assert board.picture(6.0).frames == ("A6", "T2")
    assert board.until(6.0) == 26.0


def test_a_call_taken_back_leaves_the_display() -> None:
    board = showing(called(4, "A4"))
    board.learn(called(5, "A5"), 0.0)
    board.learn(called(4, "A4"), 1.0)
    assert board.picture(1.0).mode == "idle"
    assert board.picture(1.0).frames == ("A4",)
    board.learn(called(6, "A5"), 2.0)
    assert board.picture(2.0).calling == 6


def test_numbers_start_again_in_the_next_session() -> None:
    board = showing(called(40, "A40"))
    board.learn(CLOSED, 1.0)
    board.learn(OPEN, 2.0)
    board.learn(called(1, "A1"), 3.0)
    assert board.picture(3.0).calling == 1


def test_closing_ends_a_call() -> None:
    board = showing()
    board.learn(called(1), 0.0)
    board.learn(CLOSED, 1.0)
    picture = board.picture(1.0)
    assert (picture.mode, picture.frames, picture.lamp) == ("closed", ("DI", "9.00"), "off")
    assert board.until(1.0) is None


def test_a_press_while_closed_says_when() -> None:
    board = showing(CLOSED)
    board.answer(PressOutcome(outcome="closed"), 0.0)
    assert board.picture(0.0).frames == ("DI", "9.00")
    assert board.picture(0.0).lamp == "off"


def test_a_refusal_stands_for_five_seconds() -> None:
    board = showing()
    board.answer(PressOutcome(outcome="refused"), 0.0)
    assert (board.picture(0.0).mode, board.picture(0.0).frames) == ("fault", ("ERR",))
    assert board.until(0.0) == 5.0
    assert board.picture(5.0).mode == "idle"


def test_a_refusal_says_what_to_do_when_the_box_knows() -> None:
    board = showing()
    board.answer(PressOutcome(outcome="refused"), 0.0)
    board.learn(Situation(open=True, fault="NEEM PA- PIER"), 0.1)
    assert board.picture(0.1).frames == ("NEEM", "PA-", "PIER")
    assert board.picture(0.1).lamp == "fault"


def test_a_fault_of_the_box_stands_there_but_a_call_goes_before_it() -> None:
    board = showing()
    board.learn(Situation(open=True, fault="SD"), 0.0)
    assert (board.picture(0.0).frames, board.picture(0.0).lamp) == (("SD",), "fault")
    call = Call(seq=1, number="A5", counter=None)
    board.learn(Situation(open=True, fault="SD", call=call), 1.0)
    assert board.picture(1.0).frames == ("A5",)


def test_the_lamp_tells_of_a_commit_and_of_a_jam() -> None:
    board = showing()
    board.stuck = True
    assert board.picture(0.0).lamp == "fault"
    board.committing = True
    assert board.picture(0.0).lamp == "wait"


def test_the_code_of_a_device_being_paired_stands_there_when_nothing_else_does() -> None:
    for situation, mode in ((OPEN, "idle"), (CLOSED, "closed")):
        board = showing(situation)
        board.code = "482913"
        picture = board.picture(0.0)
        assert (picture.mode, picture.frames) == (mode, ("482", "913"))
        board.code = None
        assert "482" not in board.picture(0.0).frames


def test_a_number_and_a_call_come_before_the_code() -> None:
    board = showing()
    board.code = "482913"
    board.answer(TICKET, 0.0)
    assert board.picture(1.0).frames == ("A8",)
    board.learn(called(1), 11.0)
    assert board.picture(11.0).frames == ("A5", "T2")
    assert board.picture(60.0).frames == ("482", "913")


def test_a_pairing_says_ok_for_a_while() -> None:
    board = showing()
    board.answer(PressOutcome(outcome="paired"), 0.0)
    assert (board.picture(1.0).mode, board.picture(1.0).frames) == ("idle", ("OK",))
    assert board.picture(6.0).frames == ("----",)
