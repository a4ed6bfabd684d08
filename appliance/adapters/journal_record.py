"""One commit as it lies in the journal: a checksummed record in blocks of its own."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

BLOCK = 4096
"""An acknowledged record shares no block with a later one, so a torn write cannot hurt it."""

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
    wounded: bool = False
    """One bit had flipped and was put right: no torn write looks like that."""

    @property
    def end(self) -> int:
        return self.offset + _padded(HEAD + len(self.payload))


def pack(seq: int, payload: bytes, *, form: int = 1) -> bytes:
    """The record as whole blocks."""
    checked = _BACK.pack(form, 0, len(payload), seq) + payload
    record = _FRONT.pack(_MAGIC, zlib.crc32(checked)) + checked
    return record + bytes(-len(record) % BLOCK)


def scan(raw: bytes) -> Iterator[Record]:
    """Every sound record of a segment, in place order; a bad block does not end the scan."""
    offset = 0
    while offset + HEAD <= len(raw):
        head = raw[offset : offset + HEAD]
        record = _record(head, raw, offset) or _mended(head, raw, offset)
        if record is None:
            offset += BLOCK
        else:
            yield record
            offset = record.end


def _record(head: bytes, raw: bytes, offset: int) -> Record | None:
    magic, checksum = _FRONT.unpack_from(head)
    if magic != _MAGIC:
        return None
    form, _, length, seq = _BACK.unpack_from(head, _FRONT.size)
    start = offset + HEAD
    if start + length > len(raw):
        return None
    payload = memoryview(raw)[start : start + length]
    if zlib.crc32(payload, zlib.crc32(head[_FRONT.size :])) != checksum:
        return None
    return Record(offset=offset, format=form, seq=seq, payload=bytes(payload))


def _mended(head: bytes, raw: bytes, offset: int) -> Record | None:
    """The record that is there but for one bit, if turning it makes all of it right."""
    off = int.from_bytes(head[:4]) ^ int.from_bytes(_MAGIC)
    if off:
        whole = _record(_MAGIC + head[4:], raw, offset) if off.bit_count() == 1 else None
        return replace(whole, wounded=True) if whole else None
    for index, mask in _BITS_OF_THE_LENGTH:
        whole = _record(_turned(head, index, mask), raw, offset)
        if whole is not None:
            return replace(whole, wounded=True)
    _, checksum = _FRONT.unpack_from(head)
    length = int(_BACK.unpack_from(head, _FRONT.size)[2])
    record = head + raw[offset + HEAD : offset + HEAD + length]
    if len(record) != HEAD + length:
        return None
    syndrome = zlib.crc32(memoryview(record)[_FRONT.size :]) ^ checksum
    if syndrome.bit_count() > 1:  # else it is a bit of the checksum itself
        wrong = _wrong_bit(len(record) - _FRONT.size, syndrome)
        if wrong is None:
            return None
        record = _turned(record, _FRONT.size + wrong[0], wrong[1])
    form, _, _, seq = _BACK.unpack_from(record, _FRONT.size)
    return Record(offset=offset, format=form, seq=seq, payload=record[HEAD:], wounded=True)


def _wrong_bit(length: int, syndrome: int) -> tuple[int, int] | None:
    """Which bit of so many bytes, turned alone, changes their CRC-32 like this."""
    for index in range(length - 1, -1, -1):
        mask = _LAST_BIT.get(syndrome)
        if mask is not None:
            return index, mask
        before = _BY_TOP[syndrome >> 24]
        syndrome = (syndrome ^ _CHANGE[before]) << 8 & 0xFFFFFFFF | before
    return None


def _turned(raw: bytes, index: int, mask: int) -> bytes:
    return raw[:index] + bytes([raw[index] ^ mask]) + raw[index + 1 :]


_BITS_OF_THE_LENGTH = [(index, 1 << bit) for index in range(12, 16) for bit in range(8)]

_CHANGE = [zlib.crc32(bytes([n])) ^ zlib.crc32(b"\0") for n in range(256)]
"""How the checksum changes with the last byte; read backwards, each byte before it."""

_BY_TOP = {change >> 24: n for n, change in enumerate(_CHANGE)}
_LAST_BIT = {_CHANGE[1 << bit]: 1 << bit for bit in range(8)}


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
