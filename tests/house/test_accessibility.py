"""The page about accessibility is whole, fresh, and names tests that exist."""

import pytest

from tests.house.accessibility import PAGE, criteria, exists, known_tests, page

LEVEL_A = (
    "1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 "
    "2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 "
    "4.1.2"
)
LEVEL_AA = (
    "1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 "
    "2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"
)


def test_all_55_criteria_of_wcag_2_2_are_answered() -> None:
    levels = {one.number: one.level for one in criteria()}
    wanted = dict.fromkeys(LEVEL_A.split(), "A") | dict.fromkeys(LEVEL_AA.split(), "AA")
    assert levels == wanted
    assert len(levels) == 55


def test_each_criterion_is_shown_by_a_test_or_left_to_a_person() -> None:
    assert [one.number for one in criteria() if not one.tests and not one.person] == []
    assert [one.number for one in criteria() if not one.how.endswith(".")] == []


@pytest.mark.parametrize("name", known_tests())
def test_every_named_test_exists_and_is_used(name: str) -> None:
    assert exists(known_tests()[name])
    assert any(known_tests()[name] in one.tests for one in criteria())


def test_a_test_that_does_not_exist_is_noticed() -> None:
    assert not exists("house/test_accessibility.py::test_no_such")
    assert not exists("house/no_such.py::test_no_such")
    assert not exists("house/accessibility.py::page")


def test_the_page_is_made_from_the_list() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make accessibility`"
