"""One entry of a site's map: from it come the route, the checks and the published description."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from appliance import __version__
from appliance.core.access import Role
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


ERROR_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}


def openapi(title: str, endpoints: Sequence[Endpoint]) -> Mapping[str, Any]:
    """The site as an OpenAPI 3.1 document, made from its map."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(_plain(endpoint.path), {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__},
        "paths": paths,
        "components": {"schemas": {"Error": ERROR_SCHEMA}},
    }


def _operation(endpoint: Endpoint) -> Mapping[str, Any]:
    answers: dict[str, Any] = {
        str(endpoint.answer): {
            "description": endpoint.summary,
            **({"content": {endpoint.answer_type: {}}} if endpoint.answer != 204 else {}),  # noqa: PLR2004
        }
    }
    refusals = {*endpoint.refusals, 421}
    if endpoint.signed_in:
        refusals.add(401)
    if endpoint.least.may(Role.LEAD) or endpoint.origin:
        refusals.add(403)
    if endpoint.keyed:
        refusals |= {400, 403, 409, 413, 415, 503}
    for refusal in sorted(refusals):
        answers[str(refusal)] = {
            "description": "refused",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    operation: dict[str, Any] = {"summary": endpoint.summary, "responses": answers}
    operation["x-least-role"] = endpoint.least.value
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _parameters(endpoint.path)
    ]
    if endpoint.keyed:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            }
        )
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        kind = "application/x-www-form-urlencoded" if endpoint.form else "application/json"
        operation["requestBody"] = {"content": {kind: {"schema": schema(endpoint.body)}}}
    return operation


def _parameters(path: str) -> Sequence[str]:
    return [part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")]


def _plain(path: str) -> str:
    parts = [
        "{" + part[1:-1].partition(":")[0] + "}" if part.startswith("{") else part
        for part in path.split("/")
    ]
    return "/".join(parts)
