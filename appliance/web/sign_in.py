"""The door of the staff site: the PIN, the paired device, the cookies, the tablet behind it."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from appliance.core.access import Role
from appliance.core.errors import (
    BadRequest,
    NotPaired,
    PinLocked,
    PinNotHere,
    Refused,
    TooManyTries,
    WrongPin,
)
from appliance.web import bodies
from appliance.web.cookies import device_cookie, session_cookie
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotSignedIn, status
from appliance.web.html import page
from appliance.web.https import HTTPS
from appliance.web.keys import PAGES, SESSIONS, SIGNED_IN, SITE, TEXTS
from appliance.web.sentences import error_sentence

SIGN_IN: Final = {"pin": bodies.text(64), "device_token": bodies.text(128)}
SIGN_IN_FORM: Final = {"pin": bodies.text(64)}
SHIFT: Final = 12 * 3600
YEAR: Final = 400 * 24 * 3600
"""Seconds; the longest a browser keeps a cookie."""


async def tablet(request: web.Request) -> web.StreamResponse:
    pages, texts, site = request.app[PAGES], request[TEXTS], request.app[SITE]
    sessions = request.app[SESSIONS]
    signed_in = sessions.find(request.cookies.get(session_cookie(request)))
    if signed_in is None:
        return _door(request, None)
    counters = site.desk.settings.rules.counters
    asked = request.query.get("tafel", "")
    counter = int(asked) if asked.isdigit() and 1 <= int(asked) <= counters else None
    csrf = sessions.csrf(signed_in)
    read = request.cookies.get("news", "").split(".")
    return page(
        request,
        render=lambda: pages.tablet(
            texts.lang,
            csrf=csrf,
            counter=counter,
            counters=counters,
            nudge=site.nudge,
            still_there=site.still_there,
            lock_minutes=site.lock_minutes,
            paired=sessions.device(request.cookies.get(device_cookie(request))) is not None,
            lead=signed_in.role.may(Role.LEAD),
            places=site.places(),
            news=[one for one in site.news() if one.id not in read],
            nonce="",
        ),
    )


def _door(request: web.Request, problem: Refused | None) -> web.StreamResponse:
    """Sign in: with one tap on a paired device, with the PIN, or by pairing."""
    pages, texts, site = request.app[PAGES], request[TEXTS], request.app[SITE]
    sessions = request.app[SESSIONS]
    device = sessions.device(request.cookies.get(device_cookie(request)))
    sentence = None if problem is None else error_sentence(problem, texts)
    if sentence is None and device is None and sessions.devices_only:
        sentence = error_sentence(PinNotHere(), texts)
    if sentence is None and device is None and not sessions.pin.is_set:
        sentence = texts.gettext("Er is nog geen pincode gekozen.")
    locked = sessions.pin.locked
    if sentence is None and device is None and locked:
        sentence = error_sentence(PinLocked(), texts)
    lead = device is not None and device.role.may(Role.LEAD)
    usable = sessions.pin.is_set and not sessions.devices_only and (not locked or lead)
    return page(
        request,
        render=lambda: pages.sign_in(
            texts.lang,
            problem=sentence,
            label=device.label if device else None,
            pin=usable,
            button=site.button,
            unsealed=HTTPS in request.app and not request.secure,
            nonce="",
        ),
        status=200 if problem is None else status(problem),
    )


async def sign_in_by_form(request: web.Request) -> web.StreamResponse:
    form = await bodies.read_form(request, SIGN_IN_FORM)
    sessions = request.app[SESSIONS]
    token = request.cookies.get(device_cookie(request))
    try:
        if "pin" in form:
            cookie = await sessions.sign_in(str(form["pin"]), token=token)
        else:
            cookie, _ = await sessions.sign_in_device(token or "")
    except (WrongPin, TooManyTries, PinLocked, PinNotHere, NotPaired) as error:
        return _door(request, error)
    response = web.HTTPSeeOther("/")
    _set_cookie(request, response, cookie)
    raise response


async def sign_out_by_form(request: web.Request) -> web.StreamResponse:
    form = await bodies.read_form(request, {"csrf": bodies.text(128, required=True)})
    sessions = request.app[SESSIONS]
    if not sessions.csrf_fits(request[SIGNED_IN], str(form["csrf"])):
        raise NotSignedIn
    sessions.sign_out(request[SIGNED_IN])
    response = web.HTTPSeeOther("/")
    response.del_cookie(session_cookie(request), secure=request.secure)
    raise response


async def sign_in(request: web.Request) -> web.StreamResponse:
    """With the PIN, with a device's token, or, with an empty body, with the token's cookie."""
    asked = await bodies.read_json(request, SIGN_IN)
    sessions = request.app[SESSIONS]
    kept = request.cookies.get(device_cookie(request))
    if "pin" in asked and "device_token" in asked:
        raise BadRequest(field="pin")
    if "pin" in asked:
        cookie = await sessions.sign_in(asked["pin"], token=kept)
        response = web.json_response(
            {"signed_in": True, "role": Role.VOLUNTEER.value, "csrf": _csrf(request, cookie)}
        )
    else:
        token = asked.get("device_token", kept)
        if token is None:
            raise BadRequest(field="pin")
        try:
            cookie, device = await sessions.sign_in_device(token)
        except NotPaired:
            if sessions.pairing.waits(token):
                return web.json_response({"signed_in": False, "waiting": True}, status=202)
            raise
        response = web.json_response(
            {
                "signed_in": True,
                "role": device.role.value,
                "label": device.label,
                "csrf": _csrf(request, cookie),
            }
        )
        _set_cookie(request, response, token, name=device_cookie(request), lasts=YEAR)
    _set_cookie(request, response, cookie)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    request.app[SESSIONS].sign_out(request[SIGNED_IN])
    response = web.json_response({"signed_in": False})
    response.del_cookie(session_cookie(request), secure=request.secure)
    return response


def _csrf(request: web.Request, cookie: str) -> str:
    """For the forms of a page that goes on with a fresh cookie."""
    sessions = request.app[SESSIONS]
    signed_in = sessions.find(cookie)
    return "" if signed_in is None else sessions.csrf(signed_in)


def _set_cookie(
    request: web.Request,
    response: web.StreamResponse,
    value: str,
    *,
    name: str | None = None,
    lasts: int = SHIFT,
) -> None:
    response.set_cookie(
        name or session_cookie(request),
        value,
        max_age=lasts,
        httponly=True,
        samesite="Strict",
        secure=request.secure,
    )


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/",
        handler=tablet,
        summary="The tablet, or signing in",
        answer_type="text/html",
    ),
    Endpoint(
        method="POST",
        path="/sign-in",
        handler=sign_in_by_form,
        summary="Sign in with the shift PIN, or as a paired device",
        answer=303,
        answer_type="text/html",
        body=SIGN_IN_FORM,
        form=True,
        origin=True,
        refusals=(400, 401, 403, 413, 415, 429),
    ),
    Endpoint(
        method="POST",
        path="/sign-out",
        handler=sign_out_by_form,
        summary="Sign out",
        answer=303,
        answer_type="text/html",
        body={"csrf": bodies.text(128, required=True)},
        form=True,
        refusals=(400, 403, 413, 415),
        least=Role.VOLUNTEER,
        origin=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/session",
        handler=sign_in,
        summary="Sign in with the shift PIN, or as a paired device",
        body=SIGN_IN,
        refusals=(400, 401, 403, 413, 415, 429),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/session",
        handler=sign_out,
        summary="Sign out",
        refusals=(403,),
        least=Role.VOLUNTEER,
        origin=True,
    ),
)
