"""When each guest's time ends, without knowing who they are."""

from appliance.core.guests import GuestState, Mac
from appliance.core.mirror import MOST, REMEMBERED, Mirror

ONE, TWO = Mac("02:00:00:00:00:01"), Mac("02:00:00:00:00:02")


def test_a_phone_waits_is_in_and_is_told_that_its_time_was_over() -> None:
    mirror = Mirror(b"salt")
    assert mirror.state(ONE, 0) == (GuestState.WAITING, 0)
    mirror.let_in(ONE, until=60, now=0)
    assert mirror.state(ONE, 10) == (GuestState.ONLINE, 50)
    assert mirror.state(ONE, 60) == (GuestState.ENDED, 0)
    assert mirror.state(TWO, 60) == (GuestState.WAITING, 0)
    mirror.put_out(ONE)
    mirror.put_out(TWO)
    assert mirror.state(ONE, 60) == (GuestState.WAITING, 0)


def test_the_kernels_word_counts() -> None:
    mirror = Mirror(b"salt")
    mirror.let_in(ONE, until=60, now=0)
    mirror.let_in(TWO, until=10, now=0)
    mirror.believe({}, 20)
    assert mirror.state(ONE, 20) == (GuestState.WAITING, 0), "the kernel does not know it"
    assert mirror.state(TWO, 20) == (GuestState.ENDED, 0)
    mirror.believe({ONE: 5}, 30)
    assert mirror.state(ONE, 30) == (GuestState.ONLINE, 5)
    assert mirror.online(30) == 1


def test_old_and_too_many_are_forgotten() -> None:
    mirror = Mirror(b"salt")
    mirror.let_in(ONE, until=10, now=0)
    mirror.let_in(TWO, until=REMEMBERED + 100, now=REMEMBERED + 50)
    assert mirror.state(ONE, REMEMBERED + 50) == (GuestState.WAITING, 0)
    many = {Mac(f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}"): 100 + n for n in range(MOST + 5)}
    mirror.believe(many, 0)
    assert mirror.online(0) == MOST
    assert mirror.state(Mac("02:00:00:00:00:00"), 0) == (GuestState.WAITING, 0)


def test_nobody_can_be_read_out_of_it_and_another_run_knows_nobody() -> None:
    mirror = Mirror(b"salt")
    mirror.let_in(ONE, until=60, now=0)
    assert ONE not in repr(vars(mirror))
    other = Mirror(b"pepper")
    other._until = mirror._until
    assert other.state(ONE, 0) == (GuestState.WAITING, 0)
