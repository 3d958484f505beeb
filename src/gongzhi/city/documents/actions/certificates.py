"""Who manages seals: import, issue, renew, suspend, resume, revoke. Every change is a fact on the seal's chain."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import transaction

from gongzhi.city.documents import certificates
from gongzhi.city.documents.actions.recording import record
from gongzhi.city.documents.certificates import IN_USE, Kind, Status
from gongzhi.city.documents.errors import BadCertificate, CertificateState, NoSuchCertificate
from gongzhi.city.documents.models import Ink, SealCertificate
from gongzhi.city.documents.signing import authority
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office


def import_certificate(
    by: Standing,
    office: Office,
    data: bytes,
    password: str,
    *,
    ink: str = Ink.RED,
    kind: str = Kind.SEAL,
    name: str = "",
    at: datetime | None = None,
) -> SealCertificate:
    """Take in a certificate with its key (PKCS#12) from a licensed authority; it replaces the one in use.

    Raises NotAllowed, BadCertificate (wrong password, no key, not valid now, not for signing, an algorithm without a scheme).
    """
    at = at or clock.now()
    check(by, "seal.manage", _target(office))
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError as error:
        raise BadCertificate(why="文件读不出来，或口令不对") from error
    if certificate is None or key is None:
        raise BadCertificate(why="文件里没有证书或私钥")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadCertificate(why="只支持RSA和ECDSA（没有维护中的开源库能在PDF里做SM2签章）")
    if key.public_key() != certificate.public_key():
        raise BadCertificate(why="私钥与证书不配对")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise BadCertificate(why="证书现在不在有效期内")
    if SealCertificate.objects.filter(fingerprint=authority.fingerprint(certificate)).exists():
        raise BadCertificate(why="这张证书已经导入过")
    with transaction.atomic():
        old = _retired(office, kind, ink, name or office.name, at)
        row = certificates.keep(
            kind,
            name or office.name,
            certificate,
            key,
            office=office,
            ink=ink,
            chain="".join(authority.pem(each) for each in above),
        )
        _replaced(by, old, row, at)
        record(by, "seal_imported", "seal", row.pk, at, fingerprint=row.fingerprint, office=office.code)
    return row


def issue_certificate(
    by: Standing,
    office: Office,
    *,
    ink: str = Ink.RED,
    kind: str = Kind.SEAL,
    name: str = "",
    at: datetime | None = None,
) -> SealCertificate:
    """A certificate by the city's own authority (demonstration, trial); it replaces the one in use. Raises NotAllowed."""
    at = at or clock.now()
    check(by, "seal.manage", _target(office))
    name = name or office.name
    made = certificates.make_local(kind, name, office=office, ink=ink, at=at)
    with transaction.atomic():
        old = _retired(office, kind, ink, name, at)
        row = certificates.keep(
            kind, name, made.certificate, made.key, office=office, ink=ink, chain=made.chain, local=True
        )
        _replaced(by, old, row, at)
        record(by, "seal_issued", "seal", row.pk, at, fingerprint=row.fingerprint, office=office.code)
    return row


def renew_certificate(by: Standing, row: SealCertificate, *, at: datetime | None = None) -> SealCertificate:
    """A new certificate by the city's own authority for one that ends. Raises NotAllowed, CertificateState."""
    if row.office is None or not row.local:
        raise CertificateState(status=row.get_status_display(), verb="在本地换发")
    return issue_certificate(by, row.office, ink=row.ink, kind=row.kind, name=row.name, at=at)


def suspend_certificate(
    by: Standing, row: SealCertificate, reason: str, *, at: datetime | None = None
) -> None:
    """Stop a seal for the time being. Raises NotAllowed, CertificateState."""
    _change(by, row, (Status.ACTIVE,), Status.SUSPENDED, "停用", reason, at)


def resume_certificate(
    by: Standing, row: SealCertificate, reason: str = "", *, at: datetime | None = None
) -> None:
    """Let a suspended seal work again. Raises NotAllowed, CertificateState."""
    _change(by, row, (Status.SUSPENDED,), Status.ACTIVE, "恢复", reason, at)


def revoke_certificate(
    by: Standing, row: SealCertificate, reason: str, *, at: datetime | None = None
) -> None:
    """End a certificate for good; papers sealed before stay valid, its own authority's list names it from now on.

    Raises NotAllowed, CertificateState.
    """
    _change(by, row, IN_USE, Status.REVOKED, "吊销", reason, at)


@transaction.atomic
def _change(
    by: Standing,
    row: SealCertificate,
    wanted: tuple[str, ...],
    status: str,
    verb: str,
    reason: str,
    at: datetime | None,
) -> None:
    at = at or clock.now()
    held = SealCertificate.objects.select_for_update(of=("self",)).defer("key").filter(pk=row.pk).first()
    if held is None:
        raise NoSuchCertificate()
    check(by, "seal.manage", held)
    if held.status not in wanted:
        raise CertificateState(status=held.get_status_display(), verb=verb)
    held.status, held.status_reason, held.status_at = status, reason.strip()[:200], at
    held.save(update_fields=["status", "status_reason", "status_at"])
    record(by, f"seal_{status}", "seal", held.pk, at, reason=held.status_reason)
    row.refresh_from_db(fields=["status", "status_reason", "status_at"])


def _retired(office: Office, kind: str, ink: str, name: str, at: datetime) -> SealCertificate | None:
    """The certificate in use, taken out of use so that its follower can be kept."""
    rows = SealCertificate.objects.filter(office=office, kind=kind, ink=ink, status__in=IN_USE)
    if kind == Kind.PERSON:
        rows = rows.filter(name=name)
    old = rows.select_for_update(of=("self",)).defer("key").first()
    if old is not None:
        old.status, old.status_reason, old.status_at = Status.REPLACED, "已换发", at
        old.save(update_fields=["status", "status_reason", "status_at"])
    return old


def _replaced(by: Standing, old: SealCertificate | None, row: SealCertificate, at: datetime) -> None:
    if old is not None:
        old.replaced_by = row
        old.save(update_fields=["replaced_by"])
        record(by, "seal_replaced", "seal", old.pk, at, by_seal=row.pk)


def _target(office: Office) -> Target:
    return Target(area_path=office.area.path, office_paths=(office.path,))
