"""A box, phones, an internet and the staff's network, each in a network namespace of its own.

Everything is taken down again whatever happens: processes by their own ids, namespaces by name.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.netns.space import ASK, GATEWAY, HERE, Phone, Space, run

ROOT = Path(__file__).parents[2]
WILDCARD = "192.0.2.80"
RESOLVER = "203.0.113.1"
UPLINK = "203.0.113.2"
SITE = "198.19.0.80"
"""Every site of that internet, but for the essential ones."""
ESSENTIAL = "198.19.0.10"
MOVED = "198.19.0.11"
STAFF = "192.168.77.1"
TABLET = "192.168.77.2"
TOOLS = {
    "nft": "nftables",
    "ip": "iproute2",
    "dnsmasq": "dnsmasq-base",
    "udhcpc": "udhcpc",
    "curl": "curl",
    "ping": "iputils-ping",
    "openssl": "openssl",
    "setpriv": "util-linux",
}
NOBODY = 65534
SYNCHRONIZED = "/run/systemd/timesync/synchronized"
OWN_TIMESYNC = "mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/timesync"
"""For `start_box(before=...)`: a place where `vouch` can leave its mark."""
CAPABILITIES = ("net_admin", "net_raw", "net_bind_service")


class World:
    """All of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tag = f"dg{os.getpid() % 100_000}"
        self.box = Space(f"{self.tag}-box")
        self.inet = Space(f"{self.tag}-inet")
        self.staff = Phone(f"{self.tag}-staff")
        self.phones: list[Phone] = []
        self.daemon: subprocess.Popen[bytes] | None = None
        self._root_unit: threading.Thread | None = None
        self._ending = threading.Event()
        self.trials = 0
        self.hole = ""
        self._made = 0

    # -------------------------------------------------------------- building

    def build(self, phones: int) -> None:
        for space in (self.box, self.inet, self.staff):
            self._space(space)
        self.link(self.box, "wan0", self.inet)
        run("ip", "-n", self.box.name, "address", "add", f"{UPLINK}/24", "dev", "wan0")
        run("ip", "-n", self.inet.name, "address", "add", f"{RESOLVER}/24", "dev", "eth0")
        for address in (SITE, ESSENTIAL, MOVED, "198.19.0.53"):
            run("ip", "-n", self.inet.name, "address", "add", f"{address}/32", "dev", "lo")
        self.route()
        self.link(self.box, "lan0", self.staff)
        run("ip", "-n", self.box.name, "address", "add", f"{STAFF}/24", "dev", "lan0")
        run("ip", "-n", self.staff.name, "address", "add", f"{TABLET}/24", "dev", "eth0")
        run("ip", "-n", self.staff.name, "route", "add", "default", "via", STAFF)
        run("ip", "-n", self.box.name, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", self.box.name, "link", "set", "br0", "address", "02:00:00:00:0b:01", "up")
        for _ in range(phones):
            self.add_phone()
        self.inet.run("nft", "-f", str(HERE / "internet.nft"))

    def route(self) -> None:
        run("ip", "-n", self.box.name, "route", "replace", "default", "via", RESOLVER)

    def _space(self, space: Space) -> None:
        run("ip", "netns", "add", space.name)
        run("ip", "-n", space.name, "link", "set", "lo", "up")

    def link(self, near: Space, port: str, far: Space, other: str = "eth0") -> None:
        run("ip", "link", "add", port, "netns", near.name, "type", "veth", "peer", "name", other,
            "netns", far.name)  # fmt: skip
        run("ip", "-n", near.name, "link", "set", port, "up")
        run("ip", "-n", far.name, "link", "set", other, "up")

    def add_phone(self) -> Phone:
        """A phone within reach; the bridge keeps phones apart, as an access point does."""
        self._made += 1
        n = self._made
        phone = Phone(f"{self.tag}-p{n}")
        self._space(phone)
        self.phones.append(phone)
        port = f"v{n}"
        self.link(self.box, port, phone, "wlan0")
        self.give_mac(phone, f"02:00:00:00:a0:{n:02x}")
        run("ip", "-n", self.box.name, "link", "set", port, "master", "br0")
        self.box.run("bridge", "link", "set", "dev", port, "isolated", "on")
        resolv = Path("/etc/netns") / phone.name
        resolv.mkdir(parents=True, exist_ok=True)
        (resolv / "resolv.conf").write_text(f"nameserver {GATEWAY}\n", encoding="ascii")
        return phone

    def remove_phone(self, phone: Phone) -> None:
        phone.stop()
        self.phones.remove(phone)
        run("ip", "netns", "del", phone.name)
        shutil.rmtree(Path("/etc/netns") / phone.name, ignore_errors=True)

    @staticmethod
    def give_mac(phone: Phone, mac: str) -> None:
        run("ip", "-n", phone.name, "link", "set", "wlan0", "down")
        run("ip", "-n", phone.name, "link", "set", "wlan0", "address", mac)
        run("ip", "-n", phone.name, "link", "set", "wlan0", "up")
        phone.mac = mac

    # -------------------------------------------------------------- what runs

    def start_internet(self, essential: str = ESSENTIAL) -> None:
        self.inet.stop()
        conf = self.folder / "inet.conf"
        conf.write_text(
            f"port=53\nlisten-address={RESOLVER},198.19.0.53\nbind-interfaces\nno-resolv\n"
            f"no-hosts\nno-daemon\npid-file\nlog-queries\nlocal-ttl=1\naddress=/#/{SITE}\n"
            f"local=/#/\naddress=/vlaanderen.be/{essential}\n"
            "address=/vdab.be/10.9.9.9\n",
            encoding="ascii",
        )
        self.inet.start("dnsmasq", f"--conf-file={conf}", log=self.folder / "inet-dns.log")
        web = str(HERE / "internet.py")
        self.inet.start(sys.executable, web, str(self.folder), log=self.folder / "inet-web.log")
        self.until(lambda: "198" in self.box.python(ASK, "example.org", "1", RESOLVER))
        self.until(lambda: self.inet.run("curl", "-s", "-m", "2", f"http://{SITE}/"))
        self.until(lambda: self.inet.run("curl", "-sk", "-m", "2", f"https://{SITE}/"))

    def questions(self) -> list[str]:
        """Every name that the internet's resolver was ever asked for by the box, in order."""
        lines = (self.folder / "inet-dns.log").read_text("utf-8").splitlines()
        return [line.split()[line.split().index("from") - 1] for line in lines if "query[" in line]

    def config(self, **changes: object) -> Path:
        hotspot: dict[str, object] = {
            "kind": "ethernet",
            "interface": "br0",
            "address": f"{GATEWAY}/24",
            "resolvers": [RESOLVER],
            "essentials": str(self.folder / "essentials.txt"),
            "run": str(self.folder / "run"),
            **changes,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in hotspot.items()]
        path = self.folder / "digipunt.toml"
        path.write_text(
            f'[box]\nstore = "{self.folder}/box"\n[place]\nname = "Digicafé ’t Park"\n'
            f'[panel]\nkind = "none"\n[web]\nstaff_host = "{STAFF}"\n'
            "[hotspot]\n" + "\n".join(lines) + "\n",
            encoding="utf-8",
        )
        return path

    def start_box(self, *, wait: bool = True, before: str = "true", **changes: object) -> None:
        """The real program, as nobody, with three capabilities; root's unit stands beside it.

        `before` is done by root where only the program sees it, such as a mount.
        """
        config = self.config(**changes)
        for name in ("box", "run"):
            (self.folder / name).mkdir(exist_ok=True)
        for path in (
            self.folder,
            *self.folder.glob("box/**/*"),
            self.folder / "box",
            self.folder / "run",
        ):
            os.chown(path, NOBODY, NOBODY)
        caps = ",".join(f"+{one}" for one in CAPABILITIES)
        self.daemon = self.box.start(
            "sh", "-c", f'{before} && exec "$@"', "sh",
            "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            f"--inh-caps={caps}", f"--ambient-caps={caps}", "--no-new-privs",
            sys.executable, "-m", "appliance", "box", "--config", str(config),
            log=self.folder / "box.log", env={"PYTHONPATH": str(ROOT), "HOME": str(self.folder)},
        )  # fmt: skip
        if self._root_unit is None:
            self._root_unit = threading.Thread(target=self._watch_for_root, daemon=True)
            self._root_unit.start()
        if wait:
            self.until(lambda: self.parts().get("uplink") == "ok" and self.parts()["wifi"] == "ok")

    def _watch_for_root(self) -> None:
        """What the path unit does: whenever the box leaves a word, root makes the trial."""
        ask, seen = self.folder / "run" / "ask", ""
        while not self._ending.wait(0.05):
            try:
                word = ask.read_text("ascii")
            except OSError:
                continue
            if word != seen:
                seen = word
                self.trials += 1
                if self.hole:
                    self.box.run("nft", self.hole)
                self.box.run(
                    sys.executable, "-m", "appliance", "prove", "--config",
                    str(self.folder / "digipunt.toml"), check=False,
                )  # fmt: skip

    def vouch(self) -> None:
        """The clock is synchronised, as only the program of a box that was started so sees it."""
        assert self.daemon is not None
        run("nsenter", "-t", str(self.daemon.pid), "-m", "touch", SYNCHRONIZED)

    def parts(self) -> Mapping[str, str]:
        health = self.health()
        found: Mapping[str, str] = health["wifi"] if health else {}  # type: ignore[assignment]
        return found

    def health(self) -> Mapping[str, object]:
        """As the staff's network sees it; empty while nobody answers."""
        reply = self.staff.get(f"http://{STAFF}:8081/healthz", patience=2)
        return json.loads(reply.body) if reply.status in {200, 503} else {}

    def kill_box(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the program itself, not the wrapper that put it into its namespace."""
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.send_signal(how)
            self.daemon.wait(10)
        self.daemon = None

    def heard(self, counter: str = "others") -> int:
        """How many packets reached the internet, by the internet's own count."""
        told = json.loads(self.inet.run("nft", "-j", "list", "counters", "table", "inet", "ear"))
        return next(
            int(one["counter"]["packets"])
            for one in told["nftables"]
            if one.get("counter", {}).get("name") == counter
        )

    @staticmethod
    def until(true: Callable[[], object], patience: float = 30.0) -> None:
        """Return when it is; these are other programs, whose time nobody turns."""
        end = time.monotonic() + patience
        while True:
            try:
                if true():
                    return
            except (AssertionError, KeyError, ValueError):
                pass
            if time.monotonic() > end:
                raise AssertionError(f"still not so after {patience:.0f} s")
            time.sleep(0.1)

    def take_down(self) -> None:
        self._ending.set()
        if self._root_unit is not None:
            self._root_unit.join(20)
        for space in (*self.phones, self.staff, self.box, self.inet):
            space.stop()
        for space in (*self.phones, self.staff, self.box, self.inet):
            run("ip", "netns", "del", space.name, check=False)
            shutil.rmtree(Path("/etc/netns") / space.name, ignore_errors=True)


def missing() -> str | None:
    """Why no world can be built here; None when it can."""
    if os.geteuid() != 0:
        return "needs root"
    gone = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if gone:
        return f"not installed: {', '.join(gone)}"
    name = f"dgtry{os.getpid()}"
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "exec", name, "nft", "add", "table", "inet", "t")
    except AssertionError as trouble:
        return f"this kernel has no network namespaces, or no nftables: {trouble}"
    finally:
        run("ip", "netns", "del", name, check=False)
    return None


@contextmanager
def a_world(*, phones: int = 2) -> Iterator[World]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="digipunt-netns-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        world = World(folder)
        stack.callback(world.take_down)
        world.build(phones)
        world.start_internet()
        yield world
