"""Draws the states of a ticket from the transition table: `python -m tests.house.diagram`."""

from pathlib import Path

from appliance.core.ticket import TRANSITIONS, TicketState

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
START, END = "<!-- states: made from the transition table -->", "<!-- end of states -->"


def states() -> str:
    """The table as a Mermaid state diagram; arrows that share both ends share a line."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for verb, moves in TRANSITIONS.items():
        for before, afters in moves.items():
            for after in sorted(afters):
                arrows.setdefault((before.value, after.value), []).append(verb.value)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> waiting: take"]
    lines += [f"    {a} --> {b}: {', '.join(verbs)}" for (a, b), verbs in sorted(arrows.items())]
    ends = {state.value for state in TicketState} - {a for a, _ in arrows}
    lines += [f"    {end} --> [*]" for end in sorted(ends)]
    return "\n".join([*lines, "```"])


def page() -> str:
    """The architecture page with the diagram as the code has it now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{states()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
