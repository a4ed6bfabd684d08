"""Phones are told where to ask how they stand only while that would work."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.netns.space import GATEWAY, Phone
from tests.netns.world import NOBODY, OWN_TIMESYNC, World

NAME = "bib.example.be"
API = f"https://{NAME}/captive-portal/api"


def make(folder: Path, *, days: float, name: str = NAME) -> None:
    """A certificate of nobody's, which this test alone believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)  # noqa: TID251  a certificate lives by the machine's own clock
    leaf = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for path, text in (
        (folder / "box.key", pem),
        (folder / "box.pem", leaf.public_bytes(serialization.Encoding.PEM)),
    ):
        path.write_bytes(text)
        os.chown(path, NOBODY, NOBODY)


@pytest.fixture(scope="module")
def sealed(built: World) -> Iterator[World]:
    made = not Path("/run/systemd").exists()
    Path("/run/systemd").mkdir(exist_ok=True)
    built.kill_box()
    make(built.folder, days=20)
    built.start_box(
        before=OWN_TIMESYNC,
        name=NAME,
        certificate=str(built.folder / "box.pem"),
        certificate_key=str(built.folder / "box.key"),
    )
    yield built
    built.kill_box()
    if made:
        Path("/run/systemd").rmdir()
    built.start_box()


def told(world: World, phone: Phone) -> str:
    """Option 114 of a fresh lease."""
    return bytes.fromhex(phone.join(world.folder).get("opt114", "")).decode()


def test_option_114_is_told_and_withdrawn_as_the_certificate_comes_and_goes(
    sealed: World, phone: Phone
) -> None:
    assert not told(sealed, phone), "nobody vouches for the clock"
    sealed.vouch()
    sealed.until(lambda: told(sealed, phone) == API, patience=40)
    document = phone.get(API, "--cacert", str(sealed.folder / "box.pem"))
    assert document.status == 200
    assert f'"user-portal-url": "https://{NAME}/"'.encode() in document.body
    assert phone.ask(NAME) == (0, [GATEWAY])
    make(sealed.folder, days=-1)
    sealed.until(lambda: not told(sealed, phone), patience=40)
    make(sealed.folder, days=20, name="other.example.be")
    sealed.until(lambda: "other" not in told(sealed, phone), patience=20)
    make(sealed.folder, days=20)
    sealed.until(lambda: told(sealed, phone) == API, patience=40)


def test_the_staffs_side_is_not_behind_that_door(sealed: World, phone: Phone) -> None:
    said = phone.get(f"https://{NAME}/api/v1/session", "-k", "-X", "POST", "-d", "{}")
    assert said.status in {404, 405}
