"""Letters of some boxes on their shelves, in memory: what a rebuild and a delivery share."""

from collections.abc import Mapping
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
    seated: dict[Seat, Filed] = field(default_factory=dict)
    """Letters that are parked, and those that came now."""
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
        self.known[key_of(letter)] = found.status.value
        self.fresh.add(key_of(letter))
        if found.status is Status.FORK and letter.seq not in found.taken:
            self._keep(replace(letter, state=FORK, code=FORK))
            return FORK
        letter = replace(letter, state=PARKED)
        self._keep(letter)
        self.seated[*row, letter.seq] = letter
        self.shelves[row] = found.shelf
        self.shelved.add(row)
        verdicts = {seq: self._count((*row, seq)) for seq in found.taken}
        accepted = found.status is Status.ACCEPTED
        return (accepted and verdicts[letter.seq]) or found.status.value

    def _count(self, seat: Seat) -> str:
        letter = self.seated.pop(seat)
        self.digests[seat] = letter.digest
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


def key_of(letter: Filed) -> Key:
    return (letter.box, letter.chain, letter.seq, letter.digest)


def other_grain(letter: Filed) -> tuple[str, str]:
    """The grain of which that place may have no figures in that year, and the year."""
    other = {"month": "quarter", "quarter": "month"}.get(letter.grain, "")
    return other, letter.first_day[:4]


def shelf_of(received: int, digest: str, parked: Mapping[int, Filed]) -> Shelf:
    """A shelf as it was left."""
    slips = {
        seq: Letter(seq=seq, prev=letter.prev, digest=letter.digest)
        for seq, letter in parked.items()
    }
    return Shelf(received=received, digest=digest, parked=slips)
