"""Small numbers are folded together, so that nobody can be found in a table.

Afterwards every named cell is at least k, the cells and `_rest` still make the exact total, and
`_rest` is nothing, at least k, or the whole table.
"""

from collections.abc import Mapping
from typing import Final

REST: Final = "_rest"
"""Where what is too small to be named goes; shown as "not broken down", never as zero."""
K: Final = 5
LEAST_K: Final = 3


def folded(table: Mapping[str, int], k: int = K) -> dict[str, int]:
    """The table as it may leave the box; ValueError for a k under 3 or a negative count."""
    if k < LEAST_K:
        raise ValueError(f"k must be {LEAST_K} or more, not {k}")
    if min(table.values(), default=0) < 0:
        raise ValueError("a count is negative")
    rest = table.get(REST, 0)
    named = {code: n for code, n in table.items() if n and code != REST}
    for code, n in table.items():
        if code in named and n < k:
            rest += named.pop(code)
    while 0 < rest < k and named:
        smallest = min(named, key=lambda code: (named[code], code))
        rest += named.pop(smallest)
    return {**dict(sorted(named.items())), **({REST: rest} if rest else {})}


def named_too_small(table: Mapping[str, int], k: int) -> bool:
    """Whether somebody might be found in it: for whoever receives a table."""
    rest = table.get(REST, 0)
    named = [n for code, n in table.items() if code != REST]
    return any(n < k for n in named) or bool(0 < rest < k and named)
