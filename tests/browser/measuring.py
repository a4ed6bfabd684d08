"""The measuring tools of `tools/package.json`, and the one browser that the measurements share."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from playwright.async_api import Page

TOOLS = Path(__file__).parent / "tools"
AXE = TOOLS / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

NEEDS_TOOLS = pytest.mark.skipif(
    not AXE.exists(), reason="needs `make browser`, which installs the measuring tools"
)

_RUN = """async ([tags, colours]) => {
  const rules = axe.getRules(tags).filter(one => !one.tags.includes("experimental")
    && !one.tags.includes("deprecated") && (!colours || one.tags.includes("cat.color")));
  const told = await axe.run(document, {
    runOnly: { type: "rule", values: rules.map(one => one.ruleId) },
    resultTypes: ["violations"], preload: false
  });
  return told.violations.map(one => [
    one.id, one.nodes.map(node => node.target.join(" ") + ": "
      + node.any.concat(node.all, node.none).map(check => check.message).join("; ")).join(" | ")
  ]);
}"""


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


async def axe(page: Page, *, colours: bool = False) -> Sequence[str]:
    """What axe-core finds wrong, a line each; asked about all, or about colours alone."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(axe_source())
    found: list[list[str]] = await page.evaluate(_RUN, [TAGS, colours])
    return [f"{rule}: {where[:600]}" for rule, where in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a tool ended; what it found is in its code."""

    code: int
    stdout: str
    stderr: str


def tool(name: str, *arguments: str) -> Told:
    """Run one of the tools; into a file, as a pipe loses what Node has not written at its end."""
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        done = subprocess.run(
            [str(TOOLS / "node_modules" / ".bin" / name), *arguments],
            cwd=TOOLS,
            stdout=out,
            stderr=err,
            check=False,
            timeout=110,
        )
        out.seek(0)
        err.seek(0)
        return Told(code=done.returncode, stdout=out.read(), stderr=err.read())


def validated(files: Sequence[Path]) -> Sequence[str]:
    """What html-validate finds wrong in them, a line each.

    It allows two headings of the first rank, as it cannot see that one is hidden; axe can.
    """
    told: list[dict[str, Any]] = json.loads(
        tool(
            "html-validate",
            "--config",
            ".htmlvalidate.json",
            "--formatter",
            "json",
            *map(str, files),
        ).stdout
    )
    return [
        f"{Path(page['filePath']).stem}: {one['ruleId']}: {one['message']} (line {one['line']})"
        for page in told
        for one in page["messages"]
    ]
