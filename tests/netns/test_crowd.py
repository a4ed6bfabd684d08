"""Fifty phones at once: everybody's page opens within a second."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.netns.space import GATEWAY, Phone
from tests.netns.world import World

CROWD = 50


@pytest.fixture(scope="module")
def crowd(built: World) -> Iterator[list[Phone]]:
    fresh = [built.add_phone() for _ in range(CROWD)]
    for phone in fresh:
        phone.join(built.folder)
    yield fresh
    for phone in fresh:
        built.remove_phone(phone)


def at_once(phones: list[Phone], *words: str) -> list[tuple[int, float]]:
    """Each phone by its own curl, all started before any is waited for: status and seconds."""
    running = [
        subprocess.Popen(
            ["ip", "netns", "exec", phone.name, "curl", "-s", "-o", "/dev/null", "-m", "20",
             "-w", "%{http_code} %{time_total}", *words],
            stdout=subprocess.PIPE, text=True,
        )
        for phone in phones
    ]  # fmt: skip
    found = []
    for process in running:
        said, _ = process.communicate(timeout=40)
        status, seconds = said.split()
        found.append((int(status), float(seconds)))
    return found


def test_everybodys_page_opens_within_a_second(crowd: list[Phone]) -> None:
    """The best of three rounds: fifty programs start on this machine at once, too."""
    for path in ("", "wifi"):
        slowest = []
        for _ in range(3):
            replies = at_once(crowd, f"http://{GATEWAY}/{path}")
            assert {status for status, _ in replies} == {200}
            slowest.append(max(seconds for _, seconds in replies))
        assert min(slowest) <= 1.0, slowest


def test_everybody_taps_at_once_and_is_in(built: World, crowd: list[Phone]) -> None:
    replies = at_once(crowd, "-X", "POST", f"http://{GATEWAY}/wifi")
    assert {status for status, _ in replies} == {303}
    assert max(seconds for _, seconds in replies) <= 5.0
    listed = built.box.run("nft", "list", "set", "inet", "digipunt", "released")
    macs = set(re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", listed))
    assert {phone.mac for phone in crowd} <= macs
