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
        self.flags = 0

    def put(self, letter: Letter) -> Status:
        placed = place(self.shelf, letter, self.known.get)
        self.shelf = placed.shelf
        self.known.update({one.seq: one.digest for one in placed.taken})
        self.counted += [one.seq for one in placed.taken]
        self.flags += len(placed.strangers) + (placed.status is Status.FORK)
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
    assert row.flags == 0
    assert row.put(letters[1]) is Status.ACCEPTED
    assert (row.counted, row.flags) == ([1, 2], 1)
    assert row.put(letters[2]) is Status.ACCEPTED
    assert row.counted == [1, 2, 3]


def test_two_letters_that_wait_with_one_number_are_both_kept_until_it_is_known_which_fits() -> None:
    row, letters, copies = Row(), chain(3), chain(3, "b")
    assert row.put(copies[2]) is Status.PARKED
    assert row.put(letters[2]) is Status.FORK
    assert row.put(letters[2]) is Status.PARKED
    assert row.put(letters[0]) is Status.ACCEPTED
    assert row.put(letters[1]) is Status.ACCEPTED
    assert row.counted == [1, 2, 3]
    assert row.shelf.digest == "a3"
    assert row.put(copies[2]) is Status.FORK


@given(
    st.integers(0, 4),
    st.integers(1, 4),
    st.permutations(range(8)),
    st.permutations(range(8)),
    st.lists(st.booleans(), min_size=16, max_size=16),
)
def test_what_a_copied_card_parks_never_stands_in_the_way_of_the_history_that_goes_on(
    common: int, own: int, order: list[int], other_order: list[int], turns: list[bool]
) -> None:
    """The copy's first own letter never comes: whatever else does, the true ones count."""
    shared = chain(common)
    true, copy = chain(common + own, "a", shared), chain(common + own + 2, "b", shared)
    row = Row()
    honest = [true[n] for n in order if n < len(true)]
    forged = [copy[n] for n in other_order if common < n < len(copy)]
    for turn in turns:
        queue = honest if turn else forged
        if queue:
            row.put(queue.pop(0))
    for letter in [*forged, *honest]:
        row.put(letter)
    assert row.counted == list(range(1, common + own + 1))
    assert row.shelf.digest == true[-1].digest
    assert row.flags >= (own > 1)
