"""What is left of two hundred visitors once the session is closed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from appliance.adapters.posix_files import PosixFiles
from appliance.core import commands as c
from appliance.core.errors import Refused
from appliance.core.ids import CounterId, Key, ServiceId
from appliance.core.ticket import Source
from appliance.ports import Files
from tests.torture.faults import Fault
from tests.torture.life import Home
from tests.torture.mounts import make_ext4, mounted

VISITORS: Final = 200

_REAL: Final[Files] = PosixFiles()


async def closed_session(
    path: Path, files: Files, *, restarts: Sequence[int] = (60, 140)
) -> Sequence[bytes]:
    """A whole session with that many visitors, closed; every trace that must be gone."""
    box = Home(path=path, files=files)
    await box.provision(segment_bytes=1 << 20)
    traces: list[bytes] = []
    for first, last in zip((0, *restarts), (*restarts, VISITORS), strict=True):
        async with box.started() as (desk, _):
            if desk.queue.session is None:
                await desk.open()
            for number in range(first, last):
                box.hands.forward(timedelta(seconds=7))
                key = f"press-of-visitor-{number:03}"
                await desk.take(ServiceId("help"), source=Source.PHONE, lang="oci", key=Key(key))
                with suppress(Refused):
                    await desk.perform(c.CallNext(counter=CounterId(number % 3 + 1)))
            tickets = list(desk.queue.tickets.values())
            if last == VISITORS:
                traces = [ticket.token.encode() for ticket in tickets]
                traces += [f"press-of-visitor-{n:03}".encode() for n in range(VISITORS)]
                traces += sorted({t.taken.wall.isoformat().encode() for t in tickets})
                await desk.close(confirm=True, key=Key("closing"))
    return traces


def nothing_left(home: Path, *, card: bool, files: Files = _REAL) -> Fault:
    """Search the raw card, or without root all files of the store, for every trace."""
    fault = Fault(name=f"traces of {VISITORS} visitors in the raw {'card' if card else 'files'}")
    search = _raw_card if card else _raw_files
    raw, traces = search(home, files)
    fault.tried = len(traces)
    left = [trace for trace in traces if trace in raw]
    fault.expect(len(traces) > 2 * VISITORS, "too little was looked for")
    fault.expect(b'"tallies"' in raw, "this is not the store")
    fault.expect(not left, f"{len(left)} are left, such as {left[:1]}")
    return fault


def _raw_files(home: Path, files: Files) -> tuple[bytes, Sequence[bytes]]:
    traces = asyncio.run(closed_session(home / "kept", files))
    return b"".join(file.read_bytes() for file in (home / "kept").iterdir()), traces


def _raw_card(home: Path, files: Files) -> tuple[bytes, Sequence[bytes]]:
    image = home / "kept.img"
    make_ext4(image, mebibytes=24)
    with mounted(image, home / "kept-card") as card:
        traces = asyncio.run(closed_session(card / "store", files))
    return image.read_bytes(), traces
