"""What the cookies are called: those of a sealed connection never travel, or come, in the clear."""

from aiohttp import web

from appliance.web.keys import SITE

_HOST = "__Host-"
"""Browsers keep and send such a cookie by HTTPS only, and for this very host."""


def session_cookie(request: web.Request) -> str:
    return _named(request, request.app[SITE].cookie)


def device_cookie(request: web.Request) -> str:
    return _named(request, request.app[SITE].device_cookie)


def _named(request: web.Request, name: str) -> str:
    return f"{_HOST}{name}" if request.secure else name
