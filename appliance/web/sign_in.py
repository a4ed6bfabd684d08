"""The door of the staff site: the PIN, the cookie, and the tablet behind it."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from appliance.web import bodies
from appliance.web.endpoints import Endpoint
from appliance.web.errors import NotSignedIn, TooManyTries, WrongPin
from appliance.web.html import page
from appliance.web.keys import PAGES, SESSIONS, SIGNED_IN, SITE, TEXTS
from appliance.web.sentences import error_sentence

SIGN_IN: Final = {"pin": bodies.text(64, required=True)}


async def tablet(request: web.Request) -> web.StreamResponse:
    pages, texts = request.app[PAGES], request[TEXTS]
    sessions = request.app[SESSIONS]
    signed_in = sessions.find(request.cookies.get(request.app[SITE].cookie))
    if signed_in is None:
        problem = None if sessions.pin_is_set else texts.gettext("Er is nog geen pincode gekozen.")
        return page(request, render=lambda: pages.sign_in(texts.lang, problem=problem, nonce=""))
    counters = request.app[SITE].desk.settings.rules.counters
    asked = request.query.get("tafel", "")
    counter = int(asked) if asked.isdigit() and 1 <= int(asked) <= counters else None
    csrf = sessions.csrf(signed_in)
    return page(
        request,
        render=lambda: pages.tablet(
            texts.lang, csrf=csrf, counter=counter, counters=counters, nonce=""
        ),
    )


async def sign_in_by_form(request: web.Request) -> web.StreamResponse:
    form = await bodies.read_form(request, SIGN_IN)
    try:
        cookie = await request.app[SESSIONS].sign_in(str(form["pin"]))
    except (WrongPin, TooManyTries) as error:
        pages, texts = request.app[PAGES], request[TEXTS]
        sentence = error_sentence(error, texts)
        return page(
            request,
            render=lambda: pages.sign_in(texts.lang, problem=sentence, nonce=""),
            status=401 if isinstance(error, WrongPin) else 429,
        )
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
    response.del_cookie(request.app[SITE].cookie)
    raise response


async def sign_in(request: web.Request) -> web.StreamResponse:
    asked = await bodies.read_json(request, SIGN_IN)
    cookie = await request.app[SESSIONS].sign_in(asked["pin"])
    response = web.json_response({"signed_in": True})
    _set_cookie(request, response, cookie)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    request.app[SESSIONS].sign_out(request[SIGNED_IN])
    response = web.json_response({"signed_in": False})
    response.del_cookie(request.app[SITE].cookie)
    return response


def _set_cookie(request: web.Request, response: web.StreamResponse, cookie: str) -> None:
    response.set_cookie(
        request.app[SITE].cookie,
        cookie,
        max_age=12 * 3600,
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
        summary="Sign in with the shift PIN",
        answer=303,
        answer_type="text/html",
        body=SIGN_IN,
        form=True,
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
        signed_in=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/session",
        handler=sign_in,
        summary="Sign in with the shift PIN",
        body=SIGN_IN,
        refusals=(400, 401, 403, 413, 415, 429),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/session",
        handler=sign_out,
        summary="Sign out",
        refusals=(403,),
        signed_in=True,
    ),
)
