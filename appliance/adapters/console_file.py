"""What `digipunt pair` leaves for the running box: one small file beside the store.

Whoever can write there is the box's own user or its administrator; that is the proof.
"""

import json
import os
from pathlib import Path
from typing import Final

from appliance.adapters.box_keys import write_whole
from appliance.ports import Vouched

FILE: Final = "pair.json"
_LARGEST: Final = 1000


class ConsoleFile:
    """The file as the box reads it, and as the command writes it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE

    def vouched(self) -> Vouched | None:
        """What was said there and not taken yet; nonsense is nothing."""
        try:
            if self._path.stat().st_size > _LARGEST:
                return None
            said = json.loads(self._path.read_bytes())
            return Vouched(code=str(said["code"]), role=said["role"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def taken(self) -> None:
        """Take the file away: that is the answer."""
        self._path.unlink(missing_ok=True)

    # -------------------------------------------------------------- the console's side

    def vouch(self, code: str, role: str | None) -> None:
        """Leave it for the box, readable by the box's own user."""
        write_whole(self._path, json.dumps({"code": code, "role": role}).encode())
        owner = self._path.parent.stat()
        if os.geteuid() != owner.st_uid:
            os.chown(self._path, owner.st_uid, owner.st_gid)

    @property
    def waiting(self) -> bool:
        """Whether the box has not taken it yet."""
        return self._path.exists()
