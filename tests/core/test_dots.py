"""The signs of the dot displays."""

import string

from appliance.core.dots import HEIGHT, SIGNS, centred, rows


def test_every_letter_figure_and_mark_of_a_number_has_a_sign() -> None:
    assert set(string.ascii_uppercase + string.digits + "-.: ") == set(SIGNS)


def test_signs_are_seven_high_and_at_most_five_wide_and_all_different() -> None:
    for sign in SIGNS.values():
        assert len(sign) == HEIGHT
        assert len({len(row) for row in sign}) == 1
        assert len(sign[0]) <= 5
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_four_wide_signs_and_a_dot_fit_on_thirty_two_dots() -> None:
    for text in ("A999", "88.88", "MWMW", "----", "A7"):
        field = centred(text, width=32, height=8)
        assert len(field) == 8
        assert {len(row) for row in field} == {32}
        lit = sum(row.count("#") for row in field)
        assert lit == sum(row.count("#") for row in rows(text))


def test_what_we_cannot_draw_is_seen_to_be_missing() -> None:
    assert rows("é") == ("#####",) * 7
