"""One helper asks, one goes there."""

from appliance.core.ids import CounterId
from appliance.services.calls_for_help import FORGOTTEN_AFTER, CallsForHelp

ONE, TWO, THREE = CounterId(1), CounterId(2), CounterId(3)


class Room:
    """A clock and a count of how often everybody was told."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.told = 0
        self.calls = CallsForHelp(ticker=lambda: self.seconds, tell=self.tell)

    def tell(self) -> None:
        self.told += 1

    def standing(self) -> list[tuple[int, int | None]]:
        return [(call.counter, call.coming) for call in self.calls.standing()]


def test_who_asks_is_seen_until_somebody_was_there() -> None:
    room = Room()
    room.calls.ask(TWO)
    assert room.standing() == [(2, None)]
    assert room.calls.come(TWO, by=ONE)
    assert room.standing() == [(2, 1)]
    room.calls.over(TWO)
    assert room.standing() == []
    assert room.told == 3


def test_two_helpers_do_not_both_go() -> None:
    room = Room()
    room.calls.ask(TWO)
    assert room.calls.come(TWO, by=ONE)
    assert not room.calls.come(TWO, by=THREE)
    assert room.calls.come(TWO, by=ONE)
    assert room.standing() == [(2, 1)]


def test_nobody_goes_where_nobody_asked() -> None:
    room = Room()
    assert not room.calls.come(TWO, by=ONE)
    room.calls.over(TWO)
    assert room.told == 0


def test_asking_again_does_not_send_back_who_is_on_the_way() -> None:
    room = Room()
    room.calls.ask(TWO)
    room.calls.come(TWO, by=ONE)
    room.calls.ask(TWO)
    assert room.standing() == [(2, 1)]


def test_what_nobody_ended_ends_by_itself() -> None:
    room = Room()
    room.calls.ask(TWO)
    room.seconds = FORGOTTEN_AFTER - 1
    room.calls.ask(THREE)
    room.seconds = FORGOTTEN_AFTER
    assert room.standing() == [(3, None)]
