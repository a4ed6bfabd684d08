"""Which languages a place speaks in which order, and what it must call a translation."""

from collections.abc import Collection, Sequence
from enum import StrEnum


class LanguageRule(StrEnum):
    """What a place may and must do with languages (the taalregime of its operator)."""

    NL = "nl"
    """Dutch; anything else is a translation, and says so."""
    BRUSSEL = "brussel"
    """Dutch and French on equal footing."""
    FACILITEITEN = "faciliteiten"
    """Dutch and French both, Dutch first."""
    VRIJ = "vrij"
    """A private place: all languages alike."""

    @property
    def official(self) -> tuple[str, ...]:
        """The languages that are nobody's translation, in order."""
        return ("nl", "fr") if self in {self.BRUSSEL, self.FACILITEITEN} else ("nl",)

    def offered(self, known: Sequence[str]) -> tuple[str, ...]:
        """Every language we know, the official ones first."""
        return (*self.official, *(lang for lang in known if lang not in self.official))

    def translates(self, lang: str) -> bool:
        """Whether a page in that language must say that it is a translation."""
        return self is not LanguageRule.VRIJ and lang not in self.official

    def on_the_wall(self, asked: str) -> tuple[str, ...]:
        """What speaks to everybody at once: the official languages; a free place chooses."""
        return (asked,) if self is LanguageRule.VRIJ else self.official

    def lacking(self, said_in: Collection[str]) -> tuple[str, ...]:
        """In which languages a text of the place's own must still be said.

        A translation holds no more than the original, so it needs one; and what Brussels says
        in one of its languages it says in the other too.
        """
        if self is LanguageRule.VRIJ or not said_in:
            return ()
        return tuple(lang for lang in self.official if lang not in said_in)
