"""The button while a device is being paired: visitors go on, a hold confirms."""

from appliance.core.errors import StorageUnavailable
from appliance.ports import Sound
from tests.services.test_front_panel import Day, running


async def hold(day: Day, seconds: float) -> None:
    await day.finger(down=True)
    await day.ticker.turn(seconds)
    await day.finger(down=False)
    await day.ticker.turn(0.1)


async def test_visitors_go_on_while_a_device_is_being_paired() -> None:
    day = Day()
    async with running(day):
        day.minute.code = "482913"
        await day.finger(down=True)
        await day.ticker.turn(0.4)
        assert day.desk.keys == []
        await day.finger(down=False)
        await day.ticker.turn(0.05)
        assert day.desk.keys == ["b1-1-1"]
        assert day.stands == ["A1"]
        assert day.minute.confirmed == 0
    assert [report.outcome.outcome for report in day.reports] == ["ticket"]


async def test_holding_the_button_pairs_says_ok_and_gives_no_ticket() -> None:
    day = Day()
    async with running(day):
        day.minute.code = "482913"
        await day.ticker.turn(5)
        assert day.stands == ["482", "913"]
        await day.finger(down=True)
        await day.ticker.turn(3.0)
        assert day.minute.confirmed == 1
        assert day.stands == ["OK"]
        assert day.panel.sounds == [Sound.PAIRED]
        await day.finger(down=False)
        await day.ticker.turn(10)
        assert day.stands == ["----"]
        assert day.desk.keys == []
        await day.press()
        assert day.desk.keys == ["b1-1-1"], "outside the minute nothing has changed"
    assert [report.outcome.outcome for report in day.reports] == ["paired", "ticket"]


async def test_in_between_there_is_neither_and_a_sound_that_says_so() -> None:
    day = Day()
    async with running(day):
        day.minute.code = "482913"
        await hold(day, 2.0)
        assert (day.desk.keys, day.minute.confirmed) == ([], 0)
        assert day.panel.sounds == [Sound.REFUSED]
    assert [report.outcome.outcome for report in day.reports] == ["refused"]


async def test_a_hold_that_ends_too_late_or_cannot_be_written_down_pairs_nothing() -> None:
    for trouble in ("late", "disk", "bug"):
        day = Day()
        async with running(day):
            day.minute.code = "482913"
            await day.finger(down=True)
            await day.ticker.turn(2)
            match trouble:
                case "late":
                    day.minute.code = None
                case "disk":
                    day.minute.refusal = StorageUnavailable()
                case _:
                    day.minute.refusal = RuntimeError("a bug")
            await day.ticker.turn(2)
            await day.finger(down=False)
            await day.ticker.turn(0.1)
            assert day.panel.sounds == [Sound.REFUSED]
            assert day.desk.keys == []


async def test_without_anything_to_pair_a_held_button_is_one_ticket() -> None:
    day = Day()
    async with running(day):
        await hold(day, 4.0)
        assert day.desk.keys == ["b1-1-1"]
