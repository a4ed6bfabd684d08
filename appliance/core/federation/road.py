"""What a box knows of its coordinator, and what changes when there is another one."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from appliance.core.errors import BadStore
from appliance.core.federation.hello import Follows
from appliance.core.federation.reading import base64_of
from appliance.core.federation.welcome import Standing

VERSION: Final = 1

Documents = Mapping[int, Mapping[str, Any]]
Changes = list[tuple[str, int, dict[str, Any] | None]]
"""Table, row, and what stands there from now on; None: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadState:
    """One document of the store."""

    address: str = ""
    key: bytes = b""
    """By which its seals are known; empty while nobody has compared it."""
    offered: bytes = b""
    """The key that whoever answers there says is theirs."""
    former: bytes = b""
    """By which the coordinator before this one was known: the letters are in its chain."""
    chosen: bool = False
    """People chose it on screen; otherwise it is that of the setup."""
    origin: str = ""
    """The setup that was followed: another one is followed too, unless people chose."""
    standing: Standing | None = None
    """None: it has not answered yet."""
    since: datetime | None = None
    """When it stood so for the first time."""
    heard: datetime | None = None
    """When it last answered, to within some hours."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Our own name of a place → that of the register."""


def dump(road: RoadState) -> dict[str, Any]:
    return {
        "v": VERSION,
        "address": road.address,
        "key": base64_of(road.key),
        "offered": base64_of(road.offered),
        "former": base64_of(road.former),
        "chosen": road.chosen,
        "origin": road.origin,
        "standing": road.standing.value if road.standing else None,
        "since": road.since.isoformat() if road.since else None,
        "heard": road.heard.isoformat() if road.heard else None,
        "names": dict(road.names),
    }


def load(record: Mapping[str, Any] | None) -> RoadState | None:
    """Read it back; None when the box never asked anybody. BadStore for an unknown version."""
    if record is None:
        return None
    check(record)
    return RoadState(
        address=record["address"],
        key=base64.b64decode(record["key"]),
        offered=base64.b64decode(record["offered"]),
        former=base64.b64decode(record["former"]),
        chosen=record["chosen"],
        origin=record["origin"],
        standing=Standing(record["standing"]) if record["standing"] else None,
        since=datetime.fromisoformat(record["since"]) if record["since"] else None,
        heard=datetime.fromisoformat(record["heard"]) if record["heard"] else None,
        names=record["names"],
    )


def check(record: Mapping[str, Any]) -> None:
    """Raise BadStore when the record is of a version that nobody here knows."""
    if record.get("v") != VERSION:
        raise BadStore(f"the road's record has version {record.get('v')}, expected {VERSION}")


# ------------------------------------------------------------------ a restored box


def dump_follows(follows: Follows) -> dict[str, Any]:
    """Which row of letters this box goes on from."""
    return {
        "v": VERSION,
        "box": follows.box,
        "chain": follows.chain,
        "received": follows.received,
    }


def load_follows(record: Mapping[str, Any] | None) -> Follows | None:
    if record is None:
        return None
    check(record)
    return Follows(box=record["box"], chain=record["chain"], received=record["received"])


def restored(tables: Mapping[str, Documents]) -> dict[str, dict[int, dict[str, Any]]]:
    """The tables of a backup as the new box has them.

    The row of letters ends where it was. What was told is not told again until the coordinator
    has said what it has of it; sealed letters are carried to it as they are.
    """
    found = {name: {n: dict(row) for n, row in rows.items()} for name, rows in tables.items()}
    for name in ("chain", "keyring"):
        found.pop(name, None)
    letters = found.pop("letters", {})
    if letters:
        found["carried"] = letters
    for row in found.get("told", {}).values():
        row["closed"] = True
    for row in found.get("road", {}).values():
        row.update({"standing": None, "since": None, "heard": None})
    return found


def settled(told: Documents, known: Iterable[tuple[str, str]]) -> Changes:
    """The coordinator has told what it has of the box before this one: that, and only that.

    What another coordinator was told stays closed. `known` has our own names of the places.
    """
    wanted = set(known)
    changes: Changes = []
    for number, row in told.items():
        about = (row["location"], row["period"])
        if about in wanted:
            wanted.discard(about)
        elif row.get("closed") and not row.get("elsewhere"):
            changes.append(("told", number, None))
    free = max(told, default=0) + 1
    for number, (location, period) in enumerate(sorted(wanted), free):
        changes.append(("told", number, closed(location, period)))
    return changes


def closed(location: str, period: str) -> dict[str, Any]:
    """A record of `told`: of that period nothing leaves any more."""
    return {
        "v": VERSION,
        "location": location,
        "period": period,
        "revision": 0,
        "totals": {},
        "closed": True,
    }


# ------------------------------------------------------------------ another coordinator


def moved(*, told: Documents, letters: Documents, carried: Documents) -> Changes:
    """Another coordinator gets what the one before it had not: nobody gets the same twice."""
    open_again = {
        (row["location"], row["period"])
        for row in (*letters.values(), *carried.values())
        if not row["revision"]
    }
    changes: Changes = [
        ("told", number, None)
        if (row["location"], row["period"]) in open_again
        else ("told", number, {**row, "closed": True, "elsewhere": True})
        for number, row in told.items()
    ]
    changes += [("letters", number, None) for number in letters]
    changes += [("carried", number, None) for number in carried]
    changes += [("chain", 1, None), ("before", 1, None), ("papers", 1, None), ("papers", 2, None)]
    return changes


_ADDRESS: Final = re.compile(r"(https?)://([a-z0-9.-]{1,120}|\[[0-9a-f:]{2,39}\])(:\d{1,5})?/?")
_LOOPBACK: Final = ("localhost", "127.", "[::1]")


def address_of(text: str) -> str | None:
    """The address as somebody typed it, made whole; None when letters may not go there.

    Without https only to a program on the same machine.
    """
    said = "".join(text.split()).lower()
    if "://" not in said:
        said = f"https://{said}"
    found = _ADDRESS.fullmatch(said)
    if found is None:
        return None
    own = found[2].startswith(_LOOPBACK)
    named = "." in found[2].strip(".") or found[2].startswith("[")
    if not own and (found[1] == "http" or not named):
        return None
    return said.rstrip("/")
