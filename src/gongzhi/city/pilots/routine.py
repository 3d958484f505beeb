"""What a pilot does by itself: it begins and ends on its days, follows its areas, and has its result computed when it is due."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.pilots import actions
from gongzhi.city.pilots.computing import ask
from gongzhi.city.pilots.following import follow_all
from gongzhi.city.pilots.models import Analysis, Pilot
from gongzhi.city.pilots.plans import read
from gongzhi.engine.errors import GongzhiError


@periodic.register("pilots.days", every=timedelta(hours=1))
def look() -> None:
    """Start, follow, end, compute: what is due today."""
    follow_all()
    today = clock.today()
    for row in Pilot.objects.filter(state=Pilot.State.APPROVED).order_by("id"):
        if (day := read(row.plan).starts) is not None and day <= today:
            _try_to_start(row)
    for row in Pilot.objects.filter(state=Pilot.State.RUNNING).order_by("id"):
        last = actions.last_day(row)
        if last is not None and last < today:
            actions.end(SYSTEM, row.pk)
    for row in Pilot.objects.filter(state=Pilot.State.ENDED).exclude(analyses__look=Analysis.FINAL):
        _compute(row)


def _try_to_start(row: Pilot) -> None:
    """What refuses is written on the pilot, for the people of the office; it is tried again at the next look."""
    try:
        actions.start(SYSTEM, row.pk)
    except GongzhiError as error:
        Pilot.objects.filter(pk=row.pk).update(trouble=str(error.message)[:500])


def _compute(row: Pilot) -> None:
    if row.ended_at is None:
        return
    settled = timezone.localdate(row.ended_at) + timedelta(days=read(row.plan).settle_days)
    if settled <= clock.today():
        ask(SYSTEM, row.pk)
