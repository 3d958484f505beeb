"""Papers as files: the sealed PDF where there is one, else the text laid out without a seal and without private values."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.cases import sight
from gongzhi.city.cases.models import Case
from gongzhi.city.documents import queries as documents
from gongzhi.city.documents import rendering
from gongzhi.city.documents.errors import NoSuchPaper
from gongzhi.city.documents.models import PaperUse
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock, permissions
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.mechanisms.papers import is_erased, is_private, masked
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import Fact


def papers_for_reporter(case_id: UUID) -> QuerySet[Paper]:
    """Papers that are addressed to the reporter: for a door that has checked the tracking code."""
    shown = Paper.objects.filter(case=case_id, to="reporter").exclude(state=Paper.State.REFUSED)
    return shown.select_related("sealed").defer("body").order_by("id")


def uses(case_id: UUID) -> QuerySet[PaperUse]:
    """Who used the papers of a case, newest first: for their holder."""
    return documents.uses(subject("case", case_id))


def staff_pdf(by: Standing, row: Case, paper: Paper) -> bytes:
    """A paper for a desk that may read its case. One that names private values needs the right to see identities, and who took it is
    noted on the paper's chain. Raises NotAllowed, NoSuchPaper, FontMissing."""
    if paper.state == Paper.State.REFUSED:
        raise NoSuchPaper()
    if paper.sealed is None:
        return unsealed(paper)
    if is_private(paper):
        state = engine.load_case(row.state)
        if not sight.may(by, "reveal.identity", row, state):
            permissions.check(by, "reveal.identity", row)
        _note(by, paper)
    return _sealed_file(paper)


def reporter_pdf(case_id: UUID, paper_id: int) -> tuple[Paper, bytes]:
    """A paper addressed to the reporter, for a door that has checked the tracking code. Raises NoSuchPaper."""
    paper = papers_for_reporter(case_id).defer(None).filter(pk=paper_id).first()
    if paper is None:
        raise NoSuchPaper()
    return paper, _sealed_file(paper) if paper.sealed else unsealed(paper)


def _sealed_file(paper: Paper) -> bytes:
    """The file as it was sealed. It names its holder for good, so what was erased on request closes it."""
    if paper.sealed is None or is_erased(paper):
        raise NoSuchPaper()
    return documents.file_of(paper.sealed)


def unsealed(paper: Paper) -> bytes:
    """The text without a seal, and saying so where it wants one."""
    waits = paper.state == Paper.State.WAITING
    notice = f'<p class="notice">{_("（本件尚未加盖电子印章，仅供查看。）")}</p>' if waits else ""
    return rendering.render(masked(paper) + notice, title=paper.title)


def trouble_words(paper: Paper) -> str:
    """Why a paper waits or was refused, in the reader's language; empty when nothing is wrong."""
    told = paper.trouble
    return "".join(_(told[key]) for key in ("sentence", "remedy") if told[key]) % told["data"] if told else ""


@transaction.atomic
def _note(by: Standing, paper: Paper) -> None:
    append(subject("sealed_paper", paper.sealed_id), [Fact(kind="paper_read", at=clock.now(), by=by)])
