"""The box's own keys, made on the box, which they never leave.

The first one is who the box is: its id and its secrets come from it for good. What seals can be
another one, made later, when somebody may have had the card in their hands.
"""

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
OTHER: Final = "seal-{n}.key"
ID_LENGTH: Final = 26


class OtherKey:
    """A later key of the box, with which it seals."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this key can make."""
        return self._key.sign(message)


class BoxKeys:
    """Ed25519 (RFC 8032); the box's id is made from the public half of the first."""

    def __init__(self, key: Ed25519PrivateKey, directory: Path | None = None) -> None:
        self._key = key
        self._directory = directory
        self._seals = OtherKey(key)
        self.public = key.public_key().public_bytes_raw()
        digest = hashlib.sha256(self.public).digest()
        self.box = base64.b32encode(digest).decode().lower()[:ID_LENGTH]

    @property
    def sealing(self) -> bytes:
        """The public half of the key that seals now."""
        return self._seals.public

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this box can make."""
        return self._seals.sign(message)

    def sign_first(self, message: bytes) -> bytes:
        """The same with the key that the id was made from."""
        return self._key.sign(message)

    def prepare(self, n: int) -> OtherKey:
        """Make the nth other key; nothing is sealed with it yet."""
        key = Ed25519PrivateKey.generate()
        write_whole(self._home / OTHER.format(n=n), _pem(key))
        return OtherKey(key)

    def use(self, n: int, public: bytes) -> None:
        """Seal with the nth other key; BadStore when its file holds another, or none."""
        path = self._home / OTHER.format(n=n)
        key = OtherKey(_read(path))
        if key.public != public:
            raise BadStore(f"{path}: this is not the key that the box changed to")
        self._seals = key

    @property
    def _home(self) -> Path:
        if self._directory is None:
            raise BadStore("this key has no place where another one could stand beside it")
        return self._directory

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
    write_whole(directory / FILE, _pem(key), files=files)


def load(directory: Path) -> BoxKeys:
    """Read the key; BadStore, naming the file, when it cannot be read."""
    return BoxKeys(_read(directory / FILE), directory)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BadStore(f"{path}: the box's key cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadStore(f"{path}: this is no Ed25519 key")
    return key


def write_whole(path: Path, content: bytes, *, files: Files | None = None) -> None:
    """Put a small private file in place, flushed, in one step."""
    put_whole(path, content, files=files or PosixFiles())
