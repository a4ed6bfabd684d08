"""The sites that are open before anybody taps: one name a line, a lead may edit the list."""

import re
from typing import Final

from appliance.core.errors import BadConfig

DEFAULT: Final = (
    "vlaanderen.be",
    "belgium.be",
    "fgov.be",
    "vdab.be",
    "mijnburgerprofiel.be",
    "burgerprofiel.be",
    "itsme.be",
    "itsme-id.com",
    "itsme.services",
    "csam.be",
    "socialsecurity.be",
    "mypension.be",
    "rva.be",
    "actiris.brussels",
    "be.brussels",
    "112.be",
    "1712.be",
    "tele-onthaal.be",
    "zelfmoord1813.be",
)
"""What is open when the place has no list of its own: authorities, signing in with them, and help
in need."""

MOST: Final = 200
"""More lines than this are a mistake: the gate would be a wall with more holes than stone."""
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"(?=.{{4,253}}$){_LABEL}(\.{_LABEL})+")
_TOO_WIDE: Final = frozenset({"be", "com", "org", "net", "eu", "brussels", "vlaanderen", "co.uk"})


def parse(text: str, name: str) -> tuple[str, ...]:
    """The names in order, each once; BadConfig tells the line that is none."""
    names: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.partition("#")[0].strip().lower().rstrip(".")
        if not said:
            continue
        if said in _TOO_WIDE or not _NAME.fullmatch(said) or said.rpartition(".")[2].isdigit():
            raise BadConfig(f"{name}, line {number}: expected a name such as vlaanderen.be")
        names[said] = None
        if len(names) > MOST:
            raise BadConfig(f"{name}, line {number}: at most {MOST} names")
    return tuple(names)
