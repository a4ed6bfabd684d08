"""Three questions and three smileys: how a visit was, said without saying who."""

from collections.abc import Mapping
from typing import Final

QUESTIONS: Final = ("ease", "friendly", "confidence")
"""Did it go easily, was it friendly, do you dare it yourself now."""
LEVELS: Final = (0, 1, 2)
"""Bad, so-so, good."""
SMILEYS: Final[Mapping[str, int]] = {"smiley-bad": 0, "smiley-so-so": 1, "smiley-good": 2}
"""What a button of the front panel can be instead of a service: its answer to one question."""


def answer_code(question: str, level: int) -> str:
    """How an answer stands in the counts: ease-2."""
    return f"{question}-{level}"
