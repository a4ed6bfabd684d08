"""One network namespace: a place to run programs in, and a phone in one."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
GATEWAY = "10.42.7.1"


def run(*command: str, check: bool = True, timeout: float = 30.0) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


@dataclass
class Space:
    """One network namespace, and what was started in it."""

    name: str
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def run(self, *command: str, check: bool = True, timeout: float = 30.0) -> str:
        return run("ip", "netns", "exec", self.name, *command, check=check, timeout=timeout)

    def python(self, script: str, *arguments: str, timeout: float = 30.0) -> str:
        return self.run(sys.executable, "-I", "-c", script, *arguments, timeout=timeout)

    def start(
        self, *command: str, log: Path, env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *command],
                stdout=out,
                stderr=out,
                env={**os.environ, **(env or {})},
            )
        self.running.append(process)
        return process

    def take_away(self, link: str) -> None:
        run("ip", "-n", self.name, "link", "del", link)

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()


@dataclass(frozen=True)
class Reply:
    """What a phone got."""

    status: int
    location: str
    body: bytes
    seconds: float


class Phone(Space):
    """A phone: an address by DHCP, then whatever people do."""

    mac = ""

    def join(self, folder: Path) -> dict[str, str]:
        """Ask for an address as any phone does; what came with it."""
        script = HERE / "udhcpc.sh"
        told = folder / f"lease-{self.name}"
        told.unlink(missing_ok=True)
        subprocess.run(
            ["ip", "netns", "exec", self.name, "udhcpc", "-i", "wlan0", "-n", "-q", "-f",
             "-t", "8", "-T", "1", "-O", "114", "-s", str(script)],
            env={**os.environ, "LEASE": str(told)}, check=True, capture_output=True, timeout=20,
        )  # fmt: skip
        lines = told.read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def get(self, url: str, *options: str, patience: float = 4.0) -> Reply:
        """By curl; status 0 when nobody answered."""
        with tempfile.NamedTemporaryFile(prefix="dgbody") as body:
            said = self.run(
                "curl", "-s", "-g", "-o", body.name, "-m", str(patience), *options,
                "-w", "%{http_code} %{time_total} %{redirect_url}", url,
                check=False, timeout=patience + 5,
            )  # fmt: skip
            status, seconds, location = (said + "  ").split(" ", 2)
            found = Path(body.name).read_bytes()
        return Reply(int(status or 0), location.strip(), found, float(seconds or 0))

    def tap(self) -> Reply:
        """The button on the page."""
        return self.get(f"http://{GATEWAY}/wifi", "-X", "POST")

    def leave(self) -> Reply:
        return self.get(f"http://{GATEWAY}/wifi/leave", "-X", "POST")

    def state(self) -> Mapping[str, object]:
        found: Mapping[str, object] = json.loads(self.get(f"http://{GATEWAY}/api/v1/wifi").body)
        return found

    def ask(self, name: str, kind: int = 1, server: str = GATEWAY) -> tuple[int, list[str]]:
        """A DNS question: the code of the answer, and its addresses; (-1, []) for silence."""
        said = self.python(ASK, name, str(kind), server)
        code, *addresses = said.split()
        return int(code), addresses


ASK = """
import socket, struct, sys
name, kind, server = sys.argv[1], int(sys.argv[2]), sys.argv[3]
q = b"\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00"
q += b"".join(bytes([len(p)]) + p.encode() for p in name.split("."))
q += b"\\0" + struct.pack("!2H", kind, 1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(3)
s.sendto(q, (server, 53))
try:
    d = s.recv(2048)
except (TimeoutError, OSError):
    print(-1)
    sys.exit()
found, at = [], len(q)
for _ in range(struct.unpack("!H", d[6:8])[0]):
    at += 2 if d[at] >= 0xC0 else d.index(0, at) - at + 1
    t, _c, _ttl, n = struct.unpack("!2HIH", d[at:at + 10])
    at += 10
    if t == 1:
        found.append(socket.inet_ntoa(d[at:at + 4]))
    at += n
print(d[3] & 15, *found)
"""
