"""The collector's own key can be changed: each new one is sealed by the one before it."""

from pathlib import Path

from sqlalchemy import insert, select

from appliance.adapters.ed25519 import verify
from appliance.collector.database import Database
from appliance.collector.keys import CollectorKey, make_key
from appliance.collector.road_tables import ROOTS
from appliance.core.federation.rotation import RootChange, load_root, seal_root


async def follow_roots(database: Database, key: CollectorKey, path: Path) -> None:
    """Seal with the latest key; BadStore when its file is not there."""
    async with database.reading() as connection:
        last = (await connection.execute(select(ROOTS).order_by(ROOTS.c.n.desc()))).first()
    if last is not None:
        key.seal_with(other(path, last.n), last.public_key)


async def new_root(database: Database, key: CollectorKey, path: Path) -> bytes:
    """Make another key and the statement about it; its public half.

    Written before it is named: a cut in between leaves a file that nothing points to.
    """
    async with database.writing() as connection:
        known = (await connection.execute(select(ROOTS.c.n).order_by(ROOTS.c.n))).scalars().all()
        n = 1 + max(known, default=0)
        fresh = make_key(other(path, n))
        change = RootChange(n=n, old=key.public, new=fresh.public)
        raw = seal_root(change, old=key.sign, new=fresh.sign)
        row = {"n": n, "public_key": fresh.public, "raw": raw}
        await connection.execute(insert(ROOTS), [row])
    return fresh.public


async def roots(database: Database, *, upto: CollectorKey) -> bytes:
    """Every change up to the key that seals here, a line each."""
    lines = []
    async with database.reading() as connection:
        rows = await connection.execute(select(ROOTS.c.raw).order_by(ROOTS.c.n))
        for raw in rows.scalars():
            lines.append(bytes(raw))
            if load_root(raw, verify).new == upto.public:
                return b"\n".join(lines)
    return b""


def other(path: Path, n: int) -> Path:
    """Where the nth other key stands."""
    return path.with_name(f"{path.stem}-{n}{path.suffix}")
