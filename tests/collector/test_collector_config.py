"""The collector's own settings; every refusal names file, key and what was expected."""

import re
from pathlib import Path

import pytest

from appliance.collector.config import CollectorConfig, keys, load
from appliance.core.errors import BadConfig

PAGE = Path(__file__).parents[2] / "docs" / "collector.md"


def written(directory: Path, text: str) -> Path:
    path = directory / "collector.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_environment_lies_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, '[collector]\nname = "Westhoek"\nport = 1\n')
    config = load(path, {"DIGIPUNT_COLLECTOR__PORT": "2"})
    assert (config.name, config.port, config.k) == ("Westhoek", 2, 5)
    assert config.database_url.startswith("sqlite+aiosqlite:////var/lib/")


def test_without_a_file_the_defaults_hold() -> None:
    assert load(None, {}) == CollectorConfig()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[colector]\n", "unknown section [colector]"),
        ("collector = 1\n", "unknown section"),
        ("[collector]\nprot = 1\n", "did you mean port?"),
        ('[collector]\nport = "x"\n', "collector.port must be a whole number"),
        ("[collector]\nport = 70000\n", "must be 0 to 65535"),
        ("[collector]\nk = 2\n", "collector.k must be 3 or more"),
        ("[collector]\nk = true\n", "must be a whole number"),
        ('[collector]\nname = " "\n', "must not be empty"),
        ('[collector]\naddress = "cijfers.example"\n', "collector.address must be like"),
        ('[collector]\naddress = "https://a.example/pad"\n', "without a path"),
        ("[collector]\nbody_mb = 0\n", "must be 1 to 100"),
        ("[collector\n", "collector.toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(BadConfig, match=re.escape(expected)):
        load(written(tmp_path, text), {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="there is no such file"):
        load(tmp_path / "x.toml", {})


def test_every_setting_is_documented_with_its_default() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for key, default in keys().items():
        shown = f'"{default}"' if isinstance(default, str) else str(default)
        assert f"| `{key}` | `{shown}` |" in text, key


def test_no_setting_is_a_secret() -> None:
    assert [key for key in keys() if re.search(r"pin\b|password|secret|token", key)] == []
