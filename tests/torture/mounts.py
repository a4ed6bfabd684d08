"""File systems that are there for a while, and are taken away again whatever happens."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEBIBYTE: Final = 1 << 20
_INSIDE: Final = "DIGIPUNT_TORTURE_INSIDE"


def possible() -> str | None:
    """Why the tier on block devices cannot run here; None when it can."""
    if os.geteuid():
        return "it needs root"
    needed = ("unshare", "mount", "umount", "mkfs.ext4")
    absent = [command for command in needed if shutil.which(command) is None]
    if absent:
        return f"this system has no {' and no '.join(absent)}"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        return "it may not mount anything here"
    missing = [path for path in ("/dev/fuse", "/dev/loop-control") if not Path(path).exists()]
    return f"this kernel has no {' and no '.join(missing)}" if missing else None


def alone(module: str, arguments: Sequence[str]) -> None:
    """Go on in mounts of our own: they vanish with the last process, also when it is killed."""
    if _INSIDE in os.environ:
        return
    command = ["unshare", "--mount", "--propagation", "private"]
    os.environ[_INSIDE] = "1"
    os.execvp("unshare", [*command, sys.executable, "-m", module, *arguments])  # noqa: S606


@contextmanager
def workshop(where: Path) -> Iterator[Path]:
    """A directory in memory."""
    where.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", "mode=0700", "torture", where)
    try:
        yield where
    finally:
        _unmount(where)


def make_ext4(image: Path, *, mebibytes: int) -> None:
    """A small file system with a journal, as it is on the card."""
    with image.open("wb") as file:
        file.truncate(mebibytes * MEBIBYTE)
    ready = "lazy_itable_init=0,lazy_journal_init=0"
    _run("mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=4", "-m", "0", "-E", ready, image)


@contextmanager
def mounted(image: Path, point: Path, *, read_only: bool = False) -> Iterator[Path]:
    """Through a loop device that goes when the mount goes; raises OSError when it is too broken."""
    point.mkdir(exist_ok=True)
    options = "loop,noatime,errors=remount-ro" + (",ro" if read_only else "")
    done = _run("mount", "-t", "ext4", "-o", options, image, point, check=False)
    if done.returncode:
        raise OSError(f"cannot be mounted: {done.stderr.strip()}")
    try:
        yield point
    finally:
        _unmount(point)


@contextmanager
def logging_disk(home: Path, image: Path) -> Iterator[tuple[Path, Path]]:
    """The image as a file whose writes and flushes are logged; that file, and the log."""
    point, log = home / "disk", home / "disk.log"
    point.touch()
    paths = (str(point), str(image), str(log))
    command = [sys.executable, "-m", "tests.torture.logdisk", *paths]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as disk:
        try:
            if disk.stdout is None or disk.stdout.readline() != "ready\n":
                raise OSError("the logging disk did not start")
            yield point, log
        finally:
            _unmount(point)
            try:
                disk.wait(timeout=10)
            except subprocess.TimeoutExpired:
                disk.kill()


def _unmount(point: Path) -> None:
    done = _run("umount", point, check=False)
    if done.returncode:
        _run("umount", "--lazy", point, check=False)


def _run(*command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=check, capture_output=True, text=True)
