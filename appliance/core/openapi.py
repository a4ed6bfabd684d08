"""A site's map as an OpenAPI 3.1 document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_NO_CONTENT: Final = 204

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
PATH: Final = "/api/v1/openapi.json"
"""Where every site publishes its description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method on one path takes and answers."""

    method: str
    path: str
    """As the router knows it: `{name}` or `{name:pattern}`."""
    summary: str
    answer: int = 200
    answer_type: str = "application/json"
    refusals: frozenset[int] = frozenset()
    body: Mapping[str, Any] | None = None
    """The schema of what is sent."""
    body_type: str = "application/json"
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The schema of every header it needs."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further members, whose names begin with x-."""


def document(title: str, version: str, operations: Sequence[Operation]) -> Mapping[str, Any]:
    """All of a site."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        place = paths.setdefault(plain(operation.path), {})
        place[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": {"Error": ERROR_SCHEMA}},
    }


def plain(path: str) -> str:
    """The path without the patterns of its parts."""
    parts = [
        "{" + part[1:-1].partition(":")[0] + "}" if part.startswith("{") else part
        for part in path.split("/")
    ]
    return "/".join(parts)


def _described(operation: Operation) -> Mapping[str, Any]:
    answer: dict[str, Any] = {"description": operation.summary}
    if operation.answer != _NO_CONTENT:
        answer["content"] = {operation.answer_type: {}}
    refused = {
        "description": "refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    answers = {str(operation.answer): answer}
    answers |= {str(status): refused for status in sorted(operation.refusals)}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "responses": answers,
        **operation.extra,
    }
    parameters = [*_of_path(operation.path), *_of_headers(operation.headers)]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"content": {operation.body_type: {"schema": operation.body}}}
    return described


def _of_path(path: str) -> Sequence[Mapping[str, Any]]:
    names = [part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _of_headers(headers: Mapping[str, Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [
        {"name": name, "in": "header", "required": True, "schema": schema}
        for name, schema in headers.items()
    ]
