"""One measured number, and what it may be at most."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Without limits: reported only. `ratio_of` says what the value was divided by."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    least: float | None = None
    ratio_of: str | None = None

    @property
    def ok(self) -> bool:
        enough = self.least is None or self.value >= self.least
        return enough and (self.limit is None or self.value <= self.limit)

    def __str__(self) -> str:
        bound = "" if self.limit is None else f"  (at most {self.limit:g})"
        bound += "" if self.least is None else f"  (at least {self.least:g})"
        base = "" if self.ratio_of is None else f" of {self.ratio_of}"
        mark = " " if self.ok else "!"
        return f"{mark} {self.name:<58} {self.value:9.3f} {self.unit}{base}{bound}"
