"""A PostgreSQL of our own: made in a directory, on a socket in it, and gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

PROGRAMS = Path("/usr/lib/postgresql")
SOCKET = ".s.PGSQL.5432"
"""What PostgreSQL calls its socket; no port is opened."""
PATIENCE = 30.0


def programs() -> Path | None:
    """Where the newest PostgreSQL of this machine has its programs."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def why_not() -> str | None:
    """What stands in the way of a PostgreSQL of our own."""
    if programs() is None:
        return "PostgreSQL is not installed, and apt needs root"
    return None


@dataclass(slots=True, kw_only=True)
class Cluster:
    """One that runs."""

    directory: Path
    user: str
    process: "subprocess.Popen[bytes]"
    numbers: "count[int]"

    def database(self, name: str = "") -> str:
        """The address of a new, empty database."""
        name = name or f"c{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return f"postgresql+asyncpg://{self.user}@/{name}?host={self.directory}"

    def sql(self, question: str, database: str = "postgres") -> str:
        """What psql answers."""
        bin_ = programs()
        assert bin_ is not None
        command = [str(bin_ / "psql"), "-XAtqc", question, "-h", str(self.directory)]
        told = subprocess.run(
            [*command, "-U", self.user, database], check=True, capture_output=True, text=True
        )
        return told.stdout.strip()

    def wait_until_somebody_waits(self) -> None:
        """Returns when one conversation stands before the lock of another."""
        self.sql(
            "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock') LOOP"
            " PERFORM pg_sleep(0.02); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$"
        )

    def interrupt(self) -> None:
        """End every conversation at once, as when the machine of the database goes away."""
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """One for tests, or one that flushes as a real one does; PostgreSQL never runs as root."""
    bin_ = programs()
    assert bin_ is not None, why_not()
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    directory = Path(tempfile.mkdtemp(prefix="digipunt-pg-", dir="/var/tmp"))
    os.chown(directory, owner.pw_uid, owner.pw_gid)
    directory.chmod(0o755)  # the socket is for us too
    try:
        subprocess.run(
            [
                str(bin_ / "initdb"),
                *("--pgdata", str(directory / "data"), "--auth", "trust", "--no-sync"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--username", "digipunt"),
            ],
            check=True,
            capture_output=True,
            cwd=directory,
            **as_owner,
        )
        flush = [] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        process = subprocess.Popen(
            [
                str(bin_ / "postgres"),
                *("-D", str(directory / "data"), "-k", str(directory)),
                *("-c", "listen_addresses=", "-c", "max_connections=60", *flush),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=directory,
            **as_owner,
        )
        try:
            here = Cluster(directory=directory, user="digipunt", process=process, numbers=count(1))
            _wait(here, bin_)
            yield here
        finally:
            process.send_signal(signal.SIGINT)  # its "fast" end
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait(here: Cluster, bin_: Path) -> None:
    ready = [str(bin_ / "pg_isready"), "-q", "-h", str(here.directory), "-U", here.user]
    end = time.monotonic() + PATIENCE
    while subprocess.run([*ready, "-d", "postgres"], check=False).returncode:
        assert here.process.poll() is None, "PostgreSQL did not start"
        assert time.monotonic() < end, "PostgreSQL does not answer"
        time.sleep(0.05)  # a process of somebody else: there is nothing to wait on
