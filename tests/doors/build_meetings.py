"""Run in a process of its own: a hamlet whose household meeting has begun, once for each width of the browser."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

#: what is voted on, and the code on the slip of household H1, for each width of the browser
BALLOTS = {390: ("散养鸡集中养", "TEST-2345-AAAA"), 1440: ("修湾口的路", "TEST-2345-BBBB")}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.assemblies import actions
    from gongzhi.city.assemblies.models import Voter
    from gongzhi.city.assemblies.slips import hash_of
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import resident
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.tests.meeting_city import build_hamlet, chair, household_meeting
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    call_command("migrate", verbosity=0)
    build_city()
    with clock.frozen(clock.now() - timedelta(days=20)):
        build_hamlet()
        library.LIBRARY.registers()
        watch = User.objects.create(username="watch", name="柯监")
        Post.objects.create(user=watch, role="village_supervisor", office=Office.objects.get(code="council"))
    for user in User.objects.filter(username__in=("chair", "watch")):
        user.set_password(PASSWORD)
        user.save()
    for subject, code in BALLOTS.values():
        with clock.frozen(clock.now() - timedelta(days=15)):
            _case, row, meeting = household_meeting(subject)
        actions.open_ballot(chair(), row.pk)
        Voter.objects.filter(meeting=meeting, unit="H1").update(code_hash=hash_of(code))
        for unit, choice in (("H3", "agree"), ("H4", "agree"), ("H5", "against")):
            actions.cast(resident(""), row.pk, unit, choice)
    return 0


if __name__ == "__main__":
    sys.exit(main())
