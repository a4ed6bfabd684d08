"""Whatever a volunteer can do, the log takes back; then everything is as it was."""

from collections.abc import Mapping
from typing import Any

import pytest

from appliance.web.staff import ENDPOINTS, open_session
from tests.web.sites import Sites, both_sites

DEEDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "call the next": ("counters/3/call-next", {}),
    "call somebody": ("tickets/A3/call", {"counter": 3}),
    "call again": ("tickets/A1/recall", {}),
    "begin": ("tickets/A1/serve", {}),
    "finish": ("tickets/A1/finish", {"topic": "tax", "outcome": "solved", "assist": "self"}),
    "not here": ("tickets/A1/no-show", {}),
    "back into the line": ("tickets/A5/requeue", {}),
    "on to another service": ("tickets/A3/transfer", {"service": "pc"}),
    "on to another table": ("tickets/A3/transfer", {"counter": 2}),
    "hold": ("tickets/A3/hold", {}),
    "does not wait any longer": ("tickets/A3/cancel", {}),
    "somebody without a phone": ("tickets", {"service": "help", "lang": "ar"}),
    "telephone": ("tallies", {"measure": "call"}),
    "a group": ("tallies", {"measure": "group", "n": 12}),
    "helpers": ("session/helpers", {"helpers": 4}),
    "last numbers": ("session/close", {"last": True}),
}
NOT_DEEDS = {"undo", "session/open", "clock", "session/close", "/confirm", "/feedback"}
"""The way back, the first thing of a day, a promise about the time, and the end, which asks first
and after which tickets are counts: a new session goes on from there. That a visit still goes on
and what a visitor thought of it change nothing in the queue.
"""
HERE = open_session.__module__
PASSING = {"revision", "at", "score"}


async def a_morning(sites: Sites) -> None:
    """A1 at table 1, A2 done, A3 and A4 waiting, A5 on hold."""
    await sites.press(5)
    await sites.tapped("counters/1/call-next")
    await sites.tapped("counters/2/call-next")
    await sites.tapped("tickets/A2/finish")
    await sites.tapped("tickets/A5/hold")


async def as_it_stands(sites: Sites) -> Mapping[str, Any]:
    return {key: value for key, value in (await sites.staff_queue()).items() if key not in PASSING}


@pytest.mark.parametrize("deed", DEEDS)
async def test_every_deed_is_taken_back_from_the_log(deed: str) -> None:
    path, body = DEEDS[deed]
    async with both_sites() as sites:
        await a_morning(sites)
        before = await as_it_stands(sites)
        answer = await sites.tap(path, body)
        assert answer.status < 300, await answer.text()
        after = await as_it_stands(sites)
        assert after != before or path.endswith("recall")
        done = (await (await sites.tablet.get("/api/v1/log")).json())["actions"][-1]
        assert done["undoable"]
        await sites.tapped("undo", {"action": done["id"]})
        assert without_zeros(await as_it_stands(sites)) == without_zeros(before)
        again = await sites.tap("undo", {"action": done["id"]})
        assert again.status == 409
        assert (await again.json())["error"]["message"]


def without_zeros(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tally that went up and down again is told as nought."""
    return {**state, "tallies": {k: n for k, n in state["tallies"].items() if n}}


def test_no_deed_is_forgotten() -> None:
    known = {*NOT_DEEDS, *(path for path, _ in DEEDS.values())}
    acts = next(e.summary.split() for e in ENDPOINTS if "{action" in e.path)
    queue = [e.path.removeprefix("/api/v1/") for e in ENDPOINTS if e.handler.__module__ == HERE]
    expected = {path for path in queue if "{" not in path} | {f"/{act}" for act in acts}
    reads = {"queue", "events", "log"}
    assert expected - reads <= known | {f"/{path.rpartition('/')[2]}" for path in known}
    assert any(path.endswith("call-next") for path in known)
