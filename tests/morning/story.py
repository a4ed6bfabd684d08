"""One morning: who comes when, how long they are helped, what goes wrong; all from one seed."""

import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from tests.morning.diary import Diary
from tests.morning.place import OPENS, Place, Tablet
from tests.morning.volunteer import Volunteer

SERVICES = ("help", "help", "help", "egov", "pc", "loan")
LANGUAGES = ("nl", "nl", "nl", "fr", "ar", "en")
POWER_CUT = timedelta(hours=1, minutes=40)


@dataclass(order=True)
class Due:
    """Something that will happen at a moment of the morning."""

    at: datetime
    order: int
    act: Callable[[], Awaitable[None]] = field(compare=False)


class Morning:
    """The people of that morning and what they do."""

    def __init__(self, place: Place, diary: Diary, *, seed: int, visitors: int = 40) -> None:
        self.place = place
        self.diary = diary
        self.chance = random.Random(seed)
        self.visitors = visitors
        self.shut = False
        self._due: list[Due] = []
        self._order = count()
        self.absent: set[str] = set()
        self._tokens: dict[str, str] = {}

    def at(self, moment: datetime, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._due, Due(moment, next(self._order), act))

    def later(self, minutes: float, act: Callable[[], Awaitable[None]]) -> None:
        self.at(self.place.now() + timedelta(minutes=minutes), act)

    def say(self, who: str, what: str) -> None:
        self.diary.line(self.place.now(), who, what)

    async def run(self) -> int:
        """Play it; the balance at the end."""
        tablets = [await self.place.sign_in(), await self.place.sign_in()]
        self._first = tablets[0]
        self._plan(tablets)
        while self._due:
            due = heapq.heappop(self._due)
            await self.place.until(due.at)
            await due.act()
        box = await self.place.box.up()
        return self.diary.balance(box.desk.tallies()[0]["tables"])

    def _plan(self, tablets: list[Tablet]) -> None:
        self.at(OPENS - timedelta(minutes=5), self._early)
        arrivals = [
            self.chance.uniform(0, 4) for _ in range(self.visitors // 4)
        ]  # the queue outside
        arrivals += [self.chance.uniform(4, 178) for _ in range(self.visitors - len(arrivals))]
        for n, minutes in enumerate(sorted(arrivals), start=1):
            self.at(OPENS + timedelta(minutes=minutes), self._visitor(n))
        for counter, tablet in enumerate(tablets, start=1):
            self.at(OPENS + timedelta(minutes=counter), Volunteer(self, counter, tablet).call)
        self.at(OPENS + timedelta(minutes=37), self._four_presses)
        self.at(OPENS + timedelta(minutes=52), self._bounce)
        self.at(OPENS + timedelta(minutes=64), self._long_press)
        self.at(OPENS + timedelta(minutes=71), self._hold(tablets[0]))
        self.at(OPENS + timedelta(minutes=83), self._mistake(tablets[1]))
        self.at(OPENS + POWER_CUT, self._power_cut(tablets[0]))
        self.at(OPENS + timedelta(minutes=121), self._phone_gives_up)
        self.at(OPENS + timedelta(minutes=140), self._elsewhere(tablets[0]))
        self.at(OPENS + timedelta(hours=3, minutes=2), self._too_late)
        self.at(OPENS + timedelta(hours=3, minutes=40), self._close(tablets[0]))

    # -------------------------------------------------------------- visitors

    def _visitor(self, n: int) -> Callable[[], Awaitable[None]]:
        async def come() -> None:
            how = self.chance.random()
            if how < 0.3:
                await self._by_phone(n)
            elif how < 0.4:
                await self._by_tablet(n)
            else:
                await self._by_button(f"visitor {n}")

        return come

    async def _by_button(self, who: str, *, ms: int = 80, bounce: bool = False) -> str | None:
        outcome = await self.place.press(ms=ms, bounce=bounce)
        if outcome.outcome == "ticket" and outcome.number is not None:
            self.diary.got(outcome.number)
            self.say(who, f"presses the button: {outcome.number}")
        else:
            self.say(who, f"presses the button: {outcome.outcome} {outcome.number or ''}".rstrip())
        self.diary.notes[f"presses: {outcome.outcome}"] += 1
        await self.place.until(self.place.now() + timedelta(seconds=4))
        return outcome.number

    async def _by_phone(self, n: int) -> None:
        answer = await self.place.phone(
            n, self.chance.choice(SERVICES), self.chance.choice(LANGUAGES)
        )
        assert answer["status"] == 201, answer
        self.diary.got(answer["number"])
        self._tokens[answer["number"]] = answer["token"]
        wait = answer["wait"]
        told = f", {wait['low']} to {wait['high']} minutes" if wait else ""
        self.say(
            f"visitor {n}", f"takes {answer['number']} by phone, {answer['ahead']} ahead{told}"
        )

    async def _by_tablet(self, n: int) -> None:
        status, answer = await self._first.tap(
            "tickets", service=self.chance.choice(SERVICES), lang="nl", source="tablet"
        )
        assert status == 201, answer
        self.diary.got(answer["number"])
        self.say(f"visitor {n}", f"gets {answer['number']} from a volunteer")

    # -------------------------------------------------------------- what goes wrong

    async def _early(self) -> None:
        outcome = await self.place.press()
        assert outcome.outcome == "closed", outcome
        assert self.place.box.panel is not None
        shown = " ".join(self.place.box.panel.state()["frames"])
        self.say("early bird", f"presses before opening; the display says {shown}")
        await self.place.until(self.place.now() + timedelta(seconds=4))

    async def _four_presses(self) -> None:
        numbers = []
        for _ in range(4):
            outcome = await self.place.press()
            numbers.append(outcome.number)
            await self.place.until(self.place.now() + timedelta(seconds=0.5))
        assert len(set(numbers)) == 1, numbers
        assert numbers[0] is not None
        self.diary.got(numbers[0])
        self.say("impatient", f"presses four times: one ticket, {numbers[0]}")
        await self.place.until(self.place.now() + timedelta(seconds=4))

    async def _bounce(self) -> None:
        await self._by_button("old button", bounce=True)

    async def _long_press(self) -> None:
        await self._by_button("long finger", ms=6000)

    def _hold(self, tablet: Tablet) -> Callable[[], Awaitable[None]]:
        async def hold() -> None:
            waiting = (await tablet.sees())["waiting"]
            if not waiting:
                return
            number = waiting[-1]["number"]
            until = OPENS + timedelta(hours=2)
            status, answer = await tablet.tap(f"tickets/{number}/hold", until=until.isoformat())
            assert status == 200, answer
            self.say("table 1", f"{number} comes back at {until:%H:%M}")

        return hold

    def _mistake(self, tablet: Tablet) -> Callable[[], Awaitable[None]]:
        async def mistake() -> None:
            status, answer = await tablet.tap("tallies", measure="group", n=12)
            assert status == 200, answer
            status, undone = await tablet.tap("undo", action=answer["action"])
            assert status == 200, undone
            self.say("table 2", "taps +12 by mistake, and takes it back")

        return mistake

    def _power_cut(self, tablet: Tablet) -> Callable[[], Awaitable[None]]:
        async def cut() -> None:
            before = await tablet.sees()
            await self.place.pull_the_plug()
            after = await tablet.sees()
            keep = ("waiting", "held", "counters", "finished", "left", "revision")
            numbers = [[t["number"] for t in q["waiting"]] for q in (before, after)]
            assert numbers[0] == numbers[1]
            assert {k: before[k] for k in keep[2:3]} == {k: after[k] for k in keep[2:3]}
            assert before["revision"] == after["revision"]
            self.say("the cleaner", f"pulls the plug; back with {' '.join(numbers[1]) or 'nobody'}")
            self.diary.notes["power cuts"] += 1
            await self._by_button("next visitor")

        return cut

    async def _phone_gives_up(self) -> None:
        waiting = {t["number"] for t in (await self._first.sees())["waiting"]}
        number = next((n for n in self._tokens if n in waiting), None)
        if number is None:
            return
        assert await self.place.phone_leaves(self._tokens[number]) == 200
        self.diary.left.append(number)
        self.say("a phone", f"does not wait any longer: {number}")

    def _elsewhere(self, tablet: Tablet) -> Callable[[], Awaitable[None]]:
        async def move() -> None:
            waiting = (await tablet.sees())["waiting"]
            if not waiting:
                return
            number = waiting[0]["number"]
            status, answer = await tablet.tap(f"tickets/{number}/transfer", counter=2)
            assert status == 200, answer
            self.say("table 1", f"{number} must be at table 2: {answer['why']}")

        return move

    async def _too_late(self) -> None:
        outcome = await self.place.press()
        assert outcome.number is None, outcome
        self.say("latecomer", "presses after closing time: no number")

    def _close(self, tablet: Tablet) -> Callable[[], Awaitable[None]]:
        async def close() -> None:
            queue = await tablet.sees()
            if queue["session"] == "closed":
                self.shut = True
                return
            busy = [c for c in queue["counters"] if c["ticket"]]
            if busy or (queue["waiting"] and self.place.now() < OPENS + timedelta(hours=4)):
                self.later(5, close)
                return
            self.shut = True
            gone = [t["number"] for t in (*queue["waiting"], *queue["held"])]
            status, answer = await tablet.tap("session/close", confirm=False)
            if gone:
                assert status == 409, answer
                self.say("table 1", f"closes: {answer['error']['message']}")
                status, answer = await tablet.tap("session/close", confirm=True)
            assert status == 200, answer
            self.diary.left += gone
            self.say("table 1", f"session over, not helped any more: {' '.join(gone) or 'nobody'}")

        return close
