"""Run in a process of its own: two offices, a quarter of their cases, and results that were published today."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

import django

LATE, IN_TIME, OTHERS = 12, 28, 40


def quarter(today: date) -> date:
    """The first day of the last quarter that is over."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    before = first - timedelta(days=1)
    return date(before.year, (before.month - 1) // 3 * 3 + 1, 1)


def people() -> tuple[Any, Any]:
    """The cast of the cases room, those who appraise, and a password for all."""
    from types import SimpleNamespace

    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.city.territory.queries import standing

    cast = build_city()
    made = {}
    for key, name, role in (
        ("lin", "林晓", "reform_officer"),
        ("jiang", "江涛", "reform_chief"),
        ("wujie", "吴洁", "reform_chief"),
    ):
        user = User.objects.create(username=key, name=name)
        made[key] = standing(Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov")))
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    return cast, SimpleNamespace(**made)


def handle(cast: Any, lead: str, opened: datetime, days: int) -> None:
    """A case of an office that is answered after some days."""
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import reported
    from gongzhi.city.kernel import clock

    with clock.frozen(opened):
        case = str(reported(cast).case)
        actions.choose(case, "register", "dispatch", {"category": "市政设施", "kind": "求助"}, by=cast.li)
        actions.choose(case, "dispatch", "send", {"lead": lead}, by=cast.chen)
    with clock.frozen(opened + timedelta(days=days)):
        who = {"cgj": cast.zhou, "hbj": cast.zheng}[lead]
        actions.choose(case, "handle", "reply", {"result": "解决", "reply": "灯已修好"}, by=who)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases.tests.cast import MINI
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.tests.drafting import complete
    from gongzhi.city.scorecards import actions, standards
    from gongzhi.city.scorecards.tests.conftest import CARD, MEASURES

    call_command("migrate", verbosity=0)
    cast, those = people()
    read = {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    read |= {"measures.yaml": MEASURES.encode(), "scorecards/quarterly.yaml": CARD.encode()}
    install(complete(read), by=SYSTEM)
    install(str(files("gongzhi.mechanisms") / "appraisal"), by=SYSTEM)
    starts = quarter(clock.today())
    with clock.frozen(standards.midnight(starts) - timedelta(days=20)):
        scheme = actions.draft_scheme("mini", "quarterly", starts, by=those.lin)
        actions.publish_scheme(scheme.pk, by=those.jiang)
    opened = standards.midnight(starts) + timedelta(days=14, hours=9)
    for lead, days, count in (("cgj", 40, LATE), ("cgj", 1, IN_TIME), ("hbj", 1, OTHERS)):
        for _ in range(count):
            handle(cast, lead, opened, days)
    found = actions.start_reckoning(scheme.pk, by=those.lin)
    actions.publish_results(found.pk, by=those.jiang)
    return 0


if __name__ == "__main__":
    sys.exit(main())
