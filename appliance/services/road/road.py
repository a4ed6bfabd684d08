"""The box's road to its coordinator: it introduces itself, and listens to what comes down."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from appliance.core.errors import BadSetting, DigipuntError, Refused, Unavailable
from appliance.core.federation import code as codes
from appliance.core.federation import road as roads
from appliance.core.federation import welcome as welcomes
from appliance.core.federation.dsse import Verify, opened
from appliance.core.federation.hello import NONCE_LENGTH, Follows, Hello
from appliance.core.federation.papers import LARGEST, Kind
from appliance.core.federation.report import Location
from appliance.core.federation.road import RoadState
from appliance.core.federation.roster import Place
from appliance.core.federation.rotation import followed
from appliance.core.federation.welcome import BadWelcome, Standing, Welcome
from appliance.core.federation.words import spoken
from appliance.ports import Book, Clock, Keyring, Mail
from appliance.services.road.code_tries import CodeTries
from appliance.services.road.introduction import Answer, introduce
from appliance.services.road.key_changes import KeyChanges
from appliance.services.road.papers import Papers
from appliance.services.road.road_book import RoadBook, Setup

_LOGGER = logging.getLogger(__name__)

REPORTS: Final = "/api/v1/reports"
ROOTS: Final = "/api/v1/roots"
PAUSES: Final = (2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before the box asks again while it is not approved."""
EVERY: Final = timedelta(hours=1)
"""How often an approved box asks whether it still is, and for what came down."""
SILENT_AFTER: Final = timedelta(hours=1)
"""An uplink may be gone for so long before a lead is told."""
_CODES: Final[Mapping[str, type[DigipuntError]]] = {
    one.code: one for one in (codes.WrongCode, codes.UsedCode, codes.ExpiredCode)
}


class NobodyThere(Unavailable):
    """At that address no coordinator's program answers; nothing was changed."""

    code = "nobody-there"


class NothingOffered(Refused):
    """There are no words to compare now."""

    code = "nothing-offered"


class Road:
    """The only writer of the tables `road` and `before`; it also empties `carried`.

    As `Mail` and as the coordinator's key it is whichever coordinator holds now.
    """

    def __init__(
        self,
        *,
        book: Book,
        keys: Keyring,
        setup: Setup,
        mail_to: Callable[[str], Mail],
        verify: Verify,
        clock: Clock,
        ticker: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        chance: Callable[[int], bytes],
        name: Callable[[], str],
        wanted: Callable[[], bool],
        turn: asyncio.Lock,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._keys = keys
        self._setup = setup
        self._mail_to = mail_to
        self.verify = verify
        self._clock = clock
        self._pause = pause
        self._chance = chance
        self._name = name
        self._wanted = wanted
        self._turn = turn
        self._tell = tell
        self._asking = asyncio.Lock()
        self._bell = asyncio.Event()
        self._tries = CodeTries(ticker)
        self._places: list[Callable[[Sequence[Place]], None]] = []
        self.silent_since: datetime | None = None
        """Since when it has been asked in vain; None: it answered the last time."""
        self.papers = Papers(
            book=book,
            box=keys.box,
            mail=self,
            key=lambda: self.key,
            verify=verify,
            clock=clock,
        )
        self.changes = KeyChanges(book=book, keys=keys, turn=turn)
        self._kept = RoadBook(
            book=book,
            setup=setup,
            again=self.changes.again,
            clock=clock,
            turn=turn,
            tell=self._ring,
        )

    # -------------------------------------------------------------- as others see it

    @property
    def state(self) -> RoadState:
        """All that is known of the coordinator."""
        return self._kept.state

    @property
    def address(self) -> str:
        return self.state.address

    @property
    def key(self) -> bytes:
        """By which the coordinator's seals are known; empty: nobody has compared it."""
        return self.state.key

    @property
    def box(self) -> str:
        return self._keys.box

    @property
    def silent(self) -> datetime | None:
        """Since when nobody answers; None: somebody does, or it was only just now."""
        since = self.silent_since
        if since is None or self.state.standing is None:
            return None
        return since if self._clock.now() - since > SILENT_AFTER else None

    @property
    def own_words(self) -> Sequence[str]:
        """What somebody at the box reads out."""
        return spoken(self._keys.public)

    @property
    def their_words(self) -> Sequence[str]:
        """Those of the coordinator's key, known or offered."""
        key = self.state.key or self.state.offered
        return spoken(key) if key else ()

    @property
    def follows(self) -> Follows | None:
        """The row of letters that a restored box goes on from, until that is settled."""
        return roads.load_follows(self._book.read("before").get(1))

    @property
    def ready(self) -> bool:
        """Whether letters may be written: somebody gets them, and it is known of which place."""
        placed = self._setup.known_nis or bool(self.places)
        return bool(self.state.address and self.state.key and placed and not self.follows)

    @property
    def places(self) -> Sequence[Place]:
        """Where the register says that the box belongs, its own place first."""
        roster = self.papers.roster
        return roster.places_of(self._keys.box) if roster else ()

    @property
    def locations(self) -> Mapping[str, Location]:
        """Our own names of the places, and how letters name them."""
        return {self._local(place.id): place.location for place in self.places}

    def follow(self, follower: Callable[[Sequence[Place]], None]) -> None:
        """Tell it of the places whenever the roster changes, and now."""
        self._places.append(follower)
        follower(self.places)

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """`ports.Mail`, to whoever is the coordinator now."""
        return await self._mail().post(path, body, content_type=content_type)

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """`ports.Mail`, as above."""
        return await self._mail().get(path, query)

    # -------------------------------------------------------------- by itself

    async def run(self) -> None:
        """Until cancelled."""
        tries = 0
        while True:
            try:
                await self.tick()
            except DigipuntError as trouble:
                _LOGGER.info("The coordinator was asked in vain: %s", trouble)
            tries = 0 if self._settled else tries + 1
            await self._rest(PAUSES[min(tries, len(PAUSES)) - 1])

    @property
    def _settled(self) -> bool:
        """Whether asking again can wait: all is well, or there is nobody to ask."""
        approved = self.state.standing is Standing.APPROVED and self.silent_since is None
        return approved or not self.state.key or not self._wanted()

    async def _rest(self, seconds: float) -> None:
        """So long, or for an hour when all is settled; until a lead has done something."""
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(self._nap(seconds))
            bell = group.create_task(self._bell.wait())
            await asyncio.wait({nap, bell}, return_when=asyncio.FIRST_COMPLETED)
            nap.cancel()
            bell.cancel()
        self._bell.clear()

    async def _nap(self, seconds: float) -> None:
        if self._settled:
            await self._clock.sleep(EVERY)
        else:
            await self._pause(seconds)

    async def tick(self) -> None:
        """Ask once how we stand, and take what comes down; Unavailable, or what does not hold."""
        async with self._asking:
            await self._kept.follow_the_setup()
            if not self.state.address or not self._wanted():
                return
            try:
                if self.key:
                    await self._carry()
                nonce = self._chance(NONCE_LENGTH)
                answer = await self._asked(self, nonce)
                self.silent_since = None
            except Unavailable:
                self.silent_since = self.silent_since or self._clock.now()
                raise
            if not self.key:
                return  # somebody must compare its words first
            welcome = await self._welcomed(answer, nonce)
            await self._kept.stand(welcome)
            if welcome.standing is Standing.APPROVED:
                await self.changes.tell(self)
                await self._take_down()
                await self._settle(welcome)

    # -------------------------------------------------------------- what a lead does

    async def move(self, address: str, code: str = "") -> None:
        """Go to the coordinator at that address, with a code, or with words to compare.

        BadSetting, NobodyThere, WrongCode, UsedCode, ExpiredCode or TooManyTries: then nothing
        has changed.
        """
        to = roads.address_of(address)
        if to is None:
            raise BadSetting(field="address", why="address")
        proof = self._tries.key_of(code) if code else b""
        async with self._asking:
            nonce = self._chance(NONCE_LENGTH)
            mail = self._mail_to(to)
            try:
                answer = await self._asked(mail, nonce, proof=proof)
            except Unavailable as error:
                raise NobodyThere(str(error)) from error
            next_one = replace(
                self.state,
                address=to,
                chosen=True,
                offered=answer.root,
                key=b"",
                former=self.state.key or self.state.former,
                standing=None,
                since=None,
            )
            if not proof:
                known = answer.root == next_one.former
                await (self._kept.trust(next_one) if known else self._kept.keep(next_one))
                return
            if answer.code in _CODES:
                self._tries.missed()
                raise _CODES[answer.code]
            wanted = codes.coordinator_proof(
                proof, box=self._keys.public, nonce=nonce, root=answer.root
            )
            if not codes.same(wanted, answer.proof):
                self._tries.missed()
                raise codes.WrongCode
            self._tries.hit()
            await self._kept.trust(next_one)
            await self._kept.stand(await self._welcomed(answer, nonce))

    async def compare(self, key: bytes, *, same: bool) -> None:
        """Somebody compared the words of that key, or found that they differ."""
        async with self._asking:
            if not self.state.offered or self.state.key or key != self.state.offered:
                raise NothingOffered
            if same:
                await self._kept.trust(self.state)
            else:
                await self._kept.keep(RoadState(former=self.state.former, chosen=True))

    async def leave(self) -> None:
        """Have no coordinator from now on; what has not arrived stays here."""
        async with self._asking:
            former = self.state.key or self.state.former
            await self._kept.keep(RoadState(former=former, chosen=True))

    # -------------------------------------------------------------- asking

    async def _asked(self, mail: Mail, nonce: bytes, proof: bytes = b"") -> Answer:
        hello = Hello(
            key=self._keys.public,
            name=self._name(),
            nonce=nonce,
            proof=codes.box_proof(proof, box=self._keys.public, nonce=nonce) if proof else b"",
            follows=self.follows,
        )
        return await introduce(mail, self._keys, hello)

    async def _welcomed(self, answer: Answer, nonce: bytes) -> Welcome:
        """The answer, if the coordinator sealed it, for us, now; it may have a new key."""
        envelope = opened(answer.welcome, largest=LARGEST)
        if envelope.payload_type != welcomes.TYPE:
            raise BadWelcome(f"the type is {envelope.payload_type[:80]!r}")
        if not envelope.sealed_by(self.key, self.verify):
            await self._follow_roots()
        if not envelope.sealed_by(self.key, self.verify):
            raise BadWelcome("our coordinator did not seal it")
        welcome = welcomes.load(envelope.payload)
        if (welcome.box, welcome.nonce) != (self._keys.box, nonce):
            raise BadWelcome("it answers another introduction")
        return welcome

    async def _follow_roots(self) -> None:
        """The coordinator's key may have been changed, sealed by the one that we believe."""
        raw = await self.get(ROOTS, {})
        key = followed(self.key, [line for line in raw.splitlines() if line.strip()], self.verify)
        if key != self.key:
            await self._kept.keep(replace(self.state, key=key))
            _LOGGER.info("The coordinator seals with another key from now on")

    async def _take_down(self) -> None:
        for kind in Kind:
            try:
                if await self.papers.fetch(kind) and kind is Kind.ROSTER:
                    await self._bind()
            except Unavailable:
                raise
            except DigipuntError:
                continue  # the papers say on the lead's page why they are not believed
        self._tell()

    async def _bind(self) -> None:
        """Our own place is the first that the register gives us, unless its name is there."""
        ids, own = [place.id for place in self.places], self._setup.place
        if ids and own not in ids and self.state.names.get(own) not in ids:
            names = {**self.state.names, own: ids[0]}
            await self._kept.keep(replace(self.state, names=names))
        for follower in self._places:
            follower(self.places)

    def _local(self, register: str) -> str:
        return next((own for own, name in self.state.names.items() if name == register), register)

    async def _carry(self) -> None:
        """Letters that the box before this one sealed and did not get rid of, as they are."""
        rows = list(self._book.read("carried").items())
        if not rows:
            return
        body = b"".join(row["envelope"].encode() + b"\n" for _, row in rows)
        raw = await self.post(REPORTS, body, content_type="application/x-ndjson")
        _LOGGER.info("%d letters were carried: %s", len(rows), raw[:60])

    async def _settle(self, welcome: Welcome) -> None:
        """The coordinator says what it has of the box before: the rest is ours to tell."""
        if self.follows:
            known = [(self._local(place), period) for place, period in welcome.told]
            await self._kept.settle(known)

    def _ring(self) -> None:
        """Something was kept: whoever looks is told, and what must be asked is asked now."""
        self._bell.set()
        self._tell()

    def _mail(self) -> Mail:
        if not self.state.address:
            raise Unavailable("this box has no coordinator")
        return self._mail_to(self.state.address)
