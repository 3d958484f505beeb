"""Papers on pages: why one waits, what is for the reporter, who used it."""

from __future__ import annotations

from typing import Any

from django import template

from gongzhi.city.cases.models import Case
from gongzhi.city.documents.words import status_words
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.mechanisms import paper_files
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.web.acting import acting_post, standing

register = template.Library()


@register.filter
def trouble(paper: Paper) -> str:
    """Why a paper waits for its seal or was refused."""
    return paper_files.trouble_words(paper)


@register.filter
def fallen(paper: Paper) -> str:
    """How a sealed paper stands when it does not stand any more, in words; empty while it does."""
    if paper.sealed is None or paper.sealed.standing(clock.today()) == "valid":
        return ""
    return status_words(paper.sealed, clock.now())


@register.inclusion_tag("web/parts/reporter_papers.html")
def papers_for_reporter(row: Case) -> dict[str, Any]:
    """The papers that are addressed to the holder of a case's tracking code, and who used them."""
    return {
        "code": row.tracking_code,
        "papers": list(paper_files.papers_for_reporter(row.pk)),
        "uses": list(paper_files.uses(row.pk)[:50]),
    }


@register.inclusion_tag("web/parts/paper_doors.html", takes_context=True)
def paper_doors(context: Any) -> dict[str, Any]:
    """Where this post withdraws, uses and manages papers and seals."""
    request = context["request"]
    if acting_post(request) is None:
        return {}
    by = standing(request)
    names = ("paper.withdraw", "paper.use", "seal.manage")
    return {name.replace(".", "_"): may(by, name) for name in names}
