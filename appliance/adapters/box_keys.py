"""The box's own key, made once on the box, which it never leaves."""

import base64
import hashlib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.adapters.journal_medium import put_whole
from appliance.adapters.posix_files import PosixFiles
from appliance.core.errors import BadStore
from appliance.ports import Files

FILE: Final = "box.key"
ID_LENGTH: Final = 26


class BoxKeys:
    """Ed25519 (RFC 8032); the box's id is made from the public half."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        digest = hashlib.sha256(self.public).digest()
        self.box = base64.b32encode(digest).decode().lower()[:ID_LENGTH]

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this box can make."""
        return self._key.sign(message)

    def secret(self, purpose: str) -> bytes:
        """32 bytes for that purpose, derived from the private key (HKDF, RFC 5869)."""
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"digipunt {purpose}".encode())
        return hkdf.derive(self._key.private_bytes_raw())


def exists(directory: Path) -> bool:
    """Whether this box has been provisioned."""
    return (directory / FILE).exists()


def make(directory: Path, seed: bytes | None = None, *, files: Files | None = None) -> None:
    """Write a new key, whole or not at all; only the owner can read it.

    `seed` is for simulations that must be repeatable: 32 bytes instead of chance.
    """
    key = Ed25519PrivateKey.from_private_bytes(seed) if seed else Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_whole(directory / FILE, pem, files=files)


def load(directory: Path) -> BoxKeys:
    """Read the key; BadStore, naming the file, when it cannot be read."""
    path = directory / FILE
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BadStore(f"{path}: the box's key cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadStore(f"{path}: this is no Ed25519 key")
    return BoxKeys(key)


def write_whole(path: Path, content: bytes, *, files: Files | None = None) -> None:
    """Put a small private file in place, flushed, in one step."""
    put_whole(path, content, files=files or PosixFiles())
