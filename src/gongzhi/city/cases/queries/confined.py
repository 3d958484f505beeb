"""What may be known of confined cases: by whoever holds a code, three words; by the one post, a list without content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import ids
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.instants import SHANGHAI


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All that a submitter learns: how far it is. Not by whom, not in which step, not when, not with what result."""

    type: str
    #: received, handling or closed
    state: str

    @property
    def words(self) -> str:
        return {"received": _("已收到"), "handling": _("在办"), "closed": _("已办结")}[self.state]


def progress(code: str) -> Progress:
    """How far the confined case of a code is. Raises NoSuchCase, also for the code of any other case."""
    read = ids.read_tracking_code(code)
    row = Case.every.filter(tracking_code=read, confined=True).first() if read else None
    if row is None:
        raise NoSuchCase(which=code.strip()[:24])
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    state = engine.load_case(row.state)
    # while nobody has decided anything it is received, whoever has looked at it
    word = "closed" if row.ended else "handling" if state.doers else "received"
    return Progress(type=case_type.title, state=word)


def has_code(code: str) -> bool:
    """Whether the code is a confined case's: its own page tells the three words."""
    read = ids.read_tracking_code(code)
    return bool(read) and Case.every.filter(tracking_code=read, confined=True).exists()


def confined_cases(by: Standing) -> QuerySet[Case]:
    """The confined cases of this post, newest first, without their state; nothing for any other post."""
    found = visible(by, "case.list").filter(confined=True)
    return found.defer("state").select_related("lead").order_by("-opened_at", "-id")


def keeps_until(case_type: CaseType, row: Case) -> date | None:
    """The day on which what was said is destroyed; ``None`` while the case is open or where it was destroyed already."""
    if case_type.confined is None or row.ended_at is None:
        return None
    days = case_type.confined.keep.get(row.ended)
    return None if days is None else row.ended_at.astimezone(SHANGHAI).date() + timedelta(days=days)


__all__ = ["Progress", "confined_cases", "has_code", "keeps_until", "progress"]
