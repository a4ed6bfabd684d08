"""The tablets' sealed roads of one box: by its own network, and by the free wifi when wanted."""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from appliance.ports import Clock, Seal, Wifi
from appliance.services.renewals import Renewals
from appliance.services.tablet_road import TabletRoad
from appliance.web.https import Https
from appliance.web.listening import Sealed, sealed_listening

EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  named, not bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """All that is none when the box has no seal."""

    https: Https | None = None
    sealed: Sealed | None = None
    """The door beside the plain one, on the staff's own network."""
    renewals: Renewals | None = None
    free_wifi: TabletRoad | None = None

    def services(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What keeps them going."""
        wanted = {"certificate": self.renewals, "tablets' road": self.free_wifi}
        return {name: one.run for name, one in wanted.items() if one is not None}


def sealed_roads(
    *,
    seal: Seal | None,
    host: str,
    port: int,
    clock: Clock,
    pause: Callable[[float], Awaitable[None]],
    wifi: Wifi | None,
    wanted: Callable[[], bool],
    changed: Callable[[], Awaitable[None]],
    app: Callable[[], web.Application],
) -> Roads:
    """Introduce them to each other; `host` is where the plain site listens.

    `app` makes the staff site for paired devices only, `wanted` says whether a lead wants it on
    the free wifi. A site that listens everywhere has no address that a certificate could name:
    it is sealed on the free wifi only.
    """
    if seal is None or not port:
        return Roads()
    road, gateway, everywhere = None, "", host in EVERYWHERE
    if wifi is not None and wifi.lan.staff_port:
        gateway = str(wifi.lan.address.ip)
        door = partial(_door, app, gateway, port, seal.context)
        road = TabletRoad(gate=wifi.gate, door=door, wanted=wanted, changed=changed, pause=pause)
    https = Https(
        host=gateway if everywhere else host,
        port=port,
        authority=seal.authority,
        free_wifi=lambda: road is not None and road.open,
    )
    return Roads(
        https=https,
        sealed=None if everywhere else (port, seal.context),
        renewals=Renewals(seal=seal, clock=clock, pause=pause),
        free_wifi=road,
    )


def _door(
    app: Callable[[], web.Application], gateway: str, port: int, context: ssl.SSLContext
) -> AbstractAsyncContextManager[int]:
    return sealed_listening(app(), gateway, port, context)
