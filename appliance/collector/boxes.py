"""Which boxes are known, and what a coordinator said of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, insert, select, update

from appliance.adapters.ed25519 import verify
from appliance.collector.database import Database, Turn, alone
from appliance.collector.judging import written
from appliance.collector.tables import BOXES
from appliance.core.errors import Refused
from appliance.core.federation.hello import Hello, load
from appliance.core.federation.rotation import KeyChange, sealing_key
from appliance.core.federation.words import spoken

MOST_WAITING: Final = 1000
"""So many may wait to be approved; an unknown sender cannot fill the disk."""


class BoxState(StrEnum):
    """What a coordinator, or a second card, has made of it."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"
    FORKED = "forked"


_NEVER_IN: Final = (BoxState.WAITING.value, BoxState.REFUSED.value)


class TooManyWaiting(Refused):
    """So many boxes wait already that no other can ask."""

    code = "too-many-waiting"


class UnknownBox(Refused):
    """No box of that id asked to be known."""

    code = "unknown-box"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBox:
    """A box whose key is known."""

    box: str
    key: bytes
    """The first one, from which the id is made."""
    state: BoxState
    changes: Sequence[KeyChange] = ()

    def key_of(self, chain: str, seq: int) -> bytes:
        """With which that letter must be sealed."""
        return sealing_key(self.key, self.changes, chain, seq)

    def became(self, state: BoxState) -> "KnownBox":
        return replace(self, state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBox:
    """A box on the coordinator's list."""

    box: str
    name: str
    state: BoxState
    asked: str
    words: tuple[str, ...]


class Boxes:
    """Who asks, who is approved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hello(self, raw: bytes, *, now: datetime) -> tuple[Hello, BoxState]:
        """Note that a box asks; once known, its key and state stay as they are."""
        asked = load(raw, verify)
        async with self._database.writing() as connection:
            await alone(connection, Turn.BOXES)
            one = await connection.execute(select(BOXES.c.state).where(BOXES.c.box == asked.box))
            state = one.scalar()
            if state is not None:
                return asked, BoxState(state)
            waiting = await connection.execute(
                select(func.count()).where(BOXES.c.state == BoxState.WAITING.value)
            )
            if waiting.scalar_one() >= MOST_WAITING:
                raise TooManyWaiting
            row = {
                "box": asked.box,
                "public_key": asked.key,
                "name": asked.name,
                "state": BoxState.WAITING.value,
                "asked": written(now),
            }
            await connection.execute(insert(BOXES), [row])
        return asked, BoxState.WAITING

    async def decide(self, box: str, state: BoxState, *, by: str, now: datetime) -> None:
        """Approve, or revoke from now on; what was received stays. Raises UnknownBox.

        Revoking a box that nobody ever approved is refusing it.
        """
        async with self._database.writing() as connection:
            if state is BoxState.REVOKED:
                asked = select(BOXES.c.state).where(BOXES.c.box == box)
                before = (await connection.execute(asked)).scalar()
                state = BoxState.REFUSED if before in _NEVER_IN else state
            done = await connection.execute(
                update(BOXES)
                .where(BOXES.c.box == box)
                .values(state=state.value, decided=written(now), decided_by=by)
            )
            if not done.rowcount:
                raise UnknownBox

    async def listed(self) -> Sequence[ShownBox]:
        """Every box, those that wait first."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(BOXES).order_by(BOXES.c.name, BOXES.c.box))
            found = [
                ShownBox(
                    box=row.box,
                    name=row.name,
                    state=BoxState(row.state),
                    asked=row.asked,
                    words=spoken(row.public_key),
                )
                for row in rows
            ]
        order = [BoxState.WAITING, BoxState.FORKED, BoxState.APPROVED]
        order += [BoxState.REFUSED, BoxState.REVOKED]
        return sorted(found, key=lambda one: order.index(one.state))
