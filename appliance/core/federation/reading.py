"""Reads the members of a sealed document one by one, and says which does not hold."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Self

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import plain_object

BOX: Final = re.compile(r"[a-z2-7]{26}")
CHAIN: Final = re.compile(r"[0-9a-f]{16}")
PLACE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
NIS: Final = re.compile(r"\d{5}")
CODE: Final = re.compile(r"[a-z0-9_][a-z0-9_+-]{0,39}")
KEY_LENGTH: Final = 32
_MOST: Final = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """One JSON object; what cannot be read raises `error`, which names the member."""

    raw: Mapping[str, Any]
    error: type[DigipuntError]

    @classmethod
    def of(cls, payload: bytes, schema: str, error: type[DigipuntError]) -> Self:
        """The document of that schema in these bytes."""
        raw = plain_object(payload, error)
        if raw.get("schema") != schema:
            raise error(f"schema is {str(raw.get('schema'))[:80]!r}, expected {schema}")
        return cls(raw=raw, error=error)

    def has(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def shaped(self, name: str, shape: re.Pattern[str]) -> str:
        found = self.raw.get(name)
        if not isinstance(found, str) or not shape.fullmatch(found):
            raise self.error(f"{name} has another shape than expected")
        return found

    def text(self, name: str, most: int, *, least: int = 1) -> str:
        """Some words for people; line ends only where many signs are allowed."""
        found = self.raw.get(name, "")
        if not isinstance(found, str) or not least <= len(found) <= most:
            raise self.error(f"{name} is no text of at most {most} signs")
        if not found.replace("\n", " ").isprintable():
            raise self.error(f"{name} has signs that cannot be shown")
        return found

    def whole(self, name: str, least: int = 0) -> int:
        found = self.raw.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= _MOST:
            raise self.error(f"{name} is no whole number of {least} or more")
        return found

    def bytes_of(self, name: str, length: int = KEY_LENGTH) -> bytes:
        """Base64 of that many bytes."""
        try:
            found = base64.b64decode(str(self.raw.get(name)), validate=True)
        except (binascii.Error, ValueError) as problem:
            raise self.error(f"{name} is no base64") from problem
        if len(found) != length:
            raise self.error(f"{name} has {len(found)} bytes, expected {length}")
        return found

    def moment(self, name: str) -> datetime:
        try:
            found = datetime.fromisoformat(str(self.raw.get(name)))
        except ValueError as problem:
            raise self.error(f"{name} is no moment") from problem
        if found.tzinfo is None:
            raise self.error(f"{name} has no zone")
        return found.astimezone(UTC)

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(str(self.raw.get(name)))
        except ValueError as problem:
            raise self.error(f"{name} is no day") from problem

    def parts(self, name: str, most: int) -> "Sequence[Members]":
        """A list of objects; an absent one is empty."""
        found = self.raw.get(name, [])
        if not isinstance(found, list) or len(found) > most:
            raise self.error(f"{name} is no list of at most {most}")
        return [self._inner(name, one) for one in found]

    def part(self, name: str) -> "Members":
        return self._inner(name, self.raw.get(name))

    def texts(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        found = self.raw.get(name, [])
        if not isinstance(found, list) or len(found) > most:
            raise self.error(f"{name} is no list of at most {most}")
        each = [Members(raw={name: one}, error=self.error) for one in found]
        return tuple(one.text(name, longest) for one in each)

    def _inner(self, name: str, one: object) -> "Members":
        if not isinstance(one, dict):
            raise self.error(f"{name} is no object")
        return Members(raw=one, error=self.error)


def told(moment: datetime) -> str:
    """A moment as documents have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base64_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
