"""Lists of cases and of tasks: filtered, limited to what may be seen, one page at a time by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.errors import BadFilter, NoSuchCase
from gongzhi.city.cases.models import NEVER, CallbackItem, Case, Task
from gongzhi.city.cases.queries.screening import without_handler
from gongzhi.city.cases.searching import matching
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import area_path, office_path
from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.pagination import Page, page
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing

#: name of an order -> columns; all of one direction, so that each is one range of an index
ORDERS: Final = {"due": ("due", "id"), "newest": ("-opened_at", "-id"), "oldest": ("opened_at", "id")}
LIGHTS: Final = ("green", "yellow", "red", "none")
STATES: Final = ("open", "ended", "all")
#: columns that a list never shows
HEAVY: Final = ("state",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to; empty means no limit. All conditions hold together."""

    #: open, ended or all
    state: str = "open"
    #: green, yellow, red or none
    light: str = ""
    #: code of a leading office, with those below it
    office: str = ""
    #: code of an area, with those below it
    area: str = ""
    category: str = ""
    kind: str = ""
    urgency: str = ""
    channel: str = ""
    mechanism: str = ""
    type: str = ""
    #: id of the end that was reached
    ended: str = ""
    cluster: str = ""
    #: words to search for, a number or a tracking code
    text: str = ""
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    ended_from: datetime | None = None
    ended_until: datetime | None = None

    def condition(self, at: datetime) -> Q:
        """As a condition on ``Case``. Raises BadFilter."""
        found = _state(self.state) & _light(self.light, at)
        for name in ("category", "kind", "urgency", "channel", "mechanism", "type", "ended"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        if self.office:
            found &= paths.within(_known("office", self.office, office_path(self.office)), "lead_path")
        if self.area:
            found &= paths.within(_known("area", self.area, area_path(self.area)), "area_path")
        if self.cluster:
            found &= Q(cluster=_uuid(self.cluster))
        for what in ("opened", "ended"):
            if start := getattr(self, f"{what}_from"):
                found &= Q(**{f"{what}_at__gte": start})
            if stop := getattr(self, f"{what}_until"):
                found &= Q(**{f"{what}_at__lt": stop})
        return found & _text(self.text.strip())


def _state(state: str) -> Q:
    if state not in STATES:
        raise BadFilter(name="state", why=f"应为{'、'.join(STATES)}之一")
    return Q() if state == "all" else Q(ended_at__isnull=state == "open")


def _light(light: str, at: datetime) -> Q:
    if not light:
        return Q()
    if light not in LIGHTS:
        raise BadFilter(name="light", why=f"应为{'、'.join(LIGHTS)}之一")
    running = Q(ended_at__isnull=True)
    return {
        "red": running & Q(due__lt=at),
        "yellow": running & Q(due__gte=at, due__lt=NEVER, warn_at__lte=at),
        "green": running & Q(due__gte=at, due__lt=NEVER, warn_at__gt=at),
        "none": ~running | Q(due__gte=NEVER),
    }[light]


def _known(name: str, code: str, path: str) -> str:
    if not path:
        raise BadFilter(name=name, why=f"没有代码{code[:40]}")
    return path


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadFilter(name="cluster", why="不是编号") from error


def _text(text: str) -> Q:
    """A tracking code or the beginning of a number finds exactly that; anything else is searched for in the text."""
    if not text:
        return Q()
    if code := ids.read_tracking_code(text):
        return Q(tracking_code=code)
    compact = text.replace(" ", "").upper()
    if compact.isascii() and len(compact) >= 6 and any(char.isdigit() for char in compact):
        return Q(number=compact) | (matching(text) or Q(pk__in=[]))
    found = matching(text)
    return Q(pk__in=[]) if found is None else found


def cases(
    by: Standing,
    filter: CaseFilter | None = None,
    *,
    order: str = "due",
    cursor: str = "",
    size: int = 50,
    at: datetime | None = None,
) -> Page[Case]:
    """One page of cases without their state; ``row.light(now)`` tells the light. One query.

    Raises NotAllowed, BadFilter, BadCursor.
    """
    check(by, "case.list")
    if order not in ORDERS:
        raise BadFilter(name="order", why=f"应为{'、'.join(ORDERS)}之一")
    found = chosen(by, filter or CaseFilter(), at).defer(*HEAVY)
    listed = page(found, ORDERS[order], cursor=cursor, size=size)
    without_handler(by, listed.rows)
    return listed


def chosen(
    by: Standing, filter: CaseFilter, at: datetime | None = None, action: str = "case.list"
) -> QuerySet[Case]:
    """The rows that a list, a count or an export of this post is about."""
    if filter.office:
        check(by, "case.handler")
    return visible(by, action).filter(filter.condition(at or clock.now()))


def by_ids(by: Standing, ids: Sequence[str]) -> list[Case]:
    """The cases with these ids that the post may read, newest first, without their state. One query."""
    found = visible(by, "case.read").filter(pk__in=ids).defer(*HEAVY)
    listed = list(found.order_by("-opened_at", "-id"))
    without_handler(by, listed)
    return listed


def count(
    by: Standing, filter: CaseFilter | None = None, *, at: datetime | None = None, most: int = 1000
) -> int:
    """How many cases the list has, counted up to ``most``: a person needs to know "1000+", not the last digit."""
    check(by, "case.list")
    return chosen(by, filter or CaseFilter(), at).order_by()[:most].count()


def my_tasks(
    by: Standing,
    *,
    light: str = "",
    step: str = "",
    mechanism: str = "",
    mine: bool = False,
    cursor: str = "",
    size: int = 50,
    at: datetime | None = None,
) -> Page[Task]:
    """What this post can do now, most urgent first: tasks of its role in its office (or an office above it).

    A task that a colleague took is left out; ``mine`` keeps only what the person took. Each row has its ``case``
    (without state). One query.
    """
    check(by, "case.act")
    found = (Task.objects if by.program else Task.every).filter(role=by.role)
    if by.office_path:
        found = found.filter(Q(office_path__in=paths.ancestors(by.office_path)) | Q(office_path=""))
    else:
        found = found.filter(office_path="")
    found = found.filter(person=by.person) if mine else found.filter(person__in=("", by.person))
    return _task_page(found, by, light=light, step=step, mechanism=mechanism, cursor=cursor, size=size, at=at)


def office_tasks(
    by: Standing,
    *,
    office: str = "",
    light: str = "",
    step: str = "",
    mechanism: str = "",
    cursor: str = "",
    size: int = 50,
    at: datetime | None = None,
) -> Page[Task]:
    """Open tasks of everybody whom this post oversees: who holds what, most urgent first. One query."""
    check(by, "case.list")
    check(by, "case.handler")
    found = scope(by, "case.list", Task.objects.all())
    for owner, type_id in catalogue.closed_to(by.role):
        found = found.exclude(case__mechanism=owner, case__type=type_id)
    if office:
        found = found.filter(paths.within(_known("office", office, office_path(office)), "office_path"))
    return _task_page(found, by, light=light, step=step, mechanism=mechanism, cursor=cursor, size=size, at=at)


def waiting_calls(by: Standing) -> int:
    """How many call-backs of this post's role wait for anybody to draw them (counted up to 1000)."""
    drawn = CallbackItem.objects.filter(
        case=OuterRef("case"), token=OuterRef("token"), done_at=None, released_at=None
    )
    mine = Task.objects.filter(role=by.role, office_path__in=paths.ancestors(by.office_path), person="")
    if by.mechanism:
        mine = mine.filter(case__mechanism=by.mechanism)
    return mine.filter(~Exists(drawn)).order_by()[:1000].count()


def _task_page(
    found: QuerySet[Task],
    by: Standing,
    *,
    light: str,
    step: str,
    mechanism: str,
    cursor: str,
    size: int,
    at: datetime | None,
) -> Page[Task]:
    if light:
        found = found.filter(_task_light(light, at or clock.now()))
    if step:
        found = found.filter(step=step)
    if mechanism or by.mechanism:
        found = found.filter(case__mechanism=mechanism or by.mechanism)
    if mechanism and by.mechanism and mechanism != by.mechanism:
        found = found.none()
    rows = found.select_related("case").defer("case__state")
    listed = page(rows, ("due", "id"), cursor=cursor, size=size)
    without_handler(by, [task.case for task in listed.rows])
    return listed


def _task_light(light: str, at: datetime) -> Q:
    if light not in LIGHTS:
        raise BadFilter(name="light", why=f"应为{'、'.join(LIGHTS)}之一")
    return {
        "red": Q(due__lt=at),
        "yellow": Q(due__gte=at, due__lt=NEVER, warn_at__lte=at),
        "green": Q(due__gte=at, due__lt=NEVER, warn_at__gt=at),
        "none": Q(due__gte=NEVER),
    }[light]


def one(by: Standing, number: str) -> Case:
    """The case with this number or tracking code. Raises NoSuchCase."""
    text = number.strip()
    code = ids.read_tracking_code(text)
    wanted = Q(tracking_code=code) if code else Q(number=text.upper()[:48])
    row = visible(by, "case.read").filter(wanted).first()
    if row is None:
        raise NoSuchCase(which=text[:48])
    return row


def lights(at: datetime) -> dict[str, Any]:
    """Aggregates by light, for one pass over open rows."""
    return {
        "red": Count("id", filter=Q(due__lt=at)),
        "yellow": Count("id", filter=Q(due__gte=at, due__lt=NEVER, warn_at__lte=at)),
        "green": Count("id", filter=Q(due__gte=at, due__lt=NEVER, warn_at__gt=at)),
        "none": Count("id", filter=Q(due__gte=NEVER)),
    }


__all__ = [
    "HEAVY",
    "LIGHTS",
    "ORDERS",
    "CaseFilter",
    "by_ids",
    "cases",
    "chosen",
    "count",
    "lights",
    "my_tasks",
    "office_tasks",
    "one",
    "waiting_calls",
]
