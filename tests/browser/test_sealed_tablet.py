"""Chromium as a tablet that was taught the box's authority: it believes it, for the box alone."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Error, Page, async_playwright

from appliance.adapters import staff_ca
from appliance.adapters.staff_seal import AUTHORITY
from appliance.box import open_box
from appliance.core.validity import span
from appliance.edges import open_simulated_edges
from appliance.simulation.clock import Hands, SimulatedClock
from appliance.web.listening import sealed_listening
from tests.box.test_sealed_road import config, free_port
from tests.browser.stage import CHROMIUM, NEEDS_CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    NEEDS_CHROMIUM,
    pytest.mark.skipif(not shutil.which("certutil"), reason="needs certutil (libnss3-tools)"),
]
NOW = datetime.now(UTC)  # noqa: TID251  a browser judges certificates by the machine's own clock
SECURE = "[isSecureContext, 'serviceWorker' in navigator, 'wakeLock' in navigator]"


def taught(home: Path, authority: bytes) -> Mapping[str, str]:
    """The surroundings of a browser whose owner installed that certificate."""
    store, file = home / ".pki" / "nssdb", home / "kast.crt"
    store.mkdir(parents=True)
    file.write_bytes(authority)
    for words in (
        ("-N", "--empty-password"),
        ("-A", "-n", "kast", "-t", "C,,", "-i", str(file)),
    ):
        subprocess.run(["certutil", *words, "-d", f"sql:{store}"], check=True, capture_output=True)
    return {"HOME": str(home)}


@asynccontextmanager
async def a_browser(surroundings: Mapping[str, str]) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu"],
            env=dict(surroundings),
        )
        try:
            yield await browser.new_page()
        finally:
            await browser.close()


async def test_it_is_believed_for_the_box_and_for_no_other_address(tmp_path: Path) -> None:
    wanted = config(tmp_path / "box", staff_tls_port=free_port())
    async with (
        open_simulated_edges(wanted, clock=SimulatedClock(Hands(NOW)), sealed=True) as (edges, _),
        open_box(edges, wanted),
    ):
        assert edges.seal is not None
        known = staff_ca.read((tmp_path / "box" / AUTHORITY).read_bytes())
        stolen = staff_ca.make_leaf(known, ["127.0.0.2"], span(NOW, trusted=True))
        (tmp_path / "stolen.pem").write_bytes(stolen.pem())
        forged = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        forged.load_cert_chain(tmp_path / "stolen.pem")
        own = f"https://127.0.0.1:{wanted.web.staff_tls_port}/"
        async with sealed_listening(web.Application(), "127.0.0.2", 0, forged) as port:
            async with a_browser(taught(tmp_path / "home", edges.seal.authority)) as page:
                answer = await page.goto(own)
                assert answer is not None
                assert answer.status == 200
                assert await page.evaluate(SECURE) == [True, True, True]
                with pytest.raises(Error, match="ERR_CERT_INVALID"):
                    await page.goto(f"https://127.0.0.2:{port}/")
            async with a_browser({"HOME": str(tmp_path)}) as page:
                with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
                    await page.goto(own)
