"""How the box is: for a volunteer, for a program, for a technician."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from appliance.core.access import Role
from appliance.web.conditions import condition_sentence
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotFound
from appliance.web.https import HTTPS
from appliance.web.keys import SESSIONS, SITE, TEXTS
from appliance.web.metrics import metrics

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def conditions(request: web.Request) -> Mapping[str, str]:
    """What is not well, by name, each with its sentence."""
    texts = request[TEXTS]
    return {name: condition_sentence(name, texts) for name in request.app[SITE].conditions()}


async def healthz(request: web.Request) -> web.StreamResponse:
    found = conditions(request)
    return web.json_response(
        {
            "ok": request.app[SITE].desk.failure is None,
            "conditions": [{"name": n, "sentence": s} for n, s in found.items()],
            "wifi": dict(request.app[SITE].parts()),
            "https": _https(request),
        },
        status=200 if request.app[SITE].desk.failure is None else 503,
    )


def _https(request: web.Request) -> Mapping[str, object] | None:
    """What `digipunt check` tells of the sealed road."""
    known = request.app.get(HTTPS)
    if known is None:
        return None
    return {
        "port": known.port,
        "fingerprint": known.fingerprint,
        "free_wifi": known.free_wifi(),
    }


async def prometheus(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    if not site.metrics:
        raise NotFound
    text = metrics(site.view(), site.conditions(), storage_ok=site.desk.failure is None)
    return web.Response(text=text, headers={"Content-Type": METRICS_TYPE})


async def health(request: web.Request) -> web.StreamResponse:
    site, sessions = request.app[SITE], request.app[SESSIONS]
    return web.json_response(
        {
            **site.health(),
            "conditions": list(site.conditions()),
            "revision": site.desk.revision,
            "devices": len(sessions.pairing.devices),
            "pin": {"set": sessions.pin.is_set, "locked": sessions.pin.locked},
        }
    )


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET", path="/healthz", handler=healthz, summary="How the box is", refusals=(503,)
    ),
    Endpoint(
        method="GET",
        path="/metrics",
        handler=prometheus,
        summary="Counts of the session, when switched on",
        answer_type="text/plain",
        refusals=(404,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/health",
        handler=health,
        summary="How the box is, in detail",
        least=Role.TECHNICIAN,
    ),
)
