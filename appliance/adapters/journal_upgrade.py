"""Which formats of a store a version reads, and how it makes its own out of an older one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from appliance.core.errors import BadStore

Tables = Mapping[str, Mapping[int, Mapping[str, Any]]]
Upgrade = Callable[[Tables], Tables]
"""All tables as one format has them, made into what the next format has; no input is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What one version of us writes, and what it can read besides."""

    number: int
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    """By the number of an older format: the step from it to the next one."""

    def check(self, form: int, *, name: str) -> None:
        """Raise BadStore, naming the file, when this version cannot read that format."""
        if form != self.number and not self._has_steps_from(form):
            raise BadStore(
                f"{name} has format {form}, this version reads format {self.number}; "
                "please install the version that wrote it.",
                file=name,
            )

    def upgraded(self, tables: Tables, *, form: int, to: int | None = None) -> Tables:
        """The tables of that format as a later one has them, this version's when not said."""
        for step in range(form, self.number if to is None else to):
            tables = self.upgrades[step](tables)
        return tables

    def _has_steps_from(self, form: int) -> bool:
        return 0 < form < self.number and all(
            step in self.upgrades for step in range(form, self.number)
        )


CURRENT: Final = Format(number=1)
"""The one clear place: who raises the number adds the step from the format before."""
