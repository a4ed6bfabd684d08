"""What can be wrong with a request before the desk is asked, and the status of every error."""

from collections.abc import Mapping
from typing import Final

from appliance.core import errors as e


class NotFound(e.Refused):
    """There is no such page."""

    code = "not-found"


class MethodNotAllowed(e.Refused):
    """This page does not take that method."""

    code = "method-not-allowed"


class BadJson(e.Refused):
    """The body is no JSON object."""

    code = "bad-json"


class UnsupportedType(e.Refused):
    """The body is of another type than expected."""

    code = "unsupported-type"


class TooLarge(e.Refused):
    """The body is larger than anything we ask for."""

    code = "too-large"


class BodyTimeout(e.Refused):
    """The body did not arrive in time."""

    code = "timeout"


class BadHost(e.Refused):
    """The request is meant for somebody else."""

    code = "bad-host"


class ForeignOrigin(e.Refused):
    """Another site's page tries to write here."""

    code = "foreign-origin"


class MissingKey(e.Refused):
    """A write needs an Idempotency-Key of 1 to 100 visible characters."""

    code = "missing-key"


class NotSignedIn(e.Refused):
    """Only volunteers may do this."""

    code = "not-signed-in"


STATUS: Final[Mapping[type[e.DigipuntError], int]] = {
    e.BadRequest: 400,
    BadJson: 400,
    MissingKey: 400,
    NotSignedIn: 401,
    e.WrongPin: 401,
    e.NotPaired: 401,
    ForeignOrigin: 403,
    e.NotAllowed: 403,
    e.PinNotHere: 403,
    NotFound: 404,
    e.UnknownTicket: 404,
    e.UnknownService: 404,
    e.UnknownCounter: 404,
    e.UnknownLocation: 404,
    e.UnknownAction: 404,
    e.UnknownSibling: 404,
    e.UnknownPairing: 404,
    e.UnknownDevice: 404,
    MethodNotAllowed: 405,
    BodyTimeout: 408,
    TooLarge: 413,
    UnsupportedType: 415,
    BadHost: 421,
    e.OneTicketPerPhone: 429,
    e.TooManyTries: 429,
    e.PinLocked: 429,
    e.Refused: 409,
    e.Unavailable: 503,
}
"""Error → HTTP status; a class that is not listed has its parent's."""


def status(error: e.DigipuntError) -> int:
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500
