"""Everything the box needs from the world, on one page."""

import ssl
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from appliance.core.federation.dsse import Verify
from appliance.core.gate_rules import Lan
from appliance.core.guests import Mac
from appliance.core.resolver_conf import Names
from appliance.core.stamp import ClockSource, Stamp

Document = Mapping[str, Any]
"""One JSON object of the store."""


# ------------------------------------------------------------------ time


class Clock(Protocol):
    """The wall clock for people, the steady clock for durations."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC; may be wrong and may jump."""

    def source(self) -> ClockSource:
        """Who vouches for the wall clock."""

    def stamp(self) -> Stamp:
        """Now, on both clocks."""

    def confirm(self, now: datetime) -> None:
        """Believe a person who says that it is `now`, until this boot ends or ntp knows better."""

    async def sleep(self, duration: timedelta) -> None:
        """Return after that much time of this clock, or earlier when its hands were turned."""


class Timetable(Protocol):
    """The opening hours of a location, closure days already taken out."""

    def window(self, at: datetime) -> "Window | None":
        """The window that contains `at`."""

    def next_window(self, after: datetime) -> "Window | None":
        """The first window that starts after that moment; None when there is none in a year."""


class ReadHours(Protocol):
    """Opening hours as people write them down, made into a timetable."""

    def __call__(self, hours: str, *, closed: Sequence[str]) -> Timetable:
        """Raises BadConfig whose facts say which `field` and `why`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One planned walk-in moment, [start, end), aware UTC."""

    start: datetime
    end: datetime


# ------------------------------------------------------------------ the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One document put in a table, or taken out of it when `document` is None."""

    table: str
    id: int
    document: Document | None


class Book(Protocol):
    """The box's durable memory: tables of documents, changed by whole commits."""

    def read(self, table: str) -> Mapping[int, Document]:
        """The documents of a table by id, in id order; do not change them."""

    async def commit(self, writes: Sequence[Write], *, drop: Sequence[str] = ()) -> None:
        """Make all of it durable as one record, or none of it; dropped tables go first.

        Raises StorageUnavailable; then memory shows what was there before.
        """

    async def tidy(self, *, wipe: bool) -> None:
        """Fold the journal into a snapshot; `wipe` overwrites what the old blocks held."""

    @property
    def failure(self) -> str | None:
        """Why the book takes no commits any more; None while it does."""

    @property
    def damage(self) -> Sequence[str]:
        """What was found broken at opening, one sentence each."""


class Files(Protocol):
    """The file system as the store uses it; any call may raise OSError."""

    def open(self, path: Path, flags: int) -> int:
        """A descriptor; a new file is readable by its owner only."""

    def read(self, fd: int, size: int, offset: int) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end of the file."""

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        """How many bytes were written; fewer than given is a failure."""

    def fdatasync(self, fd: int) -> None:
        """Return when the file's data is on the medium."""

    def fsync(self, fd: int) -> None:
        """Return when the file's data and length, or the directory's names, are on the medium."""

    def rename(self, old: Path, new: Path) -> None:
        """Give the file another name, in place of the file that had it."""

    def link(self, old: Path, new: Path) -> None:
        """Give the file a second name."""

    def same(self, path: Path, other: Path) -> bool:
        """Whether both are names of one file."""

    def remove(self, path: Path) -> None:
        """Take the name away."""

    def mkdir(self, path: Path) -> None:
        """Make the directory, open to its owner only; fine when it is there."""

    def names(self, path: Path) -> Sequence[str]:
        """The names in a directory, sorted."""

    def lock(self, fd: int) -> bool:
        """Whether the directory is ours alone now, until `close`."""

    def close(self, fd: int) -> None:
        """Give the descriptor back."""


# ------------------------------------------------------------------ the way to a coordinator


class Mail(Protocol):
    """The way to the coordinator's program, when there is one."""

    async def post(self, path: str, body: bytes, *, content_type: str) -> bytes:
        """The answer's body, of a request that was answered with 200; Unavailable otherwise."""

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """What stands at that address now; empty when it is no other than `have` in the query.

        Unavailable when nobody, or somebody else, answers.
        """


# ------------------------------------------------------------------ the front panel


class Lamp(StrEnum):
    """What the button's lamp says."""

    READY = "ready"
    WAIT = "wait"
    OFF = "off"
    FAULT = "fault"


class Mode(StrEnum):
    """Why the display shows what it shows."""

    IDLE = "idle"
    NUMBER = "number"
    CLOSED = "closed"
    FAULT = "fault"


class Sound(StrEnum):
    """What the buzzer plays."""

    TICK = "tick"
    CHIME = "chime"
    REFUSED = "refused"
    PAIRED = "paired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """All that the front panel shows; frames of at most four places alternate (dots take none)."""

    mode: Mode
    frames: tuple[str, ...]
    lamp: Lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One button went down or came up, seen at `at` seconds of the panel's ticker."""

    button: int
    down: bool
    at: float


class FrontPanel(Protocol):
    """Buttons, lamp, buzzer and display; every part may be missing or die."""

    @property
    def buttons(self) -> int:
        """How many buttons there are, 0 to 4; numbered from 1."""

    async def edge(self) -> Edge:
        """The next edge of any button, in order."""

    async def show(self, face: Face) -> None:
        """Show it; a dead display is a condition, never an exception."""

    async def play(self, sound: Sound) -> None:
        """Start the sound; it plays by itself."""

    def faults(self) -> Sequence[str]:
        """Names of parts that do not work: display, lamp, buzzer, button-1…"""


# ------------------------------------------------------------------ identity, service manager


class Keyring(Protocol):
    """What only this box knows."""

    @property
    def box(self) -> str:
        """The box's id."""

    @property
    def public(self) -> bytes:
        """The public half of its key: 32 bytes of Ed25519 (RFC 8032)."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this box can make."""

    def secret(self, purpose: str) -> bytes:
        """32 bytes that stay the same for that purpose, derived from the box's first key."""

    def sign_first(self, message: bytes) -> bytes:
        """The same with the first key, from which the id is made: for an introduction."""

    @property
    def sealing(self) -> bytes:
        """The public half of the key that seals now; the first one until it is changed."""

    def prepare(self, n: int) -> "SealingKey":
        """Make the nth other key, in place of one that was prepared and never used."""

    def use(self, n: int, public: bytes) -> None:
        """Seal with the nth other key from now on; BadStore when that is not the one kept."""


class SealingKey(Protocol):
    """A key that is ready, while another one still seals."""

    @property
    def public(self) -> bytes:
        """Its public half: 32 bytes of Ed25519."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only its owner can make."""


class PinLock(Protocol):
    """The shift PIN, kept as a hash that costs work to try."""

    async def matches(self, pin: str) -> bool:
        """Whether it is the PIN; takes about 30 ms, one at a time."""

    async def change(self, pin: str) -> None:
        """Choose another PIN; BadRequest when it is too short."""

    @property
    def is_set(self) -> bool:
        """Whether anybody has chosen a PIN yet."""

    @property
    def mark(self) -> str:
        """Another text for another PIN, from which nobody can tell the PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Somebody at the console says that the device showing that code belongs here."""

    code: str
    role: str | None
    """None: what the button would make of it."""


class Console(Protocol):
    """The box's own command line: whoever may use it stands behind the box."""

    def vouched(self) -> Vouched | None:
        """What was said there and not taken yet."""

    def taken(self) -> None:
        """Tell the console that it was done."""


class ServiceManager(Protocol):
    """Who started us, and wants to know how we are."""

    def ready(self) -> None:
        """All sites answer."""

    def status(self, sentence: str) -> None:
        """How the box is, in one line."""

    def stopping(self) -> None:
        """The farewell has begun."""


# ------------------------------------------------------------------ the free wifi


class Gate(Protocol):
    """Who may use the internet, kept by the kernel and by nobody else."""

    async def load(self) -> None:
        """Put the rules in place as one; who is in stays in.

        GateShut when they are refused: then whatever was in force stays in force.
        """

    async def admit(self, who: Mac, seconds: int) -> None:
        """Let in for that long, counted from now; GateShut when it cannot be."""

    async def expel(self, who: Mac) -> None:
        """Out at once, open connections too; fine when it was not in."""

    async def guests(self) -> Mapping[Mac, int]:
        """Who is in, and for how many seconds more."""

    async def world(self, *, up: bool) -> None:
        """Whether there is internet; without it even guests see our page."""

    async def tablets(self, *, open_: bool) -> None:
        """Whether phones reach the staff site's sealed door; shutting it cuts who is inside.

        What was said last also holds after `load`. GateShut when it cannot be now.
        """


class Neighbours(Protocol):
    """Which phone has which address on the free wifi now."""

    def mac(self, address: str) -> Mac | None:
        """The phone at that address; None when none of ours is there."""


class Radio(Protocol):
    """The side of the phones: an access point of ours, or a port with one behind it."""

    async def open(self) -> None:
        """Put it on the air; HardwareUnavailable tells what is missing."""

    async def shut(self) -> None:
        """Take it off the air; fine when it is not on."""

    async def works(self) -> bool:
        """Whether phones can find it."""


class Resolvers(Protocol):
    """The two that answer names, and give addresses out."""

    async def start(self, names: Names) -> None:
        """Begin anew with that; Unavailable tells why not."""

    async def stop(self) -> None:
        """End both; fine when none runs."""

    def works(self) -> bool:
        """Whether both run."""

    async def offer(self, api: str | None) -> None:
        """Tell phones where to ask how they stand, from now on; None: nowhere."""


class Uplink(Protocol):
    """The way to the internet."""

    async def works(self) -> bool:
        """Whether the world answers; asks for a name and nothing else."""


class Proof(Protocol):
    """Somebody who tries to get past the gate without having tapped."""

    async def prove(self) -> str | None:
        """None when the gate held, else a sentence about what got through, or why nobody knows."""


class Seal(Protocol):
    """HTTPS for staff, by an authority of the box's own that each tablet is taught once."""

    @property
    def context(self) -> ssl.SSLContext:
        """With which the staff site is served."""

    @property
    def authority(self) -> bytes:
        """The certificate that a tablet installs, in DER."""

    def renew(self, now: datetime, *, trusted: bool) -> bool:
        """Make a fresh certificate when it is time; whether it was. StorageUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wifi:
    """Everything that the free wifi needs of the world."""

    lan: Lan
    gate: Gate
    neighbours: Neighbours
    radio: Radio
    resolvers: Resolvers
    uplink: Uplink
    proof: Proof
    essentials: Callable[[], str | None]
    """The text of the place's own list; None when it has none."""
    certificate: Callable[[datetime], bool]
    """Whether the certificate of the box's public name is good at that moment."""
    sealed: ssl.SSLContext | None = None
    """With which the visitors' site is also served; None without a certificate."""


def nobodys(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    """Believes no seal."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """One choice of adapter for every port."""

    clock: Clock
    read_hours: ReadHours
    book: Book
    panel: FrontPanel
    keys: Keyring
    pin: PinLock
    console: Console
    init: ServiceManager
    ticker: Callable[[], float]
    """Real seconds for bounce and back-off; never scaled in a demo."""
    pause: Callable[[float], Coroutine[Any, Any, None]]
    """Wait that many seconds of the ticker."""
    wifi: Wifi | None = None
    """None: this box has no wifi of its own."""
    mail: Mail | None = None
    """The way to the coordinator that the box was set up with; None: there is none."""
    mail_to: Callable[[str], Mail] | None = None
    """The way to one that people choose on screen, by its address."""
    seal: Seal | None = None
    """None: the staff site has no HTTPS."""
    verify: Verify = nobodys
    """Whether a seal is somebody's."""
