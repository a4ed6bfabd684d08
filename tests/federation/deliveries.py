"""Deliveries by chance through the core that takes letters: repeated, reordered, spoilt, cloned.

A world is some boxes, a few of them copied, and a road that does what it likes. What counts in the
end must be what happened, to the unit; every copied card must be flagged, and no other.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count
from time import perf_counter

from appliance.collector.batch import Batch
from appliance.collector.boxes import BoxState, KnownBox
from appliance.collector.ingest import ReadLetter, placed, read_letter
from appliance.collector.shelving import RECEIVED, Shelving
from tests.bench.figure import Figure
from tests.collector.writing import Writer, flipped

ARRIVED = "2027-01-04T09:00:00Z"
WEEKS = [f"2026-W{week:02}" for week in range(1, 54)]
BOXES, LONGEST, AGAIN = 8, 24, 3.0
"""Boxes of a world, letters of a chain, and how many deliveries come for each letter."""
COPIED = 0.25
"""The share of boxes of which somebody copies the card."""


@dataclass(slots=True, kw_only=True)
class Lineage:
    """What one card wrote, and what is true of it."""

    letters: list[bytes] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)

    def copy(self, upto: int) -> "Lineage":
        return Lineage(
            letters=self.letters[:upto], digests=self.digests[:upto], tickets=self.tickets[:upto]
        )

    def write(self, writer: Writer, chance: random.Random) -> None:
        n = chance.randrange(1000)
        totals = {"tickets": n, "served": n, "contacts": n}
        week = WEEKS[len(self.letters)]
        software = f"0.1.{chance.randrange(10**6)}"
        self.letters.append(writer.write(week, totals=totals, software=software))
        self.digests.append(writer.prev)
        self.tickets.append(n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a world came to."""

    deliveries: int = 0
    spoilt: int = 0
    copied: int = 0
    wrong_totals: int = 0
    counted_twice: int = 0
    missed_forks: int = 0
    false_flags: int = 0
    spoilt_taken: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__}
        )


def world(seed: int) -> Outcome:
    """One world, from its number alone."""
    chance = random.Random(seed)
    writers = [Writer(seed * BOXES + n + 1) for n in range(BOXES)]
    lineages = {writer.id: _lineages(writer, chance) for writer in writers}
    batch = Batch(
        boxes={
            one.id: KnownBox(box=one.id, key=one.public, state=BoxState.APPROVED) for one in writers
        },
        shelving=Shelving(k=5),
        nrs={},
    )
    good = [letter for cards in lineages.values() for card in cards for letter in card.letters]
    road = [chance.choice(good) for _ in range(int(AGAIN * len(good)))]
    spoilt = [spoil(chance.choice(good), chance) for _ in range(len(good) // 2)]
    late = set(chance.sample(range(len(good)), len(good) // 10))
    """Cut off on the way: they come only when everything is sent again."""
    road += [letter for n, letter in enumerate(good) if n not in late]
    outcome = Outcome(copied=sum(len(cards) > 1 for cards in lineages.values()))
    flagged: set[str] = set()
    mixed = [*((letter, True) for letter in road), *((letter, False) for letter in spoilt)]
    chance.shuffle(mixed)
    kept = [_bring(batch, letter, flagged) for letter, _ in mixed]
    taken = sum(new for new, (_, fine) in zip(kept, mixed, strict=True) if not fine)
    deliveries = len(mixed)
    quiet = False
    while not quiet:  # whoever looks lets the boxes go on, and they send everything again
        for box in batch.boxes:
            batch.boxes[box] = batch.boxes[box].became(BoxState.APPROVED)
        again = chance.sample(good, len(good))
        deliveries += len(again)
        quiet = sum(_bring(batch, letter, flagged) for letter in again) == 0
    outcome += Outcome(spoilt=len(spoilt), spoilt_taken=taken)
    return outcome + _judged(batch, lineages, flagged) + Outcome(deliveries=deliveries)


def spoil(letter: bytes, chance: random.Random) -> bytes:
    """Changed, cut, or sealed by nobody."""
    match chance.randrange(4):
        case 0:
            return flipped(letter)
        case 1:
            return flipped(letter, inside="sig")
        case 2:
            return letter[: chance.randrange(len(letter))]
        case _:
            found = json.loads(letter)
            at = chance.randrange(len(found["payload"]) - 8)
            text = found["payload"]
            found["payload"] = text[:at] + ("A" if text[at] != "A" else "Q") + text[at + 1 :]
            return json.dumps(found).encode()


def worlds(deliveries: int) -> Iterator[int]:
    """As many numbers of worlds as make so many deliveries, near enough."""
    yield from range(1, max(2, deliveries // _EACH + 2))


_EACH = 1000
"""Deliveries of a world, or a few more."""


def measure(deliveries: int) -> Sequence[Figure]:
    began = perf_counter()
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        total = sum(pool.map(world, worlds(deliveries), chunksize=4), Outcome())
    took = perf_counter() - began
    return (
        Figure(name="deliveries by chance", value=total.deliveries, unit="", least=deliveries),
        Figure(name="of them spoilt", value=total.spoilt, unit=""),
        Figure(name="of them spoilt, and yet taken", value=total.spoilt_taken, unit="", limit=0),
        Figure(name="totals that are not the truth", value=total.wrong_totals, unit="", limit=0),
        Figure(name="letters counted twice", value=total.counted_twice, unit="", limit=0),
        Figure(name="copied cards", value=total.copied, unit="", least=1),
        Figure(name="copied cards not flagged", value=total.missed_forks, unit="", limit=0),
        Figure(name="honest boxes flagged", value=total.false_flags, unit="", limit=0),
        Figure(name="deliveries a second", value=total.deliveries / took, unit="/s"),
    )


# ------------------------------------------------------------------ how


def _lineages(writer: Writer, chance: random.Random) -> list[Lineage]:
    """One card, or two of which the second began as a copy."""
    card = Lineage()
    length = chance.randint(1, LONGEST)
    copied = chance.random() < COPIED
    at = chance.randrange(length)
    twin = None
    for n in range(length):
        if copied and n == at:
            twin = (writer.twin(), card.copy(n))
        card.write(writer, chance)
    if twin is None:
        return [card]
    other, copy = twin
    for _ in range(chance.randint(1, LONGEST)):
        copy.write(other, chance)
    return [card, copy]


def _bring(batch: Batch, letter: bytes, flagged: set[str]) -> bool:
    """Whether it was kept."""
    read = read_letter(letter)
    if not isinstance(read, ReadLetter):
        return False
    before = len(batch.raws)
    placed(batch, read, arrived=ARRIVED)
    flagged |= batch.forked
    batch.forked.clear()
    return len(batch.raws) > before


def _judged(batch: Batch, lineages: dict[str, list[Lineage]], flagged: Iterable[str]) -> Outcome:
    found = Outcome()
    flags = set(flagged)
    shelving = batch.shelving
    for box, cards in lineages.items():
        mine = [one for one in shelving.changed.values() if one.box == box]
        received = sorted((one for one in mine if one.state == RECEIVED), key=lambda one: one.seq)
        digests = [one.digest for one in received]
        told = {
            about[2]: json.loads(one.totals)["tickets"]
            for about, one in shelving.told.items()
            if about[0] == box
        }
        true = [
            dict(zip(WEEKS, card.tickets, strict=False))
            for card in cards
            if digests == card.digests
        ]
        found += Outcome(
            wrong_totals=told not in true,
            counted_twice=len(received) - len({one.period for one in received}),
            missed_forks=len(cards) > 1 and box not in flags,
            false_flags=len(cards) == 1 and box in flags,
        )
    return found
