"""Run in a process of its own: 上冯村, where points were booked for an old man last week and more can be claimed."""

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
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms.tests import points_city
    from gongzhi.city.people.models import User

    call_command("migrate", verbosity=0)
    build_city()
    now = clock.now()
    with clock.frozen(now - timedelta(days=10)):
        points_city.build_points_village()
        row = points_city.claimed(clock.today())
        points_city.published(row)
    with clock.frozen(now - timedelta(days=5)):
        cases.tick_cases()
        react_to_all()
    for user in User.objects.filter(username__in=points_city.PEOPLE):
        user.set_password(PASSWORD)
        user.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
