"""The commands: what they print, how they end."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from time import monotonic

import pytest


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
    assert world["collector"] is None
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
        pins.append([(box["id"], box["pin"]) for box in world["boxes"]])
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
        "visitor_port = 0\nstaff_port = 0\n",
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
