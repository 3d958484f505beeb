"""The room's own periodic work."""

from __future__ import annotations

from datetime import time

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.scorecards import facts, standards
from gongzhi.city.scorecards.models import Scheme


@periodic.register("scorecards.read", at=time(2, 15))
def read_cases() -> None:
    """Every night the facts of the schemes whose period runs are brought up to date, so that reckoning takes seconds."""
    today = clock.today()
    for pk in Scheme.objects.filter(
        published_on__isnull=False, starts__lte=today, ends__gt=today
    ).values_list("pk", flat=True):
        read_job.using(dedupe_key=f"score-facts:{pk}").enqueue(pk)  # type: ignore[call-arg]


@task(queue_name="slow")
def read_job(scheme_id: int) -> int:
    """The open and the changed cases of a scheme; how many. May be killed and called again."""
    scheme = Scheme.objects.get(pk=scheme_id)
    days, upto = (scheme.starts, scheme.ends), min(clock.now(), standards.midnight(scheme.ends))
    return facts.refresh(scheme, "now", days, upto, standards.asks_of(scheme))
