"""The list that a lead may edit."""

import pytest

from appliance.core.errors import BadConfig
from appliance.core.essentials import DEFAULT, MOST, parse


def test_a_name_a_line_with_remarks_and_blanks() -> None:
    text = "# ours\n\nVlaanderen.be\n vdab.be.  # work\nvlaanderen.be\n"
    assert parse(text, "f") == ("vlaanderen.be", "vdab.be")


def test_an_empty_list_opens_nothing() -> None:
    assert parse("# nothing\n", "f") == ()


def test_our_own_list_is_a_good_one() -> None:
    assert parse("\n".join(DEFAULT), "f") == DEFAULT
    assert {"vlaanderen.be", "belgium.be", "vdab.be", "mijnburgerprofiel.be", "itsme.be"} <= {
        *DEFAULT
    }


@pytest.mark.parametrize(
    "line",
    [
        "be",
        "com",
        "localhost",
        "10.0.0.1",
        "http://vlaanderen.be",
        "vlaanderen.be/x",
        "-a.be",
        "a..be",
        "*.vlaanderen.be",
        "vlaanderen.be vdab.be",
        "a.be\tserver=/evil/",
        "x" * 64 + ".be",
        "vláánderen.be",
    ],
)
def test_a_line_that_is_no_name_is_named(line: str) -> None:
    with pytest.raises(BadConfig, match=r"list\.txt, line 2: expected a name"):
        parse(f"vdab.be\n{line}\n", "list.txt")


def test_a_list_without_end_is_a_mistake() -> None:
    with pytest.raises(BadConfig, match=f"line {MOST + 1}: at most"):
        parse("\n".join(f"n{n}.be" for n in range(MOST + 1)), "f")
