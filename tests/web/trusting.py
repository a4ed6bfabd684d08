"""A tablet that was taught a box's authority, whatever day the machine of the tests has."""

import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: the certificates of tests have the tests' own time."""


def trusting(authority: bytes) -> ssl.SSLContext:
    pem = x509.load_der_x509_certificate(authority).public_bytes(Encoding.PEM)
    context = ssl.create_default_context(cadata=pem.decode())
    context.verify_flags = ssl.VerifyFlags(int(context.verify_flags) | _NO_CHECK_TIME)
    return context
