"""What goes to the coordinator: shown before it leaves, and stopped when a lead wants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from appliance.core.access import Role
from appliance.core.federation import report as reports
from appliance.core.federation.dsse import opened
from appliance.core.federation.report import Report
from appliance.services.letters import Letters
from appliance.services.outbox import Outbox
from appliance.services.road.road import Road
from appliance.web.endpoints import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterbox:
    """The box's letters as its pages see them."""

    letters: Letters
    outbox: Outbox | None
    """None: nothing can leave."""
    road: Road | None
    """None: no coordinator can be reached from here at all."""
    sending: Callable[[], bool]
    """Whether a lead lets letters go."""

    @property
    def coordinator(self) -> str:
        """The address of the coordinator's program; empty when there is none."""
        return self.road.address if self.road else ""

    def waiting(self) -> Sequence[Report]:
        """Letters that are sealed and not there yet, the next one first."""
        kept = self.outbox.waiting if self.outbox else ()
        return [reports.load(opened(letter["envelope"].encode()).payload) for _, letter in kept]

    async def deliver(self) -> None:
        """Write what is due and send what waits, now; Unavailable when that cannot be."""
        if self.outbox is None:
            return
        await self.letters.tick()
        if self.outbox.waiting and self.sending():
            await self.outbox.send()

    def next(self) -> Sequence[Report]:
        """What leaves next: what is sealed; if nothing is, the periods that go on, as of now."""
        return self.waiting() or self.letters.upcoming()


LETTERBOX: Final = web.AppKey("LETTERBOX", Letterbox)


async def next_letters(request: web.Request) -> web.StreamResponse:
    """Exactly what would leave the box next."""
    box = request.app[LETTERBOX]
    sealed = box.waiting()
    return web.json_response(
        {
            "coordinator": box.coordinator or None,
            "sending": bool(box.coordinator) and box.sending(),
            "sealed": bool(sealed),
            "waiting": len(sealed),
            "letters": [letter_json(one) for one in box.next()],
        }
    )


def letter_json(report: Report) -> dict[str, Any]:
    """The payload, as it is sealed."""
    return dict(reports.plain(report))


ENDPOINTS: Final[Sequence[Endpoint]] = (
    Endpoint(
        method="GET",
        path="/api/v1/outbox/next",
        handler=next_letters,
        summary="Exactly what would leave the box next, readable",
        least=Role.LEAD,
    ),
)
