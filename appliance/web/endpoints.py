"""One entry of a site's map: from it come the route, the checks and the published description."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from appliance import __version__
from appliance.core.openapi import Operation, document
from appliance.web.bodies import Body, schema

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method and a path."""

    method: str
    path: str
    handler: Handler
    summary: str
    answer: int = 200
    answer_type: str = "application/json"
    body: Body | None = None
    form: bool = False
    refusals: Sequence[int] = ()
    signed_in: bool = False
    keyed: bool = False
    """Whether it needs a matching Origin and an Idempotency-Key."""
    own_checks: bool = field(default=False)
    """Sign-in: open to whoever is not signed in yet."""


_KEY: Final = {"Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 100}}


def openapi(title: str, endpoints: Sequence[Endpoint]) -> Mapping[str, Any]:
    """The site as an OpenAPI 3.1 document, made from its map."""
    return document(title, __version__, [_operation(endpoint) for endpoint in endpoints])


def _operation(endpoint: Endpoint) -> Operation:
    refusals = {*endpoint.refusals, 421}
    if endpoint.signed_in:
        refusals.add(401)
    if endpoint.keyed:
        refusals |= {400, 403, 409, 413, 415, 503}
    return Operation(
        method=endpoint.method,
        path=endpoint.path,
        summary=endpoint.summary,
        answer=endpoint.answer,
        answer_type=endpoint.answer_type,
        refusals=frozenset(refusals),
        body=None if endpoint.body is None else schema(endpoint.body),
        body_type="application/x-www-form-urlencoded" if endpoint.form else "application/json",
        headers=_KEY if endpoint.keyed else {},
    )
