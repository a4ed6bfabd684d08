"""What coordinators typed: projects with their municipalities, and the places they expect."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.database import Database, Turn, alone, in_order
from appliance.collector.tables import PLACES, PROJECT_MUNICIPALITIES, PROJECTS, REGIONS

TRAJECTORIES: Final = ("voortraject", "implementatie")
STATUSES: Final = (
    "ingediend",
    "goedgekeurd",
    "lopend",
    "verlengd",
    "afgerond",
    "stopgezet",
)
ROLES: Final = ("partner", "territory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One digibank: the partnership behind one or more places."""

    project: str
    name: str
    promotor: str
    trajectory: str
    call_round: int | None
    status: str
    starts: str | None
    ends: str | None
    budget_cents: int | None
    programmes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A municipality in a project: as a partner, or because it lies on its territory."""

    project: str
    nis: str
    role: str
    valid_from: str | None
    valid_to: str | None

    def in_period(self, first: date, end: date) -> bool:
        """Whether it holds on some day of [first, end)."""
        begins = self.valid_from is None or self.valid_from < end.isoformat()
        return begins and (self.valid_to is None or self.valid_to >= first.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One digipunt of which figures are expected from a day on."""

    location: str
    name: str
    nis: str
    kind: str
    project: str | None
    expected_from: str
    expected_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All of it, in order."""

    projects: Sequence[Project] = ()
    shares: Sequence[Share] = ()
    places: Sequence[Place] = ()
    regions: Mapping[str, frozenset[str]] | None = None

    def only(self, location: str) -> "Register":
        """The same, as if that were the only place."""
        return replace(self, places=[one for one in self.places if one.location == location])


async def read(database: Database) -> Register:
    async with database.reading() as connection:
        return await read_in(connection)


async def read_in(connection: AsyncConnection) -> Register:
    """The register as this transaction sees it."""
    projects = await connection.execute(_ordered(connection, PROJECTS))
    shares = await connection.execute(_ordered(connection, PROJECT_MUNICIPALITIES))
    places = await connection.execute(_ordered(connection, PLACES))
    regions: dict[str, set[str]] = {}
    for region, nis in await connection.execute(select(REGIONS)):
        regions.setdefault(region, set()).add(nis)
    return Register(
        projects=[Project(**row) for row in projects.mappings()],
        shares=[Share(**row) for row in shares.mappings()],
        places=[Place(**row) for row in places.mappings()],
        regions={name: frozenset(found) for name, found in sorted(regions.items())},
    )


def _ordered(connection: AsyncConnection, table: Table) -> Select[Any]:
    return select(table).order_by(*in_order(connection, table))


async def put_projects(database: Database, projects: Sequence[Project]) -> None:
    """Add them, or replace those that bear the same id."""
    async with database.writing() as connection:
        await alone(connection, Turn.REGISTER)
        for project in projects:
            found = PROJECTS.c.project == project.project
            if (await connection.execute(select(PROJECTS.c.project).where(found))).first():
                await connection.execute(PROJECTS.update().where(found).values(**asdict(project)))
            else:
                await connection.execute(insert(PROJECTS), [asdict(project)])


async def put_shares(database: Database, shares: Sequence[Share]) -> None:
    """Each project named has these municipalities, and no others."""
    async with database.writing() as connection:
        await alone(connection, Turn.REGISTER)
        for project in sorted({share.project for share in shares}):
            gone = PROJECT_MUNICIPALITIES.c.project == project
            await connection.execute(delete(PROJECT_MUNICIPALITIES).where(gone))
        if shares:
            await connection.execute(
                insert(PROJECT_MUNICIPALITIES), [asdict(one) for one in shares]
            )


async def put_places(database: Database, places: Sequence[Place]) -> None:
    """Add them, or replace those that bear the same id."""
    async with database.writing() as connection:
        await alone(connection, Turn.REGISTER)
        for place in places:
            gone = delete(PLACES).where(PLACES.c.location == place.location)
            await connection.execute(gone)
        if places:
            await connection.execute(insert(PLACES), [asdict(one) for one in places])


async def put_regions(database: Database, rows: Sequence[tuple[str, str]]) -> None:
    """Each region named is this set of NIS codes, and no other."""
    async with database.writing() as connection:
        await alone(connection, Turn.REGISTER)
        for region in sorted({region for region, _ in rows}):
            await connection.execute(delete(REGIONS).where(REGIONS.c.region == region))
        if rows:
            found = [{"region": region, "nis": nis} for region, nis in sorted(set(rows))]
            await connection.execute(insert(REGIONS), found)
