"""Takes letters in; nothing is acknowledged before it is on disk."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from appliance.adapters.ed25519 import verify
from appliance.collector.answers import REASONS, status_of
from appliance.collector.batch import Batch, load_batch, store_batch
from appliance.collector.boxes import BoxState
from appliance.collector.database import Database, Turn, together
from appliance.collector.judging import filed, written
from appliance.collector.keys import KEYID, CollectorKey
from appliance.collector.shelving import Row
from appliance.core.errors import DigipuntError
from appliance.core.federation import receipt as receipts
from appliance.core.federation import report as reports
from appliance.core.federation.chain import digest
from appliance.core.federation.dsse import Envelope, opened, seal
from appliance.core.federation.receipt import Receipt
from appliance.core.federation.report import Report

AT_ONCE: Final = 500
"""Letters in one transaction."""

Answer = Mapping[str, Any]

_STOPPED: Final = {
    BoxState.WAITING: "not-approved",
    BoxState.REFUSED: "revoked",
    BoxState.REVOKED: "revoked",
    BoxState.FORKED: "forked-box",
}
_NO_RECEIPT: Final = frozenset({*_STOPPED.values(), "unknown-box", "bad-signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLetter:
    """What could be read of a letter before anybody vouches for it."""

    raw: bytes
    envelope: Envelope
    report: Report


class Ingest:
    """The only writer of letters."""

    def __init__(self, *, database: Database, key: CollectorKey, k: int) -> None:
        self._database = database
        self._key = key
        self._k = k
        self._turn = asyncio.Lock()

    async def take(self, lines: Sequence[bytes], *, now: datetime) -> Sequence[Answer]:
        """One answer a letter, in order. Raises StorageUnavailable: then the rest was not kept."""
        answers: list[Answer] = []
        for start in range(0, len(lines), AT_ONCE):
            answers += await self._some(lines[start : start + AT_ONCE], written(now))
        return answers

    async def _some(self, lines: Sequence[bytes], arrived: str) -> Sequence[Answer]:
        read = [read_letter(raw) for raw in lines]
        wanted = [one.report for one in read if isinstance(one, ReadLetter)]
        async with self._turn, self._database.writing() as connection:
            await together(connection, Turn.LETTERS)
            batch = await load_batch(connection, wanted, k=self._k)
            codes = [
                one if isinstance(one, str) else placed(batch, one, arrived=arrived) for one in read
            ]
            await store_batch(connection, batch)
        sealed: dict[Row, Any] = {}
        return [
            self._answer(code, batch, one.report if isinstance(one, ReadLetter) else None, sealed)
            for one, code in zip(read, codes, strict=True)
        ]

    def _answer(
        self, code: str, batch: Batch, report: Report | None, sealed: dict[Row, Any]
    ) -> Answer:
        """Reason and receipt; a whole chain gets the receipt of how it stands in the end."""
        answer = {"status": status_of(code).value, "code": code, "reason": REASONS[code]}
        if report is None or code in _NO_RECEIPT or (report.box, report.chain) not in batch.shelves:
            return {**answer, "receipt": None}
        row = (report.box, report.chain)
        if row not in sealed:
            sealed[row] = self._receipt(row, batch)
        return {**answer, "receipt": sealed[row]}

    def _receipt(self, row: Row, batch: Batch) -> Any:  # noqa: ANN401  JSON
        shelf = batch.shelves[row]
        receipt = Receipt(
            box=row[0],
            chain=row[1],
            received=shelf.received,
            digest=shelf.digest,
            index=batch.last_nr(row[0]),
        )
        payload = receipts.dump(receipt)
        return json.loads(seal(receipts.TYPE, payload, keyid=KEYID, sign=self._key.sign))


def read_letter(raw: bytes) -> "ReadLetter | str":
    """The letter in these bytes, or the code of what is wrong with them."""
    try:
        envelope = opened(raw)
        if envelope.payload_type != reports.TYPE:
            return "unknown-type"
        return ReadLetter(raw=raw, envelope=envelope, report=reports.load(envelope.payload))
    except DigipuntError as error:
        return error.code


def placed(batch: Batch, one: ReadLetter, *, arrived: str) -> str:
    """The code of the answer: who it is from, whether they may, and what the cabinet says."""
    box = batch.boxes.get(one.report.box)
    if box is None:
        return "unknown-box"
    if not one.envelope.sealed_by(box.key_of(one.report.chain, one.report.seq), verify):
        return "bad-signature"
    if box.state in _STOPPED:
        return _STOPPED[box.state]
    letter = filed(
        one.report,
        digest=digest(one.envelope.payload),
        nr=batch.last_nr(one.report.box) + 1,
        arrived=arrived,
    )
    return batch.place(letter, one.raw)
