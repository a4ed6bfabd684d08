"""The score of a tier: how many cuts of each model, and how they ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.torture.verdict import Found, Verdict

HONEST_ENDS = frozenset({Found.SOUND})
LIARS_ENDS = frozenset({Found.SOUND, Found.TRACES, Found.OLDER, Found.REPORTED, Found.UNREADABLE})
"""When the card lied: said aloud, or a missing tail that cannot be seen; never a wrong state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One power cut, by the name under which it can be repeated."""

    seed: int
    model: str
    number: int
    position: int
    verdict: Verdict
    lies: bool = False

    @property
    def as_it_must_be(self) -> bool:
        return self.verdict.found in (LIARS_ENDS if self.lies else HONEST_ENDS)

    @property
    def name(self) -> str:
        return f"{self.seed}.{self.model}.{self.number}"


@dataclass(slots=True)
class Row:
    """All cuts of one model."""

    model: str
    found: Counter[Found] = field(default_factory=Counter)
    bad: list[Cut] = field(default_factory=list)

    def add(self, cuts: Iterable[Cut]) -> None:
        for cut in cuts:
            self.found[cut.verdict.found] += 1
            if not cut.as_it_must_be:
                self.bad.append(cut)

    @property
    def cuts(self) -> int:
        return self.found.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """How often a box built wrong was found out."""

    control: str
    cuts: int
    caught: int


_WORDS = 12
"""Columns as wide as this hold words, not counts."""

HEAD = (
    "model",
    "cuts",
    "sound",
    "lost",
    "doubled",
    "unreadable",
    "traces",
    "crashed",
    "reported",
    "older",
)


def table(tier: str, rows: Sequence[Row]) -> str:
    """The score as people read it."""
    lines = [[f"{tier}: model", *HEAD[1:]]]
    for row in rows:
        counts = [str(row.found[Found(end)]) for end in HEAD[2:]]
        lines.append([row.model, str(row.cuts), *counts])
    return aligned(lines)


def controls_table(tier: str, controls: Sequence[Caught]) -> str:
    lines = [[f"{tier}: built wrong on purpose", "cuts", "caught"]]
    lines += [[one.control, str(one.cuts), str(one.caught)] for one in controls]
    return aligned(lines)


def complaints(rows: Sequence[Row], controls: Sequence[Caught]) -> list[str]:
    """Why the run fails, one sentence each; each cut with the words that repeat it."""
    said = [
        f"{cut.verdict.found.value} in `{cut.name}` at {cut.position}: {cut.verdict.sentence}; "
        f"again with: make torture SEED={cut.name}"
        for row in rows
        for cut in row.bad
    ]
    said += [f"{row.model}: not one cut" for row in rows if not row.cuts]
    said += [f"not caught: {one.control}" for one in controls if not one.caught]
    return said


def aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if text.isdecimal() or width < _WORDS else text.ljust(width)
            for text, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
