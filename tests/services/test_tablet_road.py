"""The tablets' road by the free wifi: door and gate together, or neither."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appliance.core.errors import Unavailable
from appliance.services.tablet_road import AGAIN, TabletRoad
from appliance.simulation.wifi import SimulatedGate


class Scene:
    """A lead's switch, a door that can be jammed, a gate that can be broken."""

    def __init__(self) -> None:
        self.gate = SimulatedGate(lambda: 0.0)
        self.wanted = False
        self.jammed = False
        self.listening = 0
        self.pauses: list[float] = []
        self.turn = asyncio.Event()
        self.road = TabletRoad(
            gate=self.gate,
            door=self.door,
            wanted=lambda: self.wanted,
            changed=self.changed,
            pause=self.pause,
        )

    @asynccontextmanager
    async def door(self) -> AsyncIterator[None]:
        if self.jammed:
            raise Unavailable("in use")
        self.listening += 1
        try:
            yield
        finally:
            self.listening -= 1

    async def changed(self) -> None:
        await self.turn.wait()
        self.turn.clear()

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.changed()

    @property
    def stands(self) -> tuple[bool, bool, int]:
        return self.road.open, self.gate.door, self.listening


OPEN, SHUT = (True, True, 1), (False, False, 0)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_it_is_shut_until_somebody_wants_it(scene: Scene) -> None:
    assert await scene.road.settle()
    assert scene.stands == SHUT
    scene.wanted = True
    assert await scene.road.settle()
    assert scene.stands == OPEN
    assert await scene.road.settle()
    assert scene.stands == OPEN, "once is enough"
    scene.wanted = False
    assert await scene.road.settle()
    assert scene.stands == SHUT


async def test_a_gate_that_takes_no_rules_leaves_no_door_behind(scene: Scene) -> None:
    scene.wanted = scene.gate.broken = True
    assert not await scene.road.settle()
    assert scene.stands == SHUT
    scene.gate.broken = False
    assert await scene.road.settle()
    assert scene.stands == OPEN


async def test_a_port_in_use_leaves_the_gate_shut(scene: Scene) -> None:
    scene.wanted = scene.jammed = True
    assert not await scene.road.settle()
    assert scene.stands == SHUT


async def test_switched_off_the_door_shuts_even_when_the_gate_does_not_listen(
    scene: Scene,
) -> None:
    scene.wanted = True
    await scene.road.settle()
    scene.wanted, scene.gate.broken = False, True
    assert not await scene.road.settle()
    assert not scene.road.open
    assert scene.listening == 0
    scene.gate.broken = False
    assert await scene.road.settle()
    assert scene.stands == SHUT


async def test_it_follows_the_switch_tries_again_and_ends_shut(scene: Scene) -> None:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(scene.road.run())
        scene.wanted = True
        for jammed, stands in ((True, SHUT), (False, OPEN)):
            scene.jammed = jammed
            scene.turn.set()
            await _until_quiet(scene)
            assert scene.stands == stands
        assert set(scene.pauses) == {AGAIN}
        running.cancel()
    assert scene.stands == SHUT


async def _until_quiet(scene: Scene) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    assert not scene.turn.is_set()
