"""The button gives a number; the display shows it, and who is called."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from appliance.core.errors import StorageUnavailable
from appliance.core.press import Press, PressOutcome, PressReport
from appliance.core.showing import Call, Situation
from appliance.ports import Edge, Face, Lamp, Mode, Sound
from appliance.services.front_panel import FrontPanelService
from appliance.simulation.ticker import HandTicker, settle


class PaperPanel:
    """A panel that writes down what it showed and played, and may fail at everything."""

    def __init__(self, buttons: int = 2) -> None:
        self.buttons = buttons
        self.incoming: asyncio.Queue[Edge | Exception] = asyncio.Queue()
        self.faces: list[Face] = []
        self.sounds: list[Sound] = []
        self.broken: list[str] = []
        self.hostile = False

    async def edge(self) -> Edge:
        edge = await self.incoming.get()
        if isinstance(edge, Exception):
            raise edge
        return edge

    async def show(self, face: Face) -> None:
        self._fail()
        self.faces.append(face)

    async def play(self, sound: Sound) -> None:
        self._fail()
        self.sounds.append(sound)

    def faults(self) -> Sequence[str]:
        self._fail()
        return self.broken

    def _fail(self) -> None:
        if self.hostile:
            raise OSError(5, "everything is broken")


class Desk:
    """Gives out numbers, or does not, and tells when the queue changed."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.refusal: Exception | None = None
        self.outcome: PressOutcome | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.now = Situation(open=True)
        self._changed = asyncio.Event()

    async def take(self, _button: int, key: str) -> PressOutcome:
        self.keys.append(key)
        await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        return self.outcome or PressOutcome(outcome="ticket", number=f"A{len(self.keys)}")

    def situation(self) -> Situation:
        return self.now

    def becomes(self, situation: Situation) -> None:
        self.now = situation
        self._changed.set()

    async def changed(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    def calls(self, number: str, counter: int = 2) -> None:
        seq = self.now.call.seq + 1 if self.now.call else 1
        self.becomes(Situation(open=True, call=Call(seq=seq, number=number, counter=counter)))


class Minute:
    """A device that waits to be paired, or none."""

    def __init__(self) -> None:
        self.code: str | None = None
        self.confirmed = 0
        self.refusal: Exception | None = None

    async def confirm_by_button(self) -> bool:
        if self.refusal is not None:
            raise self.refusal
        if self.code is None:
            return False
        self.code = None
        self.confirmed += 1
        return True


class Day:
    """A running service with everything around it."""

    def __init__(self) -> None:
        self.panel = PaperPanel()
        self.desk = Desk()
        self.ticker = HandTicker()
        self.conditions: dict[str, bool] = {}
        self.reports: list[PressReport] = []
        self.feed: asyncio.Queue[PressReport] = asyncio.Queue()
        self.minute = Minute()
        self.service = FrontPanelService(
            panel=self.panel,
            take=self.desk.take,
            situation=self.desk.situation,
            changed=self.desk.changed,
            condition=self.conditions.__setitem__,
            boot="b1",
            ticker=self.ticker,
            pause=self.ticker.pause,
            pairing=self.minute,
        )

    async def finger(self, *, down: bool, button: int = 1) -> None:
        self.panel.incoming.put_nowait(Edge(button=button, down=down, at=self.ticker()))
        await settle()

    async def press(self, button: int = 1) -> None:
        await self.finger(down=True, button=button)
        await self.ticker.turn(0.1)
        await self.finger(down=False, button=button)
        await self.ticker.turn(0.1)

    @property
    def face(self) -> Face:
        return self.panel.faces[-1]

    @property
    def stands(self) -> list[str]:
        """The frames on the display."""
        return list(self.face.frames)


@asynccontextmanager
async def running(day: Day) -> AsyncIterator[Day]:
    with day.service.outcomes() as feed:
        async with asyncio.TaskGroup() as group:
            day.feed = feed
            task = group.create_task(day.service.run())
            await settle()
            yield day
            await settle()
            while not feed.empty():
                day.reports.append(feed.get_nowait())
            task.cancel()


def face(mode: Mode, lamp: Lamp, *frames: str) -> Face:
    return Face(mode=mode, frames=frames, lamp=lamp)


async def test_a_press_gives_a_number_a_tick_and_a_solid_lamp() -> None:
    async with running(Day()) as day:
        assert day.face == face(Mode.IDLE, Lamp.READY, "----")
        await day.press()
        assert day.face == face(Mode.NUMBER, Lamp.WAIT, "A1")
        assert day.panel.sounds == [Sound.TICK]
        await day.ticker.turn(2)
        assert day.face == face(Mode.NUMBER, Lamp.READY, "A1")
        await day.ticker.turn(7.7)
        assert day.face == face(Mode.NUMBER, Lamp.READY, "A1")
        await day.ticker.turn(0.2)
        assert day.face == face(Mode.IDLE, Lamp.READY, "----")


async def test_the_lamp_is_solid_while_the_ticket_is_written_down() -> None:
    async with running(Day()) as day:
        day.desk.gate.clear()
        await day.finger(down=True)
        assert day.face == face(Mode.IDLE, Lamp.WAIT, "----")
        assert day.panel.sounds == []
        day.desk.gate.set()
        await settle()
        assert day.face == face(Mode.NUMBER, Lamp.WAIT, "A1")


async def test_a_second_press_shows_the_same_number_and_takes_nothing() -> None:
    day = Day()
    async with running(day):
        await day.press()
        await day.press()
    assert day.desk.keys == ["b1-1-1"]
    assert [(report.press, report.outcome) for report in day.reports] == [
        (Press.NEW, PressOutcome(outcome="ticket", number="A1")),
        (Press.SAME, PressOutcome(outcome="same-ticket", number="A1")),
    ]


async def test_a_second_press_during_the_commit_waits_for_the_number() -> None:
    day = Day()
    async with running(day):
        day.desk.gate.clear()
        await day.press()
        await day.press()
        day.desk.gate.set()
        await settle()
    assert day.desk.keys == ["b1-1-1"]
    assert [report.outcome.outcome for report in day.reports] == ["ticket", "same-ticket"]


async def test_a_bounce_is_reported_but_earns_nothing() -> None:
    day = Day()
    async with running(day):
        await day.finger(down=True)
        await day.finger(down=False)
        await day.finger(down=True)
        assert day.panel.sounds == [Sound.TICK]
    assert [(report.press, report.outcome.outcome) for report in day.reports] == [
        (Press.NEW, "ticket"),
        (Press.IGNORED, "same-ticket"),
    ]


async def test_every_ticket_has_its_own_key() -> None:
    day = Day()
    async with running(day):
        for button in (1, 2, 1):
            await day.press(button)
            await day.ticker.turn(4)
    assert day.desk.keys == ["b1-1-1", "b1-2-1", "b1-1-2"]


async def test_a_button_this_panel_does_not_have_gives_nothing() -> None:
    async with running(Day()) as day:
        await day.press(7)
        assert day.desk.keys == []


async def test_while_closed_the_display_says_when_and_the_lamp_is_dark() -> None:
    day = Day()
    day.desk.now = Situation(open=False, closed_frames=("DI", "9.00"))
    day.service = FrontPanelService(
        panel=day.panel,
        take=day.desk.take,
        situation=day.desk.situation,
        changed=day.desk.changed,
        condition=day.conditions.__setitem__,
        boot="b1",
        ticker=day.ticker,
        pause=day.ticker.pause,
    )
    day.desk.outcome = PressOutcome(outcome="closed")
    async with running(day):
        await day.press()
        assert day.face == face(Mode.CLOSED, Lamp.OFF, "DI", "9.00")
        assert day.panel.sounds == [Sound.REFUSED]
        day.desk.outcome = None
        day.desk.becomes(Situation(open=True))
        await day.press()
        assert day.stands == ["A2"], "it opened just now: the second press counts"


async def test_a_refusal_sounds_and_stands_five_seconds_and_the_next_press_tries_again() -> None:
    async with running(Day()) as day:
        day.desk.refusal = StorageUnavailable("the disk is full")
        await day.press()
        assert day.face == face(Mode.FAULT, Lamp.FAULT, "ERR")
        assert day.panel.sounds == [Sound.REFUSED]
        await day.ticker.turn(5)
        assert day.face == face(Mode.IDLE, Lamp.READY, "----")
        day.desk.refusal = None
        await day.press()
        assert day.stands == ["A2"]
        assert day.desk.keys == ["b1-1-1", "b1-1-2"]


async def test_a_mistake_of_ours_is_a_refusal_and_stops_nothing() -> None:
    async with running(Day()) as day:
        day.desk.refusal = ZeroDivisionError("a bug")
        await day.press()
        assert day.face.mode is Mode.FAULT


async def test_a_call_chimes_once_and_alternates_with_the_table() -> None:
    async with running(Day()) as day:
        day.desk.calls("A5", 2)
        await settle()
        assert day.face == face(Mode.NUMBER, Lamp.READY, "A5", "T2")
        assert day.panel.sounds == [Sound.CHIME]
        await day.ticker.turn(20)
        assert day.face == face(Mode.IDLE, Lamp.READY, "A5")
        assert day.panel.sounds == [Sound.CHIME]


async def test_a_number_just_given_keeps_the_display_and_then_comes_the_call() -> None:
    async with running(Day()) as day:
        await day.press()
        day.desk.calls("A5", 2)
        await day.ticker.turn(9.7)
        assert day.stands == ["A1"]
        assert day.panel.sounds == [Sound.TICK]
        await day.ticker.turn(0.2)
        assert day.stands == ["A5", "T2"]
        assert day.panel.sounds == [Sound.TICK, Sound.CHIME]


async def test_a_press_during_a_call_shows_at_once_and_the_call_resumes_in_silence() -> None:
    async with running(Day()) as day:
        day.desk.calls("A5", 2)
        await day.ticker.turn(5)
        await day.press()
        assert day.stands == ["A1"]
        await day.ticker.turn(10)
        assert day.stands == ["A5", "T2"]
        assert day.panel.sounds == [Sound.CHIME, Sound.TICK]


async def test_a_jammed_button_is_switched_off_and_the_other_goes_on() -> None:
    day = Day()
    async with running(day):
        await day.finger(down=True)
        await day.ticker.turn(10)
        assert day.conditions == {"panel-button-1": True}
        await day.ticker.turn(1)
        assert day.face == face(Mode.IDLE, Lamp.FAULT, "----")
        await day.press(2)
        assert day.face == face(Mode.NUMBER, Lamp.WAIT, "A2")
        await day.finger(down=False)
        assert day.conditions == {"panel-button-1": False}
        await day.ticker.turn(20)
        assert day.face.lamp is Lamp.READY
        assert len(day.desk.keys) == 2
        await day.press(1)
        assert len(day.desk.keys) == 3


async def test_a_part_that_dies_is_a_condition_until_it_is_back() -> None:
    async with running(Day()) as day:
        day.panel.broken = ["display"]
        await day.ticker.turn(5)
        assert day.conditions == {"panel-display": True}
        day.panel.broken = []
        await day.ticker.turn(5)
        assert day.conditions == {"panel-display": False}


async def test_a_panel_in_which_everything_fails_still_gives_tickets() -> None:
    day = Day()
    async with running(day):
        day.panel.hostile = True
        day.panel.incoming.put_nowait(OSError(5, "no edge"))
        await day.ticker.turn(1)
        await day.press()
        assert day.desk.keys == ["b1-1-1"]
        day.panel.hostile = False
        await day.ticker.turn(5)
        assert day.stands == ["A1"]
    assert day.reports[0].outcome.number == "A1"


async def test_more_presses_than_anybody_can_answer_are_refused_not_kept() -> None:
    day = Day()
    async with running(day):
        day.desk.gate.clear()
        for _ in range(70):
            await day.press()
        assert [day.feed.get_nowait().outcome.outcome for _ in range(5)] == ["refused"] * 5
        day.desk.gate.set()


async def test_a_smiley_is_thanked_for_once_and_counts_once() -> None:
    day = Day()
    day.desk.outcome = PressOutcome(outcome="thanks")
    async with running(day):
        await day.press(2)
        assert day.face == face(Mode.IDLE, Lamp.WAIT, "DAG")
        await day.press(2)
        await day.ticker.turn(4)
        assert day.stands == ["----"]
        assert day.panel.sounds == [Sound.TICK, Sound.TICK]
    assert len(day.desk.keys) == 1
    assert [report.outcome.outcome for report in day.reports] == ["thanks", "thanks"]
