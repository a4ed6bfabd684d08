"""`python -m tests.morning [SEED]` prints one morning; exit code 1 when the balance is not zero."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.morning.diary import Diary
from tests.morning.place import a_place
from tests.morning.story import Morning


async def main(seed: int) -> int:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as data:
        async with a_place(Path(data), seed=seed) as place:
            print(f"{place.box.config.place.name}, a Tuesday morning, seed {seed}\n")
            return await Morning(place, Diary(), seed=seed).run()


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)) else 0)
