"""Every page in every state worth looking at: one list for axe, html-validate and the gallery.

A page that the server draws is one line in `tests/web/examples.py`; a state that only taps bring
about is one line in `TAPPED` below.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Any

from playwright.async_api import BrowserContext, Page, Route

from appliance.core.federation.news import Item, Sort
from appliance.web.sentences import sentence
from appliance.web.texts import Texts
from tests.browser.pseudo import PSEUDO, pseudo
from tests.web.examples import (
    BUSY,
    CLOSED,
    FORGOTTEN,
    PAGES,
    QUIET,
    SLOW,
    ZONE,
    every_page,
    log_json,
    snapshot,
)

BOX = "http://box.test"
STAFF = ("tablet", "pin", "toestellen", "eerste-dag")
"""How the names of the volunteers' pages begin: their targets are large everywhere."""
PAPER = [{"name": "disk", "sentence": "Wij kunnen even niets bewaren."}]

PLACES = (("park", "Digicafé ’t Park"), ("bus", "De digibus in Langemark-Poelkapelle"))
NEWS = (
    Item(
        id="a1",
        sort=Sort.NEWS,
        title="Itsme werkt dinsdag niet van 8 tot 10",
        text="Stel afspraken met itsme uit.\nEen eID-lezer werkt wel.",
        since=date(2026, 11, 20),
        until=date(2026, 11, 24),
    ),
    Item(
        id="b2",
        sort=Sort.EVENT,
        title="Vorming voor nieuwe helpers",
        text="Donderdag om 14 uur in de bib.",
        since=date(2026, 11, 1),
        until=date(2026, 12, 1),
    ),
)

State = Callable[[str], dict[str, Any]]


class Kind(StrEnum):
    """What a page is looked at on, as its style says."""

    PHONE = "v"
    WALL = "b"
    TABLET = "t"
    SHEET = "p"


SIZES: Mapping[Kind, Sequence[dict[str, int]]] = {
    Kind.PHONE: ({"width": 390, "height": 780}, {"width": 320, "height": 568}),
    Kind.TABLET: ({"width": 1024, "height": 768}, {"width": 390, "height": 780}),
    Kind.SHEET: ({"width": 1024, "height": 768}, {"width": 390, "height": 780}),
    Kind.WALL: ({"width": 1920, "height": 1080},),
}


def busy(lang: str) -> dict[str, Any]:
    return snapshot(BUSY, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A page and how it came to look so."""

    name: str
    page: str
    """Its name in `every_page`."""
    state: State = busy
    """What the staff API tells a script."""
    taps: tuple[str, ...] = ()
    idle_minutes: int = 0
    """After so long without a tap."""

    def html(self, lang: str) -> str:
        return drawn(lang)[self.page]

    @property
    def kind(self) -> Kind:
        found = re.search(r'<html [^>]*class="(\w)', drawn("nl")[self.page])
        return next((kind for kind in Kind if found and kind == found[1]), Kind.PHONE)

    @property
    def sizes(self) -> Sequence[dict[str, int]]:
        """Where it is looked at; a volunteer's page on a tablet too."""
        wide = SIZES[Kind.TABLET][:1] if self.for_staff and self.kind is Kind.PHONE else ()
        return (*SIZES[self.kind], *wide)

    @property
    def for_staff(self) -> bool:
        return self.page.startswith(STAFF)


@cache
def drawn(lang: str) -> dict[str, str]:
    """Every page in one language, and a tablet that has no table yet."""
    if lang == PSEUDO:
        pseudo()
    tablet = partial(PAGES.tablet, lang, csrf="c", counters=3, nonce="n0nce")
    return {
        **every_page(lang),
        "tablet-nieuw": tablet(counter=None),
        "tablet-bus": tablet(counter=1, places=PLACES, news=NEWS),
        "tablet-slot": tablet(counter=2, lock_minutes=1),
    }


TAPPED: Mapping[str, tuple[str, ...]] = {
    "tablet-vandaag": ("[data-do=today]",),
    "tablet-inloop": ("[data-do=session]",),
    "tablet-persoon": ("[data-do=person]",),
    "tablet-erbij": ("[data-do=add]",),
    "tablet-gegeven": ("[data-do=add]", "[data-do=add-service]"),
    "tablet-wacht": ("[data-do=hold]",),
    "tablet-verwijs": ("[data-do=transfer]",),
    "tablet-groep": ("[data-do=tally][data-arg=group]",),
    "tablet-onderwerpen": ("[data-do=topics]",),
    "tablet-gekozen": ("[data-do=topic][data-arg=tax]", "[data-do=outcome][data-arg=solved]"),
    "tablet-sluiten": ("[data-do=session]", "[data-do=shut]"),
}
"""The tablet after taps: a name, and what was tapped."""

TOLD: Mapping[str, State] = {
    "tablet-rust": lambda lang: snapshot(QUIET, lang),
    "tablet-dicht": lambda lang: snapshot(CLOSED, lang),
    "tablet-let-op": lambda lang: snapshot(BUSY, lang, conditions=PAPER),
    "tablet-lang-bezig": lambda lang: snapshot(SLOW, lang),
    "tablet-nog-bezig": lambda lang: snapshot(FORGOTTEN, lang),
    "tablet-hulp-gevraagd": lambda lang: snapshot(
        BUSY, lang, help=[{"counter": 2, "coming": None}, {"counter": 1, "coming": 3}]
    ),
    "tablet-hulp-nodig": lambda lang: snapshot(
        QUIET, lang, help=[{"counter": 1, "coming": None}, {"counter": 3, "coming": 2}]
    ),
}
"""The tablet before other states of the queue."""

SCENES: tuple[Scene, ...] = (
    *(Scene(name=name, page=name) for name in every_page("nl")),
    *(Scene(name=name, page="tablet", taps=taps) for name, taps in TAPPED.items()),
    *(Scene(name=name, page="tablet", state=state) for name, state in TOLD.items()),
    Scene(name="tablet-waar", page="tablet-bus", state=TOLD["tablet-dicht"]),
    Scene(name="tablet-bericht", page="tablet-bus", state=TOLD["tablet-rust"]),
    Scene(
        name="tablet-bericht-open",
        page="tablet-bus",
        state=TOLD["tablet-rust"],
        taps=("#news summary",),
    ),
    Scene(name="tablet-tafel", page="tablet-nieuw"),
    Scene(name="tablet-slot", page="tablet-slot", idle_minutes=2),
)


def answering(scene: Scene, lang: str) -> Callable[[Route], Any]:
    """A box as it would answer, from frozen examples."""
    html = scene.html(lang)
    state = scene.state(lang)

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(BOX).partition("?")[0]
        if path == "/":
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.endswith("/events"):
            body = f"retry: 600000\ndata: {json.dumps(state)}\n\nevent: ping\ndata:\n\n"
            await route.fulfill(body=body, content_type="text/event-stream")
        elif path.endswith("/queue"):
            await route.fulfill(json=state)
        elif path.endswith("/log"):
            await route.fulfill(json={"actions": log_json(lang)})
        elif path.endswith("/close"):
            code, texts = "people-waiting", Texts(lang, zone=ZONE)
            error = {"code": code, "message": sentence(code, {"waiting": 5}, texts)}
            await route.fulfill(json={"error": error}, status=409)
        elif path.endswith("/tickets"):
            await route.fulfill(json={"number": "A12"}, status=201)
        else:
            await route.fulfill(json={})

    return answer


@asynccontextmanager
async def shown(
    context: BrowserContext, scene: Scene, lang: str, *, size: dict[str, int] | None = None
) -> AsyncIterator[Page]:
    """That page in a browser, as it looks once it has come to rest; nothing may leave the box."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("request", lambda asked: faults.append(asked.url) if strange(asked.url) else None)
    await page.set_viewport_size(size or SIZES[scene.kind][0])  # type: ignore[arg-type]
    await page.clock.install()
    await page.route("**/*", answering(scene, lang))
    try:
        await page.goto(f"{BOX}/")
        await settle(page, scene)
        yield page
        assert not faults
    finally:
        await page.unroute_all(behavior="ignoreErrors")
        await page.close()


async def settle(page: Page, scene: Scene) -> None:
    if scene.kind is Kind.TABLET:
        await page.locator("[data-do]:not(.bar [data-do])").first.wait_for()
    for tap in scene.taps:
        await page.locator(tap).first.click()
    if "[data-do=shut]" in scene.taps or "[data-do=add-service]" in scene.taps:
        await page.locator("[data-do=close][data-arg]:not([data-arg=''])").first.wait_for()
    if scene.idle_minutes:
        await page.clock.run_for(scene.idle_minutes * 60_000)
        await page.locator("#lock-form").wait_for()


def strange(url: str) -> bool:
    """Whether a request goes anywhere but to the box."""
    return not url.startswith((f"{BOX}/", "data:", "blob:"))
