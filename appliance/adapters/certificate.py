"""The certificate of the public name: read again when it changes, believed while it is good."""

import logging
import ssl
from datetime import datetime
from pathlib import Path

from cryptography import x509

_LOGGER = logging.getLogger(__name__)


class CertificateFile:
    """Two files that somebody renews; a broken pair keeps the site's last good one."""

    def __init__(self, *, name: str, certificate: Path, key: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._name = name
        self._certificate = certificate
        self._key = key
        self._seen: tuple[float, float] | None = None
        self._leaf: x509.Certificate | None = None

    def good(self, at: datetime) -> bool:
        """Whether it is for our name, and valid at that moment."""
        self._look()
        leaf = self._leaf
        if leaf is None:
            return False
        return leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc

    def _look(self) -> None:
        try:
            now = (self._certificate.stat().st_mtime, self._key.stat().st_mtime)
        except OSError:
            self._seen = self._leaf = None
            return
        if now == self._seen:
            return
        self._seen = now
        try:
            leaf = x509.load_pem_x509_certificate(self._certificate.read_bytes())
            self.context.load_cert_chain(self._certificate, self._key)
        except (OSError, ValueError) as problem:
            _LOGGER.warning("%s cannot be used: %s", self._certificate, problem)
            self._leaf = None
            return
        self._leaf = leaf if self._is_ours(leaf) else None
        if self._leaf is None:
            _LOGGER.warning("%s is not for %s", self._certificate, self._name)

    def _is_ours(self, leaf: x509.Certificate) -> bool:
        try:
            names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return False
        return self._name in names.get_values_for_type(x509.DNSName)
