"""One commit as it lies in the journal: a checksummed record in blocks of its own."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = 4096
"""An acknowledged record shares no block with a later one, so a torn write cannot hurt it."""

FORMAT = 1

_MAGIC = b"DGPJ"
_FRONT = struct.Struct("<4sI")  # magic, checksum of everything behind
_BACK = struct.Struct("<HHIQ")  # format, zero, length of the JSON, sequence number
HEAD = _FRONT.size + _BACK.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record whose checksum holds, found at `offset` of its segment."""

    offset: int
    format: int
    seq: int
    payload: bytes

    @property
    def end(self) -> int:
        return self.offset + _padded(HEAD + len(self.payload))


def pack(seq: int, payload: bytes) -> bytes:
    """The record as whole blocks."""
    checked = _BACK.pack(FORMAT, 0, len(payload), seq) + payload
    record = _FRONT.pack(_MAGIC, zlib.crc32(checked)) + checked
    return record.ljust(_padded(len(record)), b"\0")


def scan(raw: bytes) -> Iterator[Record]:
    """Every sound record of a segment, in place order; a bad block does not end the scan."""
    offset = 0
    while offset + HEAD <= len(raw):
        record = _record_at(raw, offset)
        if record is None:
            offset += BLOCK
        else:
            yield record
            offset = record.end


def _record_at(raw: bytes, offset: int) -> Record | None:
    magic, checksum = _FRONT.unpack_from(raw, offset)
    if magic != _MAGIC:
        return None
    back = offset + _FRONT.size
    form, _, length, seq = _BACK.unpack_from(raw, back)
    end = offset + HEAD + length
    if end > len(raw) or zlib.crc32(memoryview(raw)[back:end]) != checksum:
        return None
    return Record(offset=offset, format=form, seq=seq, payload=raw[offset + HEAD : end])


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
