"""Logging for the journal: one line an event, its priority in front, no device, no name."""

import logging
import sys
from typing import Final

_PRIORITY: Final = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


class _JournalFormatter(logging.Formatter):
    """sd-daemon(3): a line that begins with <N> has that priority."""

    def format(self, record: logging.LogRecord) -> str:
        priority = _PRIORITY.get(record.levelno, 5)
        lines = super().format(record).splitlines() or [""]
        return "\n".join(f"<{priority}>{line}" for line in lines)


def set_up(level: int = logging.INFO, *, journal: bool = False) -> None:
    """Once, at the start of the program; everything goes to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    text = "%(name)s: %(message)s" if journal else "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(_JournalFormatter(text) if journal else logging.Formatter(text))
    logging.basicConfig(level=level, handlers=[handler], force=True)
