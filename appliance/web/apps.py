"""The two applications and everything they answer to, each map on one page."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from appliance.core.openapi import PATH
from appliance.desk import Desk
from appliance.services.hotspot import Hotspot
from appliance.services.keeping import Keeping
from appliance.services.month_book import MonthBook
from appliance.services.settings_book import SettingsBook
from appliance.web import portal, staff, visitor, wifi
from appliance.web.endpoints import Endpoint, Handler, openapi
from appliance.web.html import keep_pages
from appliance.web.https import HTTPS, Https, only_paired
from appliance.web.keys import (
    HOTSPOT,
    KEEPING,
    LIVE,
    MONTHS,
    PAGES,
    PATIENCE,
    PHONES,
    SESSIONS,
    SETTINGS,
    SITE,
)
from appliance.web.letterbox import LETTERBOX, Letterbox
from appliance.web.live import Live
from appliance.web.middlewares import MIDDLEWARES, guard, security_headers
from appliance.web.pages import Pages
from appliance.web.phones import Phones
from appliance.web.sessions import Sessions
from appliance.web.site import Site

LARGEST_BODY: Final = 16 * 1024
PATIENCE_SECONDS: Final = 10.0
VISITORS: Final = (*visitor.ENDPOINTS, *wifi.ENDPOINTS, *portal.ENDPOINTS)
"""Everything that the visitors' site answers to, but for its own description."""


def visitor_app(
    *,
    desk: Desk,
    site: Site,
    pages: Pages,
    hotspot: Hotspot | None = None,
    patience: float = PATIENCE_SECONDS,
) -> web.Application:
    """The site that the open hotspot sees; a body that takes longer than that is refused."""
    app = _app(VISITORS, "visitors", desk=desk, site=site, pages=pages)
    app.middlewares.insert(1, portal.elsewhere)  # inside the errors, before the check of the host
    if hotspot is not None:
        app[HOTSPOT] = hotspot
    app[PHONES] = Phones(desk)
    app[PATIENCE] = patience
    return app


def staff_app(
    *,
    desk: Desk,
    site: Site,
    pages: Pages,
    sessions: Sessions,
    settings: SettingsBook,
    months: MonthBook,
    letterbox: Letterbox,
    keeping: Keeping,
    https: Https | None = None,
) -> web.Application:
    """The site for volunteers; with the sessions of devices only it is that of the free wifi."""
    app = _app(staff.ENDPOINTS, "staff", desk=desk, site=site, pages=pages)
    if sessions.devices_only:
        app.middlewares.append(only_paired)
    elif https is not None:
        app[HTTPS] = https
    app[SESSIONS] = sessions
    app[SETTINGS] = settings
    app[MONTHS] = months
    app[LETTERBOX] = letterbox
    app[KEEPING] = keeping
    return app


def _app(
    endpoints: Sequence[Endpoint], name: str, *, desk: Desk, site: Site, pages: Pages
) -> web.Application:
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=LARGEST_BODY)
    app[SITE] = site
    app[PAGES] = pages
    app[PATIENCE] = PATIENCE_SECONDS
    app[LIVE] = Live(desk)
    keep_pages(app)
    described = Endpoint(
        method="GET",
        path=PATH,
        handler=_description(lambda: json.dumps(openapi(f"{site.name}: {name}", everything))),
        summary="This description",
    )
    everything = [*endpoints, described]
    app.add_routes([web.route(e.method, e.path, guard(e)) for e in everything])
    app.on_response_prepare.append(security_headers)
    app.on_shutdown.append(_end_streams)
    return app


def _description(text: Callable[[], str]) -> Handler:
    async def description(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text(), content_type="application/json")

    return description


async def _end_streams(app: web.Application) -> None:
    app[LIVE].close()
