"""Makes every derived table again out of the letters as they came: always the same bytes."""

import hashlib
import json
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.batch import store_derived
from appliance.collector.database import Database, Turn, alone, in_order
from appliance.collector.judging import filed
from appliance.collector.shelving import Shelving
from appliance.collector.tables import DERIVED, ENVELOPES
from appliance.core.federation import report as reports
from appliance.core.federation.dsse import opened

_BOXES_AT_ONCE: Final = 100


async def rebuild(database: Database, *, k: int) -> int:
    """Forget and derive again, in one transaction; how many letters there are."""
    letters = 0
    async with database.writing() as connection:
        await alone(connection, Turn.LETTERS)
        for table in DERIVED:
            await connection.execute(delete(table))
        found = await connection.execute(select(ENVELOPES.c.box).distinct().order_by("box"))
        boxes = list(found.scalars())
        for start in range(0, len(boxes), _BOXES_AT_ONCE):
            letters += await _some(connection, boxes[start : start + _BOXES_AT_ONCE], k=k)
    return letters


async def _some(connection: AsyncConnection, boxes: list[str], *, k: int) -> int:
    shelving = Shelving(k=k)
    question = (
        select(ENVELOPES)
        .where(ENVELOPES.c.box.in_(boxes))
        .order_by(ENVELOPES.c.box, ENVELOPES.c.nr)
    )
    rows = list(await connection.execute(question))
    for row in rows:
        report = reports.load(opened(row.raw).payload)
        shelving.put(filed(report, digest=row.digest, nr=row.nr, arrived=row.arrived))
    await store_derived(connection, shelving)
    return len(rows)


async def fingerprint(database: Database) -> str:
    """SHA-256 over every derived table, row by row in the order of its key."""
    found = hashlib.sha256()
    async with database.reading() as connection:
        for table in DERIVED:
            question = select(table).order_by(*in_order(connection, table))
            async for row in await connection.stream(question):
                found.update(json.dumps(list(row)).encode() + b"\n")
    return found.hexdigest()
