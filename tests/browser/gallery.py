"""Pictures of the four pages of a real demo: `python -m tests.browser.gallery [DIR]`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.desk import next_up, sees_with_me
from tests.browser.stage import Stage, a_stage

SIZES = {
    390: {"width": 390, "height": 844},
    1024: {"width": 1024, "height": 768},
    1920: {"width": 1920, "height": 1080},
}
SCHEMES = ("light", "dark")


async def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with a_stage(Path(data)) as stage:
            await stage.visitors(5)
            tablet = await stage.tablet(table=2)
            for number in ("A1", "A2"):
                await next_up(tablet).click()
                await sees_with_me(tablet, number)
            ticket = await stage.phone()
            await ticket.get_by_role("button", name="Neem een nummer").click()
            await expect(ticket.get_by_role("heading", name="Uw nummer")).to_be_visible()
            pages = {
                "paneel": await stage.panel(),
                "welkom": await stage.phone(),
                "nummer": ticket,
                "tablet": tablet,
                "bord": await stage.board(),
            }
            for name, page in pages.items():
                await drawn(page, folder, name)
            await when_paper(stage, folder, pages)


async def when_paper(stage: Stage, folder: Path, pages: dict[str, Page]) -> None:
    """The same once nothing can be kept."""
    stage.world.boxes[0].files.remount_read_only()
    await pages["paneel"].get_by_role("button", name="Druk voor een nummer").click()
    await expect(pages["bord"].get_by_text("Neem een papieren nummer")).to_be_visible()
    for name, page in pages.items():
        await drawn(page, folder, f"{name}-papier", schemes=("light",))


async def drawn(page: Page, folder: Path, name: str, *, schemes: tuple[str, ...] = SCHEMES) -> None:
    for width, size in SIZES.items():
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in schemes:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")


if __name__ == "__main__":
    FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "gallery")
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(FOLDER))
