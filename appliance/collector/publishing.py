"""Writes a year into a directory, so that anybody can recompute it from the letters."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector import figures, published
from appliance.collector.database import Database
from appliance.collector.judging import NOTHING, Filed
from appliance.collector.plain_tables import csv_of, json_of
from appliance.collector.published import Entry, Published, PublishedBox, file_of
from appliance.collector.road_tables import BOX_KEYS
from appliance.collector.sheets import Sheet
from appliance.collector.spans import Span
from appliance.collector.tables import BOXES, ENVELOPES
from appliance.collector.tables import LETTERS as ROWS
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from appliance.core.errors import BadConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be published."""

    name: str
    span: Span
    region: str
    geography: date | None
    today: date
    k: int


_FILES: Final = {
    published.WORKBOOK: workbook,
    published.TABLES: json_of,
    published.CSV: csv_of,
}


async def publish(database: Database, directory: Path, asked: Asked) -> int:
    """How many letters; into an empty directory only. A letter with smaller cells is withheld."""
    await asyncio.to_thread(_make, directory)
    try:
        found = await figures.read(
            database,
            asked.span,
            today=asked.today,
            k=asked.k,
            region=asked.region,
            geography=asked.geography,
        )
    except figures.UnknownRegion as error:
        raise BadConfig(f"--region: there is no region {asked.region!r} in the register") from error
    async with database.reading() as connection:
        boxes = [
            await _box(connection, directory, box, key, k=asked.k)
            for box, key in (
                await connection.execute(select(BOXES.c.box, BOXES.c.public_key))
            ).all()
        ]
    boxes = sorted((one for one in boxes if one.letters), key=lambda one: one.box)
    facts = Published(
        name=asked.name,
        span=asked.span,
        region=asked.region,
        geography=asked.geography,
        today=asked.today,
        k=asked.k,
        boxes=boxes,
        register=found.register,
    )
    await asyncio.to_thread(_write, directory, facts, workbook_sheets(found))
    return sum(len(one.letters) for one in boxes)


async def _box(
    connection: AsyncConnection, directory: Path, box: str, key: bytes, *, k: int
) -> PublishedBox:
    rows = (await connection.execute(select(ROWS).where(ROWS.c.box == box))).mappings()
    known: Mapping[tuple[str, int, str], Filed] = {
        (one.chain, one.seq, one.digest): one for one in (Filed(**row) for row in rows)
    }
    question = select(ENVELOPES).where(ENVELOPES.c.box == box).order_by(ENVELOPES.c.nr)
    entries: list[Entry] = []
    lines: list[bytes] = []
    for row in await connection.execute(question):
        one = known[row.chain, row.seq, row.digest]
        hidden = one.k < k and one.breakdown != NOTHING
        entries.append(
            Entry(
                chain=row.chain,
                seq=row.seq,
                digest=row.digest,
                arrived=row.arrived,
                withheld=one if hidden else None,
            )
        )
        if not hidden:
            lines.append(_one_line(row.raw))
    if lines:
        path = directory / file_of(box)
        await asyncio.to_thread(path.write_bytes, b"".join(line + b"\n" for line in lines))
    statements = select(BOX_KEYS.c.raw).where(BOX_KEYS.c.box == box).order_by(BOX_KEYS.c.n)
    changes = (await connection.execute(statements)).scalars()
    return PublishedBox(
        box=box, key=key, letters=entries, changes=[bytes(raw).strip() for raw in changes]
    )


def _make(directory: Path) -> None:
    try:
        if directory.exists() and any(directory.iterdir()):
            raise BadConfig(f"{directory} is not empty; publish into a directory that is")
        (directory / published.LETTERS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfig(f"{directory} cannot be written to: {error.strerror}") from error


def _write(directory: Path, facts: Published, sheets: Sequence[Sheet]) -> None:
    (directory / published.FACTS).write_bytes(published.dump(facts))
    for name, make in _FILES.items():
        (directory / name).write_bytes(make(sheets))


def _one_line(raw: bytes) -> bytes:
    """As it came; an envelope that came on several lines is set on one, which no seal minds."""
    return json.dumps(json.loads(raw)).encode() if b"\n" in raw.strip() else raw.strip()
