"""Two ways of working that many places share, each one setting."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appliance.core.catalogue import MEASURES, TOPICS


class Profile(StrEnum):
    """How a place works."""

    NONE = "none"
    KOFFIE_FORMULIEREN = "koffie-formulieren"
    """Coffee at the table, letters and forms, on paper too."""
    DIGIDAK = "digidak"
    """A room with computers: come in, sit down, practise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What a profile changes; nothing of it is kept, so another choice undoes all of it."""

    button: str | None = None
    """The service of the first button."""
    first: tuple[str, ...] = ()
    """Services that come first, unless they have a place already."""
    also: tuple[str, ...] = ()
    """Services that come last, unless they have a place already."""
    walk_in: tuple[str, ...] = ()
    """Services for which nobody needs a number."""
    unhurried: tuple[str, ...] = ()
    """Services during which nobody is reminded of the time."""
    near: tuple[str, ...] = ()
    """Topics that the tablet shows first."""
    measures: tuple[str, ...] = MEASURES
    """Tallies in the order of the tablet."""

    def offered(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """The services a place offers that chose these."""
        first = (code for code in self.first if code not in chosen)
        also = (code for code in self.also if code not in chosen)
        return (*first, *chosen, *also)

    def topics(self) -> tuple[str, ...]:
        """Every topic, those near first."""
        codes = [topic.code for topic in TOPICS]
        return (*self.near, *(code for code in codes if code not in self.near))


NEAR: Final = (
    "id-key", "inbox", "letter", "sign-book", "tax", "device", "benefit", "bank", "health",
)  # fmt: skip
"""What most people come with."""

WAYS: Final = {
    Profile.NONE: Ways(near=NEAR),
    Profile.KOFFIE_FORMULIEREN: Ways(
        button="forms",
        first=("forms",),
        near=(
            "letter", "inbox", "sign-book", "living", "tax", "school", "benefit", "bank", "health",
        ),
    ),
    Profile.DIGIDAK: Ways(
        also=("pc", "practice"),
        walk_in=("pc",),
        unhurried=("pc", "practice"),
        near=(
            "basics", "contact", "device", "safety", "id-key", "work", "benefit", "bank", "health",
        ),
        measures=("pc", *(code for code in MEASURES if code != "pc")),
    ),
}  # fmt: skip
