"""Makes docs/accessibility.md from the list beside it: `python -m tests.house.accessibility`."""

import ast
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
LIST = Path(__file__).with_suffix(".toml")
PAGE = TESTS.parent / "docs" / "accessibility.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One demand of WCAG and our answer."""

    number: str
    level: str
    name: str
    how: str
    tests: Sequence[str]
    """Paths below tests/, with the function after `::`."""
    person: str


def criteria() -> Sequence[Criterion]:
    told = tomllib.loads(LIST.read_text(encoding="utf-8"))
    ids: Mapping[str, str] = told["tests"]
    return [
        Criterion(
            number=number,
            level=one["level"],
            name=one["name"],
            how=one["how"],
            tests=[ids[name] for name in one["tests"]],
            person=one.get("person", ""),
        )
        for number, one in told["criteria"].items()
    ]


def known_tests() -> Mapping[str, str]:
    """Every test that the list has a short name for."""
    found: Mapping[str, str] = tomllib.loads(LIST.read_text(encoding="utf-8"))["tests"]
    return found


@cache
def functions(file: Path) -> frozenset[str]:
    """The tests that a file holds."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, kinds))


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = TESTS / file
    return path.exists() and name.startswith("test_") and name in functions(path)


def page() -> str:
    told = tomllib.loads(LIST.read_text(encoding="utf-8"))
    all_ = criteria()
    lines = [
        told["head"].format(
            total=len(all_),
            a=sum(one.level == "A" for one in all_),
            aa=sum(one.level == "AA" for one in all_),
            people=sum(bool(one.person) for one in all_),
            only=sum(bool(one.person) and not one.tests for one in all_),
        )
        + "| criterion | how it is met | shown by | a person looks at |\n| --- | --- | --- | --- |"
    ]
    for one in all_:
        shown = "<br>".join(_short(test) for test in one.tests) or "–"
        lines.append(
            f"| {one.number} {one.name} ({one.level}) | {one.how} | {shown} | {one.person or '–'} |"
        )
    return "\n".join(lines) + "\n"


def _short(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../tests/{file})"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
