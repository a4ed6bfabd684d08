"""The words of a privacy sheet: what is kept together, on what, until when, and where it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """What it is written on."""

    STORE = "the box's store"
    FILE = "a file of its own"
    MEMORY = "memory only"
    KERNEL = "the kernel's memory only"
    BROWSER = "a helper's browser"
    LETTER = "a sealed letter"
    DATABASE = "the coordinator's database"


class Until(StrEnum):
    """How long."""

    SESSION = "the session closes; then its blocks are overwritten too"
    POWER = "the session closes and the next phone asks, or the power goes"
    RESTART = "the power goes"
    GUEST = "the free time is over (four hours unless set otherwise), or the power goes"
    RECEIPT = "the coordinator's sealed receipt has come"
    REPLACED = "something newer takes its place"
    LESSONS = "ten later sessions, or 400 later days, have taken its place"
    REVOKED = "a lead takes the device away"
    SIGNED_IN = "the right password is given, or a thousand later names have been tried"
    WITHDRAWN = "a coordinator takes it back"
    SHIFT = "the shift is over"
    MONTHS = "60 days have passed"
    YEAR = "400 days have passed, or the device was taken away"
    TAKEN = "the box has read it, within seconds"
    KEPT = "somebody wipes the card"
    OFFICE = "the database is dropped"


class Goes(StrEnum):
    """Where it goes besides."""

    NOWHERE = "nowhere"
    COUNTS = "into counts on this box, nothing else"
    ROOM = "to the screens in the room"
    LETTER = "to the coordinator, in a sealed letter, small numbers folded"
    OFFICE = "to the coordinator, sealed"
    BACKUP = "into a backup, when a technician makes one"
    BOXES = "to the boxes, sealed"
    SHEETS = "to coordinators who sign in, and into their workbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Things that are kept together: for one purpose, until one moment."""

    code: str
    """The table, file or cookie, as the code names it."""
    where: Where
    what: str
    purpose: str
    until: Until
    goes: Sequence[Goes]
    fields: Mapping[str, str]
    """Each field as it is written, and what it is."""
    people: bool = False
    """Whether it is about a visitor, who is not named, for as long as they are here."""
