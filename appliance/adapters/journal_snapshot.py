"""The store at one moment, as a file that plain TinyDB opens."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json.encoder import c_make_encoder, encode_basestring_ascii  # type: ignore[attr-defined]
from typing import Any

from appliance.adapters.journal_upgrade import CURRENT, Format
from appliance.core.errors import BadStore

META = "_journal"
"""The table that says what the snapshot holds; no other table may have its name."""

_parts = c_make_encoder(
    None, json.JSONEncoder().default, encode_basestring_ascii, None, ":", ",", False, False, False
)
"""`JSONEncoder.encode` makes one of these for every document; made once, a commit is cheaper."""


def encode(value: object) -> str:
    """Compact ASCII JSON; TypeError or ValueError for what no JSON reader would understand."""
    try:
        return "".join(_parts(value, 0))
    except RecursionError as error:
        raise ValueError("it holds itself, or is nested too deeply") from error


_START = b'{"_journal":{"1":{"crc":"'
_CHECKED = len(_START) + 8  # where the checksum's cover begins, behind its eight digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All tables after commit `seq`, and the highest id each table ever gave away."""

    seq: int
    segment: int
    high: Mapping[str, int]
    damage: Sequence[str]
    tables: Mapping[str, Mapping[Any, Any]]
    format: int = CURRENT.number

    def to_bytes(self) -> bytes:
        facts = {
            "format": self.format,
            "seq": self.seq,
            "segment": self.segment,
            "high": self.high,
            "damage": self.damage,
        }
        tables = encode(self.tables)
        checked = '",' + encode(facts)[1:] + "}" + ("," + tables[1:] if self.tables else "}")
        rest = checked.encode("ascii")
        return _START + b"%08x" % zlib.crc32(rest) + rest

    @classmethod
    def from_bytes(cls, raw: bytes, *, name: str, form: Format = CURRENT) -> "Snapshot":
        """What was written; BadStore, naming the file, for anything else."""
        if not raw:
            raise BadStore(f"{name} is empty; it is kept as it is.", file=name)
        try:
            tables = json.loads(raw)
            facts = tables.pop(META)["1"]
            form.check(int(facts["format"]), name=name)
            if raw[:_CHECKED] != _START + b"%08x" % zlib.crc32(memoryview(raw)[_CHECKED:]):
                raise BadStore(f"{name} fails its checksum; it is kept as it is.", file=name)
            return cls(
                seq=int(facts["seq"]),
                segment=int(facts["segment"]),
                high=dict(facts["high"]),
                damage=tuple(facts["damage"]),
                tables=tables,
                format=int(facts["format"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            sentence = f"{name} is not a readable store; it is kept as it is."
            raise BadStore(sentence, file=name) from error
