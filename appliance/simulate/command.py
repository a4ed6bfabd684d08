"""`digipunt simulate`: a year in minutes."""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Final

DISK: Final = "/var/tmp"  # noqa: S108  never a memory disk: five boxes flush for real
FINE: Final = 0
FAILED: Final = 1


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("simulate", help="whole boxes and a collector, a year in minutes")
    parser.add_argument("--boxes", type=_positive, default=20, help="how many (20)")
    parser.add_argument("--days", type=_positive, default=70, help="how long (70)")
    parser.add_argument("--seed", type=int, default=1, help="everything random from this number")
    parser.add_argument("--data", type=Path, help="an empty directory that is kept afterwards")
    parser.add_argument("--workbook", type=Path, help="write the coordinator's workbook there")
    parser.set_defaults(command=_simulate)


def _simulate(given: argparse.Namespace) -> int:
    from appliance.simulate.run import simulate, told
    from appliance.simulate.world import Wanted

    data: Path = given.data or Path(tempfile.mkdtemp(prefix="digipunt-", dir=DISK))
    wanted = Wanted(boxes=given.boxes, days=given.days, seed=given.seed, directory=data)
    try:
        found = simulate(wanted, book=given.workbook)
    finally:
        if given.data is None:
            shutil.rmtree(data, ignore_errors=True)
    print(told(found, wanted))
    return FAILED if found.wrong else FINE


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number
