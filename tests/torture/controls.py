"""Boxes built wrong on purpose: a proof that does not find them out proves nothing."""

import os
import random
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.adapters.journal_record import BLOCK
from appliance.core.box_state import BoxState
from appliance.core.ids import Key
from appliance.desk import Desk, Done
from appliance.ports import Files, Write
from appliance.simulation.files import SimulatedFiles
from tests.torture.diary import Diary
from tests.torture.fates import in_order, torn
from tests.torture.life import MakeDesk
from tests.torture.models import MODELS, Model


class NoDataSync(SimulatedFiles):
    """A commit that is not flushed."""

    def fdatasync(self, fd: int) -> None:
        pass


class NoDirectorySync(SimulatedFiles):
    """Names that are not flushed."""

    def __init__(self, inner: Files) -> None:
        super().__init__(inner)
        self._directories: set[int] = set()

    def open(self, path: Path, flags: int) -> int:
        fd = super().open(path, flags)
        if flags & os.O_DIRECTORY or path.is_dir():
            self._directories.add(fd)
        return fd

    def close(self, fd: int) -> None:
        self._directories.discard(fd)
        super().close(fd)

    def fsync(self, fd: int) -> None:
        if fd not in self._directories:
            super().fsync(fd)


class NoChecksum(SimulatedFiles):
    """Every record that begins like one is read as sound, whatever it holds."""

    _front: Final = struct.Struct("<4sIHHIQ")

    def read(self, fd: int, size: int, offset: int) -> bytes:
        raw = bytearray(super().read(fd, size, offset))
        for start in range(0, len(raw) - self._front.size, BLOCK):
            magic, _, _, _, length, _ = self._front.unpack_from(raw, start)
            end = start + self._front.size + length
            if magic == b"DGPJ" and end <= len(raw):
                sum_of_it = zlib.crc32(memoryview(raw)[start + 8 : end])
                raw[start + 4 : start + 8] = sum_of_it.to_bytes(4, "little")
        return bytes(raw)


class NoWipe(SimulatedFiles):
    """Zeros are never written over anything."""

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        if not any(data) and self._inner.read(fd, len(data), offset):
            return len(data)
        return super().pwrite(fd, data, offset)


class ForgetsKeys(Desk):
    """A desk that does not look whether it was asked before."""

    def _known(self, key: Key | None, asked: str) -> Done | None:
        super()._known(key, asked)
        return None


class ClosesInTwo(Desk):
    """A desk that writes the counts first and takes the tickets away afterwards."""

    async def _end_session(self, state: BoxState, tallies: Sequence[Write]) -> None:
        await self._write(tallies)
        await super()._end_session(state, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What is wrong, and the cuts in which it must show."""

    cut: Model
    writes: Callable[[Files], SimulatedFiles] = SimulatedFiles
    reads: Callable[[Files], SimulatedFiles] = SimulatedFiles
    desk: MakeDesk = Desk


def _as_closing_is_written(diary: Diary, chance: random.Random) -> int:
    """The longest record of all is on its way."""
    return chance.choice(diary.spans("close"))[0] + 1


def _as_closing_begins(diary: Diary, chance: random.Random) -> int:
    """Its first few writes and flushes."""
    return chance.choice(diary.spans("close"))[0] + chance.randint(1, 5)


CONTROLS: Final[Mapping[str, Control]] = {
    "no fdatasync": Control(cut=MODELS["acknowledged"], writes=NoDataSync),
    "no directory fsync": Control(cut=MODELS["compaction"], writes=NoDirectorySync),
    "checksum ignored": Control(
        cut=Model(when=_as_closing_is_written, fate=torn), reads=NoChecksum
    ),
    "press id ignored": Control(cut=MODELS["acknowledged"], desk=ForgetsKeys),
    "nothing wiped": Control(cut=MODELS["acknowledged"], writes=NoWipe, reads=NoWipe),
    "closing in two": Control(cut=Model(when=_as_closing_begins, fate=in_order), desk=ClosesInTwo),
}
