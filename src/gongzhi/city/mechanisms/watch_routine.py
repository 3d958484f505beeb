"""When watches run: every hour over today's points, every night over the days before, every week how precise they were."""

from __future__ import annotations

from datetime import date, time, timedelta

from gongzhi.city.alerts import catalogue as feeds
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import watching
from gongzhi.city.mechanisms.watch_reactions import propose_retirements
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.watches import KINDS
from gongzhi.engine.watches.feeds import span_of

#: kinds that see a window as soon as its points are there; the others need a day that is complete
_AT_ONCE = ("off_while_on", "stop_order")


@task(queue_name="slow")
def watch_today() -> int:
    """Today's points so far, for watches that need no complete day; gives how many alerts are new."""
    asked = [each for each in watching.known() if each.spec.kind in _AT_ONCE]
    today = clock.today()
    return watching.run(today, today, only=asked).fresh if asked else 0


@task(queue_name="slow")
def watch_days(day: str = "") -> int:
    """Yesterday and the days for which readings may still come, then the precision of each watch. Readings that are still under
    way are not missing: watches that see what is not there wait until the feed is late."""
    yesterday = date.fromisoformat(day) if day else clock.today() - timedelta(days=1)
    fresh = 0
    groups: dict[int, list[watching.Known]] = {}
    for each in watching.known():
        groups.setdefault(_wait(each), []).append(each)
    for wait, group in sorted(groups.items()):
        late = max(map(_late, group))
        first = yesterday - timedelta(days=max(wait, late))
        fresh += watching.run(first, yesterday - timedelta(days=wait), only=group).fresh
    propose_retirements()
    return fresh


def _wait(each: watching.Known) -> int:
    """Days until a day is complete for the watch."""
    needs_all = KINDS[each.spec.kind].shape == "days" or each.spec.kind == "silent"
    return _late(each) if needs_all else 0


def _late(each: watching.Known) -> int:
    """Days for which readings of its feed may be late."""
    if not each.feed:
        return 0
    try:
        late = feeds.one(each.feed).spec.late
        return -(-round(span_of(late).total_seconds()) // 86_400) if late else 0
    except GongzhiError:
        return 0


@periodic.register("watches.today", every=timedelta(hours=1))
def every_hour() -> None:
    """The work itself is a job."""
    if any(each.spec.kind in _AT_ONCE for each in watching.known()):
        watch_today.using(dedupe_key="watches:today").enqueue()  # type: ignore[call-arg]


@periodic.register("watches.days", at=time(2, 30))
def every_night() -> None:
    """The work itself is a job."""
    if any(True for _each in watching.known()):
        watch_days.using(dedupe_key="watches:days").enqueue()  # type: ignore[call-arg]


__all__ = ["watch_days", "watch_today"]
