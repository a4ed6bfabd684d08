"""This very program inside a network namespace for a while: what it starts is there too."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.netns.space import Space, run

CLONE_NEWNET = 0x40000000


@contextmanager
def own_space(port: str) -> Iterator[Space]:
    """With one wired port, whose other end is up and leads nowhere; only this thread moves."""
    space = Space(f"dgown{os.getpid() % 100_000}")
    run("ip", "netns", "add", space.name)
    back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        run("ip", "-n", space.name, "link", "set", "lo", "up")
        run("ip", "-n", space.name, "link", "add", port, "type", "veth", "peer", "name", "far0")
        for link in (port, "far0"):
            run("ip", "-n", space.name, "link", "set", link, "up")
        there = os.open(f"/run/netns/{space.name}", os.O_RDONLY)
        try:
            _enter(libc, there)
        finally:
            os.close(there)
        yield space
    finally:
        _enter(libc, back)
        os.close(back)
        run("ip", "netns", "del", space.name, check=False)


def _enter(libc: ctypes.CDLL, descriptor: int) -> None:
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
