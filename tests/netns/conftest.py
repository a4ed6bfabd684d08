"""One world for the whole suite: building it takes longer than any check."""

from collections.abc import Iterator

import pytest

from tests.netns.world import Phone, World, a_world, missing


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
    with a_world(phones=2) as world:
        world.start_box()
        for phone in world.phones:
            phone.join(world.folder)
        yield world


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
