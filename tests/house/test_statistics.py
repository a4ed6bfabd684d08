"""The page about figures names every figure that may leave a box."""

from pathlib import Path

import pytest

from appliance.core.federation.chain import ALWAYS
from appliance.core.federation.report import SUMS, TAPPED
from appliance.core.month import COSTS
from appliance.web.letter_words import total_words
from appliance.web.texts import SOURCE, Texts
from tests.desks import BRUSSELS

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"
TOTALS = sorted(total_words(Texts(SOURCE, zone=BRUSSELS)))


def said(name: str) -> bool:
    text = PAGE.read_text(encoding="utf-8")
    prefix, _, kind = name.rpartition("_")
    if prefix == "cost_cents" and kind != COSTS[0]:
        return f"`_{kind}`" in text
    if name.startswith("feedback-"):
        return f"`{name}`" in text or f"`-{name.partition('-')[2]}`" in text
    return f"`{name}`" in text


@pytest.mark.parametrize("name", TOTALS)
def test_every_total_of_a_letter_is_explained(name: str) -> None:
    assert said(name)


@pytest.mark.parametrize("name", sorted(SUMS))
def test_every_table_of_a_letter_is_explained(name: str) -> None:
    assert said(name)


def test_every_total_that_the_code_makes_has_words_for_who_reads_a_letter() -> None:
    made = {*ALWAYS, *SUMS.values(), *TAPPED.values(), *(f"cost_cents_{one}" for one in COSTS)}
    assert made - set(TOTALS) == set()


def test_what_is_not_there_is_noticed() -> None:
    assert not said("unique_persons")
