"""What the database must say before some letters can be placed, and what must be kept after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.boxes import BoxState, KnownBox
from appliance.collector.judging import Filed, Told
from appliance.collector.key_book import changes_of
from appliance.collector.shelving import (
    FORK,
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
        if code == FORK:
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
    told |= {(one.box, one.location, one.period) for one in shelving.seated.values()}
    await _load_told(connection, boxes, sorted(told), shelving)
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
    waiting: dict[Row, dict[int, Filed]] = {}
    for some in _chunks(boxes):
        parked = select(LETTERS).where(LETTERS.c.box.in_(some), LETTERS.c.state == PARKED)
        for row in (await connection.execute(parked)).mappings():
            letter = Filed(**row)
            shelving.seated[letter.box, letter.chain, letter.seq] = letter
            waiting.setdefault((letter.box, letter.chain), {})[letter.seq] = letter
        for shelf in await connection.execute(select(SHELVES).where(SHELVES.c.box.in_(some))):
            at = (shelf.box, shelf.chain)
            shelving.shelves[at] = shelf_of(shelf.received, shelf.digest, waiting.get(at, {}))


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
    connection: AsyncConnection,
    boxes: Sequence[str],
    wanted: Sequence[About],
    shelving: Shelving,
) -> None:
    key = tuple_(TOLD.c.box, TOLD.c.location, TOLD.c.period)
    for some in _chunks(wanted):
        for row in (await connection.execute(select(TOLD).where(key.in_(some)))).mappings():
            told = Told(**row)
            shelving.told[told.box, told.location, told.period] = told
    year = func.substr(TOLD.c.first_day, 1, 4)
    for some in _chunks(boxes):
        question = select(TOLD.c.box, TOLD.c.location, TOLD.c.grain, year).distinct()
        coarse = question.where(TOLD.c.box.in_(some), TOLD.c.grain != "week")
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
    await store_derived(connection, batch.shelving, fresh=False)
    for box in sorted(batch.forked):
        forked = update(BOXES).where(BOXES.c.box == box).values(state=BoxState.FORKED.value)
        await connection.execute(forked)


async def store_derived(connection: AsyncConnection, shelving: Shelving, *, fresh: bool) -> None:
    """Shelves, letters and what counts; `fresh` when the tables are empty."""
    shelves = [
        {"box": row[0], "chain": row[1], "received": shelf.received, "digest": shelf.digest}
        for row in sorted(shelving.shelved)
        for shelf in (shelving.shelves[row],)
    ]
    for table, rows in (
        (SHELVES, shelves),
        (LETTERS, [asdict(letter) for _, letter in sorted(shelving.changed.items())]),
        (TOLD, [asdict(shelving.told[about]) for about in sorted(shelving.retold)]),
    ):
        if not rows:
            continue
        if not fresh:
            await _take_out(connection, table, rows)
        await connection.execute(insert(table), rows)


async def _take_out(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    columns = list(table.primary_key.columns)
    keys = [tuple(row[column.name] for column in columns) for row in rows]
    for some in _chunks(keys):
        await connection.execute(delete(table).where(tuple_(*columns).in_(some)))


def _chunks(items: Iterable[Any]) -> Sequence[Sequence[Any]]:
    found = list(items)
    return [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]
