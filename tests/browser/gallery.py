"""Pictures of every page to look through: `python -m tests.browser.gallery [--short] [DIR]`.

All of it is page x language x theme x size. Short, for CI: Dutch and Arabic light and Dutch dark,
on the first size of each page; the rest of a page's sizes in Dutch.
"""

import argparse
import asyncio
import html
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from appliance.web.texts import NAMES
from tests.browser.measuring import CHROMIUM
from tests.browser.modes import MODES, Mode, apply
from tests.browser.pseudo import LANGUAGES, PSEUDO
from tests.browser.scenes import SCENES, Kind, Scene, shown

THEMES = tuple(mode for mode in MODES if mode.name in {"light", "dark", "forced", "contrast"})
SILENCE = 7_500
"""Milliseconds after which a screen says that it hears nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One file of the gallery."""

    scene: Scene
    lang: str
    theme: Mode
    size: dict[str, int]

    @property
    def file(self) -> str:
        return f"{self.scene.name}-{self.lang}-{self.theme.name}-{self.size['width']}.png"


def pictures(*, short: bool) -> Iterator[Picture]:
    for scene in SCENES:
        for lang in LANGUAGES:
            for theme in THEMES:
                for n, size in enumerate(scene.sizes):
                    if wanted(lang, theme.name, n, short=short):
                        yield Picture(scene=scene, lang=lang, theme=theme, size=size)


def wanted(lang: str, theme: str, size: int, *, short: bool) -> bool:
    if not short:
        return lang != PSEUDO or theme == "light"
    return (lang, theme) == ("nl", "light") or (
        size == 0 and (lang, theme) in {("nl", "dark"), ("ar", "light")}
    )


async def draw(folder: Path, shots: Sequence[Picture]) -> None:
    """Each scene is opened once for a language and size, then looked at in every theme."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context()
        visits: dict[tuple[str, str, int], list[Picture]] = {}
        for shot in shots:
            key = (shot.scene.name, shot.lang, shot.size["width"])
            visits.setdefault(key, []).append(shot)
        for same in visits.values():
            first = same[0]
            async with shown(context, first.scene, first.lang, size=first.size) as page:
                for shot in same:
                    await apply(page, shot.theme)
                    whole = first.scene.kind is Kind.PHONE
                    await page.screenshot(path=folder / shot.file, full_page=whole)
        for name in ("bord", "nummer-wacht", "tablet"):
            scene = next(scene for scene in SCENES if scene.name == name)
            async with shown(context, scene, "nl") as page:
                await page.unroute_all(behavior="ignoreErrors")
                await page.route("**/*", lambda route: route.abort())
                await page.clock.run_for(SILENCE)
                await page.screenshot(path=folder / f"{name}-stil-nl-light.png")
        await browser.close()


def contact_sheet(shots: Sequence[Picture]) -> str:
    """One page to scroll through, a row for each state."""
    rows: dict[str, list[Picture]] = {}
    for shot in shots:
        rows.setdefault(shot.scene.name, []).append(shot)
    body = "".join(
        f"<h2 id={name}>{name}</h2><div>{''.join(_figure(shot) for shot in row)}</div>"
        for name, row in rows.items()
    )
    links = " ".join(f"<a href=#{name}>{name}</a>" for name in rows)
    languages = ", ".join(f"{code} {html.escape(name)}" for code, name in NAMES.items())
    return (
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Gallery</title>"
        "<style>body{font:16px sans-serif;margin:1rem}div{display:flex;overflow-x:auto}"
        "figure{margin:0 1rem 1rem 0}img{height:24rem;border:1px solid #888}"
        "h2{margin-bottom:.3rem}</style>"
        f"<h1>Every page</h1><p>{languages}</p><p>{links}</p>{body}"
    )


def _figure(shot: Picture) -> str:
    told = f"{shot.lang} {shot.theme.name} {shot.size['width']}"
    return (
        f"<figure><a href={shot.file}><img loading=lazy src={shot.file} alt='{told}'></a>"
        f"<figcaption>{told}</figcaption></figure>"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=Path("gallery"))
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--only", default="", help="how the names of pages begin")
    given = asked.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    shots = [shot for shot in pictures(short=given.short) if shot.scene.name.startswith(given.only)]
    asyncio.run(draw(given.folder, shots))
    sheet = given.folder / "index.html"
    sheet.write_text(contact_sheet(shots), encoding="utf-8")
    print(f"{len(shots)} pictures: {sheet}")


if __name__ == "__main__":
    main()
