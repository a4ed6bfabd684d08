"""What may be set, what is refused and why, and what lies over what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import settings as s
from appliance.core.errors import BadSetting, BadStore
from appliance.core.language_rule import LanguageRule
from appliance.core.phone import is_number, is_paid
from appliance.core.profiles import WAYS, Profile
from appliance.core.settings import FIELDS, Settings

BASE = Settings(name="Bib Mol", services=("help", "pc"), info_number="1777")

GOOD: dict[str, Any] = {
    "name": "Digicafé ’t Park",
    "helper_word": "digibuddy",
    "hours": "Tu 09:00-12:00; PH off",
    "closed": ["2026-07-11", "2026-12-24/2027-01-03"],
    "services": ["forms", "help", "course"],
    "labels": {"help": {"nl": "Vraagbaak", "fr": "Vos questions"}},
    "info_number": "0800 12 345",
    "language_rule": "brussel",
    "profile": "digidak",
    "contacts": {"ocmw": "Markt 1, elke voormiddag"},
    "hotspot": False,
    "mdns": False,
    "federation": True,
    "tablet_wifi": True,
    "feedback_buttons": True,
    "shortcuts": ["next", "finish"],
}


def test_every_field_can_be_changed_and_survives_being_written_down() -> None:
    assert set(GOOD) == set(FIELDS)
    changes = {name: s.read(name, raw) for name, raw in GOOD.items()}
    loaded, revision = s.load(s.dump(changes, 3))
    assert (loaded, revision) == (changes, 3)
    assert s.plainly(s.laid_over(BASE, loaded)) == GOOD


def test_only_what_was_changed_is_written_so_that_the_rest_follows_the_setup() -> None:
    changes = {"name": s.read("name", "Anders")}
    assert s.dump(changes, 1)["changed"] == {"name": "Anders"}
    later = Settings(name="Bib Geel", services=("pc",), helper_word="vrijwilliger")
    now = s.laid_over(later, s.load(s.dump(changes, 1))[0])
    assert (now.name, now.helper_word, now.services) == ("Anders", "vrijwilliger", ("pc",))


@pytest.mark.parametrize(
    ("field", "raw", "why"),
    [
        ("name", "   ", "empty"),
        ("name", "x" * 41, "long"),
        ("name", 7, "shape"),
        ("name", "a\x07b", "shape"),
        ("helper_word", "", "empty"),
        ("helper_word", "helper 2", "word"),
        ("helper_word", "<b>", "word"),
        ("hours", "x" * 301, "long"),
        ("closed", ["11 juli"], "day"),
        ("closed", ["2026-02-30"], "day"),
        ("closed", ["2027-01-03/2026-12-24"], "backwards"),
        ("closed", "2026-07-11", "shape"),
        ("closed", [f"2026-01-{day:02}" for day in range(1, 31)] * 4, "many"),
        ("services", [], "none"),
        ("services", ["course"], "none"),
        ("services", ["help", "halp"], "unknown-service"),
        ("services", ["help", "wifi"], "unknown-service"),
        ("labels", {"halp": {"nl": "x"}}, "unknown-service"),
        ("labels", {"help": {"nl": "x" * 41}}, "long"),
        ("labels", {"help": "x"}, "shape"),
        ("labels", {"help": {"NL!": "x"}}, "shape"),
        ("info_number", "070 12 34 56", "paid"),
        ("info_number", "0903 12 345", "paid"),
        ("info_number", "+32 903 12 345", "paid"),
        ("info_number", "0032 70 12 34 56", "paid"),
        ("info_number", "bel ons", "number"),
        ("info_number", "12", "number"),
        ("language_rule", "frans", "choice"),
        ("profile", "", "choice"),
        ("contacts", {"huisarts": "x"}, "unknown"),
        ("hotspot", "aan", "shape"),
        ("shortcuts", ["next", "delete"], "choice"),
        ("letter", "B", "unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_and_a_reason(
    field: str, raw: object, why: str
) -> None:
    if field == "closed" and why == "many":
        raw = [f"20{y:02}-01-01" for y in range(26, 99)] + [
            f"20{y:02}-01-02" for y in range(26, 99)
        ]
    with pytest.raises(BadSetting) as refusal:
        s.read(field, raw)
    assert (refusal.value.facts["field"], refusal.value.facts["why"]) == (field, why)


@pytest.mark.parametrize("text", ["1777", "0800 12 345", "+32 14 33 09 11", "014/33.09.11", "7012"])
def test_a_number_that_costs_nothing_extra_is_fine(text: str) -> None:
    assert is_number(text)
    assert not is_paid(text)


def test_blanks_around_and_within_are_tidied() -> None:
    assert s.read("name", "  Bib   Mol ") == "Bib Mol"


def test_closure_days_stand_in_order_and_once() -> None:
    assert s.read("closed", ["2026-12-25", "2026-07-11", "2026-12-25"]) == (
        "2026-07-11",
        "2026-12-25",
    )


def test_a_record_nobody_here_knows_is_refused() -> None:
    for record in ({"v": 2}, {"v": 1}, {"v": 1, "changed": {"name": 3}, "revision": 1}):
        with pytest.raises(BadStore):
            s.load(record)
    assert s.load(None) == ({}, 0)


# ------------------------------------------------------------------ the language rule

ALL = ("nl", "fr", "en", "ar")


@pytest.mark.parametrize(
    ("rule", "offered", "translations", "wall"),
    [
        ("nl", ALL, {"fr", "en", "ar"}, ("nl",)),
        ("brussel", ALL, {"en", "ar"}, ("nl", "fr")),
        ("faciliteiten", ALL, {"en", "ar"}, ("nl", "fr")),
        ("vrij", ALL, set(), ("ar",)),
    ],
)
def test_the_four_rules(
    rule: str, offered: tuple[str, ...], translations: set[str], wall: tuple[str, ...]
) -> None:
    here = LanguageRule(rule)
    assert here.offered(("ar", "en", "fr", "nl"))[: len(here.official)] == here.official
    assert here.offered(ALL) == offered
    assert {lang for lang in ALL if here.translates(lang)} == translations
    assert here.on_the_wall("ar") == wall


@pytest.mark.parametrize(
    ("rule", "said", "lacking"),
    [
        ("nl", {"fr"}, "nl"),
        ("nl", {"nl"}, None),
        ("brussel", {"nl"}, "fr"),
        ("brussel", {"fr"}, "nl"),
        ("brussel", {"nl", "fr"}, None),
        ("faciliteiten", {"nl"}, "fr"),
        ("vrij", {"ar"}, None),
    ],
)
def test_an_own_name_needs_the_languages_of_the_rule(
    rule: str, said: set[str], lacking: str | None
) -> None:
    changes = {
        "labels": s.read("labels", {"help": dict.fromkeys(said, "Eigen")}),
        "language_rule": LanguageRule(rule),
    }
    if lacking is None:
        assert s.laid_over(BASE, changes).label("help", min(said)) == "Eigen"
        return
    with pytest.raises(BadSetting) as refusal:
        s.laid_over(BASE, changes)
    assert refusal.value.facts == {
        "field": "labels",
        "why": "lacks",
        "which": "help",
        "lang": lacking,
    }


# ------------------------------------------------------------------ profiles


def test_coffee_and_forms_puts_paper_first() -> None:
    ways = WAYS[Profile.KOFFIE_FORMULIEREN]
    assert ways.button == "forms"
    assert ways.offered(("help", "pc")) == ("forms", "help", "pc")
    assert ways.offered(("help", "forms")) == ("help", "forms")
    assert ways.topics()[0] == "letter"


def test_digidak_needs_no_number_for_a_computer_and_counts_it_first() -> None:
    ways = WAYS[Profile.DIGIDAK]
    assert ways.walk_in == ("pc",)
    assert ways.offered(("help",)) == ("help", "pc", "practice")
    assert ways.measures[0] == "pc"
    assert "practice" in ways.unhurried


@given(st.sampled_from(Profile))
def test_no_profile_loses_a_topic_or_a_tally(profile: Profile) -> None:
    usual, ways = WAYS[Profile.NONE], WAYS[profile]
    assert sorted(ways.topics()) == sorted(usual.topics())
    assert sorted(ways.measures) == sorted(usual.measures)
    assert len(ways.near) == len(usual.near)
