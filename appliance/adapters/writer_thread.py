"""One thread that does what may block, in order, for one event loop."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

_LOGGER = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order(Generic[T]):
    work: Callable[[], T]
    then: Callable[[T], None]
    done: asyncio.Future[T]


class WriterThread:
    """Orders are carried out one after the other; a cancelled waiter cancels nothing.

    Cheaper than an executor: one queue, one wake-up each way.
    """

    def __init__(self, *, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self.busy = 0
        self.stopping = False
        self._thread.start()

    def order(
        self, work: Callable[[], T], then: Callable[[T], None] = lambda _: None
    ) -> asyncio.Future[T]:
        """`work` in the thread, and if it succeeds `then` on the loop, awaited or not."""
        if self.stopping:
            raise RuntimeError("the writer's thread takes no more orders")
        order = _Order(work=work, then=then, done=self._loop.create_future())
        self.busy += 1
        self._orders.put(lambda: self._carry_out(order))
        return order.done

    def catch_up(self) -> None:
        """In the thread: return when the loop has done every `then` so far."""
        reached = Event()
        self._loop.call_soon_threadsafe(reached.set)
        reached.wait()

    async def stop(self, last: Callable[[], None]) -> None:
        """Carry out what was ordered, then `last`, and end; it ends also if nobody waits."""
        done = self.order(last)
        self.stopping = True
        self._orders.put(None)
        await done
        self._thread.join()

    # ------------------------------------------------------------------ in the thread

    def _run(self) -> None:
        while (job := self._orders.get()) is not None:
            job()

    def _carry_out(self, order: _Order[T]) -> None:
        try:
            result = order.work()
        except BaseException as error:  # noqa: BLE001 # it belongs to who ordered
            self._tell(partial(self._failed, order, error))
        else:
            self._tell(partial(self._succeeded, order, result))

    def _tell(self, news: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed, nobody is left to be told
            self._loop.call_soon_threadsafe(news)

    # ------------------------------------------------------------------ on the loop

    def _succeeded(self, order: _Order[T], result: T) -> None:
        try:
            order.then(result)
        except BaseException as error:  # noqa: BLE001 # it belongs to who ordered
            self._failed(order, error)
            return
        self.busy -= 1
        if not order.done.done():
            order.done.set_result(result)

    def _failed(self, order: _Order[T], error: BaseException) -> None:
        self.busy -= 1
        if order.done.done():
            _LOGGER.error("Nobody waited for this any more: %s", error)
        else:
            order.done.set_exception(error)
