"""What a phone asks before it knows where it is: somebody else's page, which we answer for now.

A question meant for another host gets here only when the gate sent it, and the socket can tell;
whoever names another host to our own address is refused as ever.
"""

import socket
import struct
from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Final

from aiohttp import web

from appliance.core import probes
from appliance.core.guests import Guest, GuestState
from appliance.core.probes import Answer
from appliance.web.endpoints import Endpoint
from appliance.web.keys import HOTSPOT, PHONES
from appliance.web.middlewares import Next, is_ours

CAPPORT_TYPE: Final = "application/captive+json"
_ORIGINAL_DST: Final = 80
_SOCKADDR_IN: Final = 16


@web.middleware
async def elsewhere(request: web.Request, handler: Next) -> web.StreamResponse:
    """Answer what was meant for another host, when it came from one of our phones."""
    hotspot = request.app.get(HOTSPOT)
    if hotspot is None or request.method not in {"GET", "HEAD"} or is_ours(request):
        return await handler(request)
    guest = hotspot.guest(request.remote or "")
    if guest.state is GuestState.OUTSIDE:
        return await handler(request)
    host = _name(request.host)
    probe = probes.find(host, request.path)
    if probe is not None:
        our_page = probes.to_our_page(_way_in(request, hotspot.page))
        return _send(our_page if guest.captive else probe.genuine)
    if _original(request) in {None, hotspot.gateway}:
        return await handler(request)
    return _send(probes.to_our_page(hotspot.page) if guest.captive else probes.ask_again())


async def probe(request: web.Request) -> web.StreamResponse:
    """The same questions, asked of this host by its own name."""
    hotspot = request.app.get(HOTSPOT)
    asked = probes.by_path(request.path)
    if hotspot is None or asked is None:
        raise web.HTTPNotFound
    guest = hotspot.guest(request.remote or "")
    released = guest.state is GuestState.ONLINE and guest.uplink
    return _send(asked.genuine if released else probes.to_our_page(_page(request)))


async def capport(request: web.Request) -> web.StreamResponse:
    """RFC 8908: how this phone stands, and where its place in the queue is."""
    hotspot = request.app.get(HOTSPOT)
    if hotspot is None:
        raise web.HTTPNotFound
    guest: Guest = hotspot.guest(request.remote or "")
    holds = request.app[PHONES].ticket(request.remote or "")
    page = _page(request)
    told = probes.capport(
        captive=guest.captive and guest.state is not GuestState.OUTSIDE,
        page=page,
        venue=f"{page}t/{holds.token}" if holds else page,
        seconds=guest.left if guest.state is GuestState.ONLINE else None,
    )
    return web.json_response(told, content_type=CAPPORT_TYPE)


def _page(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}/"


def _send(answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body or None, headers=answer.headers)
    if answer.type:
        response.content_type = answer.type
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(host: str) -> str:
    return host.partition(":")[0].lower().rstrip(".")


def _way_in(request: web.Request, page: str) -> str:
    """Our page at port 80, where the gate turns it to us; without a gate, where we listen."""
    local = request.transport.get_extra_info("sockname") if request.transport else None
    if local is None or _original(request) is not None:
        return page
    return f"http://{local[0]}:{local[1]}/"


def _original(request: web.Request) -> str | None:
    """The address this connection was meant for, when the gate turned it to us."""
    transport = request.transport
    sock = transport.get_extra_info("socket") if transport else None
    local = transport.get_extra_info("sockname") if transport else None
    if sock is None or local is None:
        return None
    try:
        raw = sock.getsockopt(socket.SOL_IP, _ORIGINAL_DST, _SOCKADDR_IN)
    except OSError:
        return None
    _family, port, raw_address = struct.unpack_from("!HH4s", raw)
    address = str(IPv4Address(raw_address))
    return None if (address, port) == local[:2] else address


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/captive-portal/api",
        handler=capport,
        summary="How this phone stands (RFC 8908)",
        answer_type=CAPPORT_TYPE,
        refusals=(404,),
    ),
    *(
        Endpoint(
            method="GET",
            path=path,
            handler=probe,
            summary="A phone asks whether there is internet: our page, or what it wants to hear",
            answer=302,
            answer_type="text/html",
            refusals=(404,),
        )
        for path in probes.PATHS
    ),
)
