"""Small numbers point at nobody, and what is shown still adds up."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.small import Folded, K, fold, together

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40))


@given(COUNTS)
def test_every_named_cell_is_large_and_the_sum_stays(counts: dict[str, int]) -> None:
    folded = fold(counts)
    assert all(n >= K for n in folded.named.values())
    assert folded.total == sum(counts.values())
    assert folded.rest == 0 or folded.rest >= K or not folded.named


@given(st.lists(COUNTS, max_size=6))
def test_a_year_is_made_of_what_its_months_may_show(months: list[dict[str, int]]) -> None:
    year = together(fold(month) for month in months)
    assert year.total == sum(sum(month.values()) for month in months)
    for code, n in year.named.items():
        assert n == sum(fold(month).named.get(code, 0) for month in months)


def test_the_smallest_follows_when_the_rest_is_small() -> None:
    assert fold({"a": 20, "b": 6, "c": 2}) == Folded(named={"a": 20}, rest=8)
    assert fold({"a": 3}) == Folded(named={}, rest=3)
    assert fold({"a": 9, "b": 0}) == Folded(named={"a": 9}, rest=0)
