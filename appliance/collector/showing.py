"""How a page of the collector is shown, and how its entry in the map is written."""

from typing import Any

from aiohttp import web

from appliance.collector.doors import Endpoint
from appliance.collector.site import SIGNED_IN, SITE
from appliance.web.html import page


def shown(request: web.Request, template: str, **values: Any) -> web.Response:  # noqa: ANN401  whatever the template shows
    site = request.app[SITE]
    who = request.get(SIGNED_IN)
    signed = {"user": who.user, "csrf": site.accounts.csrf(who)} if who is not None else None
    return page(request, render=lambda: site.pages.render(template, signed=signed, **values))


def see(path: str) -> web.Response:
    """Go and look there."""
    return web.Response(status=303, headers={"Location": path})


def page_at(path: str, handler: Any, summary: str) -> Endpoint:  # noqa: ANN401  a handler
    return Endpoint(
        method="GET", path=path, handler=handler, summary=summary, answer_type="text/html"
    )


def form(path: str, handler: Any, summary: str, answer: int = 303) -> Endpoint:  # noqa: ANN401  a handler
    return Endpoint(
        method="POST",
        path=path,
        handler=handler,
        summary=summary,
        answer=answer,
        answer_type="text/html",
        form=True,
    )
