"""What may be asked of the panel page, read so that nothing half understood gets through."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from appliance.core.errors import BadRequest

_LONGEST_FORWARD = timedelta(days=3_660)
_YEARS = range(1970, 2200)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def duration(text: str) -> timedelta:
    """How long "3d" or "2h30m" is; BadRequest for anything else."""
    if not re.fullmatch(r"(?:[0-9]{1,7}[wdhms]){1,5}", text, re.ASCII):
        raise BadRequest("expected a duration such as 15m, 2h30m or 3d", field="forward")
    total = timedelta()
    for amount, unit in re.findall(r"([0-9]+)([wdhms])", text):
        total += timedelta(**{_UNITS[unit]: int(amount)})
    if not timedelta() < total <= _LONGEST_FORWARD:
        raise BadRequest("expected more than nothing and at most ten years", field="forward")
    return total


async def body(request: web.Request) -> dict[str, Any]:
    """The JSON object that was sent."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError) as error:
        raise BadRequest("expected JSON", field="body") from error
    if not isinstance(body, dict):
        raise BadRequest("expected a JSON object", field="body")
    return body


def whole(body: Mapping[str, Any], field: str, *, default: int, low: int, high: int) -> int:
    """That field, from low to high."""
    value = body.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadRequest(f"expected a whole number from {low} to {high}", field=field)
    return value


def truth(body: Mapping[str, Any], field: str, *, default: bool | None) -> bool:
    """That field; without a default it must be there."""
    value = body.get(field, default)
    if not isinstance(value, bool):
        raise BadRequest("expected true or false", field=field)
    return value


def moment(text: str) -> datetime:
    """That moment, which says its own time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("expected a date and time in ISO 8601", field="to") from error
    if moment.tzinfo is None:
        raise BadRequest("expected a time zone too, such as Z or +01:00", field="to")
    if moment.year not in _YEARS:
        raise BadRequest("expected a year that a box may live to see", field="to")
    return moment
