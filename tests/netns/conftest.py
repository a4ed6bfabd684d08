"""One world for the whole suite: building it takes longer than any check."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.netns.world import Phone, World, a_world, missing, run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs root and namespaces, and says why when it cannot have them."""
    here = [item for item in items if "tests/netns" in item.path.as_posix()]
    for item in here:
        item.add_marker(pytest.mark.netns)
        item.add_marker(pytest.mark.root)


@pytest.fixture(scope="session")
def built() -> Iterator[World]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    before = footprint()
    with a_world(phones=2) as world:
        world.start_box()
        for phone in world.phones:
            phone.join(world.folder)
        yield world
    assert footprint() == before, "something was left behind"


def footprint() -> dict[str, object]:
    """What such a run could leave on the machine: namespaces, links, rules, programs."""
    programs = {"dnsmasq", "NetworkManager", "udhcpc", "dbus-daemon"}
    running = []
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            if comm.read_text("utf-8").strip() in programs:
                running.append(comm.parent.name)
    return {
        "namespaces": sorted(run("ip", "netns", "list").split()),
        "links": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "rules": run("nft", "list", "ruleset"),
        "programs": sorted(running),
        "resolv.conf of namespaces": sorted(path.name for path in Path("/etc/netns").glob("dg*")),
    }


@pytest.fixture
def world(built: World) -> World:
    """The world with everybody's time forgotten and everything in its place."""
    for phone in built.phones:
        phone.leave()
    return built


@pytest.fixture
def phone(world: World) -> Phone:
    return world.phones[0]


@pytest.fixture
def other(world: World) -> Phone:
    return world.phones[1]
