"""The roster: which boxes belong to which places, and what the register says of those places."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from appliance.core.federation.papers import BadPaper, Head, Kind
from appliance.core.federation.reading import (
    BOX,
    CHAIN,
    CODE,
    NIS,
    PLACE,
    Members,
    base64_of,
    told,
)
from appliance.core.federation.report import Location

MOST: Final = 2000
_LONG: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A digipunt, with the facts that nobody types on a box."""

    id: str
    name: str
    nis: str
    kind: str
    project: str = ""
    round: int | None = None
    programmes: tuple[str, ...] = ()

    @property
    def location(self) -> Location:
        """As letters name it."""
        return Location(id=self.id, nis=self.nis, kind=self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A box that the coordinator vouches for."""

    box: str
    key: bytes
    """With which it seals now."""
    locations: tuple[str, ...]
    """The first is where it stands; at others it only visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """Letters of this row after that number are not believed any more."""

    box: str
    chain: str
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One version of it."""

    head: Head
    places: Sequence[Place]
    boxes: Sequence[Listed]
    revoked: Sequence[Revoked] = ()

    def places_of(self, box: str) -> Sequence[Place]:
        """Where that box belongs, its own place first; none when it is not listed."""
        known = {place.id: place for place in self.places}
        mine = next((one.locations for one in self.boxes if one.box == box), ())
        return [known[location] for location in mine if location in known]


def dump(roster: Roster) -> bytes:
    """The payload; the same roster gives the same bytes."""
    return json.dumps(_plain(roster), separators=(",", ":"), ensure_ascii=False).encode()


def _plain(roster: Roster) -> Mapping[str, Any]:
    return {
        "schema": Kind.ROSTER.schema,
        "version": roster.head.version,
        "made": told(roster.head.made),
        "expires": told(roster.head.expires),
        "places": [
            {
                "id": one.id,
                "name": one.name,
                "nis": one.nis,
                "kind": one.kind,
                "project": one.project,
                "round": one.round,
                "programmes": list(one.programmes),
            }
            for one in roster.places
        ],
        "boxes": [
            {"box": one.box, "key": base64_of(one.key), "locations": list(one.locations)}
            for one in roster.boxes
        ],
        "revoked": [
            {"box": one.box, "chain": one.chain, "after": one.after} for one in roster.revoked
        ],
    }


def load(payload: bytes) -> Roster:
    """Read a payload whose seal was verified; BadPaper says what does not hold."""
    found = Members.of(payload, Kind.ROSTER.schema, BadPaper)
    return Roster(
        head=head_of(found),
        places=[_place(one) for one in found.parts("places", MOST)],
        boxes=[
            Listed(
                box=one.shaped("box", BOX),
                key=one.bytes_of("key"),
                locations=one.texts("locations", 20, 63),
            )
            for one in found.parts("boxes", MOST)
        ],
        revoked=[
            Revoked(
                box=one.shaped("box", BOX),
                chain=one.shaped("chain", CHAIN),
                after=one.whole("after"),
            )
            for one in found.parts("revoked", MOST)
        ],
    )


def head_of(found: Members) -> Head:
    """Version, and from when till when."""
    return Head(
        version=found.whole("version", 1),
        made=found.moment("made"),
        expires=found.moment("expires"),
    )


def _place(found: Members) -> Place:
    return Place(
        id=found.shaped("id", PLACE),
        name=found.text("name", _LONG),
        nis=found.shaped("nis", NIS),
        kind=found.shaped("kind", CODE),
        project=found.text("project", _LONG, least=0),
        round=found.whole("round") if found.has("round") else None,
        programmes=found.texts("programmes", 20, _LONG),
    )
