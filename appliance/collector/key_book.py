"""Which key a box's letter must be sealed with: keys change, letters that are here stay true."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.adapters.ed25519 import verify
from appliance.collector.boxes import UnknownBox
from appliance.collector.database import Database
from appliance.collector.judging import written
from appliance.collector.road_tables import BOX_KEYS
from appliance.collector.tables import BOXES
from appliance.core.federation.rotation import BadRotation, KeyChange, load_box


class KeyBook:
    """The only writer of the changes of keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, raw: bytes, *, now: datetime) -> KeyChange:
        """Note a change; the same one again is fine. BadRotation, BadEnvelope or UnknownBox.

        Only the key that holds now can name the next: whoever has an older one comes too late.
        """
        change = load_box(raw, verify)
        async with self._database.writing() as connection:
            columns = (BOXES.c.box, BOXES.c.public_key)
            question = select(*columns).where(BOXES.c.box == change.box).with_for_update()
            row = (await connection.execute(question)).first()
            if row is None:
                raise UnknownBox
            known = (await changes_of(connection, [change.box])).get(change.box, [])
            now_key = known[-1].new if known else row.public_key
            if change in known:
                return change
            if change.n != len(known) + 1 or change.old != now_key:
                raise BadRotation("this is not the key that the box has now")
            await connection.execute(
                insert(BOX_KEYS),
                [
                    {
                        "box": change.box,
                        "n": change.n,
                        "public_key": change.new,
                        "chain": change.chain,
                        "seq": change.seq,
                        "arrived": written(now),
                        "raw": raw,
                    }
                ],
            )
        return change


async def changes_of(
    connection: AsyncConnection, boxes: Sequence[str]
) -> Mapping[str, list[KeyChange]]:
    """Every change of these boxes' keys, in order."""
    found: dict[str, list[KeyChange]] = {}
    question = select(BOX_KEYS.c.raw).where(BOX_KEYS.c.box.in_(boxes))
    rows = await connection.execute(question.order_by(BOX_KEYS.c.box, BOX_KEYS.c.n))
    for raw in rows.scalars():
        change = load_box(raw, verify)
        found.setdefault(change.box, []).append(change)
    return found
