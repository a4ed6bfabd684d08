"""The papers that go down to boxes: made from the register and the news, sealed, numbered."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector import register
from appliance.collector.boxes import BoxState
from appliance.collector.database import Database
from appliance.collector.judging import written
from appliance.collector.key_book import changes_of
from appliance.collector.keys import KEYID, CollectorKey
from appliance.collector.road_tables import BOX_PLACES, NEWS, PAPERS
from appliance.collector.tables import BOXES, SHELVES
from appliance.core.errors import BadRequest
from appliance.core.federation import news as newses
from appliance.core.federation import roster as rosters
from appliance.core.federation.dsse import seal
from appliance.core.federation.news import LONGEST_TEXT, LONGEST_TITLE, Item, News, Sort
from appliance.core.federation.papers import NEWS_LASTS, ROSTER_LASTS, Head, Kind
from appliance.core.federation.roster import Listed, Place, Revoked, Roster

LASTS: Final = {Kind.ROSTER: ROSTER_LASTS, Kind.NEWS: NEWS_LASTS}
_NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NO_HEAD: Final = Head(version=1, made=_NO_DAY, expires=_NO_DAY)
"""Stands for any head: so the same content has the same digest."""
_BETWEEN: Final = re.compile(r"\s*[,;/+]\s*")


class Press:
    """The only writer of papers, and of the news that stands in them."""

    def __init__(self, *, database: Database, key: CollectorKey) -> None:
        self._database = database
        self._key = key

    async def roster(self, box: str, have: int, *, now: datetime) -> bytes:
        """The roster of the municipality in which that box stands; empty: it has it, or none."""
        async with self._database.writing() as connection:
            known = await register.read_in(connection)
            own = select(BOX_PLACES.c.location).where(BOX_PLACES.c.box == box, BOX_PLACES.c.nr == 0)
            home = (await connection.execute(own)).scalar()
            nis = next((one.nis for one in known.places if one.location == home), None)
            if nis is None:
                return b""
            roster = await _roster(connection, known, nis)
            if not any(one.box == box for one in roster.boxes):
                return b""
            return await self._sealed(
                connection,
                Kind.ROSTER,
                nis,
                have,
                lambda head: rosters.dump(replace(roster, head=head)),
                now,
            )

    async def news(self, have: int, *, now: datetime) -> bytes:
        """The news; empty when that is what the box has."""
        async with self._database.writing() as connection:
            items = await _items(connection)
            return await self._sealed(
                connection,
                Kind.NEWS,
                "",
                have,
                lambda head: newses.dump(News(head=head, items=items)),
                now,
            )

    async def _sealed(
        self,
        connection: AsyncConnection,
        kind: Kind,
        scope: str,
        have: int,
        dump: Callable[[Head], bytes],
        now: datetime,
    ) -> bytes:
        """The paper that holds; a new version when it says something new, or ends soon."""
        content = hashlib.sha256(self._key.public + dump(_NO_HEAD)).hexdigest()
        mine = (PAPERS.c.kind == kind.value, PAPERS.c.scope == scope)
        last = (await connection.execute(select(PAPERS).where(*mine))).first()
        soon = written(now + LASTS[kind] / 3)
        if last is not None and last.content == content and last.expires > soon:
            return b"" if last.version == have else last.raw
        highest = select(func.max(PAPERS.c.version)).where(PAPERS.c.kind == kind.value)
        version = 1 + max((await connection.execute(highest)).scalar() or 0, have)
        expires = (now + LASTS[kind]).replace(microsecond=0)
        payload = dump(Head(version=version, made=now, expires=expires))
        raw = seal(kind.type, payload, keyid=KEYID, sign=self._key.sign)
        await connection.execute(delete(PAPERS).where(*mine))
        row = {
            "kind": kind.value,
            "version": version,
            "scope": scope,
            "content": content,
            "expires": written(expires),
            "raw": raw,
        }
        await connection.execute(insert(PAPERS), [row])
        return raw

    # -------------------------------------------------------------- what coordinators write

    async def items(self) -> Sequence[Item]:
        """All that was written and not withdrawn, the newest first."""
        async with self._database.reading() as connection:
            return list(reversed(await _items(connection)))

    async def write(
        self, *, sort: str, title: str, text: str, since: str, until: str, by: str
    ) -> None:
        """Send something down; BadRequest says which field cannot be so."""
        title = " ".join(title.split())
        body = "\n".join(line.strip() for line in text.strip().splitlines())
        if sort not in {one.value for one in Sort}:
            raise BadRequest("kies wat voor bericht het is", field="sort")
        if not 1 <= len(title) <= LONGEST_TITLE or not title.isprintable():
            raise BadRequest(f"een titel heeft 1 tot {LONGEST_TITLE} tekens", field="title")
        if len(body) > LONGEST_TEXT or not body.replace("\n", " ").isprintable():
            raise BadRequest(f"de tekst heeft hoogstens {LONGEST_TEXT} tekens", field="text")
        try:
            first, last = date.fromisoformat(since), date.fromisoformat(until)
        except ValueError as error:
            raise BadRequest("kies een eerste en een laatste dag", field="until") from error
        if last < first:
            raise BadRequest("de laatste dag komt voor de eerste", field="until")
        async with self._database.writing() as connection:
            count = await connection.execute(select(func.count()).select_from(NEWS))
            if count.scalar_one() >= newses.MOST:
                raise BadRequest(f"er staan al {newses.MOST} berichten", field="title")
            row = {
                "id": secrets.token_hex(6),
                "sort": sort,
                "title": title,
                "body": body,
                "since": since,
                "until": until,
                "made_by": by,
            }
            await connection.execute(insert(NEWS), [row])

    async def withdraw(self, item: str) -> None:
        """It stands in the next paper no more; boxes take it away within the hour."""
        async with self._database.writing() as connection:
            await connection.execute(delete(NEWS).where(NEWS.c.id == item))


# ------------------------------------------------------------------ what stands in them


async def _items(connection: AsyncConnection) -> Sequence[Item]:
    rows = await connection.execute(select(NEWS).order_by(NEWS.c.since, NEWS.c.id))
    return [
        Item(
            id=row.id,
            sort=Sort(row.sort),
            title=row.title,
            text=row.body,
            since=date.fromisoformat(row.since),
            until=date.fromisoformat(row.until),
        )
        for row in rows
    ]


async def _roster(connection: AsyncConnection, known: register.Register, nis: str) -> Roster:
    """Every box of that municipality, wherever else it goes, and the places of these boxes."""
    belongs: dict[str, list[str]] = {}
    for row in await connection.execute(
        select(BOX_PLACES).order_by(BOX_PLACES.c.box, BOX_PLACES.c.nr)
    ):
        belongs.setdefault(row.box, []).append(row.location)
    inside = {one.location for one in known.places if one.nis == nis}
    near = sorted(box for box, places in belongs.items() if inside & set(places))
    changes = await changes_of(connection, near)
    listed, gone = list[Listed](), list[str]()
    for row in await connection.execute(select(BOXES).where(BOXES.c.box.in_(near))):
        if row.state == BoxState.APPROVED.value:
            changed = changes.get(row.box)
            key = changed[-1].new if changed else row.public_key
            listed.append(Listed(box=row.box, key=key, locations=tuple(belongs[row.box])))
        elif row.state in {BoxState.REVOKED.value, BoxState.FORKED.value}:
            gone.append(row.box)
    shelves = await connection.execute(
        select(SHELVES).where(SHELVES.c.box.in_(gone)).order_by(SHELVES.c.box, SHELVES.c.chain)
    )
    named = {place for one in listed for place in one.locations}
    projects = {one.project: one for one in known.projects}
    return Roster(
        head=_NO_HEAD,
        places=[_place(one, projects) for one in known.places if one.location in named],
        boxes=sorted(listed, key=lambda one: one.box),
        revoked=[Revoked(box=row.box, chain=row.chain, after=row.received) for row in shelves],
    )


def _place(one: register.Place, projects: Mapping[str, register.Project]) -> Place:
    project = projects.get(one.project or "")
    said = _BETWEEN.split(project.programmes) if project else []
    return Place(
        id=one.location,
        name=one.name,
        nis=one.nis,
        kind=one.kind,
        project=project.name if project else "",
        round=project.call_round if project else None,
        programmes=tuple(dict.fromkeys(name for name in said if name)),
    )
