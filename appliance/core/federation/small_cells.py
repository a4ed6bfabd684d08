"""A table as it leaves the box: small numbers folded, so that nobody can be found in it.

Afterwards every named cell is at least k, the cells and `_rest` still make the exact total, and
`_rest` is nothing, at least k, or the whole table.
"""

from collections.abc import Mapping
from typing import Final

from appliance.core.small import K, fold

REST: Final = "_rest"
"""Where what is too small to be named goes; shown as "not broken down", never as zero."""
LEAST_K: Final = 3


def folded(table: Mapping[str, int], k: int = K) -> dict[str, int]:
    """The table as it may leave the box; ValueError for a k under 3 or a negative count."""
    if k < LEAST_K:
        raise ValueError(f"k must be {LEAST_K} or more, not {k}")
    if min(table.values(), default=0) < 0:
        raise ValueError("a count is negative")
    counts = {code: n for code, n in table.items() if code != REST}
    told = fold(counts, k, rest=table.get(REST, 0))
    return {**dict(sorted(told.named.items())), **({REST: told.rest} if told.rest else {})}


def named_too_small(table: Mapping[str, int], k: int) -> bool:
    """Whether somebody might be found in it: for whoever receives a table."""
    rest = table.get(REST, 0)
    named = [n for code, n in table.items() if code != REST]
    return any(n < k for n in named) or bool(0 < rest < k and named)
