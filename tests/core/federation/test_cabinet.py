"""Each letter once, in the order of its chain, whatever the post does."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.federation.cabinet import Letter, Shelf, missing, place
from appliance.core.federation.receipt import Status
from appliance.core.federation.report import FIRST


def chain(length: int, name: str = "a", start: tuple[Letter, ...] = ()) -> tuple[Letter, ...]:
    letters = list(start)
    while len(letters) < length:
        prev = letters[-1].digest if letters else FIRST
        seq = len(letters) + 1
        letters.append(Letter(seq=seq, prev=prev, digest=f"{name}{seq}"))
    return tuple(letters)


class Row:
    """A shelf, and what has been taken from it."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.known: dict[int, str] = {}
        self.counted: list[int] = []

    def put(self, letter: Letter) -> Status:
        placed = place(self.shelf, letter, self.known.get)
        self.shelf = placed.shelf
        if placed.status in {Status.ACCEPTED, Status.PARKED}:
            self.known.setdefault(letter.seq, letter.digest)
        self.counted += placed.taken
        return placed.status


@given(st.permutations(range(8)), st.lists(st.integers(0, 7), max_size=20))
def test_any_order_and_any_repetition_counts_each_letter_once(
    order: list[int], again: list[int]
) -> None:
    letters, row = chain(8), Row()
    for n in [*order, *again]:
        assert row.put(letters[n]) in {Status.ACCEPTED, Status.PARKED, Status.DUPLICATE}
    assert row.counted == list(range(1, 9))
    assert not missing(row.shelf)


def test_a_gap_is_parked_and_asked_for() -> None:
    letters, row = chain(5), Row()
    assert row.put(letters[0]) is Status.ACCEPTED
    assert row.put(letters[4]) is Status.PARKED
    assert row.put(letters[2]) is Status.PARKED
    assert row.put(letters[2]) is Status.PARKED
    assert missing(row.shelf) == (2, 4)
    assert row.put(letters[1]) is Status.ACCEPTED
    assert row.counted == [1, 2, 3]


@given(st.integers(0, 5), st.integers(1, 3), st.permutations(range(8)))
def test_a_copied_card_is_always_found(common: int, own: int, order: list[int]) -> None:
    """Two boxes go on from the same history; whatever comes first, the other one is a fork."""
    shared = chain(common)
    one, other = chain(common + own, "a", shared), chain(common + own, "b", shared)
    row = Row()
    said = [row.put(letter) for letter in one]
    said += [row.put(other[n]) for n in order if n < len(other)]
    assert said.count(Status.FORK) >= 1
    assert row.counted == list(range(1, common + own + 1))


def test_a_rolled_back_card_that_goes_on_later_is_found_by_its_history() -> None:
    row = Row()
    for letter in chain(3):
        row.put(letter)
    stranger = replace(chain(4, "b")[3], prev="b3")
    assert row.put(stranger) is Status.FORK
    assert row.counted == [1, 2, 3]


def test_a_parked_letter_of_another_history_is_found_when_the_gap_closes() -> None:
    row, letters = Row(), chain(3)
    assert row.put(replace(letters[2], prev="other")) is Status.PARKED
    assert row.put(letters[0]) is Status.ACCEPTED
    assert row.put(letters[1]) is Status.FORK
    assert row.counted == [1, 2]
