"""The collector's application and everything it answers to."""

import json

from aiohttp import web

from appliance import __version__
from appliance.collector import api, letter_screens, place_screens, road_api, road_screens, screens
from appliance.collector.doors import MIDDLEWARES, Endpoint, guard
from appliance.collector.site import SITE, Site
from appliance.core.openapi import PATH, Operation, document
from appliance.web.html import keep_pages
from appliance.web.middlewares import security_headers


def collector_app(site: Site) -> web.Application:
    """All of it on one socket."""
    app = web.Application(
        middlewares=MIDDLEWARES, client_max_size=site.config.body_mb * 2**20 + 1024
    )
    app[SITE] = site
    keep_pages(app)
    described = Endpoint(
        method="GET",
        path=PATH,
        handler=_description,
        summary="This description",
        signed_in=False,
    )
    app.add_routes([web.route(e.method, e.path, guard(e)) for e in (*endpoints(), described)])
    app.on_response_prepare.append(security_headers)
    return app


def endpoints() -> tuple[Endpoint, ...]:
    return (
        *api.ENDPOINTS,
        *road_api.ENDPOINTS,
        *screens.ENDPOINTS,
        *letter_screens.ENDPOINTS,
        *place_screens.ENDPOINTS,
        *road_screens.ENDPOINTS,
    )


async def _description(_request: web.Request) -> web.StreamResponse:
    operations = [
        Operation(
            method=one.method,
            path=one.path,
            summary=one.summary,
            answer=one.answer,
            answer_type=one.answer_type,
            refusals=_refusals(one),
        )
        for one in endpoints()
    ]
    text = json.dumps(document("collector", __version__, operations))
    return web.Response(text=text, content_type="application/json")


def _refusals(one: Endpoint) -> frozenset[int]:
    found = {421, 503}
    if one.signed_in:
        found.add(401)
    if one.form or one.origin:
        found.add(403)
    if one.method == "POST":
        found |= {400, 408, 413, 415}
    return frozenset(found)
