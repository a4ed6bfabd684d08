"""How a box comes to be known: words that a coordinator compares, or a code that is used once."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.boxes import Boxes, BoxState, UnknownBox
from appliance.collector.database import Database
from appliance.collector.judging import written
from appliance.collector.keys import KEYID, CollectorKey
from appliance.collector.road_tables import BOX_FOLLOWS, BOX_PLACES, CODES
from appliance.collector.tables import BOXES, PLACES, TOLD
from appliance.core.errors import BadRequest
from appliance.core.federation import code as codes
from appliance.core.federation import welcome as welcomes
from appliance.core.federation.dsse import seal
from appliance.core.federation.hello import Hello
from appliance.core.federation.reading import base64_of
from appliance.core.federation.welcome import MOST_TOLD, Standing, Welcome
from appliance.core.federation.words import spoken

MOST_CODES: Final = 200
"""So many codes are looked through; a used or old one goes before its place is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """What stands beside a box on the coordinator's page."""

    places: Sequence[str] = ()
    follows: Sequence[str] = ()
    """Names of the boxes that it says it takes the place of."""


class Enrolment:
    """The only writer of the places of boxes, of codes, and of what follows what."""

    def __init__(self, *, database: Database, boxes: Boxes, key: CollectorKey) -> None:
        self._database = database
        self._boxes = boxes
        self._key = key

    # -------------------------------------------------------------- a box asks

    async def hello(self, raw: bytes, *, now: datetime) -> Mapping[str, Any]:
        """The answer to an introduction; with a code in it the box may be approved at once."""
        asked, state = await self._boxes.hello(raw, now=now)
        code, proof = "", b""
        async with self._database.writing() as connection:
            await self._note(connection, asked, state)
            if asked.proof:
                code, proof = await self._enrol(connection, asked, state, now)
            row = await connection.execute(select(BOXES.c.state).where(BOXES.c.box == asked.box))
            state = BoxState(row.scalar_one())
            told = await self._told(connection, asked) if state is BoxState.APPROVED else ()
        welcome = Welcome(
            box=asked.box,
            nonce=asked.nonce or bytes(16),
            standing=Standing(state.value),
            at=now,
            told=tuple(told),
        )
        payload = welcomes.dump(welcome)
        sealed = seal(welcomes.TYPE, payload, keyid=KEYID, sign=self._key.sign)
        return {
            "box": asked.box,
            "state": state.value,
            "words": list(spoken(asked.key)),
            "root": base64_of(self._key.public),
            "welcome": json.loads(sealed),
            **({"code": code} if code else {}),
            **({"proof": base64_of(proof)} if proof else {}),
        }

    async def _note(self, connection: AsyncConnection, asked: Hello, state: BoxState) -> None:
        """Remember what it says that it goes on from; once it is in, it names no other."""
        if asked.follows is None or state is BoxState.APPROVED:
            return
        row = {"box": asked.box, "chain": asked.follows.chain, "before": asked.follows.box}
        same = [BOX_FOLLOWS.c[name] == value for name, value in row.items()]
        if (await connection.execute(select(BOX_FOLLOWS.c.box).where(*same))).first() is None:
            row_of = {**row, "received": asked.follows.received}
            await connection.execute(insert(BOX_FOLLOWS), [row_of])

    async def _enrol(
        self, connection: AsyncConnection, asked: Hello, state: BoxState, now: datetime
    ) -> tuple[str, bytes]:
        """Approve whoever knows a code; the code of what is wrong, and our own proof."""
        for row in (await connection.execute(select(CODES))).all():
            wanted = codes.box_proof(row.code_key, box=asked.key, nonce=asked.nonce)
            if not codes.same(wanted, asked.proof):
                continue
            if row.used_by and row.used_by != asked.box:
                return codes.UsedCode.code, b""
            if not row.used_by:
                if row.ends <= written(now):
                    return codes.ExpiredCode.code, b""
                used = update(CODES).where(CODES.c.code_key == row.code_key)
                await connection.execute(used.values(used_by=asked.box))
                welcome = {BoxState.WAITING, BoxState.REFUSED, BoxState.APPROVED}
                if state in welcome and await self._plain(connection, asked.box, row.location):
                    await self._approve(connection, asked.box, [row.location], row.made_by, now)
            return "", codes.coordinator_proof(
                row.code_key, box=asked.key, nonce=asked.nonce, root=self._key.public
            )
        return codes.WrongCode.code, b""

    async def _plain(self, connection: AsyncConnection, box: str, place: str) -> bool:
        """Whether a code is enough: who takes another box's place elsewhere is a person's call."""
        before = await self._before(connection, box)
        question = select(BOX_PLACES.c.location).where(BOX_PLACES.c.box.in_(before))
        places = set((await connection.execute(question)).scalars())
        return not places or place in places

    async def _told(self, connection: AsyncConnection, asked: Hello) -> Sequence[tuple[str, str]]:
        """What counts of the boxes before this one."""
        if asked.follows is None:
            return ()
        follows = asked.follows.box
        before = {
            follows,
            *await self._before(connection, follows),
            *await self._before(connection, asked.box),
        }
        columns = (TOLD.c.location, TOLD.c.period)
        question = (
            select(*columns).where(TOLD.c.box.in_(sorted(before))).distinct().order_by(*columns)
        )
        rows = await connection.execute(question.limit(MOST_TOLD))
        return [(row.location, row.period) for row in rows]

    async def _before(self, connection: AsyncConnection, box: str) -> list[str]:
        """The boxes that it takes the place of, and those before them."""
        found, ahead = list[str](), [box]
        while ahead:
            question = select(BOX_FOLLOWS.c.before).where(BOX_FOLLOWS.c.box == ahead.pop())
            for before in (await connection.execute(question)).scalars():
                if before not in {box, *found}:
                    found.append(before)
                    ahead.append(before)
        return found

    # -------------------------------------------------------------- a coordinator decides

    async def approve(self, box: str, places: Sequence[str], *, by: str, now: datetime) -> None:
        """Vouch for it at these places, its own first; UnknownBox, BadRequest for an unknown one.

        Whatever it takes the place of is revoked in the same moment: its letters that are here
        stay, and it brings no others.
        """
        async with self._database.writing() as connection:
            await self._approve(connection, box, places, by, now)

    async def _approve(
        self,
        connection: AsyncConnection,
        box: str,
        places: Sequence[str],
        by: str,
        now: datetime,
    ) -> None:
        known = set((await connection.execute(select(PLACES.c.location))).scalars())
        for place in places:
            if place not in known:
                raise BadRequest("die plek staat niet in het register", field="location")
        decided = {"decided": written(now), "decided_by": by}
        approved = update(BOXES).where(BOXES.c.box == box)
        done = await connection.execute(approved.values(state=BoxState.APPROVED.value, **decided))
        if not done.rowcount:
            raise UnknownBox
        await connection.execute(delete(BOX_PLACES).where(BOX_PLACES.c.box == box))
        rows = [
            {"box": box, "location": place, "nr": n}
            for n, place in enumerate(dict.fromkeys(places))
        ]
        if rows:
            await connection.execute(insert(BOX_PLACES), rows)
        before = await self._before(connection, box)
        if before:
            gone = update(BOXES).where(BOXES.c.box.in_(before))
            await connection.execute(gone.values(state=BoxState.REVOKED.value, **decided))

    async def new_code(self, place: str, *, by: str, now: datetime) -> str:
        """A code for that place, to be said once; BadRequest when the register has no such."""
        code = codes.new_code(secrets.randbelow)
        async with self._database.writing() as connection:
            found = await connection.execute(
                select(PLACES.c.location).where(PLACES.c.location == place)
            )
            if found.first() is None:
                raise BadRequest("kies een plek uit het register", field="location")
            rows = (await connection.execute(select(CODES).order_by(CODES.c.ends))).all()
            for row in rows[: max(0, len(rows) + 1 - MOST_CODES)]:
                await connection.execute(delete(CODES).where(CODES.c.code_key == row.code_key))
            row_of = {
                "code_key": codes.key_of(code),
                "location": place,
                "made_by": by,
                "ends": written(now + codes.LASTS),
            }
            await connection.execute(insert(CODES), [row_of])
        return code

    async def belonging(self) -> Mapping[str, Belongs]:
        """The places of every box, and what it follows."""
        async with self._database.reading() as connection:
            places: dict[str, list[str]] = {}
            for row in await connection.execute(select(BOX_PLACES).order_by(BOX_PLACES.c.nr)):
                places.setdefault(row.box, []).append(row.location)
            joined = select(BOX_FOLLOWS.c.box, BOXES.c.name).where(
                BOX_FOLLOWS.c.before == BOXES.c.box, BOX_FOLLOWS.c.box != BOXES.c.box
            )
            follows: dict[str, list[str]] = {}
            for row in await connection.execute(joined):
                follows.setdefault(row.box, []).append(row.name)
        return {
            box: Belongs(places=places.get(box, ()), follows=follows.get(box, ()))
            for box in {*places, *follows}
        }
