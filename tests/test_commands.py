"""The commands: what they print, how they end."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from appliance.adapters.journal_storage import JournalStorage, create_store
from appliance.core import records
from appliance.core.facts import SessionOpened
from appliance.core.ids import ActionId, LocationId
from appliance.core.records import Action
from appliance.core.stamp import ClockSource, Stamp


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "appliance", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
        timeout=60,
    )


def test_config_prints_every_setting_and_its_origin(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('[place]\nname = "Bib"\n', encoding="utf-8")
    done = run("config", "--config", str(path))
    assert done.returncode == 0
    assert f'place.name = "Bib"   # {path}' in done.stdout


@pytest.mark.parametrize("command", ["config", "box"])
def test_a_broken_setting_is_exit_code_two_and_one_sentence(tmp_path: Path, command: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[place]\nnaam = 1\n", encoding="utf-8")
    done = run(command, "--config", str(path))
    assert done.returncode == 2
    assert done.stderr == f"digipunt: {path}: unknown key place.naam; did you mean name?\n"


def test_a_display_too_small_to_read_is_refused_with_the_sum(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        f'[box]\nstore = "{tmp_path}/box"\n[panel]\ndisplay = "oled"\nreading_distance_m = 3\n',
        encoding="utf-8",
    )
    done = run("box", "--config", str(path))
    assert done.returncode == 2
    assert "3 × 12.2" in done.stderr
    assert not (tmp_path / "box").exists()


def test_wrong_use_is_exit_code_two() -> None:
    for arguments in (["dance"], [], ["demo", "--boxes", "11"], ["demo", "--now", "soon"]):
        assert run(*arguments).returncode == 2


def test_a_key_without_a_store_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f'[box]\nstore = "{tmp_path}/box"\n', encoding="utf-8")
    assert run("pin", "123456", "--config", str(path)).returncode == 0
    (tmp_path / "box" / "store").rename(tmp_path / "gone")
    done = run("box", "--config", str(path))
    assert done.returncode == 1
    assert "Restore a backup" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "box" / "store").exists()


def test_a_short_pin_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f'[box]\nstore = "{tmp_path}/box"\n', encoding="utf-8")
    assert run("pin", "1234", "--config", str(path)).returncode == 1


def a_place(path: Path, box: Path) -> tuple[str, str]:
    path.write_text(
        f'[box]\nstore = "{box}"\n[panel]\nkind = "none"\n[web]\nvisitor_host = "127.0.0.1"\n'
        "visitor_port = 0\nstaff_port = 0\nstaff_tls_port = 0\n",
        encoding="utf-8",
    )
    return "--config", str(path)


def test_a_backup_goes_into_a_new_box_and_nowhere_else(tmp_path: Path) -> None:
    old = a_place(tmp_path / "old.toml", tmp_path / "old")
    new = a_place(tmp_path / "new.toml", tmp_path / "new")
    file = str(tmp_path / "kept.json")
    assert run("pin", "123456", *old).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "box", *old], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    running = run("backup", file, *old)
    process.terminate()
    process.communicate(timeout=30)
    assert (running.returncode, running.stdout) == (1, "")
    assert "if that is the box, stop it first" in running.stderr
    done = run("backup", file, *old)
    assert (done.returncode, done.stderr) == (0, "")
    assert "key and PIN are not in it" in done.stdout
    done = run("restore", file, *old)
    assert done.returncode == 1
    assert f"move {tmp_path / 'old'} away and restore again" in done.stderr
    done = run("restore", file, *new)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Choose a PIN" in done.stdout
    assert run("pin", "654321", *new).returncode == 0


def test_an_open_session_is_said_when_a_backup_is_made(tmp_path: Path) -> None:
    config = a_place(tmp_path / "x.toml", tmp_path / "box")
    create_store(tmp_path / "box" / "store")
    stamp = Stamp(wall=datetime(2026, 11, 24, tzinfo=UTC), source=ClockSource.NTP, boot="b", ms=1)
    opened = SessionOpened(
        location=LocationId("park"), serial=7, letter="A", count=3, day=None, helpers=2, window=None
    )
    action = records.dump(Action(id=ActionId(1), stamp=stamp, facts=(opened,)))
    storage = JournalStorage(tmp_path / "box" / "store")
    storage.commit({"actions": {1: action}})
    storage.close()
    done = run("backup", str(tmp_path / "kept"), *config)
    assert done.returncode == 0, done.stderr
    assert "the tickets of the open session are not in it" in done.stdout


def test_what_cannot_be_restored_is_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    config = a_place(tmp_path / "x.toml", tmp_path / "box")
    for content in (None, b"x", b'{"digipunt-backup":1,"sha256":"00"'):
        if content is not None:
            (tmp_path / "file").write_bytes(content)
        done = run("restore", str(tmp_path / "file"), *config)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "box").exists()


def test_a_backup_of_nothing_or_onto_the_box_itself_is_refused(tmp_path: Path) -> None:
    config = a_place(tmp_path / "x.toml", tmp_path / "box")
    assert "There is no store" in run("backup", str(tmp_path / "kept"), *config).stderr
    assert run("pin", "123456", *config).returncode == 0
    before = (tmp_path / "box" / "box.key").read_bytes()
    done = run("backup", str(tmp_path / "box" / "box.key"), *config)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert run("backup", str(tmp_path), *config).returncode == 1
    assert (tmp_path / "box" / "box.key").read_bytes() == before
    assert not (tmp_path / "kept").exists()


def test_the_demo_prints_one_line_and_ends_within_three_seconds(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "demo", "--json", "--port", "0", "--boxes", "3",
         "--data", str(tmp_path), "--seed", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    world = json.loads(process.stdout.readline())
    assert [box["letter"] for box in world["boxes"]] == ["A", "B", "C"]
    assert set(world["boxes"][0]) == {"id", "name", "letter", "visitor", "staff", "panel", "pin"}
    assert set(world["collector"]) == {"url", "user", "password"}
    with urllib.request.urlopen(f"{world['collector']['url']}/healthz", timeout=10) as answer:
        assert answer.status == 200
    for box in world["boxes"]:
        for site in ("visitor", "staff", "panel"):
            with urllib.request.urlopen(f"{box[site]}/", timeout=10) as answer:
                assert answer.status == 200
    began = monotonic()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "")
    assert monotonic() - began < 3


def test_started_again_on_the_same_data_it_carries_on(tmp_path: Path) -> None:
    pins = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "demo", "--json", "--port", "0",
             "--data", str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert process.stdout is not None
        world = json.loads(process.stdout.readline())
        known = [(box["id"], box["pin"]) for box in world["boxes"]]
        pins.append([*known, world["collector"]["password"]])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert pins[0] == pins[1]


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("demo", "--port", str(port), "--data", str(tmp_path))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_gpio_the_box_says_what_is_missing_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        f'[box]\nstore = "{tmp_path}/box"\n[web]\nvisitor_host = "127.0.0.1"\n'
        "visitor_port = 0\nstaff_port = 0\nstaff_tls_port = 0\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "box", "--config", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    visitors = process.stdout.readline().split()[1]
    with urllib.request.urlopen(f"{visitors}/api/v1/queue", timeout=10) as answer:
        assert json.loads(answer.read())["session"] == "closed"
    process.terminate()
    _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "GPIO" in told
