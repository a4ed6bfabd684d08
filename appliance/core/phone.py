"""Telephone numbers: what is one, and which of them cost the caller money."""

import re
from typing import Final

_SHAPE: Final = re.compile(r"\+?[0-9][0-9 ./()-]*")
_PAID: Final = re.compile(r"0?90\d|0?70")
_FEWEST, _MOST = 3, 15
_SHORT: Final = 4
"""A short number such as 1777 is nobody's premium line."""


def is_number(text: str) -> bool:
    """Whether somebody could dial it."""
    return bool(_SHAPE.fullmatch(text)) and _FEWEST <= len(_digits(text)) <= _MOST


def is_paid(text: str) -> bool:
    """Whether it is a Belgian number that costs more than a call: 070 and 090x."""
    digits = _digits(text)
    if text.strip().startswith(("+32", "0032")):
        digits = "0" + digits.removeprefix("00").removeprefix("32").removeprefix("0")
    return len(digits) > _SHORT and bool(_PAID.match(digits))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
