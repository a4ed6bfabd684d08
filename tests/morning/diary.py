"""What happened that morning, a line each, and the balance at the end."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Diary:
    """Keeps its own count of everybody, apart from the box's."""

    write: Callable[[str], None] = print
    given: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def line(self, at: datetime, who: str, what: str) -> None:
        self.write(f"{at:%H:%M:%S}  {who:<12}  {what}")

    def got(self, number: str) -> None:
        assert number not in self.given, f"{number} was given twice"
        self.given.append(number)

    def balance(self, tables: Mapping[str, Mapping[str, int]]) -> int:
        """Tickets given minus finished, left and still waiting; the box's own counts must agree."""
        total = tables["total"]
        missing = len(self.given) - len(self.finished) - len(self.left)
        self.write("")
        self.write(f"given     {len(self.given):>3}   (the box says {total['tickets']})")
        self.write(f"finished  {len(self.finished):>3}   (the box says {total['served']})")
        self.write(f"left      {len(self.left):>3}   (the box says {total.get('left', 0)})")
        self.write(f"waiting   {0:>3}")
        self.write(f"balance   {missing:>3}")
        for note, n in sorted(self.notes.items()):
            self.write(f"  {note}: {n}")
        assert total["tickets"] == len(self.given)
        assert total["served"] == len(self.finished)
        assert total.get("left", 0) == len(self.left)
        counts = sorted(int(number[1:]) for number in self.given)
        assert counts == list(range(1, len(counts) + 1)), "a number is missing or doubled"
        return missing
