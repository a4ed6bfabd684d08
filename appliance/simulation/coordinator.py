"""A coordinator in memory, and a way there that can be cut, for boxes of a small world."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from appliance.core.errors import DigipuntError, Unavailable
from appliance.core.federation import hello as hellos
from appliance.core.federation import receipt as receipts
from appliance.core.federation import report as reports
from appliance.core.federation import welcome as welcomes
from appliance.core.federation.cabinet import Letter, Shelf, place
from appliance.core.federation.chain import digest
from appliance.core.federation.dsse import Sign, Verify, opened, seal
from appliance.core.federation.receipt import Receipt, Status
from appliance.core.federation.report import Report
from appliance.core.federation.welcome import Standing, Welcome

_NO_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class SimulatedCoordinator:
    """`ports.Mail`, with the other end in the same process."""

    sign: Sign
    verify: Verify
    keys: Mapping[str, bytes]
    """The public key of every box it vouched for."""
    connected: bool = True
    garble: Callable[[bytes], bytes] = bytes
    """What the way back does to an answer."""
    lose_answers: bool = False
    received: list[Report] = field(default_factory=list)
    """Every letter that counts, in the order in which it began to."""
    tried: int = 0
    """How often somebody wanted to bring letters."""
    root: bytes = bytes(32)
    """The public half of the key that `sign` uses."""
    papers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """What comes down: address → version, and the paper in its envelope."""
    _shelves: dict[tuple[str, str], Shelf] = field(default_factory=dict)
    _letters: dict[str, Report] = field(default_factory=dict)
    _digests: dict[tuple[str, str, int], str] = field(default_factory=dict)

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """As the coordinator's program answers at that address."""
        if not self.connected:
            self.tried += 1
            raise Unavailable("the uplink is gone")
        if path == "/api/v1/boxes":
            return self.garble(self._welcome(body))
        self.tried += 1
        if (path, content_type) != ("/api/v1/reports", "application/x-ndjson"):
            raise Unavailable("404")
        answers = [self._answer(line) for line in body.splitlines()]
        if self.lose_answers:
            raise Unavailable("the answer got lost")
        return self.garble(b"\n".join(json.dumps(answer).encode() for answer in answers))

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """What stands there, unless the box says that it has it."""
        if not self.connected:
            raise Unavailable("the uplink is gone")
        version, raw = self.papers.get(path, (0, b""))
        return b"" if query.get("have") == str(version) else self.garble(raw)

    def _welcome(self, raw: bytes) -> bytes:
        try:
            asked = hellos.load(raw, self.verify)
        except DigipuntError as error:
            raise Unavailable("400") from error
        standing = Standing.APPROVED if asked.box in self.keys else Standing.WAITING
        welcome = Welcome(box=asked.box, nonce=asked.nonce, standing=standing, at=_NO_DAY)
        payload = welcomes.dump(welcome)
        sealed = seal(welcomes.TYPE, payload, keyid="coordinator", sign=self.sign)
        root = base64.b64encode(self.root).decode()
        return json.dumps({"root": root, "welcome": json.loads(sealed)}).encode()

    def _answer(self, raw: bytes) -> Mapping[str, Any]:
        try:
            envelope = opened(raw)
            report = reports.load(envelope.payload)
        except DigipuntError as error:
            return {"status": Status.REFUSED.value, "code": error.code, "receipt": None}
        key = self.keys.get(report.box)
        if key is None:
            return {"status": Status.QUARANTINED.value, "code": "unknown-key", "receipt": None}
        if not envelope.sealed_by(key, self.verify):
            return {"status": Status.REFUSED.value, "code": "bad-signature", "receipt": None}
        return self._placed(report, digest(envelope.payload))

    def _placed(self, report: Report, hashed: str) -> Mapping[str, Any]:
        row = (report.box, report.chain)
        letter = Letter(seq=report.seq, prev=report.prev, digest=hashed)
        placed = place(
            self._shelves.get(row, Shelf()), letter, lambda seq: self._digests.get((*row, seq))
        )
        self._shelves[row] = placed.shelf
        self._letters[hashed] = report
        for one in placed.taken:
            self._digests[*row, one.seq] = one.digest
            self.received.append(self._letters[one.digest])
        receipt = Receipt(
            box=report.box,
            chain=report.chain,
            received=placed.shelf.received,
            digest=placed.shelf.digest,
            index=len(self.received),
        )
        payload = receipts.dump(receipt)
        sealed = json.loads(seal(receipts.TYPE, payload, keyid="coordinator", sign=self.sign))
        return {"status": placed.status.value, "code": placed.status.value, "receipt": sealed}


def payload_of(envelope: str) -> Mapping[str, Any]:
    """What stands in an envelope, for whoever wants to look."""
    found: Mapping[str, Any] = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    return found
