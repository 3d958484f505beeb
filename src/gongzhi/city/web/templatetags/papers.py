"""Papers on pages: why one waits, what is for the reporter, who used it."""

from __future__ import annotations

from typing import Any

from django import template

from gongzhi.city.cases import queries
from gongzhi.city.mechanisms import paper_files
from gongzhi.city.mechanisms.models import Paper

register = template.Library()


@register.filter
def trouble(paper: Paper) -> str:
    """Why a paper waits for its seal or was refused."""
    return paper_files.trouble_words(paper)


@register.inclusion_tag("web/parts/reporter_papers.html")
def papers_for_reporter(code: str) -> dict[str, Any]:
    """The papers that are addressed to the holder of a tracking code, and who used them."""
    row, _by = queries.by_tracking_code(code)
    return {
        "code": row.tracking_code,
        "papers": list(paper_files.papers_for_reporter(row.pk)),
        "uses": list(paper_files.uses(row.pk)[:50]),
    }
