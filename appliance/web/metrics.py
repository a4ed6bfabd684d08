"""The session as Prometheus' text format 0.0.4: counts only, never a ticket."""

from collections.abc import Sequence

from appliance.core.view import QueueView


def metrics(queue: QueueView, conditions: Sequence[str], *, storage_ok: bool) -> str:
    """One line a figure, each with its help."""
    counters = [place for place in queue.counters if place.ticket is not None]
    figures = [
        ("waiting", "gauge", "people who wait", len(queue.waiting)),
        ("held", "gauge", "people who come back later", len(queue.held)),
        ("counters_busy", "gauge", "counters with a visit", len(counters)),
        ("tickets_given", "counter", "tickets of this session", queue.given),
        ("tickets_finished", "counter", "visits finished in this session", queue.finished),
        ("tickets_left", "counter", "visitors who left", queue.left + queue.cancelled),
        ("waits_promised", "counter", "waits promised and since ended", queue.promised),
        ("waits_kept", "counter", "of those, inside the range", queue.kept),
        ("storage_ok", "gauge", "whether the store takes commits", int(storage_ok)),
        ("conditions", "gauge", "things that are not well", len(conditions)),
    ]
    lines = []
    for name, kind, help_, value in figures:
        lines += [f"# HELP digipunt_{name} {help_}", f"# TYPE digipunt_{name} {kind}"]
        lines.append(f"digipunt_{name} {value}")
    return "\n".join([*lines, ""])
