"""Run in a process of its own: a village where one household was signalled last night, one is published, one was helped for long."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases import actions as cases
    from gongzhi.city.cases.models import Case
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms import watching
    from gongzhi.city.mechanisms.tests import at_risk_city as village
    from gongzhi.city.people.models import User

    def raised(code: str, house: str, ago: int) -> Case:
        day = clock.today() - timedelta(days=1)
        village.signal(code, 41000, day, house=house)
        watching.run(day, day)
        react_to_all()
        return Case.objects.get(type="monitoring", ended="", records__key=house)

    call_command("migrate", verbosity=0)
    build_city()
    now = clock.now()
    with clock.frozen(now - timedelta(days=230)):
        village.build_at_risk_village()
        helped = raised("S1", "SF-3", 230)
        village.looked_at(helped, clock.today())
    with clock.frozen(now - timedelta(days=223)):
        cases.tick_cases()
        village.choose("shi", helped, "town", "pass")
        village.choose("xian", helped, "county", "list")
        helping = Case.objects.get(type="helping")
        measure = {"measure_kind": "医疗救助", "measure_what": "二次报销", "measure_office": "nyj"}
        told = {**measure, "contact_helper": "村里何主任", "measure_amount": "12000"}
        village.choose("shi", helping, "plan", "set", {**told, "measure_from": str(clock.today())})
    with clock.frozen(now - timedelta(days=20)):
        seen = {"went_on": str(clock.today()), "seen": "能干轻活了"}
        village.choose("hecun", helping, "help", "visit", seen)
    with clock.frozen(now - timedelta(days=8)):
        published = raised("S2", "SF-2", 8)
        village.looked_at(published, clock.today())
    with clock.frozen(now - timedelta(days=1)):
        up = raised("S3", "SF-4", 1)
        village.looked_at(up, clock.today())
    raised("S4", "SF-1", 0)
    cases.tick_cases()
    react_to_all()
    for user in User.objects.filter(username__in=village.PEOPLE):
        user.set_password(PASSWORD)
        user.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
