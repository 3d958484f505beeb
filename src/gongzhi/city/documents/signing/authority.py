"""The city's own certificate authority, for demonstration and trial: it lets every office seal at once, and nobody outside
knows it. A city in earnest imports the certificates of a licensed authority (电子签名法 16 f., 18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gongzhi.city.documents.signing.schemes import PrivateKey

#: an own certificate holds from before its making, so that a demonstration can play history
BACK, SEAL_YEARS, ROOT_YEARS = timedelta(days=400), 3, 15
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The root with its key."""

    certificate: x509.Certificate
    key: PrivateKey


def make_root(name: str, key: PrivateKey, at: datetime) -> x509.Certificate:
    """A self-signed root."""
    who = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), _common(name)])
    builder = _builder(who, who, key, at - BACK - timedelta(days=1), at + ROOT_YEARS * _YEAR)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _signed(builder.add_extension(_usage(authority=True), critical=True), key, key)


def issue(
    root: Authority, name: str, office: str, key: PrivateKey, at: datetime, *, timestamp: bool = False
) -> x509.Certificate:
    """A certificate for an office's seal, a person, or the time stamps."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")]
    if office:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, office[:64]))
    who = x509.Name([*attributes, _common(name)])
    builder = _builder(who, root.certificate.subject, key, at - BACK, at + SEAL_YEARS * _YEAR)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False
    )
    if timestamp:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return _signed(builder, key, root.key)


def revocation_list(root: Authority, revoked: list[tuple[int, datetime]], at: datetime) -> bytes:
    """The authority's list of revoked serials with their times, as DER, good for a week."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(at - timedelta(minutes=5))
        .next_update(at + timedelta(days=7))
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False
        )
    )
    for serial, when in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        )
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate as hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _builder(
    who: x509.Name, issuer: x509.Name, key: PrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start.replace(microsecond=0))
        .not_valid_after(end.replace(microsecond=0))
    )


def _signed(builder: x509.CertificateBuilder, key: PrivateKey, signing: PrivateKey) -> x509.Certificate:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False).sign(signing, hashes.SHA256())


def _common(name: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.COMMON_NAME, name[:64])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
