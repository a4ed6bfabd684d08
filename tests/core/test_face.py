"""What fits on a display, and from how far it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.errors import BadConfig
from appliance.core.face import check_digits, frames, width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A7", ("A7",)),
        ("A999", ("A999",)),
        ("A1000", ("A", "1000")),
        ("A12345", ("A", "1234", "5")),
        ("9.00", ("9.00",)),
        ("10.30", ("10.30",)),
        ("DI 9.00", ("DI", "9.00")),
        ("DI10.30", ("DI", "10.30")),
        ("ERROR", ("ERRO", "R")),
        ("NEEM PA- PIER", ("NEEM", "PA-", "PIER")),
        ("", ("",)),
    ],
)
def test_a_text_is_split_where_a_reader_would(text: str, expected: tuple[str, ...]) -> None:
    assert frames(text) == expected


def test_a_narrow_display_gets_narrower_frames() -> None:
    assert frames("A999", 3) == ("A", "999")
    assert frames("A12", 2) == ("A", "12")


@given(st.text(alphabet="ABZ0189.:-", max_size=20), st.integers(min_value=2, max_value=6))
def test_nothing_is_ever_cut_off(text: str, columns: int) -> None:
    pieces = frames(text, columns)
    assert "".join(pieces) == text
    assert all(width(piece) <= columns for piece in pieces)


def test_digits_that_are_too_small_are_refused_with_the_sum() -> None:
    with pytest.raises(BadConfig) as refusal:
        check_digits("oled", None, 3)
    assert str(refusal.value).endswith(
        "digits of 10 mm can be read up to 0.8 m; at 3 m they must be 36.6 mm high: 3 × 12.2"
    )
    assert refusal.value.facts["needed_mm"] == 36.6


def test_digits_that_are_large_enough_are_kept() -> None:
    assert check_digits("segment", None, 1.1) == 14.0
    assert check_digits("matrix", None, 2.2) == 28.0
    assert check_digits("segment", 57.0, 4.6) == 57.0
