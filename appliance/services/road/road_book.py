"""Keeps who the coordinator is: what changes with it changes in one record, or not at all."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from appliance.core.federation import road as roads
from appliance.core.federation.road import Changes, RoadState
from appliance.core.federation.welcome import Welcome
from appliance.ports import Book, Clock, Write

_LOGGER = logging.getLogger(__name__)

TABLE: Final = "road"
HEARD_EVERY: Final = timedelta(hours=12)
"""How often it is written down that the coordinator answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the box was set up with, and what it needs to know of itself."""

    address: str
    key: bytes
    place: str
    """Our own name of the place."""
    known_nis: bool
    """Whether the setup says in which municipality it lies."""

    @property
    def origin(self) -> str:
        """Another text for another coordinator."""
        return f"{self.address} {self.key.hex()}"


class RoadBook:
    """The only writer of the tables `road`, `before` and `carried`."""

    def __init__(
        self,
        *,
        book: Book,
        setup: Setup,
        again: Callable[[], Sequence[Write]],
        clock: Clock,
        turn: asyncio.Lock,
        tell: Callable[[], None],
    ) -> None:
        self._book = book
        self._setup = setup
        self._again = again
        self._clock = clock
        self._turn = turn
        self._tell = tell
        self.state = roads.load(book.read(TABLE).get(1)) or RoadState(
            address=setup.address, key=setup.key, origin=setup.origin
        )

    async def follow_the_setup(self) -> None:
        """Whoever set the box up may have named another coordinator; the screen goes before."""
        setup, state = self._setup, self.state
        if state.chosen or state.origin == setup.origin:
            return
        former = state.key or state.former
        fresh = RoadState(address=setup.address, former=former, origin=setup.origin)
        if setup.key:
            await self.trust(replace(fresh, offered=setup.key))
        else:
            await self.keep(fresh)

    async def trust(self, state: RoadState) -> None:
        """Believe the offered key; letters go on, or begin anew when it is somebody else's."""
        trusted = replace(state, key=state.offered, offered=b"", former=b"")
        writes: list[Write] = []
        async with self._turn:  # no letter is written or taken out meanwhile
            if state.former and state.former != trusted.key:
                trusted = replace(trusted, names={})
                changes = roads.moved(
                    told=self._book.read("told"),
                    letters=self._book.read("letters"),
                    carried=self._book.read("carried"),
                )
                writes = [*_writes(changes), *self._again()]
                _LOGGER.info("Another coordinator gets the letters from now on")
            await self._commit([*writes, *_writes([(TABLE, 1, roads.dump(trusted))])], trusted)

    async def stand(self, welcome: Welcome) -> None:
        """Keep what the coordinator says of us; that it answered only now and then."""
        now = self._clock.now()
        state = replace(self.state, standing=welcome.standing)
        if welcome.standing is not self.state.standing:
            state = replace(state, since=now, heard=now)
        elif state.heard is None or not timedelta(0) <= now - state.heard < HEARD_EVERY:
            state = replace(state, heard=now)
        await self.keep(state)

    async def keep(self, state: RoadState) -> None:
        if state != self.state:
            await self._commit(_writes([(TABLE, 1, roads.dump(state))]), state)

    async def settle(self, known: Iterable[tuple[str, str]]) -> None:
        """Close what counts of the box before this one, and go on from there."""
        async with self._turn:
            changes = roads.settled(self._book.read("told"), known)
            changes += [("carried", number, None) for number in self._book.read("carried")]
            await self._commit(_writes([*changes, ("before", 1, None)]), self.state)

    async def _commit(self, writes: Sequence[Write], state: RoadState) -> None:
        await self._book.commit(writes)
        self.state = state
        self._tell()


def _writes(changes: Changes) -> list[Write]:
    return [Write(table=table, id=row, document=what) for table, row, what in changes]
