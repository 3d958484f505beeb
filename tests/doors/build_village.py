"""Run in a process of its own: 杨文昌湾 with two projects on their way and a round of pledges that waits for signatures."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms.tests import poultry_city as hamlet
    from gongzhi.city.people.models import User

    call_command("migrate", verbosity=0)
    build_city()
    now = clock.now()
    with clock.frozen(now - timedelta(days=40)):
        hamlet.build_hamlet()
        pens = hamlet.proposed()
        hamlet.voted(pens)
        hamlet.FORM["subject"] = "湾口建晒场"
        ground = hamlet.proposed()
        hamlet.voted(ground)
    with clock.frozen(now - timedelta(days=10)):
        hamlet.built(pens)
        hamlet.pledged(hamlet.HOUSES[:2])
    for user in User.objects.filter(username__in=("chair", "supervisor")):
        user.set_password(PASSWORD)
        user.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
