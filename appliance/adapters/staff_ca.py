"""A certificate authority of the box's own, good for the box's own addresses and nothing else.

ECDSA on P-256, which every tablet takes. Whoever steals its key can pretend to be this box, and
nobody else: the names it may sign for stand in the certificate that the tablet trusts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.core.validity import AUTHORITY, Span

_LONGEST_TITLE = 48
"""X.509 allows 64; the rest tells two authorities of one place apart."""
_EVERYWHERE: Sequence[x509.GeneralName] = (
    x509.IPAddress(IPv4Network("0.0.0.0/0")),
    x509.IPAddress(IPv6Network("::/0")),
)
_EVERY_NAME: Sequence[x509.GeneralName] = (x509.DNSName(""),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A certificate and the key that belongs to it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        """Key first, then certificate: one file, so that they cannot part."""
        private = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def span(self) -> Span:
        leaf = self.certificate
        return leaf.not_valid_before_utc, leaf.not_valid_after_utc


def read(pem: bytes) -> Signed:
    """What `pem` wrote; ValueError or TypeError when it is something else, or no pair."""
    key = serialization.load_pem_private_key(pem, password=None)
    certificate = x509.load_pem_x509_certificate(pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("this is no key on a curve")
    if key.public_key() != certificate.public_key():
        raise ValueError("key and certificate do not belong together")
    return Signed(key=key, certificate=certificate)


def make_authority(names: Sequence[str], *, title: str) -> Signed:
    """A new one, which may sign for exactly these names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    name = f"{title[:_LONGEST_TITLE]} {known.digest.hex()[:8]}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _begun(subject, subject, key, AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_only(names), critical=True)
        .add_extension(known, critical=False)
        .sign(key, hashes.SHA256())
    )
    return Signed(key=key, certificate=certificate)


def make_leaf(authority: Signed, names: Sequence[str], span: Span) -> Signed:
    """What the site shows: for these names, signed by that authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    # Without a common name: some programs would take that for one more name of a host.
    common = issuer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, common)])
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _begun(subject, issuer.subject, key, span)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )
    return Signed(key=key, certificate=certificate)


def permitted(authority: x509.Certificate) -> frozenset[str]:
    """The names and addresses that it may sign for."""
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return frozenset(_plain(one) for one in found.permitted_subtrees or ())


def told_names(leaf: x509.Certificate) -> frozenset[str]:
    """The names and addresses that a certificate of the site is for."""
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return frozenset(_plain(one) for one in found)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, span: Span
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _only(names: Iterable[str]) -> x509.NameConstraints:
    """A kind of name of which none is permitted is unlimited, unless all of it is excluded."""
    allowed = [_constraint(name) for name in names]
    kinds = {type(one) for one in allowed}
    excluded = [
        *(() if x509.DNSName in kinds else _EVERY_NAME),
        *(() if x509.IPAddress in kinds else _EVERYWHERE),
    ]
    return x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=excluded or None)


def _constraint(name: str) -> x509.GeneralName:
    one = _general(name)
    return x509.IPAddress(ip_network(one.value)) if isinstance(one, x509.IPAddress) else one


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _plain(one: x509.GeneralName) -> str:
    value = one.value
    if isinstance(value, IPv4Network | IPv6Network):
        return str(value.network_address)
    return str(value)
