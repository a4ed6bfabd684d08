"""Settings and months of version 1, written by the first version, are understood by later ones."""

import json
from pathlib import Path
from typing import Any

from appliance.core import month, settings
from appliance.core.ids import LocationId
from appliance.core.language_rule import LanguageRule
from appliance.core.profiles import Profile
from appliance.core.settings import FIELDS, Settings

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "settings-v1.json").read_text(encoding="utf-8")
)


def test_golden_settings_are_understood_and_written_the_same() -> None:
    record = GOLDEN["settings"]["1"]
    changes, revision = settings.load(record)
    assert revision == 7
    assert settings.dump(changes, revision) == record
    now = settings.laid_over(Settings(name="Bib", services=("pc",)), changes)
    assert (now.name, now.language_rule) == ("Digicafé ’t Park", LanguageRule.BRUSSEL)
    assert (now.profile, now.label("help", "fr")) == (Profile.KOFFIE_FORMULIEREN, "Vos questions")


def test_the_golden_settings_hold_every_field() -> None:
    assert set(GOLDEN["settings"]["1"]["changed"]) == set(FIELDS)


def test_a_golden_month_is_understood_and_written_the_same() -> None:
    record = GOLDEN["months"]["1"]
    typed = month.load(record)
    assert (typed.volunteer_minutes, typed.staff_minutes, typed.cost) == (720, None, 9990)
    assert month.dump("2026-11", LocationId("park"), typed) == record
