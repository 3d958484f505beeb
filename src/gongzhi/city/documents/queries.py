"""Sealed papers and seals, for those whom they concern."""

from __future__ import annotations

from django.db.models import QuerySet

from gongzhi.city.documents import store
from gongzhi.city.documents.errors import NoSuchPaper
from gongzhi.city.documents.models import PaperUse, Redaction, SealCertificate, SealedPaper
from gongzhi.city.kernel import ids, permissions
from gongzhi.city.kernel.references import Standing


def by_code(code: str) -> SealedPaper:
    """The paper of a verification code as somebody typed it. Raises NoSuchPaper: the code is the right."""
    canonical = ids.read_verification_code(code)
    found = SealedPaper.objects.select_related("office", "certificate", "replaced_by").defer(
        "certificate__key"
    )
    paper = found.filter(code=canonical).first() if canonical else None
    if paper is None:
        raise NoSuchPaper()
    return paper


def papers_of(subject: str) -> QuerySet[SealedPaper]:
    """Sealed papers of a matter, oldest first; whoever may see the matter may see them (ask its room first)."""
    return SealedPaper.objects.filter(subject=subject).order_by("id")


def uses(subject: str) -> QuerySet[PaperUse]:
    """Who used the papers of a matter, newest first: for their holder."""
    return PaperUse.objects.filter(paper__subject=subject).select_related("paper").order_by("-at", "-id")


def file_of(paper: SealedPaper) -> bytes:
    """The sealed PDF. Raises NoSuchPaper when the file is gone."""
    return store.read(paper.sha256)


def seals(by: Standing) -> QuerySet[SealCertificate]:
    """The certificates that this post manages, without their keys."""
    rows = SealCertificate.objects.select_related("office").defer("key").order_by("-id")
    return permissions.scope(by, "seal.manage", rows)


def sealed_by_office(by: Standing) -> QuerySet[SealedPaper]:
    """Papers that this post may withdraw, newest first."""
    return permissions.scope(
        by, "paper.withdraw", SealedPaper.objects.select_related("office").order_by("-id")
    )


def redactions(by: Standing) -> QuerySet[Redaction]:
    """The files that this post may see redacted, newest first, without what was removed from them."""
    rows = Redaction.objects.select_related("office").defer("marks").order_by("-id")
    return permissions.scope(by, "redaction.read", rows)


def result_of(row: Redaction) -> bytes:
    """The copy that may be given away. Raises NoSuchPaper where there is none yet."""
    return store.read(row.result_sha256)
