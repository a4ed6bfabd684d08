"""Any order, repetition, corruption or copy of letters: the totals are those of the truth."""

import asyncio
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from appliance.collector.boxes import BoxState
from appliance.collector.rebuild import fingerprint, rebuild
from appliance.collector.tables import BOXES, TOLD
from tests.collector.writing import NOW, Home, Office, Writer, flipped, office

World = tuple[list[int], list[tuple[int, int, str]]]
WEEKS = [f"2026-W{week}" for week in range(38, 49)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """How many letters each box writes, and what arrives in which order."""
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    every = [(box, seq) for box, length in enumerate(lengths) for seq in range(length)]
    extra = st.tuples(st.sampled_from(every), st.sampled_from(["again", "flip", "sig", "cut"]))
    noise = draw(st.lists(extra, max_size=8))
    deliveries = [(*one, "good") for one in every] + [(*at, how) for at, how in noise]
    return lengths, draw(st.permutations(deliveries))


def spoilt(letter: bytes, how: str) -> bytes:
    match how:
        case "flip":
            return flipped(letter)
        case "sig":
            return flipped(letter, inside="sig")
        case "cut":
            return letter[:-9]
        case _:
            return letter


async def told(here: Office, box: str) -> dict[str, int]:
    async with here.database.reading() as connection:
        rows = await connection.execute(
            select(TOLD.c.period, TOLD.c.totals).where(TOLD.c.box == box)
        )
        return {period: json.loads(totals)["tickets"] for period, totals in rows}


async def forked(here: Office) -> set[str]:
    async with here.database.reading() as connection:
        found = select(BOXES.c.box).where(BOXES.c.state == BoxState.FORKED.value)
        return set((await connection.execute(found)).scalars())


async def play(lengths: list[int], deliveries: list[tuple[int, int, str]], size: int) -> None:
    """Honest boxes, a dishonest road."""
    boxes = [Writer(number + 1) for number in range(len(lengths))]
    letters = [
        [
            box.write(WEEKS[seq], totals={"tickets": 7 + seq, "served": 7 + seq})
            for seq in range(length)
        ]
        for box, length in zip(boxes, lengths, strict=True)
    ]
    with tempfile.TemporaryDirectory() as directory:
        async with office(Home(directory=Path(directory))) as here:
            await here.know(*boxes)
            for start in range(0, len(deliveries), size):
                some = deliveries[start : start + size]
                await here.take(*(spoilt(letters[box][seq], how) for box, seq, how in some))
            for box, length in zip(boxes, lengths, strict=True):
                truth = {WEEKS[seq]: 7 + seq for seq in range(length)}
                assert await told(here, box.id) == truth
            assert await forked(here) == set()
            before = await fingerprint(here.database)
            await rebuild(here.database, k=5)
            assert await fingerprint(here.database) == before


async def clone(length: int, after: int) -> None:
    """A card is copied and both copies go on; every letter of both arrives, the copy's last."""
    box = Writer()
    history = [box.write(WEEKS[seq]) for seq in range(after)]
    copy = box.twin()
    mine = [box.write(WEEKS[after + n]) for n in range(length)]
    theirs = [copy.write(WEEKS[after + n], software="0.1.1") for n in range(length)]
    with tempfile.TemporaryDirectory() as directory:
        async with office(Home(directory=Path(directory))) as here:
            await here.know(box)
            await here.take(*history)
            await here.take(*mine)
            assert await forked(here) == set()
            await here.take(*theirs)
            assert await forked(here) == {box.id}
            assert await told(here, box.id) == dict.fromkeys(WEEKS[: after + length], 10)
            await here.boxes.decide(box.id, BoxState.APPROVED, by="an", now=NOW)
            await here.take(*reversed(theirs), *mine)
            assert await told(here, box.id) == dict.fromkeys(WEEKS[: after + length], 10)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(), size=st.integers(1, 7))
def test_whatever_the_road_does_the_totals_are_the_truth(world: World, size: int) -> None:
    lengths, deliveries = world
    asyncio.run(play(lengths, deliveries, size))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(length=st.integers(1, 4), after=st.integers(0, 4))
def test_a_copied_card_is_always_found_and_counts_once(length: int, after: int) -> None:
    asyncio.run(clone(length, after))
