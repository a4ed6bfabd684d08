"""Asks root to try the gate, and reads what came of it: a file there, a file back, nothing else.

The box itself is not root. It leaves a word that only it knows; a unit of root's own makes the
trial and answers with that word, so that an old answer is never taken for a new one.
"""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Final

from appliance.adapters import gate_proof
from appliance.core.gate_rules import Lan

ASK: Final = "ask"
ANSWER: Final = Path("/run/digipunt-proof/answer")
"""In a directory that only root writes to."""
PATIENCE: Final = 25.0
_WORD: Final = 16
_LOOK_EVERY: Final = 0.25


class ProofUnit:
    """By a unit of root's; as root itself, at once."""

    def __init__(
        self, lan: Lan, directory: Path, *, answer: Path = ANSWER, patience: float = PATIENCE
    ) -> None:
        self._lan = lan
        self._ask = directory / ASK
        self._answer = answer
        self._patience = patience

    async def prove(self) -> str | None:
        if os.geteuid() == 0:
            return await asyncio.to_thread(gate_proof.prove, self._lan)
        return await self.by_unit()

    async def by_unit(self) -> str | None:
        """Leave the word, wait for it to come back."""
        word = secrets.token_hex(_WORD)
        try:
            self._ask.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._ask.with_name(".ask")
            fresh.write_text(word, encoding="ascii")
            fresh.replace(self._ask)
        except OSError as problem:
            return f"nobody can be asked to try the gate: {problem.strerror}"
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    said = _read(self._answer)
                    if said.startswith(word + "\n"):
                        return said.partition("\n")[2].strip() or None
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            return "nobody tried the gate: is digipunt-proof.path switched on?"


def answer(lan: Lan, directory: Path, *, to: Path = ANSWER) -> str | None:
    """Root's side: try, and give the word back with what was found."""
    found = gate_proof.prove(lan)
    word = _asked(directory / ASK)
    if word:
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        fresh = to.with_name(".answer")
        fresh.write_text(f"{word}\n{found or ''}\n", encoding="utf-8")
        fresh.replace(to)
    return found


def _asked(path: Path) -> str:
    """The word, and only if it looks like one: whoever wrote it is not root."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        said = os.read(descriptor, 2 * _WORD + 1).decode("ascii", errors="replace")
    finally:
        os.close(descriptor)
    return said if len(said) == 2 * _WORD and set(said) <= set("0123456789abcdef") else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
