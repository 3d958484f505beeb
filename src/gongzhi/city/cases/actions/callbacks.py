"""The one-time list of the caller: a few matters at a time, the most urgent of those waiting, handler unnamed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.actions.writing import Held
from gongzhi.city.cases.models import CallbackItem, CallbackList, Task
from gongzhi.city.kernel import clock, paths, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine

#: how long a drawn list lives, and how long it is at most
LIVES = timedelta(hours=8)
LONGEST = 50


def draw_callbacks(*, by: Standing, size: int = 20, at: datetime | None = None) -> CallbackList:
    """Draw a list of call-backs for this person: the most urgent tasks of the role that nobody else has drawn.

    A list that still lives is given again instead of a second one. Raises NotAllowed.
    """
    permissions.check(by, "case.act")
    at = at or clock.now()
    with transaction.atomic():
        living = CallbackList.objects.filter(
            person=by.person, valid_until__gt=at, items__done_at=None, items__released_at=None
        ).first()
        if living is not None:
            return living
        size = max(1, min(size, LONGEST))
        some = waiting(by).select_related("case")[: 2 * size]
        drawn = [task for task in some if not is_barred(by, task)][:size]
        made = CallbackList.objects.create(person=by.person, drawn_at=at, valid_until=at + LIVES)
        CallbackItem.objects.bulk_create(
            [CallbackItem(list=made, case_id=task.case_id, token=task.token) for task in drawn],
            ignore_conflicts=True,  # another caller drew it a moment ago: one living item per call
        )
        return made


def waiting(by: Standing) -> QuerySet[Task]:
    """Tasks of this person's role and office that are on nobody's living list, by due time."""
    drawn = CallbackItem.objects.filter(
        case=OuterRef("case"), token=OuterRef("token"), done_at=None, released_at=None
    )
    mine = Task.objects.filter(role=by.role, office_path__in=paths.ancestors(by.office_path), person="")
    if by.mechanism:
        mine = mine.filter(case__mechanism=by.mechanism)
    return mine.filter(~Exists(drawn)).order_by("due", "id")


def is_barred(by: Standing, task: Task) -> bool:
    """Whether this person worked on the matter in another post: then the call is another caller's (``not_by``)."""
    row = task.case
    rule = catalogue.case_type(row.mechanism, row.version, row.type).steps[task.step]
    doers = engine.load_case(row.state).doers
    return any(by.person in doers.get(step, ()) for step in rule.not_by)


def call_done(held: Held, at: datetime) -> None:
    """Strike the call off whichever list it is on, when its task is gone."""
    open_tokens = [task.id for task in held.state.tasks]
    living = CallbackItem.objects.filter(case=held.row, done_at=None, released_at=None)
    living.exclude(token__in=open_tokens).update(done_at=at)


def release_callbacks(at: datetime | None = None) -> int:
    """Put the calls of lapsed lists back into the pool. Gives how many."""
    at = at or clock.now()
    lapsed = CallbackItem.objects.filter(list__valid_until__lte=at, done_at=None, released_at=None)
    return lapsed.update(released_at=at)
