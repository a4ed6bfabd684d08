"""The families of error: whose turn is it now?"""

from typing import ClassVar


class DigipuntError(Exception):
    """The root of all errors that are ours; `code` is stable, `facts` fill the sentence."""

    code: ClassVar[str] = "failed"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.facts = facts


# ------------------------------------------------------------------ the person's turn


class Refused(DigipuntError):
    """The rules of the desk say no; nothing has changed."""

    code = "refused"


class UnknownTicket(Refused):
    """No ticket carries that number or token in this session."""

    code = "unknown-ticket"


class UnknownService(Refused):
    """The catalogue, or this box, has no such service with a ticket."""

    code = "unknown-service"


class UnknownCounter(Refused):
    """This location has no such counter."""

    code = "unknown-counter"


class UnknownLocation(Refused):
    """This box does not serve that location."""

    code = "unknown-location"


class UnknownAction(Refused):
    """No action carries that id in this session."""

    code = "unknown-action"


class UnknownSibling(Refused):
    """No box of that name is a sibling of this one."""

    code = "unknown-sibling"


class WrongState(Refused):
    """The ticket is not in a state in which this can be done."""

    code = "wrong-state"


class SessionClosed(Refused):
    """No session is open; the facts may hold `next_opening`."""

    code = "session-closed"


class SessionOpen(Refused):
    """A session is open already."""

    code = "session-open"


class NobodyToRate(Refused):
    """Every visit of this session has been answered for already."""

    code = "nobody-to-rate"


class PeopleWaiting(Refused):
    """Closing needs a confirmation, since `waiting` people are still there."""

    code = "people-waiting"


class NobodyWaiting(Refused):
    """Nobody is waiting for this counter."""

    code = "nobody-waiting"


class CounterBusy(Refused):
    """A visit is going on at that counter."""

    code = "counter-busy"


class DependedOn(Refused):
    """Something that came after rests on this action; the facts say what."""

    code = "depended-on"


class OneTicketPerPhone(Refused):
    """This phone holds an open ticket already."""

    code = "one-ticket-per-phone"


class KeyReused(Refused):
    """The same idempotency key came back with another request."""

    code = "key-reused"


class BadRequest(Refused):
    """What was asked cannot be understood; `field` says where."""

    code = "bad-request"


class BadSetting(BadRequest):
    """A setting cannot be like that: `field` says which, `why` the reason."""

    code = "bad-setting"


class SettingsChanged(Refused):
    """Somebody else changed the same settings in the meantime."""

    code = "settings-changed"


class NotAllowed(Refused):
    """Somebody with more to say must do this; `least` names the role."""

    code = "not-allowed"


class WrongPin(Refused):
    """That is not the PIN."""

    code = "wrong-pin"


class TooManyTries(Refused):
    """Asked too often; the facts say how many `seconds` to wait."""

    code = "too-many-tries"


class PinNotHere(Refused):
    """Over the free wifi, where everybody could guess, only paired devices get in."""

    code = "pin-not-here"


class PinLocked(Refused):
    """Guessed too often: now only the button, or a device that is paired, lets anybody in."""

    code = "pin-locked"


class NotPaired(Refused):
    """This device is not paired, or not yet."""

    code = "not-paired"


class PairingBusy(Refused):
    """Another device is being paired; the facts say for how many `seconds` more."""

    code = "pairing-busy"


class UnknownPairing(Refused):
    """No device shows that code now."""

    code = "unknown-pairing"


class UnknownDevice(Refused):
    """No paired device has that id."""

    code = "unknown-device"


# ------------------------------------------------------------------ the world's turn


class Unavailable(DigipuntError):
    """The world cannot do it now."""

    code = "unavailable"


class StorageUnavailable(Unavailable):
    """The store takes no more commits; what it acknowledged is safe."""

    code = "storage-unavailable"


class HardwareUnavailable(Unavailable):
    """A part of the front panel is missing or does not answer."""

    code = "hardware-unavailable"


class NoWifi(Unavailable):
    """This phone cannot be let onto the internet now: `state` says why."""

    code = "no-wifi"


class GateShut(Unavailable):
    """The kernel does not take the gate's rules; what was in force before still is."""

    code = "gate-shut"


# ------------------------------------------------------------------ the installer's turn


class BadStore(DigipuntError):
    """A store on disk cannot be opened; it is kept and named, never replaced."""

    code = "bad-store"


class BadConfig(DigipuntError):
    """Which file, which key, what was expected."""

    code = "bad-config"
