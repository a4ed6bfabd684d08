"""Small numbers are folded away, so that a count never points at somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

K: Final = 5
"""No named cell is smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A table that may be shown: every named cell is at least k, the rest has no name."""

    named: Mapping[str, int]
    rest: int = 0
    """0, at least k, or the whole table."""

    @property
    def total(self) -> int:
        return sum(self.named.values()) + self.rest


def fold(counts: Mapping[str, int], k: int = K, *, rest: int = 0) -> Folded:
    """Every cell under k goes to the rest; while that is small too, the smallest follows."""
    named = {code: n for code, n in counts.items() if n >= k}
    rest += sum(n for n in counts.values() if 0 < n < k)
    while 0 < rest < k and named:
        least = min(named, key=lambda code: (named[code], code))
        rest += named.pop(least)
    return Folded(named=named, rest=rest)


def together(parts: Iterable[Folded]) -> Folded:
    """Several periods as one, made of what each may show: no subtraction finds more."""
    named: dict[str, int] = {}
    rest = 0
    for part in parts:
        rest += part.rest
        for code, n in part.named.items():
            named[code] = named.get(code, 0) + n
    return Folded(named=named, rest=rest)
