"""Letters of some boxes on their shelves, in memory: what a rebuild and a delivery share."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from appliance.collector.judging import Filed, Told, counted, judge
from appliance.core.federation.cabinet import Letter, Shelf, place
from appliance.core.federation.receipt import Status

RECEIVED: Final = "received"
PARKED: Final = "parked"
FORK: Final = "fork"

Row = tuple[str, str]
"""Box and chain."""
Seat = tuple[str, str, int]
"""Box, chain and number: for one letter only."""
Key = tuple[str, str, int, str]
"""The same with the digest: for that letter."""
About = tuple[str, str, str]
"""Box, place and period."""


@dataclass(slots=True, kw_only=True)
class Shelving:
    """Shelves, letters and what counts, of the boxes that matter now."""

    k: int
    shelves: dict[Row, Shelf] = field(default_factory=dict)
    waiting: dict[Key, Filed] = field(default_factory=dict)
    """Letters that are parked."""
    known: dict[Key, str] = field(default_factory=dict)
    """The state of letters that were there before and come again."""
    digests: dict[Seat, str] = field(default_factory=dict)
    """Of received letters that come again."""
    told: dict[About, Told] = field(default_factory=dict)
    grains: set[tuple[str, str, str, str]] = field(default_factory=set)
    """Box, place, month or quarter, and year, of what counts."""
    shelved: set[Row] = field(default_factory=set)
    changed: dict[Key, Filed] = field(default_factory=dict)
    retold: set[About] = field(default_factory=set)
    fresh: set[Key] = field(default_factory=set)
    """Letters that were not there before."""
    stood: set[Row | About] = field(default_factory=set)
    """Shelves and periods that the tables had before."""
    copied: set[str] = field(default_factory=set)
    """Boxes of which two cards were found to write."""

    def put(self, letter: Filed) -> str:
        """Give a letter its place and judge all that count from now on; the code of its answer."""
        row = (letter.box, letter.chain)
        found = place(
            self.shelves.get(row, Shelf()),
            Letter(seq=letter.seq, prev=letter.prev, digest=letter.digest),
            lambda seq: self.digests.get((*row, seq)),
        )
        if found.status is Status.DUPLICATE or key_of(letter) in self.known:
            return found.status.value
        self.fresh.add(key_of(letter))
        if not (found.taken or found.waits):
            self._keep(replace(letter, state=FORK, code=FORK))
            self.copied.add(letter.box)
            return FORK
        rivals = [*self._rivals(letter), letter] if found.status is Status.FORK else []
        self._wait(replace(letter, state=PARKED))
        for rival in rivals:
            self._wait(replace(rival, state=PARKED, code=FORK))
            self.copied.add(letter.box)
        self.shelves[row] = found.shelf
        self.shelved.add(row)
        verdicts = [self._count((*row, one.seq, one.digest)) for one in found.taken]
        for one in found.strangers:
            stranger = self.waiting.pop((*row, one.seq, one.digest))
            self._keep(replace(stranger, state=FORK, code=FORK))
            if not stranger.code:  # otherwise it has been said already
                self.copied.add(letter.box)
        return (verdicts and verdicts[0]) or found.status.value

    def _rivals(self, letter: Filed) -> Sequence[Filed]:
        """Those that wait with its number: one of them all comes from a copied card."""
        seat = (letter.box, letter.chain, letter.seq)
        return [one for key, one in self.waiting.items() if key[:3] == seat]

    def _wait(self, letter: Filed) -> None:
        self._keep(letter)
        self.waiting[key_of(letter)] = letter

    def _count(self, key: Key) -> str:
        letter = replace(self.waiting.pop(key), code="")
        self.digests[key[:3]] = letter.digest
        about = (letter.box, letter.location, letter.period)
        code = judge(
            letter,
            self.told.get(about),
            other_grain=(letter.box, letter.location, *other_grain(letter)) in self.grains,
            k=self.k,
        )
        self._keep(replace(letter, state=RECEIVED, code=code))
        if not code:
            self.told[about] = counted(letter, self.told.get(about))
            self.grains.add((letter.box, letter.location, letter.grain, letter.first_day[:4]))
            self.retold.add(about)
        return code

    def _keep(self, letter: Filed) -> None:
        self.changed[key_of(letter)] = letter
        self.known[key_of(letter)] = letter.state


def key_of(letter: Filed) -> Key:
    return (letter.box, letter.chain, letter.seq, letter.digest)


def other_grain(letter: Filed) -> tuple[str, str]:
    """The grain of which that place may have no figures in that year, and the year."""
    other = {"month": "quarter", "quarter": "month"}.get(letter.grain, "")
    return other, letter.first_day[:4]


def shelf_of(received: int, digest: str, parked: Sequence[Filed]) -> Shelf:
    """A shelf as it was left; of one number, letters wait in the order in which they came."""
    slips: dict[int, tuple[Letter, ...]] = {}
    for one in sorted(parked, key=lambda letter: letter.nr):
        slip = Letter(seq=one.seq, prev=one.prev, digest=one.digest)
        slips[one.seq] = (*slips.get(one.seq, ()), slip)
    return Shelf(received=received, digest=digest, parked=slips)
