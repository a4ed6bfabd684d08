"""Sends letters until the coordinator's sealed receipt says that they are there."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from appliance.core.errors import DigipuntError, Unavailable
from appliance.core.federation import chain as chains
from appliance.core.federation import receipt as receipts
from appliance.core.federation.chain import Chain
from appliance.core.federation.dsse import Verify, opened
from appliance.core.federation.receipt import BadReceipt, Receipt, Status
from appliance.ports import Book, Document, Mail, Write

_LOGGER = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Letters in one request."""
PAUSES: Final = (2.0, 5.0, 15.0, 30.0, 50.0)
"""Seconds before another try; the last for as long as it takes: it costs one connection."""
PATH: Final = "/api/v1/reports"
REFUSING: Final = "coordinator-refuses"
SILENT: Final = "coordinator-silent"


class Believed(Protocol):
    """Whose receipts are believed; it may be another one later."""

    @property
    def key(self) -> bytes:
        """Ed25519, 32 bytes; empty while there is none."""

    @property
    def verify(self) -> Verify:
        """Whether a seal is somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator:
    """Who gets the letters, and the key by which its receipts are known."""

    key: bytes
    """Ed25519, 32 bytes."""
    verify: Verify


class Outbox:
    """The only one who takes letters out of the book, and only on a receipt."""

    def __init__(
        self,
        *,
        book: Book,
        box: str,
        coordinator: Believed,
        mail: Mail,
        changed: Callable[[], Awaitable[None]],
        pause: Callable[[float], Awaitable[None]],
        condition: Callable[[str, bool], None],
        wanted: Callable[[], bool] = lambda: True,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self._wanted = wanted
        self._turn = turn or asyncio.Lock()
        self._book = book
        self._box = box
        self._coordinator = coordinator
        self._mail = mail
        self._changed = changed
        self._pause = pause
        self._condition = condition
        self._said: dict[str, bool] = {}
        self.last: Status | None = None
        """What the coordinator said of the last letter."""

    @property
    def waiting(self) -> Sequence[tuple[int, Document]]:
        """The letters that have no receipt yet, in order."""
        return list(self._book.read("letters").items())

    async def run(self) -> None:
        """Until cancelled."""
        failures = 0
        while True:
            if not self.waiting or not self._wanted():
                self._calm_down()
                await self._changed()
                continue
            try:
                moved = await self.send()
            except Unavailable as trouble:
                _LOGGER.info("No letters could be sent: %s", trouble)
                moved = False
            failures = 0 if moved else failures + 1
            self._say(SILENT, failures > len(PAUSES))
            if not moved:
                await self._pause(PAUSES[min(failures, len(PAUSES)) - 1])

    async def send(self) -> bool:
        """Send what waits, once; whether any letter has arrived. Raises Unavailable."""
        letters = self.waiting[:AT_ONCE]
        if not letters:
            return False
        body = b"".join(document["envelope"].encode() + b"\n" for _, document in letters)
        raw = await self._mail.post(PATH, body, content_type="application/x-ndjson")
        answers = _answers(raw)
        if len(answers) != len(letters):
            raise Unavailable(f"{len(letters)} letters, {len(answers)} answers")
        received = 0
        async with self._turn:  # nobody turns to another coordinator meanwhile
            for (_, document), answer in zip(letters, answers, strict=True):
                self.last = Status(answer["status"])
                found = self._receipt(answer)
                if found is not None and self._holds(found, document):
                    received = max(received, found.received)
            refused = {Status.REFUSED, Status.FORK, Status.QUARANTINED}
            self._say(REFUSING, self.last in refused)
            return await self._take_out(received)

    def _say(self, name: str, on: bool) -> None:  # noqa: FBT001  the panel's own shape
        self._said[name] = on
        self._condition(name, on)

    def _calm_down(self) -> None:
        """Nothing is to be sent: what was wrong with sending is over."""
        for name in [name for name, on in self._said.items() if on]:
            self._say(name, False)

    # -------------------------------------------------------------- receipts

    def _receipt(self, answer: Mapping[str, Any]) -> Receipt | None:
        """The receipt in an answer, if the coordinator itself sealed it."""
        if not isinstance(answer.get("receipt"), dict):
            return None
        try:
            envelope = opened(json.dumps(answer["receipt"]).encode())
            if envelope.payload_type != receipts.TYPE:
                raise BadReceipt(f"a receipt of type {envelope.payload_type!r}")
            if not envelope.sealed_by(self._coordinator.key, self._coordinator.verify):
                raise BadReceipt("the coordinator did not seal it")
            return receipts.load(envelope.payload)
        except DigipuntError as error:
            _LOGGER.warning("A receipt is not believed: %s", error)
            return None

    def _holds(self, receipt: Receipt, letter: Document) -> bool:
        """Whether it speaks of our letters as they are."""
        record = self._book.read("chain").get(1)
        chain = chains.load_chain(record) if record else None
        if chain is None or (receipt.box, receipt.chain) != (self._box, chain.id):
            return False
        if not receipt.received:
            return False
        kept = self._book.read("letters").get(receipt.received, letter)
        return receipt.received <= chain.received or kept["digest"] == receipt.digest

    async def _take_out(self, received: int) -> bool:
        record = self._book.read("chain").get(1)
        if record is None:
            return False
        chain: Chain = chains.load_chain(record)
        gone = [number for number in self._book.read("letters") if number <= received]
        if not gone:
            return False
        chain = replace(chain, received=max(chain.received, received))
        await self._book.commit(
            [
                Write(table="chain", id=1, document=chains.dump_chain(chain)),
                *(Write(table="letters", id=number, document=None) for number in gone),
            ]
        )
        return True


def _answers(raw: bytes) -> Sequence[Mapping[str, Any]]:
    """One answer a line; Unavailable when this is something else, such as somebody's login page."""
    try:
        found = [json.loads(line) for line in raw.splitlines() if line.strip()]
        for answer in found:
            Status(answer["status"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unavailable(f"this is no answer to letters: {error}") from error
    return found
