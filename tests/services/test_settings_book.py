"""Settings are kept before they hold, hold at once, and never keep a box from starting."""

from functools import partial

import pytest

from appliance.adapters.opening_hours import OsmTimetable
from appliance.core.errors import BadSetting, KeyReused, SettingsChanged, StorageUnavailable
from appliance.core.ids import Key
from appliance.core.language_rule import LanguageRule
from appliance.core.settings import Settings
from appliance.services.settings_book import SettingsBook
from appliance.simulation.books import MemoryBook
from tests.desks import TUESDAY

BASE = Settings(name="Bib Mol", hours="Tu 09:00-12:00", services=("help", "pc"))


def opened(book: MemoryBook, base: Settings = BASE) -> SettingsBook:
    return SettingsBook(
        book=book,
        base=base,
        read_hours=partial(OsmTimetable, zone="Europe/Brussels"),
        today=lambda: TUESDAY,
    )


async def test_a_change_holds_at_once_and_after_a_restart() -> None:
    book = MemoryBook()
    kept = opened(book)
    told: list[str] = []
    kept.follow(lambda now: told.append(now.name))
    await kept.change({"name": "Digicafé ’t Park", "hours": "We 13:00-16:00"})
    for one in (kept, opened(book)):
        assert one.current.name == "Digicafé ’t Park"
        assert one.revision == 1
        assert one.changed == {"name", "hours"}
        window = one.next_window(TUESDAY)
        assert window is not None
        assert window.start.isoformat() == "2026-11-25T12:00:00+00:00"
        assert one.window(TUESDAY) is None
    assert told == ["Digicafé ’t Park"]


async def test_what_was_changed_can_go_back_to_how_the_box_was_set_up() -> None:
    book = MemoryBook()
    kept = opened(book)
    await kept.change({"name": "Anders", "helper_word": "buddy"})
    await kept.change({}, back=["name"])
    assert (kept.current.name, kept.current.helper_word) == ("Bib Mol", "buddy")
    other_setup = opened(book, Settings(name="Bib Geel", services=("help",)))
    assert other_setup.current.name == "Bib Geel"


async def test_all_or_none() -> None:
    book = MemoryBook()
    kept = opened(book)
    with pytest.raises(BadSetting):
        await kept.change({"name": "Anders", "info_number": "0900 12 345"})
    assert (kept.current.name, kept.revision, book.commits) == ("Bib Mol", 0, 0)


@pytest.mark.parametrize(
    ("hours", "why"),
    [('"op afspraak"', "remark"), ("elke dinsdag", "syntax"), ("off", "never")],
)
async def test_hours_are_refused_by_what_they_mean(hours: str, why: str) -> None:
    kept = opened(MemoryBook())
    with pytest.raises(BadSetting) as refusal:
        await kept.change({"hours": hours})
    assert refusal.value.facts["why"] == why
    assert kept.window(TUESDAY) is not None


async def test_a_closure_takes_the_day_out_of_the_timetable() -> None:
    kept = opened(MemoryBook())
    await kept.change({"closed": ["2026-11-24"]})
    assert kept.window(TUESDAY) is None
    await kept.change({"hours": ""})
    assert kept.next_window(TUESDAY) is None


async def test_who_saw_something_older_is_told_so() -> None:
    kept = opened(MemoryBook())
    seen = kept.seen(["name"])
    await kept.change({"helper_word": "buddy"}, seen=kept.seen(["helper_word"]))
    await kept.change({"name": "Een"}, seen=seen)
    with pytest.raises(SettingsChanged):
        await kept.change({"name": "Twee"}, seen=seen)
    with pytest.raises(SettingsChanged):
        await kept.change({"name": "Twee"}, revision=1)
    assert kept.current.name == "Een"


async def test_the_same_key_changes_once() -> None:
    kept = opened(MemoryBook())
    await kept.change({"name": "Een"}, key=Key("k"))
    await kept.change({"name": "Twee"})
    await kept.change({"name": "Een"}, key=Key("k"))
    assert (kept.current.name, kept.revision) == ("Twee", 2)
    with pytest.raises(KeyReused):
        await kept.change({"name": "Drie"}, key=Key("k"))


async def test_what_cannot_be_kept_does_not_hold() -> None:
    book = MemoryBook()
    kept = opened(book)
    book.fail()
    with pytest.raises(StorageUnavailable):
        await kept.change({"name": "Anders", "hours": ""})
    assert (kept.current, kept.revision) == (BASE, 0)
    assert kept.window(TUESDAY) is not None


async def test_settings_that_no_longer_fit_wait_and_the_box_starts_as_set_up() -> None:
    book = MemoryBook()
    await opened(book).change({"name": "Anders", "labels": {"help": {"nl": "Vraag"}}})
    brussels = Settings(name="Bxl", services=("help",), language_rule=LanguageRule.BRUSSEL)
    later = opened(book, brussels)
    assert later.damage == "labels: lacks"
    assert later.current == brussels
    await later.change({"labels": {}})
    mended = opened(book, brussels)
    assert mended.damage is None
    assert mended.current.name == later.current.name == "Anders"
