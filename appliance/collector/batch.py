"""What the database must say before some letters can be placed, and what must be kept after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.boxes import BoxState, KnownBox
from appliance.collector.judging import Filed, Told, row_of
from appliance.collector.key_book import changes_of
from appliance.collector.shelving import (
    PARKED,
    RECEIVED,
    About,
    Key,
    Row,
    Seat,
    Shelving,
    key_of,
    shelf_of,
)
from appliance.collector.tables import BOXES, ENVELOPES, LETTERS, SHELVES, TOLD
from appliance.core.federation.cabinet import Shelf
from appliance.core.federation.report import Report

WEEK: Final = "week"
CHUNK: Final = 200
"""Keys in one question; SQLite takes a few hundred gladly."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """The boxes of a delivery, with what is known of them."""

    boxes: dict[str, KnownBox]
    shelving: Shelving
    nrs: dict[str, int]
    raws: dict[Key, bytes] = field(default_factory=dict)
    forked: set[str] = field(default_factory=set)

    @property
    def shelves(self) -> Mapping[Row, Shelf]:
        return self.shelving.shelves

    def last_nr(self, box: str) -> int:
        return self.nrs.get(box, 0)

    def place(self, letter: Filed, raw: bytes) -> str:
        """The code of the answer; what must be kept is remembered."""
        code = self.shelving.put(letter)
        key = key_of(letter)
        if key in self.shelving.fresh and key not in self.raws:
            self.raws[key] = raw
            self.nrs[letter.box] = letter.nr
        if letter.box in self.shelving.copied:
            self.shelving.copied.remove(letter.box)
            self.forked.add(letter.box)
            self.boxes[letter.box] = self.boxes[letter.box].became(BoxState.FORKED)
        return code


async def load_batch(connection: AsyncConnection, reports: Sequence[Report], *, k: int) -> Batch:
    """All that placing these letters depends on."""
    boxes = sorted({report.box for report in reports})
    shelving = Shelving(k=k)
    batch = Batch(boxes=await _known(connection, boxes), shelving=shelving, nrs={})
    boxes = sorted(batch.boxes)
    await _load_shelves(connection, boxes, shelving)
    seats = {(report.box, report.chain, report.seq) for report in reports}
    await _load_repeated(connection, sorted(seats), shelving)
    told = {(report.box, report.location.id, report.period.name) for report in reports}
    told |= {(one.box, one.location, one.period) for one in shelving.waiting.values()}
    await _load_told(connection, sorted(told), shelving)
    coarse = {report.box for report in reports if report.period.kind != WEEK}
    coarse |= {one.box for one in shelving.waiting.values() if one.grain != WEEK}
    await _load_grains(connection, sorted(coarse), shelving)
    for some in _chunks(boxes):
        column = ENVELOPES.c.box
        latest = select(column, func.max(ENVELOPES.c.nr)).where(column.in_(some)).group_by(column)
        for box, nr in await connection.execute(latest):
            batch.nrs[box] = nr
    return batch


async def _known(connection: AsyncConnection, boxes: Sequence[str]) -> dict[str, KnownBox]:
    """Locked where the database can, so that two collectors never place for one box at once."""
    known = {}
    columns = (BOXES.c.box, BOXES.c.public_key, BOXES.c.state)
    for some in _chunks(boxes):
        question = select(*columns).where(BOXES.c.box.in_(some)).order_by(BOXES.c.box)
        for box, key, state in await connection.execute(question.with_for_update()):
            known[box] = KnownBox(box=box, key=key, state=BoxState(state))
        for box, changes in (await changes_of(connection, some)).items():
            if box in known:
                known[box] = replace(known[box], changes=changes)
    return known


async def _load_shelves(
    connection: AsyncConnection, boxes: Sequence[str], shelving: Shelving
) -> None:
    waiting: dict[Row, list[Filed]] = {}
    for some in _chunks(boxes):
        parked = select(LETTERS).where(LETTERS.c.box.in_(some), LETTERS.c.state == PARKED)
        for row in (await connection.execute(parked)).mappings():
            letter = Filed(**row)
            shelving.waiting[key_of(letter)] = letter
            waiting.setdefault((letter.box, letter.chain), []).append(letter)
        for shelf in await connection.execute(select(SHELVES).where(SHELVES.c.box.in_(some))):
            at = (shelf.box, shelf.chain)
            shelving.stood.add(at)
            shelving.shelves[at] = shelf_of(shelf.received, shelf.digest, waiting.get(at, []))


async def _load_repeated(
    connection: AsyncConnection, seats: Sequence[Seat], shelving: Shelving
) -> None:
    key = tuple_(LETTERS.c.box, LETTERS.c.chain, LETTERS.c.seq)
    columns = (*key.clauses, LETTERS.c.digest, LETTERS.c.state)
    for some in _chunks(seats):
        question = select(*columns).where(key.in_(some))
        for box, chain, seq, digest, state in await connection.execute(question):
            shelving.known[box, chain, seq, digest] = state
            if state == RECEIVED:
                shelving.digests[box, chain, seq] = digest


async def _load_told(
    connection: AsyncConnection, wanted: Sequence[About], shelving: Shelving
) -> None:
    key = tuple_(TOLD.c.box, TOLD.c.location, TOLD.c.period)
    for some in _chunks(wanted):
        for row in (await connection.execute(select(TOLD).where(key.in_(some)))).mappings():
            told = Told(**row)
            shelving.told[told.box, told.location, told.period] = told
            shelving.stood.add((told.box, told.location, told.period))


async def _load_grains(
    connection: AsyncConnection, boxes: Sequence[str], shelving: Shelving
) -> None:
    """Whether they told by months or by quarters; weeks do not ask."""
    year = func.substr(TOLD.c.first_day, 1, 4)
    for some in _chunks(boxes):
        question = select(TOLD.c.box, TOLD.c.location, TOLD.c.grain, year).distinct()
        coarse = question.where(TOLD.c.box.in_(some), TOLD.c.grain != WEEK)
        for box, location, grain, of in await connection.execute(coarse):
            shelving.grains.add((box, location, grain, of))


async def store_batch(connection: AsyncConnection, batch: Batch) -> None:
    """Write all that changed."""
    envelopes = [
        {
            "box": letter.box,
            "chain": letter.chain,
            "seq": letter.seq,
            "digest": letter.digest,
            "nr": letter.nr,
            "arrived": letter.arrived,
            "raw": raw,
        }
        for key, raw in batch.raws.items()
        for letter in (batch.shelving.changed[key],)
    ]
    if envelopes:
        await connection.execute(insert(ENVELOPES), envelopes)
    await store_derived(connection, batch.shelving)
    for box in sorted(batch.forked):
        forked = update(BOXES).where(BOXES.c.box == box).values(state=BoxState.FORKED.value)
        await connection.execute(forked)


async def store_derived(connection: AsyncConnection, shelving: Shelving) -> None:
    """Shelves, letters and what counts: what was not there is added, what was is replaced."""
    shelved, changed = sorted(shelving.shelved), sorted(shelving.changed)
    retold = sorted(shelving.retold)
    shelves = [
        {"box": row[0], "chain": row[1], "received": shelf.received, "digest": shelf.digest}
        for row in shelved
        for shelf in (shelving.shelves[row],)
    ]
    stood = shelving.stood
    await _take_out(connection, SHELVES, [row for row in shelved if row in stood])
    await _take_out(connection, LETTERS, [key for key in changed if key not in shelving.fresh])
    await _take_out(connection, TOLD, [about for about in retold if about in stood])
    for table, rows in (
        (SHELVES, shelves),
        (LETTERS, [row_of(shelving.changed[key]) for key in changed]),
        (TOLD, [row_of(shelving.told[about]) for about in retold]),
    ):
        if rows:
            await connection.execute(insert(table), rows)


async def _take_out(
    connection: AsyncConnection, table: Table, keys: Sequence[tuple[Any, ...]]
) -> None:
    """Rows that are about to be written anew."""
    for some in _chunks(keys):
        key = tuple_(*table.primary_key.columns)
        await connection.execute(delete(table).where(key.in_(some)))


def _chunks(items: Iterable[Any]) -> Sequence[Sequence[Any]]:
    found = list(items)
    return [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]
