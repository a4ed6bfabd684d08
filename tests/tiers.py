"""Everything that CI runs, tier by tier: `make test`.

Needs nothing but Python: it sets up the environments, installs what is missing through apt when
it is root, and ends with a list of what it could not run and why. With CI=true a tier that could
not run is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PACKAGES = {
    "chromium": "/usr/bin/chromium",
    "firefox-esr": "/usr/bin/firefox-esr",
    "libnss3-tools": "/usr/bin/certutil",
    "fonts-noto-core": "/usr/share/fonts/truetype/noto",
    "e2fsprogs": "/sbin/mke2fs",
    "nodejs": "/usr/bin/node",
    "npm": "/usr/bin/npm",
    "nftables": "/usr/sbin/nft",
    "dnsmasq-base": "/usr/sbin/dnsmasq",
    "iproute2": "/sbin/ip",
    "iputils-ping": "/bin/ping",
    "udhcpc": "/usr/sbin/udhcpc",
    "curl": "/usr/bin/curl",
    "openssl": "/usr/bin/openssl",
    "dbus": "/usr/bin/dbus-daemon",
    "network-manager": "/usr/sbin/NetworkManager",
    "postgresql": "/usr/lib/postgresql",
    "libreoffice-calc": "/usr/bin/soffice",
}
NO_SERVICES = Path("/usr/sbin/policy-rc.d")
"""While this says 101, what is installed starts nothing: its programs are all we want."""
OTHERS = ("3.13", "3.11")


@dataclass(frozen=True)
class Tier:
    """One part of the tests; `why_not` says in a sentence why it cannot run here."""

    name: str
    command: Sequence[str]
    why_not: Callable[[], str | None] = lambda: None
    prepare: Callable[[], None] = lambda: None


def is_root() -> bool:
    return os.geteuid() == 0


def needs(*paths: str) -> Callable[[], str | None]:
    def why_not() -> str | None:
        missing = ", ".join(path for path in paths if not Path(path).exists())
        return f"missing: {missing}, and apt needs root" if missing else None

    return why_not


def needs_root() -> str | None:
    return None if is_root() else "needs root"


def other_python() -> str | None:
    """The interpreter of the other supported version, wherever this machine keeps it."""
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in OTHERS:
        if version == mine:
            continue
        found = shutil.which(f"python{version}")
        places = [Path(found)] if found else []
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
        places += sorted(pyenv.glob(f"versions/{version}.*/bin/python3"))
        for place in places:
            works = subprocess.run(
                [str(place), "-c", "import venv, ssl"], capture_output=True, check=False
            )
            if works.returncode == 0:
                return str(place)
    return None


def other_environment() -> None:
    """A second environment, made anew when a lock file is younger than it."""
    python = other_python()
    stamp = ROOT / ".venv-other" / "stamp"
    locks = [ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"]
    if stamp.exists() and all(stamp.stat().st_mtime > lock.stat().st_mtime for lock in locks):
        return
    pip = [str(ROOT / ".venv-other" / "bin" / "pip"), "install", "--quiet"]
    run([str(python), "-m", "venv", "--clear", str(ROOT / ".venv-other")])
    run([*pip, "--require-hashes", "-r", str(locks[0])])
    run([*pip, "--no-build-isolation", "--no-deps", "-e", str(ROOT)])
    stamp.touch()


def run(command: Sequence[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def install_packages() -> None:
    """What the tests need of the system, when we may."""
    missing = [name for name, path in PACKAGES.items() if not Path(path).exists()]
    if not missing or not is_root() or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ours = not NO_SERVICES.exists()
    if ours:
        NO_SERVICES.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        NO_SERVICES.chmod(0o755)
    try:
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
            check=False,
            env=quiet,
            stdout=subprocess.DEVNULL,
        )
    finally:
        if ours:
            NO_SERVICES.unlink()


def needs_namespaces() -> str | None:
    """What stands in the way of phones, box and internet as network namespaces."""
    asked = subprocess.run(
        [str(BIN / "python"), "-m", "tests.netns"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return None if asked.returncode == 0 else asked.stdout.strip() or "it cannot be asked"


def pytest(*arguments: str, python: Path = BIN) -> Sequence[str]:
    return (str(python / "pytest"), "-q", *arguments)


def torture(part: str) -> Sequence[str]:
    return (str(BIN / "python"), "-m", "tests.torture", "--only", part)


TIERS = (
    Tier("lint", ("make", "lint")),
    Tier("tests", pytest("-m", "not browser and not root and not postgres and not office")),
    Tier(
        "tests on the other Python",
        pytest("-m", "not slow and not browser and not root", python=ROOT / ".venv-other" / "bin"),
        why_not=lambda: None if other_python() else "no Python 3.13 or 3.11 besides this one",
        prepare=other_environment,
    ),
    Tier(
        "the collector on PostgreSQL",
        pytest("-m", "postgres"),
        why_not=needs("/usr/lib/postgresql"),
    ),
    Tier("files in LibreOffice", pytest("-m", "office"), why_not=needs("/usr/bin/soffice")),
    Tier("federation, a part of it", (str(BIN / "python"), "-m", "tests.federation", "--part")),
    Tier("morning", (str(BIN / "python"), "-m", "tests.morning")),
    Tier("torture: a simulated medium", torture("calls")),
    Tier("torture: faults", torture("faults")),
    Tier("torture: a real disk", torture("blocks"), why_not=needs_root),
    Tier("wifi between namespaces", ("make", "netns"), why_not=needs_namespaces),
    Tier(
        "browser",
        ("make", "browser", "GALLERY=--short"),
        why_not=needs("/usr/bin/chromium", "/usr/bin/npm"),
    ),
)


def main() -> int:
    run(["make", ".venv/dev.stamp", f"PYTHON={sys.executable}"])
    install_packages()
    passed: list[str] = []
    failed: list[str] = []
    skipped: list[str] = []
    for tier in TIERS:
        reason = tier.why_not()
        if reason is not None:
            skipped.append(f"{tier.name}: {reason}")
            continue
        print(f"\n=== {tier.name}", flush=True)
        began = monotonic()
        try:
            tier.prepare()
            run(tier.command)
            passed.append(tier.name)
        except subprocess.CalledProcessError:
            failed.append(tier.name)
        print(f"=== {tier.name}: {monotonic() - began:.0f} s", flush=True)
    for line in skipped:
        print(f"could not run  {line}")
    for name in failed:
        print(f"failed         {name}")
    strict = os.environ.get("CI") == "true"
    print(f"tiers: {len(passed)} passed, {len(failed) + (len(skipped) if strict else 0)} failed")
    return 1 if failed or (strict and skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
