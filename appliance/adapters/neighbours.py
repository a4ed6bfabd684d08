"""Which phone has which address: what the kernel knows of its neighbours."""

from pathlib import Path
from typing import Final

from appliance.core.guests import Mac

TABLE: Final = Path("/proc/net/arp")
_COMPLETE: Final = 0x2
_NOBODY: Final = "00:00:00:00:00:00"


class ArpNeighbours:
    """The neighbours on one interface."""

    def __init__(self, interface: str, table: Path = TABLE) -> None:
        self._interface = interface
        self._table = table

    def mac(self, address: str) -> Mac | None:
        """Read anew each time: 0.1 ms, and nothing is kept."""
        try:
            lines = self._table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            return None
        for line in lines:
            columns = line.split()
            if len(columns) >= 6 and columns[0] == address and columns[5] == self._interface:  # noqa: PLR2004  columns of the table
                known = int(columns[2], 16) & _COMPLETE and columns[3] != _NOBODY
                return Mac(columns[3].lower()) if known else None
        return None
