"""One world for the whole suite: building it takes longer than any check."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.netns.space import Phone, run
from tests.netns.world import World, a_world, missing


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
    rules = run("nft", "list", "ruleset")
    with a_world(phones=2) as world:
        world.start_box()
        for phone in world.phones:
            phone.join(world.folder)
        yield world
    assert left_behind(world) == []
    assert run("nft", "list", "ruleset") == rules, "the machine's own rules are as they were"


def left_behind(world: World) -> list[str]:
    """What of this world is still on the machine: other worlds may stand beside it."""
    names = [name for name in run("ip", "netns", "list").split() if name.startswith(world.tag)]
    places = [str(path) for path in Path("/etc/netns").glob(f"{world.tag}-*")]
    links = [path.name for path in Path("/sys/class/net").glob("dgp-*")]
    programs = []
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            said = words.read_bytes().decode(errors="replace")
            if str(world.folder) in said or f"{world.tag}-" in said:
                programs.append(said.replace("\0", " "))
    return [*names, *places, *links, *programs]


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
