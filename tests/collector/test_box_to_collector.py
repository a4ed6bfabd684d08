"""A visit at a desk becomes a row of the coordinator's workbook: both ends as they are."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession
from openpyxl import load_workbook

from appliance.collector.boxes import BoxState
from appliance.collector.config import CollectorConfig
from appliance.collector.figures import read
from appliance.collector.overview import overview
from appliance.collector.program import open_collector
from appliance.collector.spans import Span
from appliance.collector.workbook import workbook
from appliance.collector.workbook_sheets import workbook_sheets
from appliance.core import commands as c
from appliance.core.errors import Unavailable
from appliance.core.federation.dsse import seal
from appliance.core.federation.hello import TYPE, Hello, box_of, dump
from appliance.core.federation.report import Location
from appliance.core.ids import CounterId
from appliance.core.ticket import Assist, Outcome
from appliance.desk import Desk
from appliance.services.letters import Letters, Sender
from appliance.services.outbox import Coordinator, Outbox
from appliance.simulation.books import MemoryBook
from tests.core.federation.letters import KEY, PUBLIC, verify
from tests.desks import BRUSSELS, Bench, press, running

BOX = box_of(PUBLIC)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS)


@dataclass
class Wire:
    """`ports.Mail` over a session of the test's own."""

    web: ClientSession

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        headers = {"Content-Type": content_type}
        async with self.web.post(path, data=body, headers=headers) as answer:
            if answer.status != 200:
                raise Unavailable(str(answer.status))
            return await answer.read()

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        async with self.web.get(path, params=query) as answer:
            return await answer.read()


async def never() -> None:
    await asyncio.Event().wait()


def last(outbox: Outbox) -> str:
    """What was said of the last letter."""
    return outbox.last.value if outbox.last is not None else ""


async def visit(desk: Desk) -> None:
    """Somebody is helped with their taxes."""
    await press(desk)
    called = await desk.perform(c.CallNext(counter=CounterId(1)))
    assert called.ticket is not None
    await desk.perform(
        c.Finish(
            number=called.ticket.number,
            topic="tax",
            outcome=Outcome.SOLVED,
            assist=Assist.TOGETHER,
        )
    )


async def test_a_visit_at_a_desk_becomes_a_row_of_the_workbook(tmp_path: Path) -> None:
    book = MemoryBook()
    bench = Bench(book=book, start=MONDAY)
    desk = bench.new_desk()
    sender = Sender(
        box=BOX,
        sign=KEY.sign,
        locations=(Location(id="park", nis="33011", kind="library"),),
        zone=BRUSSELS,
        software="0.1.0",
        k=5,
        breakdown="month",
        new_chain=lambda: "0123456789abcdef",
    )
    letters = Letters(book=book, desk=desk, clock=bench.clock, sender=sender)
    config = CollectorConfig(directory=str(tmp_path), port=0)
    async with (
        open_collector(config, now=lambda: bench.clock.now().astimezone(UTC)) as collector,
        ClientSession(collector.url) as web,
        running(desk),
    ):
        outbox = Outbox(
            book=book,
            box=BOX,
            coordinator=Coordinator(key=collector.key.public, verify=verify),
            mail=Wire(web),
            changed=never,
            pause=asyncio.sleep,
            condition=lambda _name, _on: None,
        )
        await letters.tick()
        await desk.open()
        for _ in range(6):
            await visit(desk)
        await desk.close(confirm=True)
        bench.hands.forward(timedelta(days=9))
        assert await letters.tick() == 2

        hello = seal(TYPE, dump(Hello(key=PUBLIC, name="Bib Park")), keyid=BOX, sign=KEY.sign)
        async with web.post("/api/v1/boxes", data=hello) as answer:
            assert answer.status == 200
        assert not await outbox.send()
        assert last(outbox) == "quarantined"
        assert len(outbox.waiting) == 2
        now = bench.clock.now()
        await collector.site.boxes.decide(BOX, BoxState.APPROVED, by="an", now=now)
        assert await outbox.send()
        assert last(outbox) == "accepted"
        assert outbox.waiting == []

        span = Span.of("2026-11", "2026-11")
        figures = await read(collector.site.database, span, today=now.date(), k=5)
    (line,) = overview(figures).lines
    assert (line.name, line.contacts) == ("Ieper", 6)
    pages = load_workbook(io.BytesIO(workbook(workbook_sheets(figures))))
    topics = {row[1]: row[2] for row in pages["Per onderwerp"].iter_rows(values_only=True)}
    assert topics["Belastingen (Tax-on-web)"] == 6
