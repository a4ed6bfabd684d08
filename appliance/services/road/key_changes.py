"""Another sealing key for this box: the statement is kept before anything is sealed with it.

The key's file is made first, then one record names it and the last letter of the old key. A cut
before that record leaves a file that nothing names; after it, the new key is the one that seals.
"""

import asyncio
import base64
import logging
from collections.abc import Sequence
from typing import Final

from appliance.core.errors import BadStore
from appliance.core.federation import chain as chains
from appliance.core.federation.rotation import NO_CHAIN, KeyChange, seal_box
from appliance.ports import Book, Document, Keyring, Mail, Write

_LOGGER = logging.getLogger(__name__)

TABLE: Final = "keyring"
PATH: Final = "/api/v1/boxes/keys"


class KeyChanges:
    """The only writer of the table `keyring`."""

    def __init__(self, *, book: Book, keys: Keyring, turn: asyncio.Lock) -> None:
        self._book = book
        self._keys = keys
        self._turn = turn
        rows = self._rows
        if rows:
            n, last = rows[-1]
            keys.use(n, base64.b64decode(last["new"]))

    @property
    def count(self) -> int:
        """How often the key was changed."""
        return len(self._rows)

    async def change(self) -> None:
        """Seal with a new key from the next letter on; StorageUnavailable, BadStore."""
        async with self._turn:  # no letter is written meanwhile
            n = self.count + 1
            fresh = await asyncio.to_thread(self._keys.prepare, n)
            record = self._book.read("chain").get(1)
            chain = chains.load_chain(record) if record else None
            change = KeyChange(
                box=self._keys.box,
                n=n,
                old=self._keys.sealing,
                new=fresh.public,
                chain=chain.id if chain else NO_CHAIN,
                seq=chain.seq if chain else 0,
            )
            envelope = seal_box(change, old=self._keys.sign, new=fresh.sign)
            document = {
                "v": 1,
                "new": base64.b64encode(fresh.public).decode(),
                "envelope": envelope.decode(),
                "told": False,
            }
            await self._book.commit([Write(table=TABLE, id=n, document=document)])
            self._keys.use(n, fresh.public)
        _LOGGER.info("The box seals with another key from now on")

    async def tell(self, mail: Mail) -> None:
        """Send what the coordinator has not heard yet, in order; Unavailable."""
        for n, row in self._rows:
            if row["told"]:
                continue
            await mail.post(PATH, row["envelope"].encode(), content_type="application/json")
            await self._book.commit([Write(table=TABLE, id=n, document={**row, "told": True})])

    def again(self) -> Sequence[Write]:
        """What must be written so that another coordinator is told of every change."""
        return [Write(table=TABLE, id=n, document={**row, "told": False}) for n, row in self._rows]

    @property
    def _rows(self) -> Sequence[tuple[int, Document]]:
        rows = list(self._book.read(TABLE).items())
        if any(row.get("v") != 1 for _, row in rows):
            raise BadStore("the box's keys were changed by a later version")
        return rows
