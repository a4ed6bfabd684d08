"""Introduces the road to the coordinator to the rest of the box: letters, outbox, papers, keys."""

import asyncio
import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

from appliance import __version__
from appliance.config import Config
from appliance.core.errors import Unavailable
from appliance.core.federation.report import Location
from appliance.core.federation.roster import Place
from appliance.core.ids import LocationId
from appliance.desk import Desk
from appliance.ports import Edges, Mail
from appliance.services.hotspot import Condition
from appliance.services.letters import Letters, Sender
from appliance.services.outbox import Outbox
from appliance.services.road.road import Road
from appliance.services.road.road_book import Setup
from appliance.services.settings_book import SettingsBook
from appliance.web.letterbox import Letterbox


def open_letterbox(
    edges: Edges,
    config: Config,
    desk: Desk,
    settings: SettingsBook,
    *,
    changed: Callable[[], Awaitable[None]],
    condition: Condition,
) -> Letterbox:
    """Letters are written only where somebody gets them; shown they are everywhere."""
    place, federation = config.place, config.federation
    turn = asyncio.Lock()
    road = Road(
        book=edges.book,
        keys=edges.keys,
        setup=Setup(
            address=federation.url,
            key=b64decode(federation.key),
            place=place.id,
            known_nis=bool(place.nis),
        ),
        mail_to=lambda address: _mail(edges, config, address),
        verify=edges.verify,
        clock=edges.clock,
        ticker=edges.ticker,
        pause=edges.pause,
        chance=secrets.token_bytes,
        name=lambda: settings.current.name,
        wanted=lambda: settings.current.federation,
        turn=turn,
        tell=desk.tell,
    )
    letters = Letters(
        book=edges.book,
        desk=desk,
        clock=edges.clock,
        sender=Sender(
            box=edges.keys.box,
            sign=edges.keys.sign,
            locations=(Location(id=place.id, nis=place.nis or "00000", kind=place.kind),),
            zone=ZoneInfo(place.zone),
            software=__version__,
            k=federation.k,
            breakdown="quarter" if federation.breakdown == "quarter" else "month",
            new_chain=lambda: secrets.token_hex(8),
        ),
        ready=lambda: road.ready,
        turn=turn,
    )

    def adopt(_places: Sequence[Place]) -> None:
        letters.adopt(road.locations)

    road.follow(adopt)
    outbox = Outbox(
        book=edges.book,
        box=edges.keys.box,
        coordinator=road,
        mail=road,
        changed=changed,
        pause=edges.pause,
        condition=condition,
        wanted=lambda: settings.current.federation and bool(road.address and road.key),
        turn=turn,
    )
    return Letterbox(
        letters=letters,
        outbox=outbox,
        road=road,
        sending=lambda: settings.current.federation,
    )


def locations(config: Config, road: Road | None) -> tuple[LocationId, ...]:
    """Where a session can be opened: our own place first, then those that the box visits."""
    own = LocationId(config.place.id)
    others = tuple(LocationId(name) for name in road.locations) if road else ()
    return (own, *(one for one in others if one != own))


def named_places(config: Config, road: Road, name: str) -> list[tuple[str, str]]:
    """The same with the names people know them by."""
    known = dict(zip(road.locations, (place.name for place in road.places), strict=True))
    own = config.place.id
    return [
        (str(one), known.get(one, name if one == own else one)) for one in locations(config, road)
    ]


def _mail(edges: Edges, config: Config, address: str) -> Mail:
    if edges.mail is not None and address == config.federation.url:
        return edges.mail
    if edges.mail_to is None:
        raise Unavailable("this box has no way to another coordinator")
    return edges.mail_to(address)
