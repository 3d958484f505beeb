"""A bulletin: counted from rows and facts, filled into the mechanism's own paper. Nobody types a figure in.

Every figure says what is counted, over which period and out of how many; where there is nothing, the paper says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.cases.models import NEVER, Case
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.figures import measured
from gongzhi.city.mechanisms.library import Held
from gongzhi.engine.instants import show_instant
from gongzhi.engine.mechanisms.documents import Rows
from gongzhi.engine.mechanisms.routines import MOST_ROWS, BulletinSpec, View

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure with what makes it honest."""

    title: str
    shown: str
    #: out of how many, in words
    of: str
    formula: str
    period: str


def figures(held: Held, spec: BulletinSpec, since: datetime, until: datetime) -> list[Figure]:
    """What the bulletin counts: came in, ended, still open with their lights, and the indicators that it names."""
    cases = Case.objects.filter(_kinds(held, spec), merged_into=None).order_by()
    running = cases.filter(opened_at__lt=until).filter(Q(ended_at=None) | Q(ended_at__gte=until))
    due = running.filter(due__lt=NEVER)
    came = cases.filter(opened_at__gte=since, opened_at__lt=until).count()
    ended = cases.filter(ended_at__gte=since, ended_at__lt=until).count()
    still = running.count()
    red = due.filter(due__lt=until).count()
    yellow = due.filter(due__gte=until, warn_at__lte=until).count()
    period, then = _period(since, until), show_instant(until)
    whole = _("在办 %(n)d 件") % {"n": still}
    listed = [
        (_("新登记"), came, _("本期全部登记"), _("登记时间在本期内的件数"), period),
        (_("办结"), ended, _("本期全部办结"), _("办结时间在本期内的件数"), period),
        (_("在办"), still, _("全部没有办结的"), _("期末还没有办结的件数"), then),
        (_("其中红灯"), red, whole, _("期末已过时限、还没有办结的件数"), then),
        (_("其中黄灯"), yellow, whole, _("期末快到时限的件数"), then),
    ]
    made = [
        Figure(title=title, shown=str(count), of=of, formula=formula, period=when)
        for title, count, of, formula, when in listed
    ]
    return made + _measures(held, spec, since, until)


def _measures(held: Held, spec: BulletinSpec, since: datetime, until: datetime) -> list[Figure]:
    made = []
    for name in spec.measures:
        mechanism, _dot, measure = name.rpartition(".")
        found = measured(SYSTEM, mechanism or held.mechanism.id, since=since, until=until - _SECOND)
        for row in found.rows:
            if row.id == measure:
                shown = row.shown if row.n else _("没有可算的")
                of = _("%(n)d 件") % {"n": row.n}
                period = _("%(period)s登记的") % {"period": _period(since, until)}
                made.append(Figure(title=row.title, shown=shown, of=of, formula=row.formula, period=period))
    return made


def _kinds(held: Held, spec: BulletinSpec) -> Q:
    """The condition of the case types that are counted."""
    found = Q(pk__in=[])
    for name in spec.of:
        mechanism, _dot, type_id = name.rpartition(".")
        if name == "any":
            return Q()
        found |= Q(mechanism=mechanism or held.mechanism.id, type=type_id)
    return found


def said(counted: Sequence[Figure], agenda: Sequence[View], days: int) -> str:
    """The bulletin in one or two sentences; a period in which nothing happened is told as just that."""
    came, ended, still, red, yellow = (int(each.shown) for each in counted[:5])
    span = _("这一周") if days == 7 else _("这 %(days)d 天") % {"days": days}
    if not (came or ended or still):
        return _("%(span)s没有新登记的事，也没有办结的事；到期末没有在办的事。没有什么要通报的。") % {
            "span": span
        }
    told = {"span": span, "came": came, "ended": ended, "still": still, "red": red, "yellow": yellow}
    first = _("%(span)s新登记 %(came)d 件，办结 %(ended)d 件；到期末在办 %(still)d 件。")
    if not (came or ended):
        first = _("%(span)s没有新登记的事，也没有办结的事；到期末在办 %(still)d 件。")
    second = _("其中红灯 %(red)d 件，黄灯 %(yellow)d 件。") if red or yellow else _("没有红灯，也没有黄灯。")
    third = _("要一起解决的 %(n)d 件，列在后面。") % {"n": len(agenda)} if agenda else ""
    return first % told + second % told + third


def paper_words(
    *,
    counted: Sequence[Figure],
    parts: Mapping[str, Sequence[View]],
    agenda: Sequence[View],
    sentence: str,
    since: datetime,
    until: datetime,
    made_at: datetime,
) -> dict[str, Any]:
    """What the template may name under ``data.`` (``checks.routines.DATA``)."""
    late = localdate(made_at) > localdate(until)
    note = _("本期应于%(due)s出，补出于%(now)s；灯号按补出时在办各件的时限推算。")
    return {
        "since": show_instant(since),
        "until": show_instant(until),
        "said": sentence,
        "count": len(agenda),
        "late": note % {"due": show_instant(until), "now": show_instant(made_at)} if late else "",
        "made_late": late,
        "figures": Rows(
            heads=(_("指标"), _("数"), _("分母"), _("怎么算的"), _("期间")),
            rows=tuple((each.title, each.shown, each.of, each.formula, each.period) for each in counted),
        ),
        "agenda": listing(agenda),
        **{name: listing(rows) for name, rows in parts.items()},
    }


def listing(rows: Sequence[View]) -> Rows:
    """An agenda as papers print it."""
    heads = (_("编号"), _("什么事"), _("牵头单位"), _("灯"), _("超期天数"), _("卡在哪里"), _("要定什么"))
    cells = tuple(
        (
            str(row["number"]),
            str(row["subject"]),
            str(row["lead_name"]),
            str(row["light_name"]),
            str(row["days_late"] or ""),
            str(row["block"]),
            str(row.get("ask", "")),
        )
        for row in rows[:MOST_ROWS]
    )
    if len(rows) > MOST_ROWS:
        more = _("还有 %(n)d 件，见系统。") % {"n": len(rows) - MOST_ROWS}
        cells += ((more, "", "", "", "", "", ""),)
    return Rows(heads=heads, rows=cells)


def kept(counted: Sequence[Figure], agenda: Sequence[View]) -> dict[str, Any]:
    """Figures and agenda as they were then, for the page: every figure has its formula, every row its case."""
    rows = [
        {
            name: row[name]
            for name in (
                "id", "number", "subject", "title", "lead_name", "light", "light_name", "days_late", "block", "part",
            )
        } | {"ask": row.get("ask", "")}
        for row in agenda[:MOST_ROWS]
    ]  # fmt: skip
    return {"figures": [asdict(each) for each in counted], "agenda": rows, "count": len(agenda)}


def _period(since: datetime, until: datetime) -> str:
    return _("%(since)s至%(until)s") % {"since": show_instant(since), "until": show_instant(until)}
