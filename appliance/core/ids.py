"""The names by which things are known."""

from typing import NewType

ActionId = NewType("ActionId", int)
"""Place of an action in the book of the session, from 1, without gaps."""

BoxId = NewType("BoxId", str)
"""base32 of SHA-256 of the box's public key, its first 26 characters."""

CounterId = NewType("CounterId", int)
"""A counter (tafel), from 1."""

Key = NewType("Key", str)
"""What makes a press or a tap recognisable when it arrives twice."""

LocationId = NewType("LocationId", str)
"""One digipunt, the place."""

ServiceId = NewType("ServiceId", str)
"""A code of the catalogue: help, egov, pc…"""

TicketNumber = NewType("TicketNumber", str)
"""One letter and a count: A7."""

Token = NewType("Token", str)
"""What a phone's address bar carries: unguessable, gone when the session closes."""
