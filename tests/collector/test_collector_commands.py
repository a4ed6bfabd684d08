"""`digipunt collector`, as somebody types it."""

import subprocess
import sys
from pathlib import Path

from appliance.adapters.ed25519 import public_key

ROOT = Path(__file__).parents[2]


def digipunt(config: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance", "collector", "--config", str(config), *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, input=typed
    )


def settings(directory: Path, more: str = "") -> Path:
    path = directory / "collector.toml"
    text = f'[collector]\nport = 0\ndirectory = "{directory}/c"\n{more}'
    path.write_text(text, encoding="utf-8")
    return path


def test_a_password_is_chosen_at_the_machine(tmp_path: Path) -> None:
    config = settings(tmp_path)
    refused = digipunt(config, "user", "an", typed="kort\n")
    assert refused.returncode == 1
    assert "12 characters or more" in refused.stderr
    chosen = digipunt(config, "user", "an", typed="drie vogels op een dak\n")
    assert (chosen.returncode, chosen.stdout) == (0, "an can sign in.\n")
    assert (tmp_path / "c" / "collector.key").stat().st_mode & 0o777 == 0o600


def test_deriving_everything_again_says_that_nothing_changed(tmp_path: Path) -> None:
    told = digipunt(settings(tmp_path), "rebuild")
    assert told.returncode == 0
    assert "0 letters; the tables are the same as before" in told.stdout


def test_a_wrong_setting_is_a_sentence_and_exit_code_two(tmp_path: Path) -> None:
    told = digipunt(settings(tmp_path, "k = 1\n"), "rebuild")
    assert told.returncode == 2
    assert "collector.k must be 3 or more" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_box_starts_without_a_database_library() -> None:
    names = ("sqlalchemy", "alembic", "xlsxwriter")
    look = f"import sys, appliance.__main__; print([m for m in {names} if m in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout == "[]\n"


def test_another_key_is_told_as_a_box_is_set_up_with_it(tmp_path: Path) -> None:
    config = settings(tmp_path)
    first, second = digipunt(config, "new-key"), digipunt(config, "new-key")
    keys = [public_key(told.stdout.split()[1]) for told in (first, second)]
    assert None not in keys
    assert keys[0] != keys[1]
    names = {file.name for file in (tmp_path / "c").glob("*.key")}
    assert names == {"collector.key", "collector-1.key", "collector-2.key"}
    (tmp_path / "c" / "collector-2.key").unlink()
    lost = digipunt(config, "rebuild")
    assert (lost.returncode, "collector-2.key" in lost.stderr) == (1, True)
