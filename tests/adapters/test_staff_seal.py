"""The box's own authority signs for its own addresses, and openssl believes it for no other."""

import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from appliance.adapters import staff_ca
from appliance.adapters.staff_seal import AUTHORITY, LEAF, StaffSeal
from appliance.core.errors import BadStore, StorageUnavailable
from appliance.core.validity import FLOOR, span

NAMES = ("192.168.77.1", "10.42.7.1")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NEEDS_OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


def seal(folder: Path, *names: str) -> StaffSeal:
    return StaffSeal(folder, names=names or NAMES, title="Digicafé ’t Park")


def shown(folder: Path) -> staff_ca.Signed:
    return staff_ca.read((folder / LEAF).read_bytes())


def verified(folder: Path, authority: staff_ca.Signed, leaf: staff_ca.Signed, *more: str) -> str:
    """What openssl says to a tablet that trusts that authority."""
    if (folder / "leaf.pem").exists():
        (folder / "leaf.pem").rename(folder / "leaf-before.pem")
    for name, one in (("ca.pem", authority), ("leaf.pem", leaf)):
        (folder / name).write_bytes(one.certificate.public_bytes(serialization.Encoding.PEM))
    said = subprocess.run(
        ["openssl", "verify", "-attime", str(int(NOW.timestamp())), "-purpose", "sslserver",
         "-x509_strict", *more, "-CAfile", str(folder / "ca.pem"), str(folder / "leaf.pem")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout + said.stderr


@NEEDS_OPENSSL
@pytest.mark.parametrize("names", [NAMES, ("bib.example.be",), ("192.168.77.1", "bib.example.be")])
def test_a_tablet_believes_it_for_the_boxs_own_addresses(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    authority = staff_ca.make_authority(names, title="Digicafé")
    leaf = staff_ca.make_leaf(authority, names, span(NOW, trusted=True))
    assert verified(tmp_path, authority, leaf).rstrip().endswith("OK")


@NEEDS_OPENSSL
@pytest.mark.parametrize("own", [NAMES, ("bib.example.be",), ("192.168.77.1", "bib.example.be")])
@pytest.mark.parametrize(
    "other", ["192.168.77.2", "8.8.8.8", "fe80::1", "itsme.be", "www.example.be", "localhost"]
)
def test_for_any_other_name_not_even_its_own_signature_is_believed(
    tmp_path: Path, own: tuple[str, ...], other: str
) -> None:
    authority = staff_ca.make_authority(own, title="Digicafé")
    leaf = staff_ca.make_leaf(authority, (*own, other), span(NOW, trusted=True))
    said = verified(tmp_path, authority, leaf)
    assert "permitted subtree violation" in said or "excluded subtree violation" in said


@NEEDS_OPENSSL
def test_it_can_make_no_other_authority(tmp_path: Path) -> None:
    authority = staff_ca.make_authority(NAMES, title="Digicafé")
    site = staff_ca.make_leaf(authority, NAMES, span(NOW, trusted=True))
    forged = x509.CertificateBuilder(
        issuer_name=site.certificate.subject,
        subject_name=x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "below")]),
        public_key=site.key.public_key(),
        serial_number=1,
        not_valid_before=NOW - timedelta(days=1),
        not_valid_after=NOW + timedelta(days=1),
        extensions=[
            one
            for one in site.certificate.extensions
            if not isinstance(one.value, x509.AuthorityKeyIdentifier)
        ],
    ).sign(site.key, hashes.SHA256())
    assert verified(tmp_path, authority, site).rstrip().endswith("OK")
    below = staff_ca.Signed(key=site.key, certificate=forged)
    said = verified(tmp_path, authority, below, "-untrusted", str(tmp_path / "leaf-before.pem"))
    assert "invalid CA certificate" in said


def test_key_and_certificate_are_made_once_and_are_for_the_box_alone(tmp_path: Path) -> None:
    first = seal(tmp_path)
    first.renew(NOW, trusted=True)
    for name in (AUTHORITY, LEAF):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    leaf = shown(tmp_path)
    again = seal(tmp_path)
    assert again.authority == first.authority
    assert not again.renew(NOW, trusted=True)
    assert shown(tmp_path).certificate == leaf.certificate


def test_the_names_it_may_sign_for_are_exactly_ours_and_critical(tmp_path: Path) -> None:
    authority = x509.load_der_x509_certificate(seal(tmp_path).authority)
    assert staff_ca.permitted(authority) == set(NAMES)
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical


def test_other_addresses_are_another_authority(tmp_path: Path) -> None:
    first = seal(tmp_path)
    first.renew(NOW, trusted=True)
    other = seal(tmp_path, "192.168.77.9")
    assert other.authority != first.authority
    other.renew(NOW, trusted=True)
    assert staff_ca.told_names(shown(tmp_path).certificate) == {"192.168.77.9"}


def test_it_is_renewed_before_it_ends_and_the_site_shows_the_new_one(tmp_path: Path) -> None:
    kept = seal(tmp_path)
    kept.renew(NOW, trusted=True)
    first = shown(tmp_path).span
    assert first[1] - first[0] <= timedelta(days=398)
    assert not kept.renew(NOW + timedelta(days=300), trusted=True)
    assert kept.renew(first[1] - timedelta(days=59), trusted=True)
    assert shown(tmp_path).span[1] > first[1]


def test_a_box_that_thinks_it_is_1970_makes_one_that_tablets_believe(tmp_path: Path) -> None:
    kept, lost = seal(tmp_path), datetime(1970, 1, 1, tzinfo=UTC)
    assert kept.renew(lost, trusted=False)
    start, end = shown(tmp_path).span
    assert start <= FLOOR < end
    assert not kept.renew(lost, trusted=False)


def test_a_clock_that_nobody_vouches_for_takes_no_good_certificate_away(tmp_path: Path) -> None:
    kept = seal(tmp_path)
    kept.renew(NOW, trusted=True)
    leaf = shown(tmp_path).certificate
    for lost in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)):
        assert not seal(tmp_path).renew(lost, trusted=False)
    assert shown(tmp_path).certificate == leaf


def test_once_somebody_vouches_for_the_clock_the_days_are_right(tmp_path: Path) -> None:
    kept, later = seal(tmp_path), NOW + timedelta(days=1000)
    kept.renew(datetime(1970, 1, 1, tzinfo=UTC), trusted=False)
    assert kept.renew(later, trusted=True)
    start, end = shown(tmp_path).span
    assert start < later < end


def test_an_authority_that_cannot_be_read_is_named_and_kept(tmp_path: Path) -> None:
    seal(tmp_path)
    (tmp_path / AUTHORITY).write_bytes(b"torn")
    with pytest.raises(BadStore, match=AUTHORITY):
        seal(tmp_path)
    assert (tmp_path / AUTHORITY).read_bytes() == b"torn"


def test_a_torn_certificate_is_simply_made_again(tmp_path: Path) -> None:
    seal(tmp_path).renew(NOW, trusted=True)
    (tmp_path / LEAF).write_bytes(b"torn")
    assert seal(tmp_path).renew(NOW, trusted=True)


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        seal(tmp_path / "nowhere")
