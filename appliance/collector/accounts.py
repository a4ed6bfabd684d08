"""Who may look: coordinators with a password, signed in for one working day."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select

from appliance.collector.database import Database
from appliance.collector.tables import ACCOUNTS
from appliance.core.errors import BadRequest, Refused, TooManyTries

SHORTEST: Final = 12
LONGEST: Final = 200
LASTS: Final = timedelta(hours=12)
IN_A_ROW: Final = 5
PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 900.0
REMEMBERED: Final = 1000
"""Names whose wrong tries are remembered; the oldest goes first."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY: Final = _HASHER.hash("nobody")
"""Verified for a name that nobody has, so that it takes as long."""


class WrongPassword(Refused):
    """That name and password do not belong together."""

    code = "wrong-password"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A coordinator at work."""

    id: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tries:
    row: int = 0
    pauses: int = 0
    until: float = 0.0


class Accounts:
    """Names and argon2id hashes; the collector's own key is mixed in.

    There is no password until somebody chooses one at the machine itself.
    """

    def __init__(self, *, database: Database, secret: bytes, ticker: Callable[[], float]) -> None:
        self._database = database
        self._secret = secret
        self._ticker = ticker
        self._tries: dict[str, _Tries] = {}
        self._turn = asyncio.Lock()
        self._ended: set[str] = set()

    async def choose(self, user: str, password: str) -> None:
        """Give somebody a password, or another one; BadRequest when it is too short."""
        if not _NAME.fullmatch(user):
            raise BadRequest("a name has small letters, digits, points and dashes", field="user")
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadRequest(f"a password has {SHORTEST} characters or more", field="password")
        found = await asyncio.to_thread(_HASHER.hash, self._peppered(password))
        async with self._database.writing() as connection:
            await connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.name == user))
            await connection.execute(insert(ACCOUNTS), [{"name": user, "hash": found}])

    async def anybody(self) -> bool:
        """Whether there is an account at all."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(ACCOUNTS.c.name).limit(1))).first() is not None

    async def sign_in(self, user: str, password: str, *, now: datetime) -> str:
        """A cookie's value; raises WrongPassword or TooManyTries. One try at a time."""
        user = user.strip().lower()[:LONGEST]
        async with self._turn:
            tries = self._tries.pop(user, _Tries())
            self._remember(user, tries)
            wait = tries.until - self._ticker()
            if wait > 0:
                raise TooManyTries(seconds=int(wait) + 1)
            kept = await self._hash(user)
            fits = await asyncio.to_thread(_fits, kept or _NOBODY, self._peppered(password))
            if kept is None or not fits:
                self._remember(user, _missed(tries, self._ticker()))
                raise WrongPassword
            self._tries.pop(user, None)
        body = [secrets.token_urlsafe(12), user, now.isoformat(), self._mark(kept)]
        sealed = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
        return f"{sealed}.{self._mac(sealed)}"

    async def find(self, cookie: str | None, *, now: datetime) -> SignedIn | None:
        """Who sent this cookie; None when it is not ours, too old, signed out or outdated."""
        body, _, mac = (cookie or "").partition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode()):
            return None
        name, user, since, mark = json.loads(base64.urlsafe_b64decode(body))
        age = now - datetime.fromisoformat(since)
        if name in self._ended or not timedelta(0) <= age < LASTS:
            return None
        kept = await self._hash(user)
        if kept is None or mark != self._mark(kept):
            return None
        return SignedIn(id=name, user=user)

    def sign_out(self, signed_in: SignedIn) -> None:
        self._ended.add(signed_in.id)

    def csrf(self, signed_in: SignedIn) -> str:
        """What a form of theirs must carry."""
        return self._mac(f"csrf {signed_in.id}")

    def csrf_fits(self, signed_in: SignedIn, token: str) -> bool:
        return hmac.compare_digest(self.csrf(signed_in).encode(), token.encode())

    # -------------------------------------------------------------- how

    async def _hash(self, user: str) -> str | None:
        async with self._database.reading() as connection:
            found = await connection.execute(select(ACCOUNTS.c.hash).where(ACCOUNTS.c.name == user))
            return found.scalar()

    def _remember(self, user: str, tries: _Tries) -> None:
        self._tries.pop(user, None)
        self._tries[user] = tries
        if len(self._tries) > REMEMBERED:
            del self._tries[next(iter(self._tries))]

    def _mark(self, kept: str) -> str:
        return self._mac(f"mark {kept}")[:12]

    def _mac(self, message: str) -> str:
        return hmac.new(self._secret, message.encode(), hashlib.sha256).hexdigest()

    def _peppered(self, password: str) -> bytes:
        return hmac.digest(self._secret, b"password" + password.encode(errors="replace"), "sha256")


def _missed(tries: _Tries, at: float) -> _Tries:
    """Every fifth wrong one in a row costs a pause, each twice as long as the one before."""
    if tries.row + 1 < IN_A_ROW:
        return _Tries(row=tries.row + 1, pauses=tries.pauses)
    pause = min(PAUSE * 2**tries.pauses, LONGEST_PAUSE)
    return _Tries(row=0, pauses=tries.pauses + 1, until=at + pause)


def _fits(kept: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
