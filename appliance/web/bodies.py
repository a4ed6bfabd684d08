"""What may be asked in a body: one description, used to check it and to publish it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from appliance.core.errors import BadRequest
from appliance.web.errors import BadJson, UnsupportedType


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a body, as JSON Schema says it."""

    schema: Mapping[str, Any]
    required: bool = False


def text(most: int = 64, *, required: bool = False, enum: tuple[str, ...] = ()) -> Field:
    schema: dict[str, Any] = {"type": "string", "maxLength": most}
    if enum:
        schema["enum"] = list(enum)
    return Field(schema=schema, required=required)


def whole(least: int, most: int, *, required: bool = False) -> Field:
    return Field(schema={"type": "integer", "minimum": least, "maximum": most}, required=required)


def flag() -> Field:
    return Field(schema={"type": "boolean"})


def texts(most: int, length: int) -> Field:
    """A list of texts."""
    items = {"type": "string", "maxLength": length}
    return Field(schema={"type": "array", "maxItems": most, "items": items})


def mapping(inner: Field, *, names: Sequence[str] = ()) -> Field:
    """An object whose values are all alike; its keys are known, or any."""
    schema: dict[str, Any] = {"type": "object", "additionalProperties": inner.schema}
    if names:
        schema["propertyNames"] = {"enum": list(names)}
    return Field(schema={**schema, "maxProperties": 100})


Body = Mapping[str, Field]


def schema(body: Body) -> Mapping[str, Any]:
    """The body as a JSON Schema object."""
    required = [name for name, field in body.items() if field.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: field.schema for name, field in body.items()},
        **({"required": required} if required else {}),
    }


async def read_json(request: web.Request, body: Body) -> Mapping[str, Any]:
    """The body, checked; an empty one is {}. Raises UnsupportedType, BadJson or BadRequest."""
    raw = await request.read()
    if not raw:
        values: object = {}
    else:
        if request.content_type != "application/json":
            raise UnsupportedType
        try:
            values = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise BadJson from error
    return check(values, body)


async def read_form(request: web.Request, body: Body) -> Mapping[str, Any]:
    """A form's fields, checked like JSON; unknown fields are ignored, as browsers add some."""
    if request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise UnsupportedType
    form = await request.post()
    return check({k: v for k, v in form.items() if k in body}, body)


def check(values: object, body: Body) -> Mapping[str, Any]:
    """Raise BadRequest naming the first field that is not as described."""
    if not isinstance(values, dict):
        raise BadJson
    for name in values:
        if name not in body:
            raise BadRequest(field=str(name)[:40])
    for name, field in body.items():
        if name not in values or values[name] is None:
            if field.required:
                raise BadRequest(field=name)
        elif not _fits(values[name], field.schema):
            raise BadRequest(field=name)
    return {name: value for name, value in values.items() if value is not None}


def _fits(value: object, wanted: Mapping[str, Any]) -> bool:
    match wanted["type"]:
        case "string":
            return (
                isinstance(value, str)
                and len(value) <= wanted["maxLength"]
                and ("enum" not in wanted or value in wanted["enum"])
            )
        case "integer":
            return (
                isinstance(value, int)
                and not isinstance(value, bool)
                and wanted["minimum"] <= value <= wanted["maximum"]
            )
        case "array":
            return (
                isinstance(value, list)
                and len(value) <= wanted["maxItems"]
                and all(_fits(one, wanted["items"]) for one in value)
            )
        case "object":
            known = wanted.get("propertyNames", {}).get("enum")
            return (
                isinstance(value, dict)
                and len(value) <= wanted["maxProperties"]
                and (known is None or set(value) <= set(known))
                and all(_fits(one, wanted["additionalProperties"]) for one in value.values())
            )
        case _:
            return isinstance(value, bool)
