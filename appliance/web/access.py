"""Devices: paired, listed, revoked; and what only a lead or a technician may do."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import segno
from aiohttp import web

from appliance.core.access import LABELS, STAFF, Device, Role
from appliance.web import bodies
from appliance.web.endpoints import Endpoint
from appliance.web.html import page
from appliance.web.https import HTTPS
from appliance.web.keys import PAGES, SESSIONS, SIGNED_IN, SITE, TEXTS

PAIR: Final = {"label": bodies.text(16, enum=LABELS)}
STOP: Final = {"device_token": bodies.text(128, required=True)}
CONFIRM: Final = {
    "code": bodies.text(12, required=True),
    "role": bodies.text(16, enum=tuple(role.value for role in STAFF)),
}
PIN: Final = {"pin": bodies.text(64, required=True)}
QUIET: Final = 4
"""Blank modules around a QR code; without them scanners miss it."""


async def start(request: web.Request) -> web.StreamResponse:
    """Whoever asks gets a code and a token; both are worth nothing until somebody confirms."""
    asked = await bodies.read_json(request, PAIR)
    site = request.app[SITE]
    offer = request.app[SESSIONS].pairing.start(asked.get("label"))
    address = f"{request.scheme}://{request.host}/devices?code={offer.code}"
    return web.json_response(
        {
            "code": offer.code,
            "device_token": offer.token,
            "label": offer.label,
            "seconds": 60,
            "button": site.button,
            "url": address,
            "qr": qr(address),
        },
        status=201,
    )


async def stop(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, STOP)
    request.app[SESSIONS].pairing.stop(asked["device_token"])
    return web.json_response({"pairing": False})


async def confirm(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, CONFIRM)
    device = await request.app[SESSIONS].pairing.confirm(
        asked["code"].replace(" ", ""),
        Role(asked.get("role", Role.VOLUNTEER.value)),
        by=request[SIGNED_IN].role,
    )
    return web.json_response(device_json(device, request))


async def devices(request: web.Request) -> web.StreamResponse:
    known = request.app[SESSIONS].pairing.devices
    return web.json_response({"devices": [device_json(device, request) for device in known]})


async def revoke(request: web.Request) -> web.StreamResponse:
    number = int(request.match_info["device"])
    await request.app[SESSIONS].pairing.revoke(number)
    return web.json_response({"revoked": number})


async def choose_pin(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, PIN)
    await request.app[SESSIONS].pin.choose(asked["pin"])
    request.app[SITE].desk.tell()  # screens that came in with the old one are let go
    return web.json_response({"changed": True})


async def devices_page(request: web.Request) -> web.StreamResponse:
    pages, texts, signed_in = request.app[PAGES], request[TEXTS], request[SIGNED_IN]
    shown = request.app[SESSIONS].pairing.devices
    code = "".join(sign for sign in request.query.get("code", "")[:12] if sign in "0123456789")
    return page(
        request,
        render=lambda: pages.devices(
            texts.lang,
            devices=shown,
            own=signed_in.device,
            roles=[role for role in STAFF if signed_in.role.may(role)],
            code=code,
            address=f"{request.scheme}://{request.host}",
            safe=HTTPS in request.app,
            nonce="",
        ),
    )


def device_json(device: Device, request: web.Request) -> dict[str, Any]:
    """What a lead sees of it; never its token, nor a digest."""
    return {
        "id": device.id,
        "role": device.role.value,
        "label": device.label,
        "paired_on": device.paired_on.isoformat() if device.paired_on else None,
        "this": device.id == request[SIGNED_IN].device,
    }


def qr(text: str) -> Mapping[str, object]:
    """The code as one path, a unit a module, and how wide it is with its blank border."""
    rows = segno.make_qr(text, error="m").matrix
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return {"size": len(rows) + 2 * QUIET, "path": path}


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="POST",
        path="/api/v1/pairing",
        handler=start,
        summary="Begin the minute in which this device can be paired",
        answer=201,
        body=PAIR,
        refusals=(400, 409, 413, 415, 429),
        origin=True,
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/pairing",
        handler=stop,
        summary="End that minute, by the device that began it",
        body=STOP,
        refusals=(400, 413, 415),
        origin=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/pairing/confirm",
        handler=confirm,
        summary="Vouch for the device that shows that code",
        body=CONFIRM,
        refusals=(404,),
        least=Role.LEAD,
        keyed=True,
    ),
    Endpoint(
        method="GET",
        path="/devices",
        handler=devices_page,
        summary="Devices, pairing and the PIN",
        answer_type="text/html",
        least=Role.LEAD,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/devices",
        handler=devices,
        summary="Every paired device",
        least=Role.LEAD,
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/devices/{device:[0-9]{1,9}}",
        handler=revoke,
        summary="Revoke a device: it is signed out at once",
        refusals=(404, 503),
        least=Role.LEAD,
        origin=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/pin",
        handler=choose_pin,
        summary="Choose the shift PIN: whoever came in with the old one is out",
        body=PIN,
        least=Role.LEAD,
        keyed=True,
    ),
)
