"""The collector's own key: it seals receipts, and cookies and passwords hang on it."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.adapters.box_keys import write_whole
from appliance.core.errors import BadStore

KEYID: Final = "coordinator"


class CollectorKey:
    """Ed25519 (RFC 8032)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = self._seals = key
        self.public = key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._seals.sign(message)

    def seal_with(self, path: Path, public: bytes) -> None:
        """Another key seals from now on; secrets stay those of the first. BadStore."""
        found = _read(path)
        if found.public_key().public_bytes_raw() != public:
            raise BadStore(f"{path}: this is not the key that the collector changed to")
        self._seals, self.public = found, public

    def secret(self, purpose: str) -> bytes:
        """32 bytes for that purpose, derived from the private key (HKDF, RFC 5869)."""
        info = f"digipunt collector {purpose}".encode()
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
        return hkdf.derive(self._key.private_bytes_raw())


def open_key(path: Path) -> CollectorKey:
    """The key in that file, made on the first start; BadStore when it cannot be read."""
    if not path.exists():
        make_key(path)
    return CollectorKey(_read(path))


def make_key(path: Path) -> CollectorKey:
    """A new key in that file; BadStore when it cannot be written."""
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, pem)
    except OSError as error:
        raise BadStore(f"{path}: the key cannot be made: {error.strerror}") from error
    return CollectorKey(made)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise BadStore(f"{path}: the key cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadStore(f"{path}: this is no Ed25519 key")
    return key
