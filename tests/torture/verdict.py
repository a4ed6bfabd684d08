"""What is found after a cut, held against what was acknowledged before it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore, Refused
from appliance.core.ids import Key, ServiceId
from appliance.core.session import SessionState
from appliance.core.ticket import Source
from appliance.desk import Desk
from appliance.ports import Files
from tests.torture.acts import HOUSEKEEPING, PRESS, Act
from tests.torture.diary import Expected, State, seen, what_is_there
from tests.torture.life import Home, MakeDesk


class Found(StrEnum):
    """How a cut ended."""

    SOUND = "sound"
    LOST = "lost"
    DOUBLED = "doubled"
    UNREADABLE = "unreadable"
    TRACES = "traces"
    """The session is closed, and something of its visitors can be read from the raw medium."""
    CRASHED = "crashed"
    """The program gave up without saying what is wrong with the store."""
    REPORTED = "reported"
    """Damage, and the box says so; honest only when the card lied."""
    OLDER = "older"
    """A whole earlier state: a missing tail that nobody can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    found: Found
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """With what a recovered store is opened."""

    files: Callable[[], Files] = PosixFiles
    desk: MakeDesk = Desk


PLAIN = Reader()


async def examine(path: Path, expected: Expected, reader: Reader = PLAIN) -> Verdict:
    """Open the store, hold it against the diary, ask once more, go on, and open it again."""
    try:
        return await _examine(path, expected, reader)
    except BadStore as error:
        return Verdict(found=Found.UNREADABLE, sentence=str(error))
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        return Verdict(found=Found.CRASHED, sentence=repr(error))


async def _examine(path: Path, expected: Expected, reader: Reader) -> Verdict:
    home = Home(path=path, files=reader.files(), desk=reader.desk)
    home.clock.reboot()
    async with home.started() as (desk, book):
        state = what_is_there(desk, book)
        if book.damage:
            twice = await take_one(desk) in state.numbers
            return Verdict(
                found=Found.DOUBLED if twice else Found.REPORTED, sentence=" ".join(book.damage)
            )
        verdict = _compare(state, expected)
        if verdict.found is Found.SOUND:
            verdict = await _go_on(desk, state, expected)
        last = what_is_there(desk, book)
    async with home.started() as (desk, book):
        if what_is_there(desk, book) != last:
            return Verdict(found=Found.LOST, sentence="what was done after the cut is gone")
        if desk.queue.session is not None:
            await desk.close(confirm=True, key=Key("the end"))
    return verdict


def searched(verdict: Verdict, raw: bytes) -> Verdict:
    """The verdict once the medium of the closed box has been searched for any press."""
    if verdict.found is not Found.SOUND or PRESS not in raw:
        return verdict
    at = raw.index(PRESS)
    return Verdict(found=Found.TRACES, sentence=f"at byte {at}: {raw[at : at + 11]!r}")


def _compare(state: State, expected: Expected) -> Verdict:
    allowed = [one.whole for one in expected.allowed]
    if state.whole in allowed:
        return Verdict(found=Found.SOUND)
    earlier = [one.whole for one in expected.before]
    if state.whole in earlier:
        acts = len(earlier) - 1 - earlier.index(state.whole)
        return Verdict(found=Found.OLDER, sentence=f"the last {acts} acts are missing")
    return Verdict(found=Found.LOST, sentence="a state that never was")


async def _go_on(desk: Desk, state: State, expected: Expected) -> Verdict:
    """What was asked is asked again under its key; then somebody else takes a ticket."""
    last, late = expected.acknowledged, expected.in_flight
    if state.whole == expected.before[-1].whole:
        before = seen(desk)
        if not await _again(last, desk) or seen(desk) != before:
            return Verdict(found=Found.DOUBLED, sentence=f"{last.name} was done twice")
    if late is not None and (not await _again(late.act, desk) or seen(desk) != late.state.seen):
        return Verdict(found=Found.DOUBLED, sentence=f"{late.act.name}, asked again, went wrong")
    number = await take_one(desk)
    if number in expected.given:
        return Verdict(found=Found.DOUBLED, sentence=f"{number} was given before")
    return Verdict(found=Found.SOUND)


async def _again(act: Act, desk: Desk) -> bool:
    """Whether that, asked once more, is answered and not refused."""
    if act.name in HOUSEKEEPING:
        return True
    try:
        await act.ask(desk)
    except Refused:
        return False
    return True


async def take_one(desk: Desk) -> str:
    """The number that the next visitor gets; the desk is opened when it is closed."""
    if desk.queue.state is SessionState.CLOSED:
        await desk.open()
    done = await desk.take(ServiceId("help"), source=Source.BUTTON, lang="nl")
    if done.ticket is None:
        raise AssertionError("taking gives a ticket")
    return str(done.ticket.number)
