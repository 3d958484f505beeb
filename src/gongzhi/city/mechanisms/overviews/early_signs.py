"""Early signs at a glance: what the watches of ``early_signs`` saw, how many against how many usually, and what became of it.

Counts of matters by place and kind, never of people; newest first, nobody is ranked. Ids of the mechanism are constants at the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import paths, permissions
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library

MECHANISM, SIGN = "early_signs", "sign"
#: watch -> the book that it counts
BOOKS: Final[Mapping[str, str]] = {
    "appeals_surge": "群众诉求",
    "appeals_county": "群众诉求",
    "disputes_surge": "矛盾纠纷",
    "hazards_surge": "风险隐患",
}
MOST, WEEKS = 100, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One alert: where, what kind, how many in the window, how many usually."""

    row: Alert
    book: str
    category: str
    place: str
    count: int
    usual: float
    first: date
    last: date
    #: the case that looks into it, if the post may see it
    case: Case | None

    @property
    def usual_share(self) -> int:
        """What is usual, in hundredths of what came."""
        return min(100, int(100 * self.usual / self.count)) if self.count else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The matters behind a sign: by day over the weeks, and the window's own as far as the post may see them."""

    sign: Sign
    days: tuple[tuple[date, int], ...]
    cases: tuple[Case, ...]
    #: how many of the window the post may not see: they are counted, not shown
    hidden: int


def is_installed() -> bool:
    """Whether this city watches for early signs."""
    return MECHANISM in library.LIBRARY.active_versions()


def signs(by: Standing) -> list[Sign]:
    """What was seen in the post's area, newest first. Raises NotAllowed."""
    rows = list(_alerts(by).select_related("area").order_by("-since", "-id")[:MOST])
    known = visible(by).filter(pk__in=[row.case for row in rows if row.case]).in_bulk()
    return [_sign(row, known) for row in rows]


def one(by: Standing, key: int) -> Rows | None:
    """One sign with its rows; None where the post may not see it. Raises NotAllowed."""
    row = _alerts(by).select_related("area").filter(pk=key).first()
    if row is None:
        return None
    known = visible(by).filter(pk=row.case).in_bulk() if row.case else {}
    sign = _sign(row, known)
    counted = _counted(sign)
    window = counted.filter(opened_at__gte=row.since, opened_at__lt=row.until)
    seen = visible(by).filter(pk__in=window.values("pk")).order_by("-opened_at")
    shown = tuple(seen[:MOST])
    return Rows(
        sign=sign,
        days=_days(counted, sign.last),
        cases=shown,
        hidden=max(0, window.count() - len(shown)),
    )


def _alerts(by: Standing) -> QuerySet[Alert]:
    check(by, "alert.read")
    rows = permissions.scope(by, "alert.read", Alert.objects.filter(mechanism=MECHANISM))
    return rows.filter(Q(read_by="") | Q(read_by__contains=f"|{by.role}|"))


def _sign(row: Alert, known: Mapping[UUID, Case]) -> Sign:
    numbers: Mapping[str, Any] = row.numbers
    return Sign(
        row=row,
        book=BOOKS.get(row.watch, row.title),
        category=str(numbers.get("category") or ""),
        place=row.area.short_name if row.area else row.name,
        count=int(numbers.get("count") or 0),
        usual=float(numbers.get("usual") or 0),
        first=localdate(row.since),
        last=localdate(row.until) - timedelta(days=1),
        case=known.get(row.case) if row.case else None,
    )


def _counted(sign: Sign) -> QuerySet[Case]:
    """The matters that the watch counted, whoever may see them: their number is no secret, what they say is."""
    rows = Case.objects.filter(_types(sign.row.watch))
    if sign.row.area_path:
        rows = rows.filter(paths.within(sign.row.area_path, "area_path"))
    return rows.filter(category=sign.category) if sign.category else rows


def _types(watch: str) -> Q:
    """The case types that a watch counts, as its file says."""
    held = library.one(MECHANISM).mechanism.watches.get(watch)
    found = Q(pk__in=())
    for name in held.over.cases if held else ():
        mechanism, _, kind = name.rpartition(".")
        found |= Q(mechanism=mechanism or MECHANISM, type=kind)
    return found


def _days(rows: QuerySet[Case], last: date) -> tuple[tuple[date, int], ...]:
    first = last - timedelta(days=7 * WEEKS - 1)
    found = rows.filter(opened_at__date__gte=first, opened_at__date__lte=last)
    counts: dict[date, int] = {}
    for day in found.annotate(day=TruncDate("opened_at")).values_list("day", flat=True):
        counts[day] = counts.get(day, 0) + 1
    return tuple(
        (first + timedelta(days=each), counts.get(first + timedelta(days=each), 0))
        for each in range((last - first).days + 1)
    )


def bars(days: Sequence[tuple[date, int]]) -> list[dict[str, Any]]:
    """The days as bars of a small picture 700 wide and 120 high; the last seven are the window."""
    most = max((count for _, count in days), default=0) or 1
    width = 700 / max(1, len(days))
    return [
        {
            "day": day,
            "count": count,
            "x": round(number * width, 1),
            "w": round(width - 2, 1),
            "h": round(100 * count / most, 1),
            "y": round(110 - 100 * count / most, 1),
            "now": number >= len(days) - 7,
        }
        for number, (day, count) in enumerate(days)
    ]


__all__ = ["BOOKS", "Rows", "Sign", "bars", "is_installed", "one", "signs"]
