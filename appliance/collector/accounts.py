"""Who may look: coordinators with a password, signed in for one working day.

Tries and sign-outs stand in the database, so that several collectors know of them.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from appliance.collector.database import Database, Turn, alone
from appliance.collector.judging import written
from appliance.collector.tables import ACCOUNTS, SIGNED_OUT, TRIES
from appliance.core.errors import BadRequest, Refused, TooManyTries

SHORTEST: Final = 12
LONGEST: Final = 200
LASTS: Final = timedelta(hours=12)
IN_A_ROW: Final = 5
PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 900.0
REMEMBERED: Final = 1000
"""Names whose wrong tries are remembered; the oldest goes first."""
_MOST_PAUSES: Final = 20
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY: Final = "-"
"""Stands for every name that no account can have."""
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
    """Wrong ones in a row, pauses that came of them, and how long the last one lasts."""

    wrong: int = 0
    pauses: int = 0
    until: str = ""


class Accounts:
    """Names and argon2id hashes; the collector's own key is mixed in.

    There is no password until somebody chooses one at the machine itself.
    """

    def __init__(self, *, database: Database, secret: bytes, remembered: int = REMEMBERED) -> None:
        self._database = database
        self._remembered = remembered
        self._secret = secret
        self._turn = asyncio.Lock()

    async def choose(self, user: str, password: str) -> None:
        """Give somebody a password, or another one; BadRequest when it is too short."""
        if not _NAME.fullmatch(user):
            raise BadRequest("a name has small letters, digits, points and dashes", field="user")
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadRequest(f"a password has {SHORTEST} characters or more", field="password")
        found = await asyncio.to_thread(_HASHER.hash, self._peppered(password))
        async with self._database.writing() as connection:
            await alone(connection, Turn.ACCOUNTS)
            await connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.name == user))
            await connection.execute(insert(ACCOUNTS), [{"name": user, "hash": found}])

    async def anybody(self) -> bool:
        """Whether there is an account at all."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(ACCOUNTS.c.name).limit(1))).first() is not None

    async def sign_in(self, user: str, password: str, *, now: datetime) -> str:
        """A cookie's value; raises WrongPassword or TooManyTries.

        A try counts as wrong until it turns out to be right, so that many at once gain nothing.
        """
        user = user.strip().lower()
        user = user if _NAME.fullmatch(user) else NOBODY
        async with self._turn:
            kept = await self._tried(user, now)
            fits = await asyncio.to_thread(_fits, kept or _NOBODY, self._peppered(password))
        if kept is None or not fits:
            raise WrongPassword
        async with self._database.writing() as connection:
            await connection.execute(delete(TRIES).where(TRIES.c.name == user))
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
        if not timedelta(0) <= age < LASTS:
            return None
        async with self._database.reading() as connection:
            kept = await _hash(connection, user)
            left = select(SIGNED_OUT.c.session).where(SIGNED_OUT.c.session == name)
            if (await connection.execute(left)).first() is not None:
                return None
        if kept is None or mark != self._mark(kept):
            return None
        return SignedIn(id=name, user=user)

    async def sign_out(self, signed_in: SignedIn, *, now: datetime) -> None:
        """Their cookie is worth nothing from now on; what is too old anyhow is forgotten."""
        row = {"session": signed_in.id, "ends": written(now + LASTS)}
        async with self._database.writing() as connection:
            await alone(connection, Turn.ACCOUNTS)
            await connection.execute(delete(SIGNED_OUT).where(SIGNED_OUT.c.ends < written(now)))
            await connection.execute(delete(SIGNED_OUT).where(SIGNED_OUT.c.session == signed_in.id))
            await connection.execute(insert(SIGNED_OUT), [row])

    def csrf(self, signed_in: SignedIn) -> str:
        """What a form of theirs must carry."""
        return self._mac(f"csrf {signed_in.id}")

    def csrf_fits(self, signed_in: SignedIn, token: str) -> bool:
        return hmac.compare_digest(self.csrf(signed_in).encode(), token.encode())

    # -------------------------------------------------------------- how

    async def _tried(self, user: str, now: datetime) -> str | None:
        """Note a try, and find the hash that it must fit; TooManyTries while a pause lasts."""
        async with self._database.writing() as connection:
            await alone(connection, Turn.ACCOUNTS)
            mine = TRIES.c.name == user
            row = (await connection.execute(select(TRIES).where(mine))).mappings().first()
            tries = _Tries(
                wrong=row["wrong"] if row else 0,
                pauses=row["pauses"] if row else 0,
                until=row["until"] if row else "",
            )
            wait = _seconds(tries.until, now)
            if wait > 0:
                raise TooManyTries(seconds=int(wait) + 1)
            tries = _missed(tries, now)
            await connection.execute(delete(TRIES).where(mine))
            await _make_room(connection, self._remembered)
            noted = {
                "name": user,
                "wrong": tries.wrong,
                "pauses": tries.pauses,
                "until": tries.until,
                "tried": written(now),
            }
            await connection.execute(insert(TRIES), [noted])
            return await _hash(connection, user)

    def _mark(self, kept: str) -> str:
        return self._mac(f"mark {kept}")[:12]

    def _mac(self, message: str) -> str:
        return hmac.new(self._secret, message.encode(), hashlib.sha256).hexdigest()

    def _peppered(self, password: str) -> bytes:
        return hmac.digest(self._secret, b"password" + password.encode(errors="replace"), "sha256")


async def _hash(connection: AsyncConnection, user: str) -> str | None:
    found = await connection.execute(select(ACCOUNTS.c.hash).where(ACCOUNTS.c.name == user))
    return found.scalar()


async def _make_room(connection: AsyncConnection, most: int) -> None:
    """Forget the oldest tries; a stranger cannot fill the disk with names."""
    count = (await connection.execute(select(func.count()).select_from(TRIES))).scalar_one()
    if count >= most:
        oldest = select(TRIES.c.name).order_by(TRIES.c.tried, TRIES.c.name)
        names = (await connection.execute(oldest.limit(count - most + 1))).scalars().all()
        await connection.execute(delete(TRIES).where(TRIES.c.name.in_(names)))


def _seconds(until: str, now: datetime) -> float:
    """How long a pause still lasts; never longer than the longest, if the clock was set back."""
    if not until:
        return 0.0
    return min((datetime.fromisoformat(until) - now).total_seconds(), LONGEST_PAUSE)


def _missed(tries: _Tries, now: datetime) -> _Tries:
    """Every fifth wrong one in a row costs a pause, each twice as long as the one before."""
    if tries.wrong + 1 < IN_A_ROW:
        return _Tries(wrong=tries.wrong + 1, pauses=tries.pauses)
    pause = min(PAUSE * 2.0**tries.pauses, LONGEST_PAUSE)
    until = written(now + timedelta(seconds=pause))
    return _Tries(pauses=min(tries.pauses + 1, _MOST_PAUSES), until=until)


def _fits(kept: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
