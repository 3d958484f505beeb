"""The standing of papers and certificates in words; the words themselves are messages of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from gongzhi.city.documents.models import SealedPaper
from gongzhi.engine.instants import SHANGHAI

STANDINGS: Final = {
    "valid": _("有效"),
    "withdrawn": _("已撤回"),
    "replaced": _("已被新文书替换"),
    "expired": _("已过有效期"),
    "early": _("还没有生效"),
}
#: results of a verification
RESULTS: Final = {
    **STANDINGS,
    "altered": _("被改动"),
    "untrusted": _("印章证书当时无效"),
    "foreign": _("不是本平台签发"),
}


def status_words(paper: SealedPaper, at: datetime) -> str:
    """How a paper stands at an instant, in the reader's language."""
    return str(STANDINGS[paper.standing(at.astimezone(SHANGHAI).date())])
