"""Sealing a paper: lay out, sign and stamp outside of any transaction, then one short transaction keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pyhanko.sign.timestamps import TimeStamper

from gongzhi.city.documents import certificates, rendering, store
from gongzhi.city.documents.actions.recording import record
from gongzhi.city.documents.errors import NotBlue, NotTheSameContent, PaperWithdrawn
from gongzhi.city.documents.models import Ink, SealCertificate, SealedPaper
from gongzhi.city.documents.rendering.typesetting import typeset
from gongzhi.city.documents.signing import pades, schemes
from gongzhi.city.documents.signing.stamping import OwnStamper, remote_stamper
from gongzhi.city.documents.words import status_words
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office
from gongzhi.engine.forms import mask
from gongzhi.engine.instants import SHANGHAI
from gongzhi.engine.mechanisms.papers import content_hash, read_paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A paper that is to be sealed."""

    #: filled HTML of the paper
    body: str
    title: str
    #: code of the office whose seal it gets
    office: str
    #: what it is about, e.g. ``case:0199…``
    subject: str
    #: what must not be sealed twice, e.g. ``paper:17``; a second call gives the first one's paper
    source: str = ""
    mechanism: str = ""
    document: str = ""
    number: str = ""
    kind: str = ""
    #: full name of the person for whom it is issued; only its first character is kept beside the file
    holder: str = ""
    ink: str = "red"
    #: days of validity, the day of sealing counted; 0: without end
    valid_days: int = 0
    #: an older paper that this one takes the place of
    replaces: SealedPaper | None = None
    #: drawn signatures by name: PNG, JPEG or SVG
    images: Mapping[str, bytes] = field(default_factory=dict)


def seal_paper(by: Standing, wanted: Wanted, *, at: datetime | None = None) -> SealedPaper:
    """Seal a paper with its office's seal and keep it.

    Raises NotAllowed, BadPaper, FontMissing, BadSignatureImage, or a SealFailure (key missing, expired, suspended, revoked,
    no time stamp): then nothing is kept and the same call can be made again later.
    """
    at = at or clock.now()

    def replace(paper: SealedPaper) -> None:
        if wanted.replaces is not None:
            _replace(by, wanted.replaces, paper, "已重新出具", at)

    return _seal(by, wanted, at, replace)


def turn_formal(
    by: Standing, blue: SealedPaper, wanted: Wanted, *, at: datetime | None = None
) -> SealedPaper:
    """Seal red what was sealed blue, if it says the same; the blue one is replaced by it.

    Raises NotBlue, PaperWithdrawn (the blue one is not valid any more), NotTheSameContent, and what ``seal_paper`` raises.
    """
    at = at or clock.now()
    if done := _sealed_before(wanted):
        return done
    if blue.ink != Ink.BLUE:
        raise NotBlue(title=blue.title)
    if blue.standing(at.astimezone(SHANGHAI).date()) != "valid":
        raise PaperWithdrawn(title=blue.title, status=status_words(blue, at))
    if content_hash(read_paper(wanted.body)) != blue.content_sha256:
        raise NotTheSameContent()

    return _seal(by, wanted, at, lambda red: _replace(by, blue, red, "已转为正式文书", at))


def _replace(by: Standing, old: SealedPaper, new: SealedPaper, why: str, at: datetime) -> None:
    """Inside the transaction that keeps the new paper. Raises PaperWithdrawn when the old one does not stand any more."""
    changed = SealedPaper.objects.filter(pk=old.pk, status=SealedPaper.Status.VALID).update(
        status=SealedPaper.Status.REPLACED, status_at=at, status_reason=why, replaced_by=new
    )
    if not changed:
        old.refresh_from_db()
        raise PaperWithdrawn(title=old.title, status=status_words(old, at))
    record(by, "replaced", "sealed_paper", old.pk, at, by_paper=str(new.pk), reason=why)


def _sealed_before(wanted: Wanted) -> SealedPaper | None:
    return SealedPaper.objects.filter(source=wanted.source).first() if wanted.source else None


def _seal(by: Standing, wanted: Wanted, at: datetime, beside: Callable[[SealedPaper], None]) -> SealedPaper:
    office = Office.objects.select_related("area").get(code=wanted.office)
    reach = Target(area_path=office.area.path, office_paths=(office.path,), mechanism=wanted.mechanism)
    check(by, "paper.seal", reach)
    if done := _sealed_before(wanted):
        return done
    certificate = certificates.seal_of(office, wanted.ink, at)
    code = ids.verification_code()
    pdf = _signed(wanted, office, certificate, code, at)
    day = at.astimezone(SHANGHAI).date()
    paper = SealedPaper(
        code=code,
        subject=wanted.subject,
        source=wanted.source,
        mechanism=wanted.mechanism,
        document=wanted.document,
        title=wanted.title[:120],
        number=wanted.number[:60],
        kind=wanted.kind[:60],
        office=office,
        office_path=office.path,
        area_path=office.area.path,
        holder=mask(wanted.holder, "identity", "person") if wanted.holder else "",
        ink=wanted.ink,
        sha256=store.put(pdf),
        size=len(pdf),
        content_sha256=content_hash(read_paper(wanted.body)),
        certificate=certificate,
        signed_at=at,
        sealed_by=by.person,
        valid_from=day,
        valid_to=day + timedelta(days=wanted.valid_days - 1) if wanted.valid_days else None,
    )
    try:
        with transaction.atomic():
            # revoked while we signed? Then nothing is kept.
            held = SealCertificate.objects.select_for_update().defer("key").get(pk=certificate.pk)
            certificates.require_usable(held, at)
            paper.save(force_insert=True)
            beside(paper)
            record(by, "sealed", "sealed_paper", paper.pk, at, sha256=paper.sha256, about=wanted.subject)
    except IntegrityError:
        # the same paper at the same moment: it was faster, and its paper is ours
        store.path_of(paper.sha256).unlink(missing_ok=True)
        if done := _sealed_before(wanted):
            return done
        raise
    except BaseException:
        store.path_of(paper.sha256).unlink(missing_ok=True)
        raise
    return paper


def _signed(wanted: Wanted, office: Office, row: SealCertificate, code: str, at: datetime) -> bytes:
    """The sealed PDF: nothing is written yet."""
    key = certificates.key_of(row)
    address = f"{settings.GONGZHI_SITE}/verify/{code}/"
    day = timezone.localtime(at, SHANGHAI)
    laid = rendering.lay_out(
        wanted.body,
        title=wanted.title,
        foot=rendering.Foot(address=address, code=ids.spaced(code), words=_foot_words(wanted)),
        closing=(office.name, f"{day.year}年{day.month}月{day.day}日"),
        images=wanted.images,
    )
    below = certificates.BELOW[Ink(wanted.ink)]
    picture = typeset(
        "seal.typ",
        wanted.title,
        {"name": row.name, "below": below, "ink": wanted.ink, "code": row.serial[-13:]},
    )
    stamp = pades.Stamp(
        picture=picture.pdf,
        anchor=laid.anchor or (1, 430.0, 690.0),
        office=row.name,
        address=address,
        reason=f"加盖{below}",
    )
    scheme = schemes.scheme_of(key)
    signer = scheme.signer(certificates.der_of(row), key, certificates.chain_of(row))
    roots, lists = [], []
    if row.local:
        root = certificates.own_authority(at)
        roots, lists = certificates.chain_of(row)[-1:], [certificates.revoked_list(root, at)]
    return pades.seal(
        laid.pdf, stamp, signer, digest=scheme.digest, stamper=_stamper(at), at=at, roots=roots, lists=lists
    )


def _stamper(at: datetime) -> TimeStamper:
    if settings.GONGZHI_TSA_URL:
        return remote_stamper(settings.GONGZHI_TSA_URL)
    row = certificates.stamp_certificate(at)
    return OwnStamper(certificates.der_of(row), certificates.key_of(row), certificates.chain_of(row), at)


def _foot_words(wanted: Wanted) -> tuple[str, ...]:
    if wanted.ink == Ink.BLUE:
        return (
            "模拟审批意见，仅供办理参考；转为正式文书（红章）后生效。",
            f"核验：{settings.GONGZHI_SITE}/verify/",
        )
    return ("本文书由出具单位加盖电子印章，以电子文件为准。", f"核验：{settings.GONGZHI_SITE}/verify/")
