"""`digipunt pair`: a box without a button is paired from its console."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

BOX = [sys.executable, "-m", "appliance"]


@contextmanager
def a_demo(data: Path) -> Iterator[Mapping[str, Any]]:
    process = subprocess.Popen(
        [*BOX, "demo", "--json", "--port", "0", "--boxes", "1", "--data", str(data)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["boxes"][0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def asked(staff: str, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
    request = urllib.request.Request(
        f"{staff}/api/v1/{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Origin": staff},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: Mapping[str, Any] = json.loads(answer.read())
    return found


def test_the_console_vouches_for_the_tablet_that_shows_that_code(tmp_path: Path) -> None:
    with a_demo(tmp_path) as box:
        config = tmp_path / "box.toml"
        config.write_text(f'[box]\nstore = "{tmp_path}/park"\n', encoding="utf-8")
        offer = asked(box["staff"], "pairing", {})
        with subprocess.Popen(
            [*BOX, "pair", offer["code"], "--role", "technician", "--config", str(config)],
            stdout=subprocess.PIPE,
            text=True,
        ) as console:
            ends = monotonic() + 30
            answer: Mapping[str, Any] = {"signed_in": False}
            while not answer["signed_in"] and monotonic() < ends:
                answer = asked(box["staff"], "session", {"device_token": offer["device_token"]})
            told, _ = console.communicate(timeout=30)
        assert answer["role"] == "technician"
        assert (console.returncode, told) == (0, "The device is paired.\n")
        late = subprocess.run(
            [*BOX, "pair", "000000", "--config", str(config)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert late.returncode == 1
        assert late.stderr == "digipunt: no tablet shows that code now\n"
        assert not (tmp_path / "park" / "pair.json").exists()
