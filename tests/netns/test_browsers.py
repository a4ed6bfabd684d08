"""A real browser on the phone: it lands on our page, and after the tap on its own."""

import shutil
import sys

import pytest

from tests.netns.space import GATEWAY, HERE, Phone
from tests.netns.world import World

CHROMIUM = shutil.which("chromium")


def seen(world: World, phone: Phone, url: str) -> str:
    """What Chromium makes of an address, with a profile that knows nothing."""
    profile = world.folder / "chromium"
    shutil.rmtree(profile, ignore_errors=True)
    return phone.run(
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-dev-shm-usage", "--disable-background-networking", f"--user-data-dir={profile}",
        "--timeout=8000", "--dump-dom", url, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_chromium_lands_on_our_page_and_after_the_tap_on_its_own(
    world: World, phone: Phone
) -> None:
    page = seen(world, phone, "http://example.org/news")
    assert 'href="/wifi?lang=' in page
    assert "Digicafé" in page
    phone.tap()
    assert "the real example.org" in seen(world, phone, "http://example.org/news")
    phone.leave()
    assert 'href="/wifi?lang=' in seen(world, phone, "http://example.org/news")


@pytest.mark.skipif(shutil.which("firefox-esr") is None, reason="firefox-esr is not installed")
def test_firefox_sees_a_locked_door_and_after_the_tap_an_open_one(
    world: World, phone: Phone
) -> None:
    said = phone.run(
        sys.executable, "-I", str(HERE / "firefox.py"), f"http://{GATEWAY}/",
        str(world.folder / "firefox"), timeout=110,
    )  # fmt: skip
    assert said.split() == ["locked", "unlocked"]
