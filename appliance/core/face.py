"""What fits on a display, from how far it can be read."""

import re
from collections.abc import Iterable
from typing import Literal

from appliance.core.errors import BadConfig

DisplayKind = Literal["segment", "matrix", "oled"]

COLUMNS = 4
"""How many characters of one frame every display of ours can show."""

DIGIT_MM: dict[DisplayKind, float] = {"segment": 14.0, "matrix": 28.0, "oled": 10.0}
"""How high the digits of the usual parts are; our letters fill 7 of the 8 rows of a matrix."""

MM_PER_METRE = 12.2
"""EN 301 549, 5.1.4: a capital H must fill 0.7 degrees, which is 12.2 mm for each metre."""


def width(text: str) -> int:
    """How many places a text takes; a dot or colon sits between two places."""
    return sum(1 for sign in text if sign not in ".:")


def frames(text: str, columns: int = COLUMNS) -> tuple[str, ...]:
    """The text in pieces that fit, cut at blanks, and between letters and figures."""
    if width(text) <= columns:
        return (text,)
    return tuple(_pieces(text, columns))


def _pieces(text: str, columns: int) -> Iterable[str]:
    for run in re.findall(r"[0-9.:]+|[^0-9.:\s]+", text):
        rest = run
        while rest:
            cut = columns
            while cut < len(rest) and width(rest[: cut + 1]) <= columns:
                cut += 1
            yield rest[:cut]
            rest = rest[cut:]


def check_digits(
    kind: DisplayKind, digit_mm: float | None, reading_distance_m: float, *, key: str = "panel"
) -> float:
    """The height of the digits, or BadConfig with the sum when they are too small to read."""
    height = DIGIT_MM[kind] if digit_mm is None else digit_mm
    needed = reading_distance_m * MM_PER_METRE
    if height >= needed:
        return height
    raise BadConfig(
        f"{key}: digits of {height:g} mm can be read up to {height / MM_PER_METRE:.1f} m; "
        f"at {reading_distance_m:g} m they must be {needed:.1f} mm high: "
        f"{reading_distance_m:g} × {MM_PER_METRE}",
        key=key,
        digit_mm=height,
        needed_mm=round(needed, 1),
        readable_m=round(height / MM_PER_METRE, 1),
    )
