"""A key that is no secret, and a letter of a quiet November."""

from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.core.federation.calendar import Period
from appliance.core.federation.report import FIRST, Location, Report
from appliance.core.stamp import ClockSource

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def verify(key: bytes, message: bytes, sig: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, message)
    except (InvalidSignature, ValueError):
        return False
    return True


NOVEMBER = Report(
    box="a" * 26,
    chain="0123456789abcdef",
    seq=7,
    prev=FIRST,
    location=Location(id="park", nis="33011", kind="library"),
    period=Period.named("2026-11"),
    zone="Europe/Brussels",
    revision=0,
    generated_at=datetime(2026, 12, 1, 2, 30, tzinfo=UTC),
    clock=ClockSource.NTP,
    catalogue="2026.1",
    k=5,
    software="0.1.0",
    totals={"tickets": 44, "served": 40, "left": 4, "open_minutes_actual": 720},
    tables={
        "service": {"help": 30, "egov": 8, "_rest": 6},
        "topic": {"tax": 20, "_rest": 20},
    },
)
