"""What happens to a sealed paper afterwards: it is withdrawn, or an office uses it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gongzhi.city.documents.actions.recording import record
from gongzhi.city.documents.errors import ConsentMissing, NoSuchPaper, PaperWithdrawn
from gongzhi.city.documents.models import PaperUse, SealedPaper
from gongzhi.city.documents.words import status_words
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office
from gongzhi.engine.instants import SHANGHAI


@transaction.atomic
def withdraw_paper(
    by: Standing, paper: SealedPaper, reason: str, *, at: datetime | None = None
) -> SealedPaper:
    """Take a paper back: from now on its verification says so. Raises NotAllowed, ConsentMissing (no reason given),
    PaperWithdrawn when it does not stand any more."""
    at = at or clock.now()
    held = SealedPaper.objects.select_for_update().get(pk=paper.pk)
    check(by, "paper.withdraw", held)
    if not reason.strip():
        raise ConsentMissing(what="撤回的原因")
    if held.status != SealedPaper.Status.VALID:
        raise PaperWithdrawn(title=held.title, status=status_words(held, at))
    held.status, held.status_reason, held.status_at = SealedPaper.Status.WITHDRAWN, reason.strip()[:200], at
    held.save(update_fields=["status", "status_reason", "status_at"])
    record(by, "withdrawn", "sealed_paper", held.pk, at, reason=held.status_reason)
    return held


@transaction.atomic
def record_use(
    by: Standing, code: str, *, purpose: str, consent: str, basis: str = "", at: datetime | None = None
) -> PaperUse:
    """Note that an office uses a paper: for what, and how the holder agreed; the holder sees it.

    Raises NoSuchPaper, NotAllowed, ConsentMissing, PaperWithdrawn.
    """
    at = at or clock.now()
    check(by, "paper.use")
    paper = SealedPaper.objects.filter(code=ids.read_verification_code(code) or "").first()
    if paper is None:
        raise NoSuchPaper()
    missing = [
        what
        for what, given in (
            ("用途", purpose.strip()),
            ("同意方式", consent in PaperUse.Consent.values),
            ("凭据", consent not in ("written", "law") or basis.strip()),
        )
        if not given
    ]
    if missing:
        raise ConsentMissing(what="、".join(missing))
    if paper.standing(at.astimezone(SHANGHAI).date()) != "valid":
        raise PaperWithdrawn(title=paper.title, status=status_words(paper, at))
    office = Office.objects.filter(code=by.office).values_list("name", flat=True).first()
    use = PaperUse.objects.create(
        paper=paper,
        office=by.office,
        office_name=office or "",
        person=by.person,
        name=by.name[:40],
        purpose=purpose.strip()[:200],
        consent=consent,
        basis=basis.strip()[:200],
        at=at,
    )
    record(by, "used", "sealed_paper", paper.pk, at, purpose=use.purpose, consent=consent)
    return use
