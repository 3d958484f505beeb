"""Risk points of powers whose rule the system watches: every night the cases that ended, held against the lines.

What is seen is computed from the record of the case (``FINDERS``), never typed in. Crossing a line opens a reminder, in which
the office explains first; what a rule's reminders came to is counted, because a rule that suspects wrongly must go.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.cases import actions, catalogue, lookups
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.figures import day_of
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sight import visible
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms.overviews.powers import ITEM_POWER, ITEMS, REVERSED
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine
from gongzhi.engine.cases.errors import AlreadyOne
from gongzhi.engine.measures import Rate, rate

# what the mechanism calls its register and case type
MECHANISM, HIT, POINTS = "integrity_risk", "risk_hit", "risk_rules"
#: ends of a reminder that had a reason
RIGHT = ("mended", "clue")
#: reminders that a page counts
MOST = 5000

Finder = Callable[[Case, engine.Case, Decimal], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A risk point and what its reminders came to."""

    key: str
    values: Mapping[str, Any]
    open: int
    right: Rate

    @property
    def watched(self) -> bool:
        """Whether the system watches it."""
        return self.values.get("rule") in FINDERS


@periodic.register("mechanisms.risks", at=time(3, 40))
def watch() -> None:
    """The cases that ended yesterday."""
    watch_day(clock.today() - timedelta(days=1))


def watch_day(day: date) -> int:
    """Open a reminder for every case of the day that crossed a line; gives how many. Safe to run again."""
    points = _by_power()
    try:
        catalogue.current(MECHANISM, HIT)
    except NoSuchCaseType:
        return 0
    start, stop = day_of(day)
    opened = 0
    rows = Case.objects.filter(ended_at__gte=start, ended_at__lt=stop).exclude(item="")
    for row in rows.order_by("ended_at", "id").iterator(chunk_size=200) if points else ():
        item = lookups.record(ITEMS, row.item) or {}
        for point in points.get(str(item.get(ITEM_POWER) or ""), ()):
            opened += _remind(row, point)
    return opened


def _remind(row: Case, point: Record) -> int:
    data = point.data
    found = FINDERS.get(str(data.get("rule")))
    seen = found(row, engine.load_case(row.state), Decimal(str(data.get("threshold") or 0))) if found else ""
    if not seen:
        return 0
    form = {
        "mark": f"{point.key}/{name_of(row)}"[:120],
        "point": str(data["title"])[:120],
        "unit": data["holder"],
        "grade": data["grade"],
        "about_number": name_of(row)[:48],
        "seen": seen[:200],
    }
    try:
        actions.open_case(MECHANISM, HIT, form, by=SYSTEM, channel="rule")
    except AlreadyOne:
        return 0
    return 1


def _by_power() -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in Record.objects.filter(register=POINTS, state="active").order_by("key"):
        found[str(row.data.get("power") or "")].append(row)
    return found


def _too_fast(row: Case, state: engine.Case, line: Decimal) -> str:
    if row.ended_at is None:
        return ""
    minutes = int((row.ended_at - row.opened_at).total_seconds() // 60)
    return _("从受理到办结只用了%(n)s分钟") % {"n": minutes} if minutes < line else ""


def _too_late(row: Case, state: engine.Case, line: Decimal) -> str:
    if row.ended_at is None or row.unit_due is None or row.ended_at <= row.unit_due:
        return ""
    days = (row.ended_at - row.unit_due).days
    return _("超过时限%(n)s天") % {"n": days} if days >= line else ""


def _back_and_forth(row: Case, state: engine.Case, line: Decimal) -> str:
    taken = Entry.objects.filter(subject=subject("case", row.pk), kind="chosen").values_list(
        "step", flat=True
    )
    again = sum(count - 1 for count in Counter(taken).values())
    return _("同一步重来了%(n)s次") % {"n": again} if again >= max(line, Decimal(1)) else ""


def _one_hand(row: Case, state: engine.Case, line: Decimal) -> str:
    steps: Counter[str] = Counter()
    for doers in state.doers.values():
        # staff alone: residents answer several times, and the system does nothing by itself
        steps.update({person for person in doers if person.startswith("user:")})
    most = max(steps.values(), default=0)
    return _("一个人办了%(n)s步") % {"n": most} if most >= max(line, Decimal(2)) else ""


def _undone(row: Case, state: engine.Case, line: Decimal) -> str:
    return _("决定后来被撤销") if row.ended in REVERSED else ""


#: words of the register's column ``rule`` -> what of a case crosses the line: words, or nothing
FINDERS: Mapping[str, Finder] = {
    "办得太快": _too_fast,
    "超过时限": _too_late,
    "来回太多": _back_and_forth,
    "一人经手多步": _one_hand,
    "决定被撤销": _undone,
}


def points(by: Standing) -> Iterator[tuple[str, list[Point]]]:
    """(power, its risk points with what their reminders came to), in order of power. Right ``clue.read``."""
    check(by, "clue.read")
    open_: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    right: Counter[str] = Counter()
    rows = visible(by).filter(mechanism=MECHANISM, type=HIT).order_by("-opened_at")
    for end, state in rows.values_list("ended", "state")[:MOST]:
        key = str(state.get("data", {}).get("mark") or "").partition("/")[0]
        (ended if end else open_)[key] += 1
        right[key] += end in RIGHT
    for power, held in sorted(_by_power().items()):
        made = [
            Point(
                key=row.key, values=row.data, open=open_[row.key], right=rate(right[row.key], ended[row.key])
            )
            for row in held
        ]
        yield power, made


__all__ = ["FINDERS", "Point", "points", "watch_day"]
