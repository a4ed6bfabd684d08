"""The real front panel on pretend pins: the far side of the wire is faked, never the panel."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.adapters.displays import Display, NoDisplay, OpenDisplay
from appliance.adapters.gpio_panel import GpioPanel, PanelPins, gpio_pins, open_gpio_panel
from appliance.adapters.gpio_parts import TUNES, ScreenPart
from appliance.adapters.matrix_display import matrix_display
from appliance.adapters.no_panel import missing_gpio
from appliance.adapters.oled_display import oled_display
from appliance.adapters.segment_display import SegmentDisplay, SegmentPins
from appliance.core.errors import BadConfig, HardwareUnavailable
from appliance.ports import Edge, Face, FrontPanel, Lamp, Mode, Sound
from appliance.simulation.ticker import HandTicker, settle

PINS = PanelPins(buttons=(17, 27), lamp=18, buzzer=13)
SEGMENTS = SegmentPins(segments=(2, 3, 4, 5, 6, 7, 8), dot=9, digits=(22, 23, 24, 25))


class PaperDisplay:
    """Writes down what it was shown; breaks and mends when told to."""

    columns = 4
    digit_mm = 32.0

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.opened = 0
        self.broken = False

    def open(self) -> Display:
        self.opened += 1
        if self.broken:
            raise OSError(2, "no such bus")
        return self

    def show(self, text: str) -> None:
        if self.broken:
            raise OSError(5, "no answer")
        self.shown.append(text)

    def close(self) -> None:
        if self.broken:
            raise OSError(5, "no answer")


class HangingDisplay:
    """Does not come back from showing until it is freed."""

    columns = 4
    digit_mm = 32.0

    def __init__(self, free: threading.Event) -> None:
        self._free = free
        self.shown = 0

    def show(self, text: str) -> None:
        assert text
        self.shown += 1
        self._free.wait(5)

    def close(self) -> None:
        """Nothing to close."""


class Rig:
    """One panel, its wires, and the clock's hand."""

    def __init__(self, panel: GpioPanel, pins: MockFactory, ticker: HandTicker) -> None:
        self.panel = panel
        self.pins = pins
        self.ticker = ticker

    def finger(self, pin: int, *, down: bool) -> None:
        wire = self.pins.pin(pin)
        (wire.drive_low if down else wire.drive_high)()


@asynccontextmanager
async def rig(
    open_display: OpenDisplay = NoDisplay, *, pins: PanelPins = PINS, stuck: int | None = None
) -> AsyncIterator[Rig]:
    factory = MockFactory(pin_class=MockPWMPin)
    ticker = HandTicker()
    if stuck is not None:
        factory = JammedFactory(stuck)
    try:
        async with open_gpio_panel(
            pins,
            pin_factory=factory,
            open_display=open_display,
            ticker=ticker,
            pause=ticker.pause,
        ) as panel:
            yield Rig(panel, factory, ticker)
    finally:
        factory.close()


class JammedPin(MockPWMPin):  # type: ignore[misc] # gpiozero has no types
    """A wire that lies on ground, whatever pulls it up."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        self.drive_low()


class JammedFactory(MockFactory):  # type: ignore[misc] # gpiozero has no types
    """All pins are free but one."""

    def __init__(self, number: int) -> None:
        super().__init__(pin_class=MockPWMPin)
        self.pin(number, pin_class=JammedPin)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - a thread of gpiozero or of the display is at work
            await asyncio.sleep(0.002)


def face(*frames: str, lamp: Lamp = Lamp.READY) -> Face:
    return Face(mode=Mode.NUMBER, frames=frames, lamp=lamp)


async def edges(panel: FrontPanel, how_many: int) -> list[Edge]:
    async with asyncio.timeout(5):
        return [await panel.edge() for _ in range(how_many)]


# ------------------------------------------------------------------ buttons


async def test_a_finger_gives_a_down_and_an_up_edge_at_the_seconds_of_the_ticker() -> None:
    async with rig() as it:
        it.finger(17, down=True)
        await it.ticker.turn(0.25)
        it.finger(17, down=False)
        assert await edges(it.panel, 2) == [
            Edge(button=1, down=True, at=100.0),
            Edge(button=1, down=False, at=100.25),
        ]


async def test_each_button_has_its_own_number() -> None:
    async with rig() as it:
        it.finger(27, down=True)
        it.finger(17, down=True)
        assert [edge.button for edge in await edges(it.panel, 2)] == [2, 1]
        assert it.panel.buttons == 2


async def test_when_nobody_reads_the_oldest_edges_are_forgotten() -> None:
    async with rig() as it:
        for _ in range(40):
            it.finger(17, down=True)
            it.finger(17, down=False)
        await settle()
        assert len(await edges(it.panel, 64)) == 64
        it.finger(27, down=True)
        assert [edge.button for edge in await edges(it.panel, 1)] == [2]


async def test_a_button_that_was_down_before_we_looked_is_a_fault_until_it_comes_up() -> None:
    async with rig(stuck=17) as it:
        await settle()
        assert it.panel.faults() == ["button-1"]
        it.finger(17, down=False)
        assert [edge.down for edge in await edges(it.panel, 1)] == [False]
        assert it.panel.faults() == []


# ------------------------------------------------------------------ lamp and buzzer


async def test_the_lamp_is_solid_dark_or_moving() -> None:
    async with rig() as it:
        lamp = it.pins.pin(18)
        await it.panel.show(face("A7", lamp=Lamp.WAIT))
        assert lamp.state == 1.0
        await it.panel.show(face("A7", lamp=Lamp.OFF))
        assert lamp.state == 0.0
        lamp.clear_states()
        await it.panel.show(face("A7", lamp=Lamp.READY))
        await until(lambda: any(0 < seen.state < 0.5 for seen in lamp.states))
        await it.panel.show(face("A7", lamp=Lamp.FAULT))
        await until(lambda: lamp.state == 1.0)
        await it.panel.show(face("A7", lamp=Lamp.OFF))
        assert lamp.state == 0.0


@pytest.mark.parametrize("sound", list(Sound))
async def test_a_tune_plays_by_itself_and_ends_in_silence(sound: Sound) -> None:
    async with rig() as it:
        await it.panel.play(sound)
        heard = []
        for note, seconds in TUNES[sound]:
            await settle()
            frequency = it.pins.pin(13).frequency
            heard.append(frequency)
            assert (frequency is None) is (note is None)
            await it.ticker.turn(seconds)
        assert it.pins.pin(13).frequency is None
        assert any(heard)


async def test_tunes_wait_for_each_other_and_too_many_are_dropped() -> None:
    async with rig() as it:
        for _ in range(20):
            await it.panel.play(Sound.CHIME)
        await it.ticker.turn(60)
        assert it.pins.pin(13).frequency is None


# ------------------------------------------------------------------ the display


async def test_one_frame_stands_still() -> None:
    paper = PaperDisplay()
    async with rig(paper.open) as it:
        await it.panel.show(face("A7"))
        await it.ticker.turn(60)
        assert paper.shown == ["A7"]


async def test_frames_alternate_every_second_and_a_half() -> None:
    paper = PaperDisplay()
    async with rig(paper.open) as it:
        await it.panel.show(face("A7", "T2"))
        assert paper.shown == ["A7"]
        await it.ticker.turn(1.4)
        assert paper.shown == ["A7"]
        for length, text in ((2, "T2"), (3, "A7"), (4, "T2")):
            await it.ticker.turn(1.5)
            await until(lambda length=length: len(paper.shown) == length)  # type: ignore[misc]
            assert paper.shown[-1] == text


async def test_a_long_number_is_never_cut() -> None:
    paper = PaperDisplay()
    async with rig(paper.open) as it:
        await it.panel.show(face("A1000"))
        await it.ticker.turn(1.5)
        await until(lambda: paper.shown == ["A", "1000"])


async def test_a_display_that_dies_is_named_and_comes_back_by_itself() -> None:
    paper = PaperDisplay()
    async with rig(paper.open) as it:
        await it.panel.show(face("A7"))
        paper.broken = True
        await it.panel.show(face("A8", lamp=Lamp.WAIT))
        assert it.panel.faults() == ["display"]
        assert it.pins.pin(18).state == 1.0, "the lamp goes on"
        await it.ticker.turn(1.5)
        await until(lambda: paper.opened == 2)
        paper.broken = False
        for _ in range(8):
            await it.ticker.turn(12)
            await asyncio.sleep(0.01)
        assert it.panel.faults() == []
        assert paper.shown == ["A7", "A8"]


async def test_a_display_that_is_not_there_at_the_start_stops_nothing() -> None:
    paper = PaperDisplay()
    paper.broken = True
    async with rig(paper.open) as it:
        await it.panel.show(face("A7"))
        assert it.panel.faults() == ["display"]
        it.finger(17, down=True)
        assert (await edges(it.panel, 1))[0].down


async def test_parts_on_pins_that_do_not_exist_are_named_and_the_rest_works() -> None:
    pins = PanelPins(buttons=(99, 17), lamp=98, buzzer=97)
    async with rig(pins=pins) as it:
        assert it.panel.faults() == ["button-1", "buzzer", "lamp"]
        await it.panel.show(face("A7"))
        await it.panel.play(Sound.TICK)
        it.finger(17, down=True)
        assert (await edges(it.panel, 1))[0].button == 2


async def test_parts_that_are_not_fitted_are_no_faults() -> None:
    async with rig(pins=PanelPins(buttons=(17,), lamp=None, buzzer=None)) as it:
        await it.panel.show(face("A7"))
        await it.panel.play(Sound.TICK)
        assert it.panel.faults() == []


def test_pins_used_twice_or_too_many_buttons_are_refused() -> None:
    with pytest.raises(BadConfig, match="pin 17 is used twice"):
        PanelPins(buttons=(17,), lamp=17)
    with pytest.raises(BadConfig, match="1 to 4"):
        PanelPins(buttons=())


async def test_a_panel_can_have_seven_segments() -> None:
    factory = MockFactory(pin_class=MockPWMPin)
    async with open_gpio_panel(
        PanelPins(buttons=(17,)),
        pin_factory=factory,
        open_display=lambda: SegmentDisplay(SEGMENTS, pin_factory=factory),
        ticker=HandTicker(),
    ) as panel:
        await panel.show(face("A7"))
        assert panel.faults() == []
    factory.close()


async def test_a_display_that_hangs_is_named_and_holds_nobody_up() -> None:
    free = threading.Event()
    ticker = HandTicker()
    paper = HangingDisplay(free)
    screen = ScreenPart(lambda: paper, ticker=ticker, pause=ticker.pause, answers_within=0.05)
    await screen.show(("A7",))
    assert screen.condition.broken
    await screen.show(("A8",))
    assert paper.shown == 1, "it gets no second thread"
    free.set()
    await until(lambda: not screen.condition.broken)
    await screen.show(("A9",))
    assert paper.shown == 2
    await screen.close()


@pytest.mark.parametrize("opening", [matrix_display(), oled_display()])
async def test_a_bus_that_this_machine_does_not_have_is_a_fault(opening: OpenDisplay) -> None:
    async with rig(opening) as it:
        await it.panel.show(face("A7"))
        assert it.panel.faults() == ["display"]


@pytest.mark.skipif(missing_gpio() is None, reason="this machine has GPIO pins")
def test_pins_that_are_not_there_are_a_missing_world_not_a_crash() -> None:
    with pytest.raises(HardwareUnavailable, match="GPIO chip"), gpio_pins():
        pass
