"""A published year: anybody recomputes it, offline, and every change is named in a sentence."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from appliance.collector.publishing import Asked, publish
from appliance.collector.spans import Span
from appliance.collector.verifying import Verdict, verified
from appliance.core.errors import BadConfig, BadStore
from tests.collector.test_collector_commands import ROOT, digipunt, settings
from tests.collector.test_workbook import TODAY, year
from tests.collector.writing import Home, Writer, office

IEPER, TWIN = Writer(1), Writer(4)
ASKED = Asked(
    name="Westhoek",
    span=Span.of("2026-10", "2026-11"),
    region="",
    geography=None,
    today=TODAY,
    k=5,
)


async def published(home: Home) -> Path:
    """The year of the workbook's tests, with a copied card and a letter that came too early."""
    directory = home.directory / "out"
    async with year(home) as here:
        copied = Writer(4)
        await here.know(copied)
        twin = copied.twin()
        await here.take(copied.write("2026-W46"), twin.write("2026-W46", software="0.1.1"))
        assert await publish(here.database, directory, ASKED) > 20
    return directory


def letters(directory: Path) -> Path:
    return directory / "letters" / f"{IEPER.id}.ndjson"


async def test_what_was_published_is_what_the_letters_say(home: Home) -> None:
    verdict = verified(await published(home))
    assert verdict.wrong == []
    assert [one for one in verdict.remarks if "copied card" in one]
    assert verdict.boxes == 4


def one_number(directory: Path) -> None:
    """In the workbook, as somebody with a spreadsheet would."""
    path = directory / "workbook.xlsx"
    with zipfile.ZipFile(path) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    page = parts["xl/worksheets/sheet2.xml"]
    visits = b'<c r="J6" s="5"><v>61</v>'
    assert page.count(visits) == 1
    parts["xl/worksheets/sheet2.xml"] = page.replace(visits, visits.replace(b"61", b"62"))
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in parts.items():
            file.writestr(name, raw)


def number_in(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        raw = (directory / name).read_bytes()
        assert raw.count(old) >= 1
        (directory / name).write_bytes(raw.replace(old, new, 1))

    return change


def flipped_byte(directory: Path) -> None:
    raw = bytearray(letters(directory).read_bytes())
    raw[200] ^= 1
    letters(directory).write_bytes(raw)


def without(number: int) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        lines = letters(directory).read_bytes().splitlines(keepends=True)
        del lines[number]
        letters(directory).write_bytes(b"".join(lines))

    return change


def facts(change: Callable[[dict[str, list[dict[str, object]]]], None]) -> Callable[[Path], None]:
    def changed(directory: Path) -> None:
        path = directory / "published.json"
        found = json.loads(path.read_bytes())
        change(found)
        path.write_bytes(json.dumps(found).encode())

    return changed


def wrong_key(found: dict[str, list[dict[str, object]]]) -> None:
    found["boxes"][0]["key"] = base64.b64encode(b"k" * 32).decode()


def hidden(found: dict[str, list[dict[str, object]]]) -> None:
    """A letter that is neither there nor on the list."""
    for box in found["boxes"]:
        if box["box"] == IEPER.id:
            assert isinstance(box["letters"], list)
            del box["letters"][3]


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        for one in changes:
            one(directory)

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            one_number,
            "row 6 (West-Vlaanderen), Bezoeken: published is 62, the letters say 61.",
        ),
        (
            number_in("tables.json", b"12.0, 61,", b"12.0, 16,"),
            "tables.json, sheet Per provincie, row 6",
        ),
        (number_in("tables.csv", b";61;", b";16;"), "tables.csv, sheet Per provincie, row 6"),
        (flipped_byte, "line 1: the seal does not fit."),
        (without(3), "letter 4 of chain 0123456789abcdef is missing, or is not what was listed."),
        (without(0), "letter 1 of chain 0123456789abcdef is missing, or is not what was listed."),
        (facts(wrong_key), "the published key is not the one that the box is named after."),
        (facts(hidden), "letter 4 is not on the list."),
        (both(facts(hidden), without(3)), "letter 4 of chain 0123456789abcdef is missing; later"),
        (lambda out: letters(out).unlink(), "letter 1 of chain"),
        (lambda out: (out / "workbook.xlsx").unlink(), "workbook.xlsx is missing."),
        (lambda out: (out / "workbook.xlsx").write_bytes(b"PK"), "workbook.xlsx cannot be read"),
        (
            lambda out: (out / "letters" / "x.ndjson").write_bytes(b""),
            "letters/x.ndjson belongs to no box on the list.",
        ),
    ],
    ids=range(13),
)
async def test_every_change_is_found_and_named(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    directory = await published(Home(directory=tmp_path))
    spoil(directory)
    found = verified(directory).wrong
    assert [one for one in found if said in one], found


async def test_a_letter_with_smaller_cells_is_counted_as_before_and_not_shown(
    tmp_path: Path,
) -> None:
    box = Writer()
    async with office(Home(directory=tmp_path), k=10) as here:
        await here.know(box)
        await here.take(box.write("2026-W47"), box.month(), box.write("2026-W48"))
        asked = Asked(
            name="", span=ASKED.span, region="", geography=date(2025, 1, 1), today=TODAY, k=10
        )
        await publish(here.database, tmp_path / "out", asked)
    lines = (tmp_path / "out" / "letters" / f"{box.id}.ndjson").read_bytes().splitlines()
    assert len(lines) == 2
    found = verified(tmp_path / "out")
    assert found.wrong == []
    assert [one for one in found.remarks if "letter 2" in one and "withheld" in one]
    assert found.letters == 3


def verify(directory: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "appliance", "verify", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


async def test_the_commands_publish_and_verify(tmp_path: Path) -> None:
    config = settings(tmp_path)
    out = tmp_path / "out"
    assert (
        digipunt(config, "publish", str(out), "--from", "2026-10", "--to", "2026-09").returncode
        == 2
    )
    told = digipunt(config, "publish", str(out), "--from", "2026-10", "--to", "2026-11")
    assert (told.returncode, told.stderr) == (0, "")
    told = verify(out)
    assert (told.returncode, told.stderr) == (0, "")
    assert "every seal fits" in told.stdout
    again = digipunt(config, "publish", str(out), "--from", "2026-10", "--to", "2026-11")
    assert (again.returncode, "is not empty" in again.stderr) == (2, True)
    nowhere = digipunt(
        config,
        "publish",
        str(tmp_path / "n"),
        "--from",
        "2026-10",
        "--to",
        "2026-11",
        "--region",
        "x",
    )
    assert nowhere.returncode == 2
    shutil.rmtree(out / "letters")
    number_in("tables.json", b'"Dekking %"', b'"Dekking"')(out)
    told = verify(out)
    assert told.returncode == 1
    assert "tables.json" in told.stderr
    assert "Traceback" not in told.stderr
    assert verify(tmp_path / "nergens").returncode == 2


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"schema":"digipunt.published/1"}', b"\xff"])
def test_facts_that_cannot_be_read_are_a_sentence(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(BadConfig, match="holds no published year"):
        verified(tmp_path)
    (tmp_path / "published.json").write_bytes(raw)
    with pytest.raises(BadStore, match=r"published\.json"):
        verified(tmp_path)


def test_nothing_wrong_is_nothing_said() -> None:
    assert Verdict().wrong == []
