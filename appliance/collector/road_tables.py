"""What the collector keeps about boxes besides their letters, and what it sends down."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from appliance.collector.tables import METADATA

BOX_PLACES: Final = Table(
    "box_place",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("location", String(63), primary_key=True),
    Column("nr", Integer, nullable=False),
)
"""Where a box belongs; number 0 is its own place, at the others it visits."""

BOX_KEYS: Final = Table(
    "box_key",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("chain", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("arrived", String(20), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
"""Changes of a box's key: from the letter after `seq` of `chain` on, this one seals."""

BOX_FOLLOWS: Final = Table(
    "box_follow",
    METADATA,
    Column("box", String(26), primary_key=True),
    Column("chain", String(16), primary_key=True),
    Column("before", String(26), primary_key=True),
    Column("received", BigInteger, nullable=False),
)
"""A restored box, and the row of letters that it goes on from."""

CODES: Final = Table(
    "enrol_code",
    METADATA,
    Column("code_key", LargeBinary(32), primary_key=True),
    Column("location", String(63), nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("ends", String(20), nullable=False),
    Column("used_by", String(26)),
)
"""Single-use codes: not the code itself, but what is proved with it."""

PAPERS: Final = Table(
    "paper",
    METADATA,
    Column("kind", String(10), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("scope", String(5), nullable=False),
    Column("content", String(64), nullable=False),
    Column("expires", String(20), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
"""The latest roster of each municipality and the latest news, as they went out."""

NEWS: Final = Table(
    "news",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("sort", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("since", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("made_by", String(60), nullable=False),
)
"""What coordinators wrote for the helpers, and did not withdraw."""

ROOTS: Final = Table(
    "root",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
"""Changes of the collector's own sealing key, each sealed by the one before it."""

__all__ = [
    "BOX_FOLLOWS",
    "BOX_KEYS",
    "BOX_PLACES",
    "CODES",
    "METADATA",
    "NEWS",
    "PAPERS",
    "ROOTS",
]
