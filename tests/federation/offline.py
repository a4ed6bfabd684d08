"""A box without any uplink for more than a year, and the day on which it gets one."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from appliance.adapters import ed25519
from appliance.adapters.http_mail import HttpMail
from appliance.collector.program import open_collector
from appliance.services.outbox import PAUSES, Coordinator, Outbox
from appliance.simulate.office import config_of, enrol
from appliance.simulate.patterns import Uplink
from appliance.simulate.town_box import TownBox, Year
from appliance.simulate.verdict import verdict
from appliance.simulate.world import START, Lived, Wanted
from appliance.simulation.books import MemoryBook
from appliance.simulation.cut_mail import CutMail

DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """What came of it."""

    letters: int
    """Sealed, and waiting."""
    visits: int
    stored: int
    """Bytes of all that waits, as the book holds it."""
    tries: int
    """Requests while there was no way out."""
    pauses: float
    """Seconds of the box's own patience that passed between the uplink's return and the end."""
    seconds: float
    """Real seconds of sending, on this machine, over HTTP, flushed by the collector."""
    wrong: tuple[str, ...]


async def away(directory: Path, *, days: int = DAYS, seed: int = 3) -> Away:
    """Live that long without an uplink; then let it return at the worst moment."""
    wanted = Wanted(boxes=1, days=days, seed=seed, directory=directory)
    site = replace(wanted.site(0), uplink=Uplink.LONG, plugged=False, mean=15.0, cloned_on=None)
    line = _Line()
    config = replace(config_of(directory), port=0)
    async with open_collector(config, now=lambda: box.clock.now()) as office:  # noqa: PLW0108  the box comes later
        mail = CutMail(HttpMail(office.url), gone=lambda: line.gone)
        year = Year(start=wanted.start, coordinator=office.key.public, mail=mail)
        box = TownBox(site, wanted.chance(0), book=MemoryBook(), keys=wanted.keys(0), year=year)
        await enrol(office.site.database, [site], [box.keys], now=wanted.start)
        async with asyncio.TaskGroup() as group:
            box.work_in(group)
            await box.write_letters()
            for day in range(days):
                await box.day(START + timedelta(days=day), uplink=False)
            await box.late_letters(wanted.end)
            box.stop()
        waiting = box.outbox.waiting
        stored = sum(len(letter["envelope"]) for _, letter in waiting)
        await _until_all_is_sent(box, line, mail, office.key.public)
        found = await verdict(office.site.database, wanted, [_lived(box)])
    return Away(
        letters=len(waiting),
        visits=box.truth.total("served"),
        stored=stored,
        tries=line.tries,
        pauses=line.pauses,
        seconds=line.seconds,
        wrong=tuple(found.wrong),
    )


@dataclass(slots=True)
class _Line:
    """The way out, and what was waited for it."""

    gone: bool = True
    tries: int = 0
    pauses: float = 0.0
    seconds: float = 0.0


async def _until_all_is_sent(box: TownBox, line: _Line, mail: CutMail, key: bytes) -> None:
    """The box's own outbox, in a hurry: its pauses are counted instead of waited for."""
    done = asyncio.Event()
    began = 0.0

    async def pause(seconds: float) -> None:
        nonlocal began
        if line.gone:
            line.tries += 1
            if line.tries > len(PAUSES):  # as patient as it ever gets
                line.gone = False
                began = time.perf_counter()
        if not line.gone:
            line.pauses += seconds
        await asyncio.sleep(0)

    async def idle() -> None:
        line.seconds = time.perf_counter() - began
        done.set()
        await asyncio.Event().wait()

    outbox = Outbox(
        book=box.book,
        box=box.keys.box,
        coordinator=Coordinator(key=key, verify=ed25519.verify),
        mail=mail,
        changed=idle,
        pause=pause,
        condition=lambda _name, _on: None,
    )
    async with asyncio.TaskGroup() as group:
        work = group.create_task(outbox.run())
        async with asyncio.timeout(60):
            await done.wait()
        work.cancel()


def _lived(box: TownBox) -> Lived:
    return Lived(
        site=box.site,
        box=box.keys.box,
        truth=box.truth,
        missed=box.diary.missed,
        cuts=box.diary.cuts,
        undated=box.diary.undated,
        letters=box.letters_written,
        waiting=len(box.outbox.waiting),
        most_waiting=box.diary.most_waiting,
        most_bytes=box.diary.most_bytes,
        forked=False,
    )
