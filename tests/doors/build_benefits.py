"""Run in a process of its own: a city where a farmer has just turned sixty, and one identity number has a benefit twice."""

from __future__ import annotations

import os
import sys
from datetime import date

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.benefits import actions, catalogue
    from gongzhi.city.cases import world
    from gongzhi.city.cases.tests.cast import JINHU, build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
    from gongzhi.city.people.models import User
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Office, Post

    def farmer(key: str, born: date, number: str = "") -> None:
        told = {"name": f"冯{key}", "born_on": born.isoformat(), "unit": JINHU, "source": "gov"}
        records.put(
            "residents",
            key,
            told | ({"identity_number": number} if number else {}),
            by=SYSTEM,
            because="底数",
        )
        loss = {"person": key, "village": JINHU, "mu": 1.5, "left_each": 0.1, "lost_on": "2015-01-10"}
        records.put(
            "land_losses",
            f"L{key}",
            {**loss, "project": "产业园", "source": "gov"},
            by=SYSTEM,
            because="登记",
        )

    call_command("migrate", verbosity=0)
    build_city()
    clean_city()
    for name in ("supervision_tap", "people_places", "land_losing_farmers"):
        install(FOLDERS / name, by=SYSTEM)
    gov = Office.objects.get(code="gov")
    territory.add_office(
        SYSTEM, code="rsj", name="人力资源和社会保障局", kind="department", area=gov.area, parent=gov
    )
    for username, name, role in (("min", "闵生", "welfare_clerk"), ("ren", "任和", "leader")):
        user = User.objects.create_user(username, name=name)
        Post.objects.create(user=user, role=role, office=Office.objects.get(code="rsj"))
    world.forget()
    today = clock.today()
    last = today.replace(day=1)
    turned = date(last.year - 60 - (last.month == 1), (last.month - 2) % 12 + 1, 10)
    farmer("ZD1", turned)
    farmer("ZD2", date(1950, 6, 1), "11010519491231002X")
    farmer("ZD3", date(1950, 6, 1), "11010519491231002x")
    actions.match(catalogue.one("land_losing_farmers.land_pension"))
    for user in User.objects.filter(username__in=("min", "ren", "ji")):
        user.set_password(PASSWORD)
        user.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
