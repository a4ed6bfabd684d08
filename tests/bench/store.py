"""What a durable commit costs, next to the bare write and flush that nothing can go below.

`python -m tests.bench.store` prints it. The baseline is measured in the same rounds, in turn
with what is compared with it, so that a busy machine slows down both. It slows down the longer
one more often, though: a ratio above its limit is measured again, and the best of the tries counts.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from appliance.adapters.journal_storage import create_store
from appliance.adapters.journal_table import TicketDB
from appliance.adapters.posix_files import PosixFiles
from appliance.adapters.tinydb_book import TinyDBBook, open_book
from appliance.ports import Document, Write
from appliance.simulation.files import SimulatedFiles
from tests.bench.figure import Figure

SIZES = (100, 1_000, 10_000, 100_000)
ROUNDS = 300
TRIES = 5
LIMIT = 1.3
BARE = "a bare pwrite and fdatasync"

_BLOCK = 4096
_MEMORY_ONLY = {"tmpfs", "ramfs"}


def measure() -> list[Figure]:
    """All figures of the store; takes about half a minute."""
    with tempfile.TemporaryDirectory(dir=on_a_medium()) as home:
        figures = _what_a_commit_writes(Path(home) / "counted")
        for size in SIZES:
            figures += asyncio.run(_ratios(Path(home) / str(size), size=size))
    return figures


def _ticket(number: int) -> Document:
    """A realistic one, of about 300 bytes."""
    return {
        "session": "2026-03-02-1",
        "number": number,
        "service": "eid",
        "state": "called",
        "token": f"{number:032x}",
        "press": f"box-3/{number}",
        "taken": {"wall": "2026-03-02T09:12:31.250+00:00", "source": "ntp", "ms": 7_251_250},
        "called": {"wall": "2026-03-02T09:31:02.875+00:00", "source": "ntp", "ms": 8_362_875},
        "counter": 2,
        "by": "button",
    }


def _what_a_commit_writes(path: Path) -> list[Figure]:
    files = SimulatedFiles(PosixFiles())
    create_store(path)
    commits = 100
    with TicketDB(path, files=files) as db:
        files.calls.clear()
        for number in range(commits):
            db.table("tickets").insert(_ticket(number))
    flushes = sum(call.op in {"fdatasync", "fsync"} for call in files.calls)
    written = sum(len(call.data) for call in files.calls)
    return [
        Figure(name="store: flushes per commit", value=flushes / commits, unit="", limit=1.0),
        Figure(
            name="store: bytes written per commit",
            value=written / commits,
            unit="B",
            limit=float(_BLOCK),
        ),
    ]


async def _ratios(path: Path, *, size: int) -> list[Figure]:
    bare = _Bare(path.with_suffix(".raw"))
    create_store(path)
    with TicketDB(path) as db:
        _fill(db, size)
        table = db.table("tickets")
        tickets = [_ticket(number) for number in range(ROUNDS)]
        tries: list[tuple[float, float]] = []
        while len(tries) < TRIES and not any(b <= LIMIT * a for a, b in tries):
            times = _in_turn(bare.write, lambda number: table.insert(tickets[number]))
            tries.append((median(times[0]), median(times[1])))
        now, insert = min(tries, key=lambda pair: pair[1] / pair[0])
    async with open_book(path) as book:
        await book.tidy(wipe=False)
        writes = [_write(size, number) for number in range(ROUNDS)]
        times = _in_turn(bare.write, lambda number: book.commit_now([writes[number]]))
        direct = median(times[1]) / median(times[0])
        awaited = await _awaited(bare, book, size=size)
    bare.close()
    return [
        Figure(
            name=f"store: TinyDB insert, {size} documents",
            value=insert / now,
            unit="x",
            limit=LIMIT,
            ratio_of=BARE,
        ),
        Figure(
            name=f"store: book commit without the thread, {size} documents",
            value=direct,
            unit="x",
            ratio_of=BARE,
        ),
        Figure(
            name=f"store: book commit, awaited, {size} documents",
            value=awaited,
            unit="x",
            ratio_of=BARE,
        ),
        Figure(name=f"store: {BARE}, {size} documents", value=now * 1000, unit="ms"),
        Figure(name=f"store: TinyDB insert, {size} documents", value=insert * 1000, unit="ms"),
    ]


async def _awaited(bare: "_Bare", book: TinyDBBook, *, size: int) -> float:
    alone, awaited = [], []
    writes = [_write(size + ROUNDS, number) for number in range(ROUNDS)]
    for number in range(ROUNDS):
        start = perf_counter()
        bare.write(number)
        middle = perf_counter()
        await book.commit([writes[number]])
        awaited.append(perf_counter() - middle)
        alone.append(middle - start)
    return median(awaited) / median(alone)


class _Bare:
    """One block into a zero-filled file, and one flush."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.pwrite(self._fd, bytes(_BLOCK * ROUNDS), 0)
        os.fsync(self._fd)
        self._block = os.urandom(_BLOCK)

    def write(self, number: int) -> None:
        os.pwrite(self._fd, self._block, _BLOCK * number)
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


def _in_turn(*actions: Callable[[int], object]) -> Sequence[list[float]]:
    times: list[list[float]] = [[] for _ in actions]
    for number in range(ROUNDS):
        for action, taken in zip(actions, times, strict=True):
            start = perf_counter()
            action(number)
            taken.append(perf_counter() - start)
    return times


def _fill(db: TicketDB, size: int) -> None:
    step = 20_000
    for first in range(1, size + 1, step):
        rows = {number: _ticket(number) for number in range(first, min(first + step, size + 1))}
        db.commit({"tickets": rows})
    db.store.compact()


def _write(size: int, number: int) -> Write:
    return Write(table="tickets", id=size + ROUNDS + number + 1, document=_ticket(number))


def on_a_medium() -> Path:
    """A directory whose flushes go somewhere."""
    for place in (Path("/var/tmp"), Path.cwd()):  # noqa: S108 # a private directory is made in it
        if os.access(place, os.W_OK) and _filesystem(place) not in _MEMORY_ONLY:
            return place
    raise RuntimeError("neither here nor /var/tmp is on a medium that a flush would reach")


def _filesystem(place: Path) -> str:
    """The type of the file system that holds it, as the kernel's mount table says."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = {mount[1]: mount[2] for mount in mounts}  # of two on one point, the later is on top
    here = place.resolve()
    return next(above[str(p)] for p in (here, *here.parents) if str(p) in above)


if __name__ == "__main__":
    for figure in measure():
        print(figure)
