"""Nobody can be found in a table, and no one is lost from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.federation.small_cells import REST, folded, named_too_small

TABLES = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 40), max_size=10)
K = st.integers(3, 12)


@given(TABLES, K)
def test_every_named_cell_is_k_or_more(table: dict[str, int], k: int) -> None:
    assert all(n >= k for code, n in folded(table, k).items() if code != REST)


@given(TABLES, K)
def test_the_total_stays_exact(table: dict[str, int], k: int) -> None:
    assert sum(folded(table, k).values()) == sum(table.values())


@given(TABLES, K)
def test_the_rest_is_nothing_or_k_or_the_whole_table(table: dict[str, int], k: int) -> None:
    out = folded(table, k)
    rest = out.get(REST, 0)
    assert rest == 0 or rest >= k or set(out) == {REST}


@given(TABLES, K)
def test_folding_again_changes_nothing_and_a_reader_finds_nothing_small(
    table: dict[str, int], k: int
) -> None:
    out = folded(table, k)
    assert folded(out, k) == out
    assert not named_too_small(out, k)


@given(TABLES, K)
def test_what_is_named_keeps_its_number(table: dict[str, int], k: int) -> None:
    assert all(table[code] == n for code, n in folded(table, k).items() if code != REST)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"help": 20, "loan": 5, "pc": 2}, {"help": 20, REST: 7}),
        ({"help": 20, "loan": 3, "pc": 2}, {"help": 20, REST: 5}),
        ({"help": 20, "loan": 1}, {REST: 21}),
        ({"help": 4}, {REST: 4}),
        ({"help": 0, "loan": 9}, {"loan": 9}),
        ({}, {}),
    ],
)
def test_what_a_coordinator_is_told(table: dict[str, int], told: dict[str, int]) -> None:
    assert folded(table) == told


@pytest.mark.parametrize(
    ("table", "too_small"),
    [({"a": 4}, True), ({"a": 5, REST: 2}, True), ({REST: 2}, False), ({"a": 5, REST: 5}, False)],
)
def test_a_reader_sees_that_a_table_was_not_folded(table: dict[str, int], too_small: bool) -> None:  # noqa: FBT001
    assert named_too_small(table, 5) is too_small


def test_k_is_never_under_three() -> None:
    with pytest.raises(ValueError, match="3 or more"):
        folded({"a": 2}, 2)
    with pytest.raises(ValueError, match="negative"):
        folded({"a": -1})
