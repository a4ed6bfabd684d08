"""Settings in layers; every refusal names file, key and what was expected."""

from pathlib import Path

import pytest

from appliance.config import Config, explain, keys, load
from appliance.core.errors import BadConfig

ROOT = Path(__file__).parents[1]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_later_layers_win_and_remember_where_they_came_from(tmp_path: Path) -> None:
    low = written(tmp_path / "a.toml", '[place]\nname = "A"\ncounters = 5\n')
    high = written(tmp_path / "b.toml", '[place]\nname = "B"\n')
    loaded = load([low, high], {"DIGIPUNT_PLACE__HELPERS": "7"}, {"box.letter": "C"})
    assert loaded.config.place.name == "B"
    assert loaded.config.place.counters == 5
    assert loaded.config.place.helpers == 7
    assert loaded.config.box.letter == "C"
    told = explain(loaded)
    assert f'place.name = "B"   # {high}' in told
    assert "place.helpers = 7   # environment DIGIPUNT_PLACE__HELPERS" in told
    assert 'box.letter = "C"   # command line' in told
    assert "rules.back_places = 3   # default" in told


def test_without_any_file_the_defaults_hold() -> None:
    assert load().config == Config()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[plaats]\n", "unknown section [plaats]"),
        ("[plac]\n", "did you mean place?"),
        ("[place]\nnaem = 'x'\n", "unknown key place.naem; did you mean name?"),
        ("[place]\nname = 3\n", "place.name must be text, not 3"),
        ("[place]\ncounters = 'two'\n", "place.counters must be a whole number, not 'two'"),
        ("[place]\ncounters = true\n", "place.counters must be a whole number, not True"),
        ("[place]\ncounters = 0\n", "place.counters must be 1 to 20, not 0"),
        ("[place]\nservices = 'help'\n", "place.services must be a list of text"),
        ("[place]\nservices = ['halp']\n", "no service 'halp'; did you mean help?"),
        ("[place]\nservices = ['wifi']\n", "has no service 'wifi'"),
        ("[place]\nservices = ['course']\n", "must name at least one service with a ticket"),
        ("[panel]\nservices = ['course']\n", "panel.services has no service 'course' with a"),
        ("[place]\ninfo_number = '+32 70 12 34 56'\n", "is a paid number"),
        ("[place]\nlanguage_rule = 'fr'\n", "must be nl or brussel or faciliteiten or vrij"),
        ("[place]\nprofile = 'digidok'\n", "must be none or koffie-formulieren or digidak"),
        ("[place]\nservices = []\n", "must name at least one service"),
        ("[place]\nid = 'Ieper Bib'\n", "place.id must be small letters"),
        ("[place]\nname = ' '\n", "place.name must not be empty"),
        ("[place]\ninfo_number = '0903 12 345'\n", "is a paid number (0903 12 345)"),
        ("[place]\ninfo_number = '070 12 34 56'\n", "is a paid number"),
        ("[box]\nletter = 'AB'\n", "box.letter must be one letter A to Z, not 'AB'"),
        ("[box]\nletter = 'W'\n[panel]\ndisplay = 'segment'\n", "with seven segments"),
        ("[panel]\nbuttons = [1, 2]\n", "panel.services must name 2 services, one for each button"),
        ("[panel]\nbuttons = []\n", "must name one to four GPIO lines"),
        ("[panel]\nbuttons = ['x']\n", "panel.buttons must be a list of a whole number"),
        ("[panel]\ndisplay = 'tv'\n", "panel.display must be segment, matrix, oled or none"),
        ("[panel]\nkind = 'usb'\n", "panel.kind must be gpio or none"),
        ("[web]\nvisitor_port = 70000\n", "web.visitor_port must be 0 to 65535, not 70000"),
        ("[rules]\nback_places = 0\n", "rules.back_places must be 1 or more"),
        ("place = 3\n", "[place] must be a table"),
        ("[place\n", "Expected ']'"),
    ],
)  # fmt: skip
def test_a_refusal_names_file_key_and_expectation(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path / "digipunt.toml", text)
    with pytest.raises(BadConfig) as refusal:
        load([path])
    assert str(path) in str(refusal.value)
    assert expected in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"nowhere\.toml: there is no such file"):
        load([tmp_path / "nowhere.toml"])


def test_the_environment_is_checked_like_a_file() -> None:
    with pytest.raises(BadConfig, match="environment DIGIPUNT_PLACE__COUNTERS"):
        load(environ={"DIGIPUNT_PLACE__COUNTERS": "many"})
    with pytest.raises(BadConfig, match=r"unknown key place\.nmae"):
        load(environ={"DIGIPUNT_PLACE__NMAE": "x"})
    two = {"DIGIPUNT_PANEL__BUTTONS": "5, 6", "DIGIPUNT_PANEL__SERVICES": "help,pc"}
    assert load(environ=two).config.panel.buttons == (5, 6)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    missing = [key for key in keys() if f"`{key}`" not in text]
    assert missing == []
