"""The certificate store: which certificate seals for an office now, and the keys behind it.

An office without any certificate gets one of the city's own authority when ``GONGZHI_LOCAL_CA`` is on (demonstration and trial);
one whose certificate ended, was suspended or revoked never does: that is for a person to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db import IntegrityError, transaction

from gongzhi.city.documents.errors import SealExpired, SealKeyMissing, SealRevoked, SealSuspended
from gongzhi.city.documents.models import Ink, SealCertificate
from gongzhi.city.documents.signing import authority
from gongzhi.city.documents.signing.authority import Authority
from gongzhi.city.documents.signing.schemes import PrivateKey, key_pem, read_key, scheme
from gongzhi.city.people.errors import CannotUnseal
from gongzhi.city.territory.models import Office
from gongzhi.engine.instants import show_instant

Kind, Status = SealCertificate.Kind, SealCertificate.Status
IN_USE = (Status.ACTIVE, Status.SUSPENDED)
BELOW = {Ink.RED: "电子印章", Ink.BLUE: "模拟审批专用章"}


def seal_of(office: Office, ink: str, at: datetime) -> SealCertificate:
    """The certificate with which an office seals at this time. Raises SealKeyMissing, SealExpired, SealSuspended,
    SealRevoked."""
    rows = SealCertificate.objects.filter(office=office, kind=Kind.SEAL, ink=ink).defer("key").order_by("-id")
    row = rows.filter(status__in=IN_USE).first() or rows.first()
    if row is None:
        if not settings.GONGZHI_LOCAL_CA:
            raise SealKeyMissing(office=office.name, why="还没有证书")
        row = issue_local(Kind.SEAL, office.name, office=office, ink=ink, at=at)
    require_usable(row, at)
    return row


def require_usable(row: SealCertificate, at: datetime) -> None:
    """Raise what is wrong with a certificate at this time."""
    office = row.name
    if row.status == Status.SUSPENDED:
        raise SealSuspended(office=office, why=row.status_reason or "未写明")
    if row.status != Status.ACTIVE:
        raise SealRevoked(office=office, why=row.status_reason or "未写明")
    if not row.not_before <= at <= row.not_after:
        start, end = show_instant(row.not_before), show_instant(row.not_after)
        raise SealExpired(office=office, start=start, until=end)


def key_of(row: SealCertificate) -> PrivateKey:
    """The private key of a certificate. Raises SealKeyMissing when it was taken away or can't be opened."""
    try:
        text = SealCertificate.objects.values_list("key", flat=True).get(pk=row.pk)
    except CannotUnseal as error:
        raise SealKeyMissing(office=row.name, why="私钥打不开，加密密钥不在") from error
    if not text:
        raise SealKeyMissing(office=row.name, why="没有私钥")
    try:
        return read_key(text)
    except ValueError as error:
        raise SealKeyMissing(office=row.name, why="私钥已损坏") from error


def own_authority(at: datetime) -> Authority:
    """The city's own authority, made on first use."""
    row = _in_use(Kind.AUTHORITY)
    if row is None:
        key = scheme("rsa").new_key()
        root = authority.make_root(f"{settings.GONGZHI_CITY_NAME}共治自建签发机构（演示）", key, at)
        row = keep(Kind.AUTHORITY, root.subject.rfc4514_string()[:120], root, key, local=True)
    return Authority(certificate=x509.load_pem_x509_certificate(row.pem.encode()), key=key_of(row))


def stamp_certificate(at: datetime) -> SealCertificate:
    """The certificate of the city's own time stamps, made on first use and renewed when it ends."""
    row = _in_use(Kind.TIMESTAMP)
    if row is not None and row.not_after < at:
        SealCertificate.objects.filter(pk=row.pk).update(status=Status.REPLACED, status_at=at)
        row = None
    return row or issue_local(Kind.TIMESTAMP, "共治时间戳（演示）", office=None, ink=Ink.RED, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A certificate that no row keeps yet."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: str


def make_local(kind: str, name: str, *, office: Office | None, ink: str, at: datetime) -> Made:
    """A certificate by the city's own authority; takes a moment, so not inside a transaction."""
    root = own_authority(at)
    # the time stamps' library signs with RSA only
    key = scheme("rsa" if kind == Kind.TIMESTAMP else settings.GONGZHI_SEAL_SCHEME).new_key()
    common = f"{name}{BELOW[Ink(ink)]}" if kind == Kind.SEAL else name
    made = authority.issue(
        root, common, office.name if office else "", key, at, timestamp=kind == Kind.TIMESTAMP
    )
    return Made(certificate=made, key=key, chain=authority.pem(root.certificate))


def issue_local(kind: str, name: str, *, office: Office | None, ink: str, at: datetime) -> SealCertificate:
    """A certificate by the city's own authority, kept. Two at once: both get the one that came first."""
    made = make_local(kind, name, office=office, ink=ink, at=at)
    return keep(kind, name, made.certificate, made.key, office=office, ink=ink, chain=made.chain, local=True)


def keep(
    kind: str,
    name: str,
    certificate: x509.Certificate,
    key: PrivateKey,
    *,
    office: Office | None = None,
    ink: str = Ink.RED,
    chain: str = "",
    local: bool = False,
) -> SealCertificate:
    """A row for a certificate and its key; when another process just kept one for the same use, that one."""
    row = SealCertificate(
        office=office,
        kind=kind,
        ink=ink,
        name=name[:120],
        subject=certificate.subject.rfc4514_string()[:200],
        issuer=certificate.issuer.rfc4514_string()[:200],
        serial=f"{certificate.serial_number:x}",
        fingerprint=authority.fingerprint(certificate),
        pem=authority.pem(certificate),
        chain=chain,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=key_pem(key),
        local=local,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        same = SealCertificate.objects.filter(kind=kind, office=office, ink=ink, status__in=IN_USE)
        found = same.defer("key").first()
        if found is None or not local:
            raise
        return found
    return row


def chain_of(row: SealCertificate) -> list[bytes]:
    """The certificates above one, as DER."""
    if not row.chain:
        return []
    return [authority.der(each) for each in x509.load_pem_x509_certificates(row.chain.encode())]


def der_of(row: SealCertificate) -> bytes:
    return authority.der(x509.load_pem_x509_certificate(row.pem.encode()))


def roots() -> list[bytes]:
    """What this city trusts: its own authority, and the tops of the chains that were imported (DER)."""
    found: dict[bytes, None] = {}
    for row in SealCertificate.objects.defer("key").order_by("id"):
        if row.kind == Kind.AUTHORITY:
            found[der_of(row)] = None
        elif not row.local:
            found[(chain_of(row) or [der_of(row)])[-1]] = None
    return list(found)


def revoked_list(root: Authority, at: datetime) -> bytes:
    """The own authority's revocation list of now (DER)."""
    rows = SealCertificate.objects.filter(status=Status.REVOKED, local=True, status_at__lte=at)
    revoked = [(int(serial, 16), when) for serial, when in rows.values_list("serial", "status_at") if when]
    return authority.revocation_list(root, revoked, at)


def _in_use(kind: str) -> SealCertificate | None:
    return SealCertificate.objects.filter(kind=kind, status=Status.ACTIVE).defer("key").first()
