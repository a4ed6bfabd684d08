"""A box as a process of its own, and what the kernel says of it."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from tests.bench.store import on_a_medium

PIN = "135790"
LONGEST_START = 30.0
ALWAYS = "Mo-Su 00:00-24:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningBox:
    """`digipunt box` on this machine."""

    process: psutil.Process
    visitor: str
    staff: str
    first_answer: float
    """Seconds from the start of the process to its first answer."""

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def pss_mib(self) -> float:
        """Its proportional share of memory."""
        return float(self.process.memory_full_info().pss) / 2**20


@contextmanager
def running_box() -> Iterator[RunningBox]:
    """Start it on a real disk with no GPIO, and end it."""
    with tempfile.TemporaryDirectory(dir=on_a_medium()) as home:
        config = Path(home) / "digipunt.toml"
        config.write_text(
            f'[box]\nstore = "{home}/box"\n[place]\nname = "Bench"\nhours = "{ALWAYS}"\n'
            '[panel]\nkind = "none"\n[web]\nvisitor_host = "127.0.0.1"\nvisitor_port = 0\n'
            "staff_port = 0\nstaff_tls_port = 0\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "appliance"]
        subprocess.run([*command, "pin", PIN, "--config", str(config)], check=True, stdout=-3)
        started = perf_counter()
        process = subprocess.Popen(
            [*command, "box", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout is not None
            visitor = process.stdout.readline().split()[1]
            staff = process.stdout.readline().split()[1]
            with urllib.request.urlopen(f"{visitor}/api/v1/queue", timeout=LONGEST_START):
                first_answer = perf_counter() - started
            yield RunningBox(
                process=psutil.Process(process.pid),
                visitor=visitor,
                staff=staff,
                first_answer=first_answer,
            )
        finally:
            process.terminate()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()


def machine() -> str:
    """The machine in one line: processor, cores, kernel, Python."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    system = os.uname()
    python = ".".join(str(n) for n in sys.version_info[:3])
    processor = names[0] if names else system.machine
    kernel = f"{system.sysname} {system.release}"
    return f"{processor}, {os.cpu_count()} cores, {kernel}, Python {python}"


def child(module: str, *arguments: str) -> "subprocess.Popen[str]":
    """A helper process of the bench that speaks JSON lines."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """The next line it says."""
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found
