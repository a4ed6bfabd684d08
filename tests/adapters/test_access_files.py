"""The PIN's mark, and what the console leaves for the box."""

from pathlib import Path

import pytest

from appliance.adapters.console_file import FILE, ConsoleFile
from appliance.adapters.pin_file import PinFile
from appliance.core.errors import BadRequest
from appliance.ports import Vouched


async def test_another_pin_has_another_mark_and_the_mark_tells_nothing(tmp_path: Path) -> None:
    pin = PinFile(tmp_path, pepper=b"p" * 32)
    assert (pin.is_set, pin.mark) == (False, "")
    pin.choose("246810")
    first = pin.mark
    assert first == PinFile(tmp_path, pepper=b"p" * 32).mark
    assert first != PinFile(tmp_path, pepper=b"q" * 32).mark
    await pin.change("135791")
    assert pin.mark != first
    assert await pin.matches("135791")
    with pytest.raises(BadRequest):
        await pin.change("12345")
    assert await pin.matches("135791")
    assert not await pin.matches("\ud800")


def test_the_console_vouches_and_the_box_takes_it(tmp_path: Path) -> None:
    console, box = ConsoleFile(tmp_path), ConsoleFile(tmp_path)
    assert box.vouched() is None
    console.vouch("482913", "lead")
    assert console.waiting
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert box.vouched() == Vouched(code="482913", role="lead")
    box.taken()
    box.taken()
    assert not console.waiting


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"code": 1}', "x" * 2000, "\ud800"])
def test_nonsense_from_the_console_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8", errors="replace")
    assert ConsoleFile(tmp_path).vouched() is None
