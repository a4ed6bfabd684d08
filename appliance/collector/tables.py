"""What the collector keeps: letters as they came, what follows from them, and what people typed.

Every table of letters has the box at the head of its primary key, and none needs a key across
boxes: so it can be spread over machines as it stands.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA: Final = MetaData()


def _of_a_letter() -> tuple[Column[Any], ...]:
    """The key of a table with a row for each letter, and the order in which letters came."""
    return (
        Column("box", String(26), primary_key=True),
        Column("chain", String(16), primary_key=True),
        Column("seq", BigInteger, primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("nr", Integer, nullable=False),
        Column("arrived", String(20), nullable=False),
    )


def _figures(*names: str) -> tuple[Column[Any], ...]:
    """Counts as JSON, in the order of their names."""
    return tuple(Column(name, Text, nullable=False) for name in names)


# ------------------------------------------------------------------ what came

BOXES: Final = Table(
    "box",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked", String(20), nullable=False),
    Column("decided", String(20)),
    Column("decided_by", String(60)),
)
"""Who asked to be known, and what a coordinator said."""

ENVELOPES: Final = Table(
    "envelope",
    METADATA,
    *_of_a_letter(),
    Column("raw", LargeBinary, nullable=False),
    Index("envelope_nr", "box", "nr", unique=True),
)
"""Letters, byte for byte; `nr` counts them per box in the order in which they came."""

# ------------------------------------------------------------------ what follows from it

SHELVES: Final = Table(
    "shelf",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("chain", String(16), primary_key=True),
    Column("received", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

LETTERS: Final = Table(
    "letter",
    METADATA,
    *_of_a_letter(),
    Column("prev", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("code", String(40), nullable=False),
    Column("location", String(63), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("nis", String(5), nullable=False),
    Column("period", String(8), nullable=False),
    Column("grain", String(7), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("end_day", String(10), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("k", BigInteger, nullable=False),
    Column("software", String(64), nullable=False),
    *_figures("totals", "breakdown"),
    Index("letter_state", "box", "state"),
    Index("letter_first_day", "first_day", "grain"),
)
"""What each letter says, and whether it counts: state received, parked or fork."""

TOLD: Final = Table(
    "told",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("location", String(63), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("grain", String(7), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("nis", String(5), nullable=False),
    Column("revision", BigInteger, nullable=False),
    *_figures("totals", "released", "breakdown"),
    Column("letters", Text, nullable=False),
    Index("told_first_day", "first_day", "grain"),
)
"""What counts of a period at a place: the latest totals, the totals with which the break-down
was released, that break-down, and the letters it stands in."""

DERIVED: Final = (SHELVES, LETTERS, TOLD)

# ------------------------------------------------------------------ what people typed

ACCOUNTS: Final = Table(
    "account",
    METADATA,
    Column("name", String(60), primary_key=True),
    Column("hash", Text, nullable=False),
)

TRIES: Final = Table(
    "try",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("pauses", Integer, nullable=False),
    Column("until", String(20), nullable=False),
    Column("tried", String(20), nullable=False),
)
"""Wrong passwords in a row, by the name that was tried."""

SIGNED_OUT: Final = Table(
    "signed_out",
    METADATA,
    Column("session", String(16), primary_key=True),
    Column("ends", String(20), nullable=False),
)
"""Cookies that somebody ended before their time."""

KEEPER: Final = Table(
    "keeper",
    METADATA,
    Column("public_key", LargeBinary(32), primary_key=True),
)
"""The key by which all that is answered from here is sealed: one row."""

REGIONS: Final = Table(
    "region",
    METADATA,
    Column("region", String(60), primary_key=True),
    Column("nis", String(5), primary_key=True),
)

PROJECTS: Final = Table(
    "project",
    METADATA,
    Column("project", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("promotor", Text, nullable=False),
    Column("trajectory", String(20), nullable=False),
    Column("call_round", Integer),
    Column("status", String(20), nullable=False),
    Column("starts", String(10)),
    Column("ends", String(10)),
    Column("budget_cents", BigInteger),
    Column("programmes", Text, nullable=False),
)

PROJECT_MUNICIPALITIES: Final = Table(
    "project_municipality",
    METADATA,
    Column("project", String(63), primary_key=True),
    Column("nis", String(5), primary_key=True),
    Column("role", String(10), primary_key=True),
    Column("valid_from", String(10)),
    Column("valid_to", String(10)),
    ForeignKeyConstraint(["project"], ["project.project"], ondelete="CASCADE"),
)

PLACES: Final = Table(
    "place",
    METADATA,
    Column("location", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("nis", String(5), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("project", String(63)),
    Column("expected_from", String(10), nullable=False),
    Column("expected_to", String(10)),
)
"""The digipunten that a coordinator expects figures of, and from when."""
