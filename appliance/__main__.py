"""The commands: what they take, how they end."""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO
from zoneinfo import ZoneInfo

from appliance import __version__, logs
from appliance.adapters import box_keys
from appliance.adapters.console_file import ConsoleFile
from appliance.adapters.pin_file import PinFile
from appliance.adapters.proof_unit import answer
from appliance.backup import back_up, restore
from appliance.box import open_box
from appliance.check import look
from appliance.collector import commands as collector
from appliance.config import Loaded, explain, load
from appliance.core.access import STAFF
from appliance.core.errors import BadConfig, BadStore, DigipuntError
from appliance.demo_kept import MOST_BOXES
from appliance.edges import lan, open_edges, provisioned
from appliance.simulate import command as simulation

if TYPE_CHECKING:
    from appliance.demo import DemoSettings

FINE: Final = 0
FAILED: Final = 1
MISUSED: Final = 2
LAYERS: Final = (Path("/usr/lib/digipunt/digipunt.toml"), Path("/etc/digipunt/digipunt.toml"))
REAL_DISK: Final = "/var/tmp"  # noqa: S108  never a memory disk: flushes must be real
ASKED: Final = 24
"""How often, four times a second, the console looks whether the box has taken its word."""
PIECES: Final = Path("/etc/digipunt/conf.d")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what is asked and exit: 0 fine, 1 failed with a sentence, 2 wrong use or settings."""
    given = _parser().parse_args(arguments)
    try:
        sys.exit(given.command(given))
    except (DigipuntError, BaseExceptionGroup) as raised:
        problems = list(_leaves(raised))
        if not all(isinstance(problem, DigipuntError) for problem in problems):
            raise
        for problem in problems:
            print(f"digipunt: {problem}", file=sys.stderr)
        misused = any(isinstance(problem, BadConfig) for problem in problems)
        sys.exit(MISUSED if misused else FAILED)


def _leaves(raised: BaseException) -> Iterator[BaseException]:
    """The errors themselves, out of whatever groups they came in."""
    if isinstance(raised, BaseExceptionGroup):
        for inner in raised.exceptions:
            yield from _leaves(inner)
    else:
        yield raised


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digipunt", description="The queue of a digipunt.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="boxes with a simulated front panel, in your browser")
    demo.add_argument("--boxes", type=_boxes, default=2, help=f"1 to {MOST_BOXES} (2)")
    demo.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    demo.add_argument("--port", type=_port, default=8080, help="first port; 0: free ones (8080)")
    demo.add_argument("--data", type=Path, help="directory of the stores (a temporary one)")
    demo.add_argument("--speed", type=_speed, default=1.0, help="how fast schedules go (1)")
    demo.add_argument(
        "--now",
        type=_moment,
        help="what the simulated clock says, ISO 8601; never earlier than it was left",
    )
    demo.add_argument("--seed", type=int, help="everything random from this number")
    demo.add_argument("--json", action="store_true", help="print one line of JSON")
    demo.set_defaults(command=_demo)

    box = commands.add_parser("box", help="the appliance")
    box.add_argument("--config", type=Path, help="one file in place of the usual ones")
    box.set_defaults(command=_box)

    collector.add_to(commands)
    simulation.add_to(commands)

    config = commands.add_parser("config", help="every setting and where it came from")
    config.add_argument("--config", type=Path, help="one file in place of the usual ones")
    config.set_defaults(command=_config)

    pin = commands.add_parser("pin", help="choose the shift PIN of this box")
    pin.add_argument("pin", nargs="?", help="six digits or more; asked for when left out")
    pin.add_argument("--config", type=Path, help="one file in place of the usual ones")
    pin.set_defaults(command=_pin)

    pair = commands.add_parser("pair", help="vouch for the tablet that shows a pairing code now")
    pair.add_argument("code", help="the six digits on the tablet")
    pair.add_argument("--role", choices=[role.value for role in STAFF], help="what it may do")
    pair.add_argument("--config", type=Path, help="one file in place of the usual ones")
    pair.set_defaults(command=_pair)

    check = commands.add_parser("check", help="every part of this box: ok, or what to do")
    check.add_argument("--config", type=Path, help="one file in place of the usual ones")
    check.set_defaults(command=_check)

    prove = commands.add_parser("prove", help="as root: a virtual phone tries to pass the gate")
    prove.add_argument("--config", type=Path, help="one file in place of the usual ones")
    prove.set_defaults(command=_prove)

    backup = commands.add_parser("backup", help="what survives sessions, into one file")
    backup.add_argument("file", type=Path, help="an older backup of that name is replaced")
    backup.add_argument("--config", type=Path, help="one file in place of the usual ones")
    backup.set_defaults(command=_backup)

    again = commands.add_parser("restore", help="make a new box out of a backup")
    again.add_argument("file", type=Path, help="what `digipunt backup` wrote")
    again.add_argument("--config", type=Path, help="one file in place of the usual ones")
    again.set_defaults(command=_restore)
    return parser


# ------------------------------------------------------------------ commands


def _demo(given: argparse.Namespace) -> int:
    """Imports what it needs itself: a box starts without a collector's libraries."""
    from appliance.demo import DemoSettings

    logs.set_up(30)
    data: Path = given.data or Path(tempfile.mkdtemp(prefix="digipunt-", dir=REAL_DISK))
    settings = DemoSettings(
        boxes=given.boxes,
        host=given.host,
        port=given.port,
        data=data,
        speed=given.speed,
        now=given.now or datetime.now(UTC),  # noqa: TID251  where the simulated clock starts
        seed=given.seed,
    )
    try:
        asyncio.run(_run_demo(settings, as_json=given.json))
    finally:
        if given.data is None:
            shutil.rmtree(data, ignore_errors=True)
    return FINE


async def _run_demo(settings: "DemoSettings", *, as_json: bool) -> None:
    from appliance.demo import open_demo

    stop = _stop_signal()
    async with open_demo(settings) as world:
        addresses = world.addresses(settings.host)
        text = json.dumps(addresses, ensure_ascii=False) if as_json else _told(addresses)
        print(text, flush=True)
        await stop.wait()


def _box(given: argparse.Namespace) -> int:
    logs.set_up(journal="JOURNAL_STREAM" in os.environ)
    loaded = _load(given.config)
    asyncio.run(_run_box(loaded))
    return FINE


async def _run_box(loaded: Loaded) -> None:
    stop = _stop_signal()
    while not stop.is_set():  # a box that was wiped begins anew
        await _live(loaded, stop)


async def _live(loaded: Loaded, stop: asyncio.Event) -> None:
    async with (
        open_edges(loaded.config) as edges,
        open_box(edges, loaded.config) as box,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(box.run(), name="box")
        waiting = group.create_task(stop.wait(), name="stop")
        edges.init.ready()
        print(f"visitors {box.visitor}\nstaff    {box.staff}", flush=True)
        if not edges.pin.is_set:
            print("No shift PIN yet: choose one with `digipunt pin`.", flush=True)
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if stop.is_set():
            edges.init.stopping()
            running.cancel()


def _config(given: argparse.Namespace) -> int:
    print(explain(_load(given.config)))
    return FINE


def _pin(given: argparse.Namespace) -> int:
    directory = Path(_load(given.config).config.box.store)
    keys = provisioned(directory)
    pin = given.pin or input("New PIN, six digits or more: ").strip()
    PinFile(directory, pepper=keys.secret("pin")).choose(pin)
    print("The PIN is set.")
    return FINE


def _pair(given: argparse.Namespace) -> int:
    directory = Path(_load(given.config).config.box.store)
    if not box_keys.exists(directory):
        raise BadStore(f"{directory}: there is no box here")
    return asyncio.run(_vouch(ConsoleFile(directory), given.code.replace(" ", ""), given.role))


async def _vouch(console: ConsoleFile, code: str, role: str | None) -> int:
    """The running box looks when the tablet asks again, which it does every second."""
    console.vouch(code, role)
    try:
        for _ in range(ASKED):
            await asyncio.sleep(0.25)
            if not console.waiting:
                print("The device is paired.")
                return FINE
    finally:
        console.taken()
    print("digipunt: no tablet shows that code now", file=sys.stderr)
    return FAILED


def _check(given: argparse.Namespace) -> int:
    found = asyncio.run(look(_load(given.config).config))
    for line in found:
        print(f"{line.part:<14} {'ok' if line.ok else '--'}   {line.said}")
    return FINE if all(line.ok for line in found) else FAILED


def _prove(given: argparse.Namespace) -> int:
    config = _load(given.config).config
    if config.hotspot.kind == "none":
        print("This box has no wifi of its own.")
        return FINE
    found = answer(lan(config), Path(config.hotspot.run))
    print("The gate held." if found is None else f"digipunt: {found}", file=_stream(found))
    return FINE if found is None else FAILED


def _stream(found: str | None) -> TextIO:
    return sys.stdout if found is None else sys.stderr


def _backup(given: argparse.Namespace) -> int:
    saved = asyncio.run(back_up(_load(given.config).config, given.file))
    print(f"The backup is in {given.file}. The box's key and PIN are not in it.")
    if saved.session_open:
        print("A session is open: the tickets of the open session are not in it.")
    for sentence in saved.damage:
        print(f"digipunt: the store is damaged: {sentence}", file=sys.stderr)
    return FINE


def _restore(given: argparse.Namespace) -> int:
    directory = Path(_load(given.config).config.box.store)
    restore(given.file, directory)
    print(f"Restored into {directory}. Choose a PIN with `digipunt pin`, then start the box.")
    print("Numbers given after the backup was made are not known here.")
    return FINE


# ------------------------------------------------------------------ small print


def _load(path: Path | None) -> Loaded:
    if path is not None:
        return load([path], os.environ)
    pieces = sorted(PIECES.glob("*.toml")) if PIECES.is_dir() else []
    layers = [layer for layer in (*LAYERS, *pieces) if layer.exists()]
    given: dict[str, object] = {}
    if "STATE_DIRECTORY" in os.environ:
        given["box.store"] = os.environ["STATE_DIRECTORY"].partition(":")[0]
    return load(layers, os.environ, given)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _told(world: Mapping[str, Any]) -> str:
    lines = []
    for box in world["boxes"]:
        lines += [
            f"{box['name']}   numbers {box['letter']}1, {box['letter']}2 …",
            f"  front panel   {box['panel']}/     press the button, turn the clock, break things",
            f"  waiting room  {box['visitor']}/board",
            f"  a phone       {box['visitor']}/     and its free wifi; each 127.x.y.z is one",
            f"  tablet        {box['staff']}/     PIN {box['pin']}",
            "",
        ]
    collector = world["collector"]
    lines += [
        "The coordinator   every week and month that is over, as figures",
        f"  dashboard     {collector['url']}/",
        f"  sign in       {collector['user']}   {collector['password']}",
        "",
    ]
    return "\n".join([*lines, "Ctrl-C ends it."])


def _boxes(text: str) -> int:
    boxes = int(text)
    if not 1 <= boxes <= MOST_BOXES:
        raise argparse.ArgumentTypeError(f"1 to {MOST_BOXES} boxes")
    return boxes


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_000:  # noqa: PLR2004  room for ten boxes above it
        raise argparse.ArgumentTypeError("0 to 65000")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 100_000:  # noqa: PLR2004  a year in five minutes
        raise argparse.ArgumentTypeError("more than 0, at most 100000")
    return speed


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a moment such as 2026-11-24T08:55") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Brussels"))


if __name__ == "__main__":
    main()
