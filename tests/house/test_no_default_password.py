"""There is no password that works on every box."""

import re
import subprocess
import sys
from pathlib import Path

from appliance.config import keys

ROOT = Path(__file__).parents[2]
GIVEN = re.compile(
    r"""(?ix) \b [a-z_]* (pin|password|passwd|passphrase|wachtwoord|secret|token) [a-z_]* \b
    \s* (:\s*[a-z.]+\s*)? [=:] \s* ["'] [^"'\s{}<>%]{3,} ["']"""
)
WORDS = re.compile(r"""["'][a-z _.:/-]+["']""")
"""A word is a name for something, not a secret: those have digits or capitals."""
KINDS = {".py", ".toml", ".js", ".html", ".json", ".service", ".conf", ".ini", ".sh"}


def shipped() -> list[Path]:
    rooms = (ROOT / "appliance", ROOT / "image", ROOT / "systemd")
    return [path for room in rooms for path in sorted(room.rglob("*")) if path.suffix in KINDS]


def test_nothing_that_ships_holds_a_password() -> None:
    found = []
    for path in shipped():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            match = GIVEN.search(line)
            if match and not WORDS.search(match.group()):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_the_search_would_find_one() -> None:
    for line in ('PIN = "123456"', "password: 'Welkom01'", 'default_pin: Final = "0000"'):
        match = GIVEN.search(line)
        assert match, line
        assert not WORDS.search(match.group())


def test_no_setting_is_a_secret() -> None:
    assert [key for key in keys() if re.search(r"pin\b|password|secret|token", key)] == []


def test_a_pin_is_chosen_on_the_box(tmp_path: Path) -> None:
    config = tmp_path / "x.toml"
    config.write_text(f'[box]\nstore = "{tmp_path}/box"\n', encoding="utf-8")
    command = [sys.executable, "-m", "appliance", "pin", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "six digits" in told.stdout
    pair = [sys.executable, "-m", "appliance", "pair", "000000", "--config", str(config)]
    refused = subprocess.run(pair, capture_output=True, text=True, check=False, cwd=ROOT)
    assert refused.returncode == 1
    assert "there is no box here" in refused.stderr
