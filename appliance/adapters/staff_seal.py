"""HTTPS for the staff site: the box's own authority, and the certificate that it keeps fresh."""

import logging
import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from appliance.adapters import staff_ca
from appliance.adapters.box_keys import write_whole
from appliance.adapters.staff_ca import Signed
from appliance.core import validity
from appliance.core.errors import BadStore, StorageUnavailable

_LOGGER = logging.getLogger(__name__)

AUTHORITY: Final = "staff-ca.pem"
LEAF: Final = "staff-https.pem"


class StaffSeal:
    """Two files beside the box's key, readable by the box alone; made when first needed.

    An authority that may sign for other names than the box has today is replaced, and tablets
    must then take the new one.
    """

    def __init__(self, directory: Path, *, names: Sequence[str], title: str) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._names = tuple(names)
        self._directory = directory
        self._authority = self._known_authority(title)
        self._leaf = self._known_leaf()
        if self._leaf is not None:
            self._show()

    @property
    def authority(self) -> bytes:
        """What a tablet installs, in DER."""
        return self._authority.certificate.public_bytes(serialization.Encoding.DER)

    def renew(self, now: datetime, *, trusted: bool) -> bool:
        """Make a fresh certificate when it is time; whether it was. StorageUnavailable."""
        leaf = self._leaf
        if leaf is not None and validity.holds(leaf.span, now, trusted=trusted):
            return False
        span = validity.span(now, trusted=trusted)
        fresh = staff_ca.make_leaf(self._authority, self._names, span)
        self._write(LEAF, fresh)
        self._leaf = fresh
        self._show()
        _LOGGER.info("A certificate for staff was made, good until %s", span[1].date())
        return True

    def _show(self) -> None:
        """From the next connection on."""
        self.context.load_cert_chain(self._directory / LEAF)

    def _known_authority(self, title: str) -> Signed:
        path = self._directory / AUTHORITY
        if path.exists():
            try:
                known = staff_ca.read(path.read_bytes())
                names = staff_ca.permitted(known.certificate)
            except (OSError, ValueError, TypeError, x509.ExtensionNotFound) as problem:
                raise BadStore(
                    f"{path}: the authority for staff cannot be read: {problem}. Move it away, "
                    "and install the new one on the tablets."
                ) from problem
            if names == frozenset(self._names):
                return known
            _LOGGER.warning("The addresses changed: tablets must install the authority again")
        fresh = staff_ca.make_authority(self._names, title=title)
        self._write(AUTHORITY, fresh)
        return fresh

    def _known_leaf(self) -> Signed | None:
        """The one from before, if it is ours and for all our names."""
        path = self._directory / LEAF
        try:
            known = staff_ca.read(path.read_bytes())
            known.certificate.verify_directly_issued_by(self._authority.certificate)
            names = staff_ca.told_names(known.certificate)
        except (OSError, ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
            return None
        return known if names == frozenset(self._names) else None

    def _write(self, name: str, what: Signed) -> None:
        path = self._directory / name
        try:
            write_whole(path, what.pem())
        except OSError as problem:
            raise StorageUnavailable(f"{path}: {problem.strerror}") from problem
