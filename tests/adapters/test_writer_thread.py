"""The writer's thread keeps order, tells the loop, and ends."""

import asyncio
import threading

import pytest

from appliance.adapters.writer_thread import WriterThread


def nothing() -> None:
    pass


async def test_orders_are_carried_out_in_order_and_told_in_order() -> None:
    writer = WriterThread(name="test")
    seen: list[str] = []
    async with asyncio.timeout(10):
        first = writer.order(lambda: seen.append("work 1"), lambda _: seen.append("told 1"))
        second = writer.order(writer.catch_up, lambda _: seen.append("told 2"))
        assert writer.busy == 2
        await second
        assert first.done()
        assert writer.busy == 0
        await writer.stop(lambda: seen.append("last"))
    assert seen == ["work 1", "told 1", "told 2", "last"]


async def test_an_error_belongs_to_who_ordered() -> None:
    writer = WriterThread(name="test")
    with pytest.raises(ZeroDivisionError):
        await writer.order(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await writer.order(nothing, lambda _: print(1 / 0))
    assert writer.busy == 0
    await writer.stop(nothing)


async def test_after_the_end_nothing_is_taken() -> None:
    writer = WriterThread(name="test")
    await writer.stop(nothing)
    with pytest.raises(RuntimeError, match="no more orders"):
        await writer.order(nothing)


def test_a_loop_that_closed_early_leaves_no_thread() -> None:
    before = threading.active_count()
    gate = threading.Event()
    writers: list[WriterThread] = []

    async def leave_at_once() -> None:
        writers.append(WriterThread(name="test"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await writers[0].stop(lambda: print(gate.wait(10)))

    asyncio.run(leave_at_once())
    gate.set()
    writers[0]._thread.join(10)
    assert threading.active_count() == before
