"""One entry of a site's map: from it come the route, the checks and the published description."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from appliance import __version__
from appliance.core.access import Role
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
    least: Role = Role.VISITOR
    """Who may ask this; whoever may do more may as well."""
    keyed: bool = False
    """Whether it needs a matching Origin and an Idempotency-Key."""
    origin: bool = False
    """Whether it needs a matching Origin, though no key; a foreign one is refused anyway."""

    @property
    def signed_in(self) -> bool:
        return self.least is not Role.VISITOR


_KEY: Final = {"Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 100}}


def openapi(title: str, endpoints: Sequence[Endpoint]) -> Mapping[str, Any]:
    """The site as an OpenAPI 3.1 document, made from its map."""
    return document(title, __version__, [_operation(endpoint) for endpoint in endpoints])


def _operation(endpoint: Endpoint) -> Operation:
    refusals = {*endpoint.refusals, 421}
    if endpoint.signed_in:
        refusals.add(401)
    if endpoint.least.may(Role.LEAD) or endpoint.origin:
        refusals.add(403)
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
        extra={"x-least-role": endpoint.least.value},
    )
