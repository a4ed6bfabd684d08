"""What the documents say is what the code does."""

import re
from pathlib import Path

import pytest

from appliance.core import errors
from appliance.core.ticket import TicketState
from tests.house.diagram import PAGE, page

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_drawing_of_the_states_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.house.diagram`"


def test_every_state_and_error_family_is_in_the_vocabulary() -> None:
    words = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    missing = [state.value for state in TicketState if f"`{state.value}`" not in words]
    missing += [
        kind.__name__
        for kind in (errors.Refused, errors.Unavailable, errors.BadStore, errors.BadConfig)
        if kind.__name__ not in words
    ]
    assert missing == []


def test_every_target_of_the_makefile_explains_itself() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    for target in phony.group(1).split():
        assert re.search(rf"^{target}:.*## \S", text, re.MULTILINE), target


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"
