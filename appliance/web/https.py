"""The staff site by HTTPS: how a tablet learns to trust this box, and who may come which way."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from appliance.core.errors import NotPaired
from appliance.web.cookies import session_cookie
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotFound
from appliance.web.html import page
from appliance.web.keys import PAGES, SESSIONS, TEXTS
from appliance.web.middlewares import Next

CERTIFICATE_TYPE: Final = "application/x-x509-ca-cert"
_ROW: Final = 8
"""So many bytes of the fingerprint in a row."""
DOOR: Final = frozenset(
    {
        ("GET", "/"),
        ("POST", "/sign-in"),
        ("POST", "/api/v1/session"),
        ("POST", "/api/v1/pairing"),
        ("DELETE", "/api/v1/pairing"),
    }
)
"""All that a device which is not paired may ask over the free wifi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Https:
    """What the pages know of the sealed road."""

    host: str
    """How tablets name the box; empty when nobody set one address."""
    port: int
    authority: bytes
    """The certificate to install, in DER."""
    free_wifi: Callable[[], bool] = lambda: False
    """Whether paired tablets can come by the free wifi now."""

    @property
    def address(self) -> str:
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def fingerprint(self) -> str:
        """SHA-256, as tablets show it: pairs of signs."""
        return hashlib.sha256(self.authority).digest().hex(":").upper()


HTTPS = web.AppKey("HTTPS", Https)
"""Only where the staff site has a sealed door."""


@web.middleware
async def only_paired(request: web.Request, handler: Next) -> web.StreamResponse:
    """Over the free wifi everything but the door is for paired devices."""
    resource = request.match_info.route.resource
    asked = (request.method, resource.canonical if resource else "")
    known = request.app[SESSIONS].find(request.cookies.get(session_cookie(request)))
    if asked in DOOR or known is not None:
        return await handler(request)
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther("/")
    raise NotPaired


async def safe(request: web.Request) -> web.StreamResponse:
    """Four steps, once for each tablet."""
    known, texts = _https(request), request[TEXTS]
    pairs = known.fingerprint.split(":")
    rows = [" ".join(pairs[at : at + _ROW]) for at in range(0, len(pairs), _ROW)]
    return page(
        request,
        render=lambda: request.app[PAGES].staff(
            "safe.html",
            texts.lang,
            nonce="",
            values={
                "address": known.address,
                "fingerprint": rows,
                "sealed": request.secure,
                "problem": None,
                "saved": False,
            },
        ),
    )


async def certificate(request: web.Request) -> web.StreamResponse:
    return web.Response(body=_https(request).authority, content_type=CERTIFICATE_TYPE)


def _https(request: web.Request) -> Https:
    known = request.app.get(HTTPS)
    if known is None:
        raise NotFound
    return known


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/veilig",
        handler=safe,
        summary="How a tablet learns to trust this box",
        answer_type="text/html",
        refusals=(404,),
    ),
    Endpoint(
        method="GET",
        path="/veilig/kast.crt",
        handler=certificate,
        summary="The certificate of the box's own authority, to install on a tablet",
        answer_type=CERTIFICATE_TYPE,
        refusals=(404,),
    ),
)
