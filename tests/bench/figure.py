"""One measured number, and what it may be at most."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`limit` None: reported only. `ratio_of` says what the value was divided by."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    ratio_of: str | None = None

    @property
    def ok(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        bound = "" if self.limit is None else f"  (at most {self.limit:g})"
        base = "" if self.ratio_of is None else f" of {self.ratio_of}"
        mark = " " if self.ok else "!"
        return f"{mark} {self.name:<58} {self.value:9.3f} {self.unit}{base}{bound}"
