"""Run in a process of its own: the small demo city, a version that waits to be tried, and a pilot whose six weeks are over.

Its cases were opened and answered through the actions of the city, at their times; no figure is typed in.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.resources import files

from tests.doors import build_city


def main() -> int:
    build_city.APPEALS, build_city.DAYS = 12, 5
    if failed := build_city.main():
        return failed
    from gongzhi.city.cases.tests.cast import MINI
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.pilots import actions
    from gongzhi.city.pilots.plans import midnight
    from gongzhi.city.pilots.tests import building
    from gongzhi.city.territory.models import Area, Post
    from gongzhi.city.territory.queries import standing

    def who(username: str):
        return standing(
            Post.objects.select_related("user", "office__area", "area").get(user__username=username)
        )

    today = clock.today()
    starts = today - timedelta(days=today.weekday(), weeks=9)
    with clock.frozen(midnight(starts - timedelta(weeks=7))):
        building.install_both(
            {str(each.relative_to(MINI)): each.read_bytes() for each in MINI.rglob("*") if each.is_file()}
        )
        install(str(files("gongzhi.mechanisms") / "micro_reforms"), by=SYSTEM)
    towns = tuple(Area.objects.filter(level="town").order_by("path").values_list("code", flat=True)[:8])
    tried, others = towns[:4], towns[4:]
    history = building.History(who("limin"), gain=20, each=1, towns=towns, starts=starts)
    history.weeks(-6, 0, towns)
    ends = starts + timedelta(weeks=6, days=-1)
    plan = building.plan(starts=starts, ends=ends, treated=tried, comparison=others)
    with clock.frozen(midnight(starts - timedelta(days=3))):
        pilot = actions.save_draft(who("linxiao"), plan)
        actions.declare(who("linxiao"), pilot.pk)
        actions.approve(who("jiangtao"), pilot.pk)
    with clock.frozen(midnight(starts) + timedelta(hours=8)):
        actions.start(who("jiangtao"), pilot.pk)
    history.weeks(0, 6, towns)
    with clock.frozen(midnight(ends + timedelta(days=1))):
        actions.end(who("jiangtao"), pilot.pk)
    return 0


if __name__ == "__main__":
    sys.exit(main())
